"""The one place where adapters start a thread, so that a leak has a name."""

import threading
from collections.abc import Callable
from typing import Final

PREFIX: Final = "keypane-"


def start_thread(name: str, target: Callable[[], object]) -> threading.Thread:
    """Start a daemon thread called `keypane-NAME` and return it.

    It is a daemon, since what adapters wait for (a look-up, a prompt of the keyring) may
    never end, and that must not keep the program from ending.
    """
    thread = threading.Thread(target=target, name=f"{PREFIX}{name}", daemon=True)
    thread.start()
    return thread
