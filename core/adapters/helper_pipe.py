"""The helper's named pipe on Windows, behind the same port as the Unix socket.

The pipe's own list of rights names one user, the one who serves; remote clients are refused; and
the user of each process that connects is compared once more. Written from Microsoft's
documentation and tried with fakes of the system; **not yet run on Windows**.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol, Self

from core.adapters.threads import start_thread
from core.consents import Peer
from core.errors import BadInput
from core.helper import LONGEST_LINE, Reply, address_of
from core.ports import CancelToken

IDLE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.5
_LEAVE_SECONDS: Final = 2.0
_MOST_CLIENTS: Final = 128
_TURNED_AWAY: Final = (
    b'{"error":{"kind":"not_allowed","message":"The helper answers only programs of its own '
    b'user.","next_step":""}}\n'
)

Handle = int


class PipeSystem(Protocol):
    """What is needed of Windows. Every method raises OSError when a call fails."""

    def own_user(self) -> str:
        """Return the SID of the user whose process this is, as "S-1-5-…"."""

    def new_event(self) -> Handle:
        """Return an event that stays set."""

    def set_event(self, event: Handle) -> None:
        """Set it."""

    def new_pipe(self, name: str, user: str, *, is_first: bool) -> Handle:
        """Return an instance of the pipe that this user alone may open.

        Raises:
            FileExistsError: `is_first`, and somebody else has such a pipe.
        """

    def wait_for_client(self, pipe: Handle, stop: Handle, seconds: float) -> bool:
        """Return whether a program connected before `stop` was set or the time was up."""

    def client(self, pipe: Handle) -> tuple[int, str, str]:
        """Return the process, the SID of its user, and the path of its program."""

    def user_name(self, user: str) -> str:
        """Return how a person calls the user of a SID; the SID where nobody knows."""

    def read(self, pipe: Handle, most: int, stop: Handle, seconds: float) -> bytes:
        """Return what came; nothing at the end, when `stop` is set, or when the time is up."""

    def write(self, pipe: Handle, data: bytes, seconds: float) -> None:
        """Write all of it."""

    def close(self, handle: Handle) -> None:
        """Let go of an event, or of a pipe and whoever is connected to it."""


def serve_once(
    home: Path,
    reply: Reply,
    cancel: CancelToken,
    on_change: Callable[[bool], None],
    is_over: Callable[[], bool],
    system: PipeSystem | None = None,
) -> None:
    """Serve the pipe until `cancel` is raised or `is_over`, which is asked twice a second.

    Raises:
        BadInput: another program has the pipe, or Windows does not give one.
    """
    if system is None:
        from core.adapters.windows_pipes import load

        system = load()
    try:
        serving = _Serving(system, address_of(home, "win32"), reply)
    except FileExistsError:
        raise BadInput("agent", "another program has the pipe already") from None
    except OSError:
        raise BadInput("agent", "Windows does not give the pipe") from None
    with serving:
        forget = cancel.on_cancel(serving.stop)
        try:
            on_change(True)
            look_at = time.monotonic() + _LOOK_SECONDS
            while not cancel.is_raised:
                serving.take_one()
                if time.monotonic() >= look_at:
                    if is_over():
                        break
                    look_at = time.monotonic() + _LOOK_SECONDS
        finally:
            on_change(False)
            forget()


class _Serving:
    """The pipe with its one instance that waits, and the programs that are connected."""

    def __init__(self, system: PipeSystem, name: str, reply: Reply) -> None:
        self._system = system
        self._name = name
        self._reply = reply
        self._user = system.own_user()
        self._stop = system.new_event()
        self._guard = threading.Lock()
        self._threads: set[threading.Thread] = set()
        try:
            self._waiting = system.new_pipe(name, self._user, is_first=True)
        except OSError:
            system.close(self._stop)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let answers that are on their way arrive, then end all conversations."""
        self.stop()
        self._system.close(self._waiting)
        until = time.monotonic() + _LEAVE_SECONDS
        with self._guard:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        if not any(thread.is_alive() for thread in threads):
            self._system.close(self._stop)

    def stop(self) -> None:
        """Wake whoever waits."""
        self._system.set_event(self._stop)

    def take_one(self) -> None:
        """Wait a moment for a program, and give it a thread of its own."""
        pipe = self._waiting
        if not self._system.wait_for_client(pipe, self._stop, _LOOK_SECONDS):
            return
        # The next instance comes before the last one can end, so that the name stays ours.
        self._waiting = self._system.new_pipe(self._name, self._user, is_first=False)
        with self._guard:
            is_full = len(self._threads) >= _MOST_CLIENTS
        if is_full:
            self._system.close(pipe)
            return
        started = threading.Event()
        thread = start_thread("helper-client", partial(self._attend, pipe, started))
        with self._guard:
            self._threads.add(thread)
        started.set()

    def _attend(self, pipe: Handle, started: threading.Event) -> None:
        started.wait()
        try:
            with contextlib.suppress(OSError):  # a program that left
                pid, user, program = self._system.client(pipe)
                if user == self._user:
                    self._converse(pipe, Peer(pid, program, self._system.user_name(user)))
                else:
                    self._turn_away(pipe)
        finally:
            self._system.close(pipe)
            with self._guard:
                self._threads.discard(threading.current_thread())

    def _turn_away(self, pipe: Handle) -> None:
        self._system.write(pipe, _TURNED_AWAY, _LEAVE_SECONDS)
        # Closing would throw away what is not read yet.
        self._system.read(pipe, LONGEST_LINE, self._stop, _LEAVE_SECONDS)

    def _converse(self, pipe: Handle, peer: Peer) -> None:
        held = b""
        while chunk := self._system.read(pipe, LONGEST_LINE, self._stop, IDLE_SECONDS):
            held += chunk
            while b"\n" in held:
                line, _, held = held.partition(b"\n")
                if line.strip():
                    answer = self._reply(line, peer) + b"\n"
                    self._system.write(pipe, answer, IDLE_SECONDS)
            if len(held) > LONGEST_LINE:
                return  # no program that means well asks at such length
