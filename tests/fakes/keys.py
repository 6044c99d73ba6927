"""A keyring in memory that can be made to fail in the ways that real ones do."""

import threading
from collections.abc import Callable
from typing import Final

from core.errors import Cancelled, VaultLocked, VaultUnavailable
from core.secret import Secret

_FAILURES: Final[dict[str, Callable[[], Exception]]] = {
    "missing": lambda: VaultUnavailable("no_keyring"),
    "denied": lambda: VaultUnavailable("keyring_denied"),
    "timeout": lambda: VaultUnavailable("keyring_timeout"),
    "broken": lambda: VaultUnavailable("keyring_broken"),
    "locked": lambda: VaultLocked("keyring"),
}


class FakeKeys:
    """The `KeyStore` port in memory.

    Attributes:
        mode: "ok", "missing", "denied", "timeout", "broken", "locked"; "forgetful" takes every
            write and keeps none; "garbage" answers with something that is no key; "held"
            waits in each call until `release` is called, as a prompt does.
        calls: the name of each call so far, in order.
        items: what is kept.
    """

    label = "Fake Keyring"

    def __init__(self, mode: str = "ok") -> None:
        self.mode = mode
        self.calls: list[str] = []
        self.items: dict[tuple[str, str], Secret] = {}
        self.fail_at: tuple[int, str] | None = None
        self._held = threading.Event()
        self._waiting = threading.Event()
        self._stopped = False

    def probe(self) -> None:
        """Fail as the mode says."""
        self._enter("probe")

    def read(self, service: str, user: str) -> Secret | None:
        """Return the value, or None."""
        self._enter("read")
        if self.mode == "garbage":
            return Secret("not a key")
        return self.items.get((service, user))

    def write(self, service: str, user: str, value: Secret) -> None:
        """Keep the value."""
        self._enter("write")
        if self.mode != "forgetful":
            self.items[service, user] = value

    def delete(self, service: str, user: str) -> None:
        """Delete the value if there is one."""
        self._enter("delete")
        self.items.pop((service, user), None)

    def stop_waiting(self) -> None:
        """End a call of mode "held" with Cancelled."""
        if self._waiting.is_set():
            self._stopped = True
            self._held.set()

    def wait_for_a_call(self) -> None:
        """Return once a call of mode "held" is waiting."""
        assert self._waiting.wait(10), "no call came"

    def fail_on_call(self, number: int, mode: str) -> None:
        """Fail on the call of that number (1 is the first), and on no other."""
        self.fail_at = (number, mode)

    def release(self) -> None:
        """Let all calls of mode "held" go on, as when the person answered the prompt."""
        self._held.set()

    def _enter(self, call: str) -> None:
        self.calls.append(call)
        if self.mode == "held":
            self._waiting.set()
            if not self._held.wait(30):
                raise VaultUnavailable("keyring_timeout")
            if self._stopped:
                raise Cancelled(nothing_sent=True)
        if self.fail_at is not None and len(self.calls) == self.fail_at[0]:
            raise _failure(self.fail_at[1])
        if self.mode in _FAILURES:
            raise _failure(self.mode)


def _failure(mode: str) -> Exception:
    return _FAILURES[mode]()
