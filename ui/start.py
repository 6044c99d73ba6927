"""The start of the window: what takes longest begins first, beside the loading of the rest."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.errors import BadInput
from core.start_options import StartOptions
from core.world import World
from ui.ahead import Ahead
from ui.one_window import FIRST, SHOWN, OneWindow
from ui.silence import tell_of_silence

# How long a thread may go on computing while another waits to. Python's 5 ms at each of some
# fifty turns would bring what a worker reads after the first painting; the window waits less, too.
_TURN_SECONDS: Final = 0.0005
_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_NO_DISPLAY: Final = (
    "keypane: There is no display for the window. Start it in a desktop session, or use the "
    "commands: keypane --help lists them.\n"
)


def run_window(
    options: StartOptions, rest: list[str], build_world: Callable[[Path | None], World]
) -> int:
    """Run the window or the tour; return the exit code."""
    if rest[:1] == ["--tour"]:
        from ui.tour import run_tour

        return run_tour(Path(rest[1] if len(rest) > 1 else "tour"), build_world)
    if rest and rest[0] != "--sandbox":  # the only other argument: the command line's window
        from ui.page_window import run_page_window

        return run_page_window(sys.stdin, sys.stdout)
    if sys.platform.startswith("linux") and not any(map(os.environ.get, _DISPLAYS)):
        sys.stderr.write(_NO_DISPLAY)  # Qt would end the process with a core dump's code
        return 2
    try:
        passphrase = options.read_passphrase()
    except BadInput as wrong:
        sys.stderr.write(f"keypane: {wrong.where}: {wrong.detail}\n")
        return 2
    sys.setswitchinterval(_TURN_SECONDS)
    world = build_world(options.home)
    sandbox = "--sandbox" in rest
    one = OneWindow(world.home)
    claim = one.claim(sandbox=sandbox)
    if claim != FIRST:
        return 0 if claim == SHOWN else tell_of_silence()
    ahead = Ahead(world)
    ahead.begin(passphrase)
    from ui.application import run_program  # the widgets are loaded while the vault is opened

    return run_program(world, ahead, one, sandbox=sandbox, passphrase=passphrase)
