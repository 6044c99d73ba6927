"""Starting the program once more, as it was started, when this one has ended."""

import subprocess
import sys
from typing import Final

_DESCRIPTOR_OPTION: Final = "--vault-passphrase-fd"


def start_again(argv: list[str] | None = None) -> None:
    """Start the program once more, as it was started; this one is about to end.

    A passphrase that came through a descriptor was read already: the new one asks for it.
    """
    program, *rest = argv or sys.argv
    command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, program]
    kept: list[str] = []
    for word in rest:
        if kept and kept[-1] == _DESCRIPTOR_OPTION:
            kept.pop()
        elif not word.startswith(f"{_DESCRIPTOR_OPTION}="):
            kept.append(word)
    subprocess.Popen([*command, *kept], close_fds=True, start_new_session=True)  # noqa: S603 - ourselves
