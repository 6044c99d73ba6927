"""The OS keyring, for one item: the vault's data key. The only user of `keyring`'s backends.

Backends are made directly from an allow-list of four. Keyring's own choice would obey
environment variables and a configuration file, which can name a backend that keeps nothing,
or a folder to load code from. Each call runs on a thread of its own with a deadline, since a
prompt that nobody answers never returns; a hung thread is left behind and replaced.
"""

import importlib
import logging
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from core.adapters.keyring_errors import ours
from core.adapters.threads import start_thread
from core.errors import Cancelled, KeypaneError, VaultUnavailable
from core.secret import Secret

log = logging.getLogger(__name__)

T = TypeVar("T")

PROMPT_SECONDS: Final = 60.0
_PROBE_BYTES: Final = 32


class Backend(Protocol):
    """What is used of a backend, in the shape of the `keyring` library's."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the value, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the value."""

    def delete_password(self, service: str, username: str) -> None:
        """Delete the value."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A backend that may be used.

    Attributes:
        module, name: where its class is: in the library, but for the one that starts wait for.
        label: what the person knows it as.
        traits: attributes that its objects get, over what the environment wants.
    """

    module: str
    name: str
    label: str
    traits: tuple[tuple[str, object], ...] = ()


SECRET_SERVICE: Final = Allowed(
    "core.adapters.secret_service", "SecretService", "GNOME Keyring", (("appid", "Keypane"),)
)
KWALLET: Final = Allowed(
    "keyring.backends.kwallet", "DBusKeyring", "KWallet", (("appid", "Keypane"),)
)
KEYCHAIN: Final = Allowed(
    "keyring.backends.macOS", "Keyring", "macOS Keychain", (("keychain", None),)
)
# "local machine": a key that roams to other computers of a domain is of no use there.
CREDENTIAL_MANAGER: Final = Allowed(
    "keyring.backends.Windows",
    "WinVaultKeyring",
    "Windows Credential Manager",
    (("persist", "local machine"),),
)


def allowed_on(platform: str = sys.platform) -> tuple[Allowed, ...]:
    """Return the backends of a platform, the preferred one first."""
    if platform == "win32":
        return (CREDENTIAL_MANAGER,)
    if platform == "darwin":
        return (KEYCHAIN,)
    return (SECRET_SERVICE, KWALLET)


class OsKeyring:
    """The `KeyStore` port on the desktop's keyring. Does nothing until it is asked.

    A backend that a desktop offers later is found at the next call.
    """

    def __init__(
        self, allowed: Sequence[Allowed] | None = None, seconds: float = PROMPT_SECONDS
    ) -> None:
        self._allowed = tuple(allowed_on() if allowed is None else allowed)
        self._seconds = seconds
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._call: _Call[Any] | None = None
        self._backends = _Backends(self._allowed)
        self._label = ""

    @property
    def label(self) -> str:
        """What the person knows the keyring as; a guess before the first call."""
        return self._label or _named(self._allowed[0])

    def probe(self) -> None:
        """Write, read back and delete a value under a name of its own."""
        service, value = f"Keypane/probe-{secrets.token_hex(8)}", secrets.token_hex(_PROBE_BYTES)

        def work() -> None:
            allowed, backend = next(self._usable())
            backend.set_password(service, "probe", value)
            kept = backend.get_password(service, "probe")
            if kept is not None:
                backend.delete_password(service, "probe")
            if kept != value:
                raise VaultUnavailable("keyring_broken", "the keyring did not keep a value")
            self._label = _named(allowed)

        self._ask(work)

    def read(self, service: str, user: str) -> Secret | None:
        """Return the value, or None where no keyring of this desktop has one."""

        def work() -> Secret | None:
            for allowed, backend in self._usable():
                value = backend.get_password(service, user)
                if value is not None:
                    self._label = _named(allowed)
                    return Secret(value)
            return None

        return self._ask(work)

    def write(self, service: str, user: str, value: Secret) -> None:
        """Store the value under a name that has none yet."""

        def work() -> None:
            allowed, backend = next(self._usable())
            backend.set_password(service, user, value.reveal())
            self._label = _named(allowed)

        self._ask(work)

    def delete(self, service: str, user: str) -> None:
        """Delete the value wherever there is one."""

        def work() -> None:
            for _, backend in self._usable():
                if backend.get_password(service, user) is not None:
                    backend.delete_password(service, user)

        self._ask(work)

    def stop_waiting(self) -> None:
        """Make the call that waits for the keyring end with Cancelled."""
        with self._guard:
            call = self._call
        if call is not None:
            call.stop()

    def _ask(self, work: Callable[[], T]) -> T:
        if not self._turn.acquire(timeout=self._seconds):
            raise VaultUnavailable("keyring_timeout", "the keyring is busy with another question")
        try:
            call = _Call(work)
            with self._guard:
                self._call = call
            thread = start_thread("keyring", call.run)
            try:
                return call.wait(self._seconds)
            finally:
                if not call.is_over:
                    # The thread left behind may still be using them.
                    self._backends = _Backends(self._allowed)
                    _hang_up(thread)
        finally:
            with self._guard:
                self._call = None
            self._turn.release()

    def _usable(self) -> Iterator[tuple[Allowed, Backend]]:
        """Yield the backends that work here. Runs on the worker. Raises VaultUnavailable."""
        if sys.platform.startswith("linux") and not _has_session_bus():
            raise VaultUnavailable("no_keyring", "there is no D-Bus session")
        found = False
        for each in self._backends.found():
            found = True
            yield each
        if not found:
            raise VaultUnavailable("no_keyring", "no keyring of this desktop answers")


class _Backends:
    """The backends that work here, each made when the ones before it did not serve."""

    def __init__(self, allowed: Sequence[Allowed]) -> None:
        self._allowed = allowed
        self._made: list[tuple[Allowed, Backend]] = []
        self._untried = list(allowed)

    def found(self) -> Iterator[tuple[Allowed, Backend]]:
        """Yield them in order; what did not work is tried again once nothing works."""
        yield from tuple(self._made)
        while self._untried:
            allowed = self._untried.pop(0)
            backend = _make(allowed)
            if backend is not None:
                self._made.append((allowed, backend))
                yield allowed, backend
        if not self._made:
            self._untried = list(self._allowed)


class _Call(Generic[T]):
    """One question to the keyring, answered on a thread that may have to be left behind."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._guard = threading.Lock()
        self._settled = threading.Event()
        self.is_over = False  # the worker is done, whether anybody waited or not
        self._answer: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do the work, on the worker."""
        try:
            answer = self._work()
        except BaseException as error:  # noqa: BLE001 - handed to the caller, translated
            self.is_over = True
            self._settle(error=error)
        else:
            self.is_over = True
            self._settle(answer)

    def stop(self) -> None:
        """End the wait; what the worker still finds out goes nowhere."""
        self._settle(error=Cancelled(nothing_sent=True))

    def wait(self, seconds: float) -> T:
        """Return the answer. Raises our errors, VaultUnavailable("keyring_timeout") too."""
        if not self._settled.wait(seconds):
            self._settle(error=VaultUnavailable("keyring_timeout", "the keyring did not answer"))
        if self._error is None:
            return self._answer[0]
        if isinstance(self._error, KeypaneError | Cancelled):
            raise self._error
        raise ours(self._error) from None  # its text may hold the value

    def _settle(self, *answer: T, error: BaseException | None = None) -> None:
        with self._guard:
            if not self._settled.is_set():
                self._answer, self._error = list(answer), error
                self._settled.set()


def _hang_up(thread: threading.Thread) -> None:
    """End what the thread waits for on the bus, where it waits on one."""
    module = sys.modules.get(SECRET_SERVICE.module)
    if module is not None:
        module.hang_up(thread.ident)


def _make(allowed: Allowed) -> Backend | None:
    """Return the backend, deaf to the environment, or None where it does not work here."""
    try:
        kind = getattr(importlib.import_module(allowed.module), allowed.name)
        deaf = type(kind.__name__, (kind,), {"set_properties_from_env": lambda _self: None})
        kind.priority  # noqa: B018 - raises where the backend does not work
        backend = deaf()
        for name, value in allowed.traits:
            setattr(backend, name, value)
    except Exception as error:  # noqa: BLE001 - backends raise what they please
        log.info("keyring backend %s is not usable: %s", allowed.module, type(error).__name__)
        return None
    return cast("Backend", backend)


def _has_session_bus() -> bool:
    """Return whether there can be a Secret Service, without loading a library for it."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    with suppress(OSError):
        return Path(f"/run/user/{os.getuid()}/bus").exists() or (
            Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "bus").exists()
        )
    return False


def _named(allowed: Allowed) -> str:
    desktop = os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")
    if allowed is SECRET_SERVICE and "KDE" in desktop:
        return KWALLET.label  # KWallet answers there under the Secret Service's name
    return allowed.label
