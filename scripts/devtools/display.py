"""A virtual screen (Xvfb) on a display number that nobody else has.

The number is drawn at random and named to the server, which then takes X's lock file for it.
With `-displayfd` Xvfb takes no lock: two servers started at once may take one number, and the
socket of the first is gone when the second ends (xserver's os/utils.c and xtrans, read 2026-11).
`-noreset`, because a server that starts afresh when its last client leaves refuses the next.
"""

import random
import socket
import subprocess
import time
from collections.abc import Mapping

from scripts.devtools.ground import PATIENCE_SECONDS, end_group

SCREEN = "1600x1200x24"
_NUMBERS = range(100, 32_000)
_SOCKETS = "/tmp/.X11-unix/X"  # noqa: S108 - where every X server has them
_TRIES = 5


def start_display(
    environment: Mapping[str, str] | None = None, screen: str = SCREEN
) -> tuple[subprocess.Popen[bytes], str] | None:
    """Start Xvfb, and wait until it takes clients.

    Returns:
        The server, to be ended with `end_group`, and its display, as in `:1234`.
        Nothing when Xvfb does not start.
    """
    for number in random.sample(_NUMBERS, _TRIES):
        server = subprocess.Popen(
            ["Xvfb", f":{number}", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"],
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if _takes_clients(server, f"{_SOCKETS}{number}"):
            return server, f":{number}"
        end_group(server)
    return None


def _takes_clients(server: subprocess.Popen[bytes], address: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(address) == 0:
                return True
        time.sleep(0.02)
    return False
