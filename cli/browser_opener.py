"""Opens a sign-in page in the person's own browser, without a shell and without a word.

Only the address of an attempt ever comes here, which Keypane made from the environment's
own authorize URL; nothing that a server sent. The child gets no stream of ours: what it
prints would stand in the middle of the answer.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TextIO

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def may_open(streams: tuple[TextIO, ...], environ: Mapping[str, str]) -> bool:
    """Return whether a person is there who would see a browser open.

    Either BROWSER says which one to use, or one of `streams` is a terminal and there is a
    display to open it on.
    """
    if environ.get("BROWSER"):
        return True
    if sys.platform.startswith("linux") and not any(environ.get(name) for name in _DISPLAYS):
        return False
    return any(stream.isatty() for stream in streams)


def open_page(url: str, environ: Mapping[str, str]) -> bool:
    """Start the browser and return at once; False where there is none."""
    if sys.platform == "win32":
        try:
            os.startfile(url)  # noqa: S606 - the system's own opener; takes no command line
        except OSError:
            return False
        return True
    command = _command(url, environ)
    if command is None:
        return False
    try:
        subprocess.Popen(  # noqa: S603 - a list: no shell reads the address
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C here is not meant for the browser
        )
    except OSError:
        return False
    return True


def _command(url: str, environ: Mapping[str, str]) -> list[str] | None:
    wanted = environ.get("BROWSER", "").split(os.pathsep)[0]
    try:
        words = shlex.split(wanted)
    except ValueError:
        words = []
    if words:
        filled = [word.replace("%s", url) for word in words]
        return filled if filled != words else [*words, url]
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    return [opener, url] if opener else None
