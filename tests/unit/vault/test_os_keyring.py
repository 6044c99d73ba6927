"""The keyring adapter over backends that fail as real ones do."""

import os
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import keyring.errors
import pytest
import secretstorage.exceptions

from core.adapters.keyring_errors import ours
from core.adapters.os_keyring import CREDENTIAL_MANAGER, Allowed, OsKeyring, allowed_on
from core.errors import Cancelled, VaultLocked, VaultUnavailable, leaves
from core.secret import Secret

ROOT: Final = Path(__file__).parents[3]
LINE: Final = Secret("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")


class Backend:
    """A backend in memory, made as keyring's are; `on_call` is run in each call."""

    priority: Any = 5
    items: dict[tuple[str, str], str] = {}  # noqa: RUF012 - the class is a namespace for a test
    on_call: Callable[[str], object] = staticmethod(lambda _call: None)

    def __init__(self) -> None:
        self.set_properties_from_env()

    def set_properties_from_env(self) -> None:
        raise AssertionError("the environment was asked")

    def get_password(self, service: str, username: str) -> str | None:
        type(self).on_call("get")
        return type(self).items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        type(self).on_call("set")
        type(self).items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        type(self).on_call("delete")
        del type(self).items[service, username]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> type[Backend]:
    return planted(monkeypatch, "planted_backend")


def planted(monkeypatch: pytest.MonkeyPatch, name: str) -> type[Backend]:
    """Make a backend class that the adapter can import as a module of that name."""
    kind = type("Keyring", (Backend,), {"items": {}})
    module = types.ModuleType(name)
    module.Keyring = kind  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    return kind


def adapter(*names: str, seconds: float = 5.0) -> OsKeyring:
    allowed = [Allowed(name, "Keyring", f"Label of {name}") for name in names]
    return OsKeyring(allowed or [Allowed("planted_backend", "Keyring", "Planted")], seconds)


class Fence:
    """A call that hangs until the test is over."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, _call: str) -> None:
        self.entered.set()
        self.open.wait(20)


@pytest.fixture
def fence() -> Iterator[Fence]:
    hanging = Fence()
    yield hanging
    hanging.open.set()


def raising(error: BaseException) -> Callable[[str], object]:
    def fail(_call: str) -> object:
        raise error

    return fail


# --- which backends ------------------------------------------------------------------------------


def test_four_backends_are_allowed_by_name() -> None:
    allowed = {one for platform in ("linux", "win32", "darwin") for one in allowed_on(platform)}

    assert {(one.module, one.name) for one in allowed} == {
        ("core.adapters.secret_service", "SecretService"),
        ("keyring.backends.kwallet", "DBusKeyring"),
        ("keyring.backends.macOS", "Keyring"),
        ("keyring.backends.Windows", "WinVaultKeyring"),
    }
    assert {one.label for one in allowed} == {
        *("GNOME Keyring", "KWallet", "macOS Keychain", "Windows Credential Manager")
    }


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_each_allowed_backend_exists(platform: str) -> None:
    for allowed in allowed_on(platform):
        assert hasattr(__import__(allowed.module, fromlist=["x"]), allowed.name)


@pytest.mark.usefixtures("backend")
def test_the_environment_is_not_asked_for_properties() -> None:
    keys = adapter()
    keys.write("service", "user", LINE)

    assert keys.read("service", "user") == LINE


HOSTILE: Final = """
import os, sys
from core.adapters.os_keyring import OsKeyring
from core.errors import VaultUnavailable
try:
    OsKeyring(seconds=10).read("Keypane/x", "vault-key-v1")
    print("no error")
except VaultUnavailable as error:
    print(error.reason)
print("planted" in sys.modules, "keyring.backends.null" in sys.modules)
"""


def test_a_hostile_environment_and_configuration_choose_nothing(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("raise SystemExit('planted code ran')")
    config = tmp_path / "config" / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=planted.Keyring\nkeyring-path={tmp_path}\n"
    )
    environ = {
        "PATH": "/usr/bin",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/evil",
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nothing",
    }
    ran = subprocess.run(
        [sys.executable, "-c", HOSTILE],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ran.stdout.split() == ["no_keyring", "False", "False"], ran.stderr


def test_nothing_is_loaded_until_it_is_needed() -> None:
    script = (
        "import sys, core.adapters.os_keyring, core.vault.vault, core.adapters.sqlite_store;"
        "print([m for m in ('keyring', 'secretstorage', 'cryptography', 'filelock', 'requests')"
        " if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "[]"


def test_no_session_bus_is_told_at_once_and_loads_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("a session bus is Linux's")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)

    with pytest.raises(VaultUnavailable) as told:
        adapter("no_such_module").probe()
    assert told.value.reason == "no_keyring"


@pytest.mark.usefixtures("backend")
def test_backends_that_do_not_work_here_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def __get__(self, *_: object) -> float:
            raise RuntimeError("not on this desktop")

    planted(monkeypatch, "refusing_backend").priority = Refusing()
    keys = adapter("no_such_module", "refusing_backend", "planted_backend")
    assert keys.label == "Label of no_such_module"
    keys.probe()

    assert keys.label == "Label of planted_backend"
    with pytest.raises(VaultUnavailable) as told:
        adapter("no_such_module", "refusing_backend").probe()
    assert told.value.reason == "no_keyring"


def test_a_key_is_found_in_the_second_keyring_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = planted(monkeypatch, "first"), planted(monkeypatch, "second")
    second.items["service", "user"] = LINE.reveal()
    keys = adapter("first", "second")

    assert keys.read("service", "user") == LINE
    assert keys.label == "Label of second"
    keys.delete("service", "user")
    assert keys.read("service", "user") is None
    assert first.items == second.items == {}


def test_kde_answers_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    assert OsKeyring(allowed_on("linux")).label == "KWallet"
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    assert OsKeyring(allowed_on("linux")).label == "GNOME Keyring"


# --- the probe -----------------------------------------------------------------------------------


def test_the_probe_writes_reads_and_deletes(backend: type[Backend]) -> None:
    calls: list[str] = []
    backend.on_call = calls.append
    adapter().probe()

    assert calls == ["set", "get", "delete"]
    assert backend.items == {}


def test_a_backend_that_keeps_nothing_is_broken(backend: type[Backend]) -> None:
    backend.set_password = lambda *_args: None  # type: ignore[method-assign]

    with pytest.raises(VaultUnavailable) as told:
        adapter().probe()
    assert told.value.reason == "keyring_broken"


# --- time ----------------------------------------------------------------------------------------


def test_a_hanging_call_ends_at_its_deadline_and_the_next_one_works(
    backend: type[Backend], fence: Fence
) -> None:
    backend.on_call = fence
    keys = adapter(seconds=0.2)
    for _ in range(2):
        with pytest.raises(VaultUnavailable) as told:
            keys.read("service", "user")
        assert told.value.reason == "keyring_timeout"

    backend.on_call = staticmethod(lambda _call: None)
    assert keys.read("service", "user") is None


def test_a_call_that_waits_for_the_person_can_be_stopped(
    backend: type[Backend], fence: Fence
) -> None:
    backend.on_call = fence
    keys = adapter()
    stopped: list[Cancelled] = []

    def ask() -> None:
        try:
            keys.read("service", "user")
        except Cancelled as cancelled:
            stopped.append(cancelled)

    asking = threading.Thread(target=ask)
    asking.start()
    assert fence.entered.wait(30)
    keys.stop_waiting()
    asking.join(30)

    assert [each.nothing_sent for each in stopped] == [True]


def test_a_slow_answer_is_waited_for(backend: type[Backend], fence: Fence) -> None:
    backend.on_call = fence
    keys = adapter()
    answers: list[Secret | None] = []
    asking = threading.Thread(target=lambda: answers.append(keys.read("service", "user")))
    asking.start()
    assert fence.entered.wait(30)
    backend.items["service", "user"] = LINE.reveal()
    fence.open.set()
    asking.join(30)

    assert answers == [LINE]


def test_a_late_answer_of_a_thread_left_behind_changes_nothing(
    backend: type[Backend], fence: Fence
) -> None:
    backend.on_call = fence
    keys = adapter(seconds=0.1)
    with pytest.raises(VaultUnavailable):
        keys.read("service", "user")
    backend.on_call = staticmethod(lambda _call: None)
    keys.write("service", "user", LINE)
    fence.open.set()

    assert keys.read("service", "user") == LINE


# --- what backends raise -------------------------------------------------------------------------


def windows(number: int) -> Exception:
    """Return what pywin32 raises; it is no KeyringError and knows no base of ours."""
    error: Exception = type("error", (Exception,), {"winerror": number})(
        number, "CredWrite", "text"
    )
    return error


def caused(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


def mac(name: str, status: int) -> BaseException:
    inner = type(name, (Exception,), {})(status, "Unknown Error")
    return caused(keyring.errors.PasswordSetError("Can't store"), inner)


UNAVAILABLE: Final = [
    (keyring.errors.NoKeyringError("none"), "no_keyring"),
    (keyring.errors.InitError("Failed to create the collection"), "keyring_broken"),
    (
        caused(
            keyring.errors.InitError("Failed"),
            secretstorage.exceptions.PromptDismissedException("dismissed"),
        ),
        "keyring_denied",
    ),
    (secretstorage.exceptions.SecretServiceNotAvailableException("gone"), "no_keyring"),
    (keyring.errors.PasswordSetError("Cancelled by user"), "keyring_denied"),
    (keyring.errors.PasswordSetError("some reason"), "keyring_broken"),
    (keyring.errors.PasswordDeleteError("some reason"), "keyring_broken"),
    (TimeoutError("unlock"), "keyring_timeout"),
    (windows(1783), "keyring_broken"),
    (windows(8), "keyring_broken"),
    (windows(1312), "no_keyring"),
    (windows(5), "keyring_denied"),
    (windows(1223), "keyring_denied"),
    (windows(4711), "keyring_broken"),
    (mac("KeychainDenied", -128), "keyring_denied"),
    (caused(keyring.errors.KeyringLocked("x"), mac("KeychainDenied", -128)), "keyring_denied"),
    (mac("SecAuthFailure", -25293), "keyring_denied"),
    (mac("Error", -50), "keyring_broken"),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "reason"), "keyring_broken"),
    (ZeroDivisionError(), "keyring_broken"),
    (SystemExit(1), "keyring_broken"),
]
LOCKED: Final = [
    keyring.errors.KeyringLocked("Failed to unlock the collection!"),
    secretstorage.exceptions.LockedException("locked"),
    mac("Error", -25308),
]


@pytest.mark.parametrize(("error", "reason"), UNAVAILABLE, ids=repr)
def test_each_failure_has_its_reason(
    backend: type[Backend], error: BaseException, reason: str
) -> None:
    backend.on_call = raising(error)
    keys = adapter()
    acts: list[Callable[[], object]] = [
        keys.probe,
        lambda: keys.read("s", "u"),
        lambda: keys.write("s", "u", LINE),
        lambda: keys.delete("s", "u"),
    ]
    for act in acts:
        with pytest.raises(VaultUnavailable) as told:
            act()
        assert told.value.reason == reason


@pytest.mark.parametrize("error", LOCKED, ids=repr)
def test_a_locked_keyring_is_told_apart(backend: type[Backend], error: BaseException) -> None:
    backend.on_call = raising(error)
    with pytest.raises(VaultLocked) as told:
        adapter().read("s", "u")
    assert told.value.needs == "keyring"


def test_every_error_of_the_libraries_becomes_ours() -> None:
    libraries = (keyring.errors.KeyringError, secretstorage.exceptions.SecretStorageException)
    kinds = [kind for root in libraries for kind in [root, *leaves(root)]]  # type: ignore[arg-type]

    assert len(kinds) >= 10
    for kind in kinds:
        assert isinstance(ours(kind("a text with a value")), VaultUnavailable | VaultLocked)
        assert "value" not in str(ours(kind("a text with a value")))


def test_no_foreign_text_travels_on(backend: type[Backend], canaries: Any) -> None:
    value = canaries.secret()
    backend.on_call = raising(RuntimeError(f"could not store {value.reveal()}"))
    with pytest.raises(VaultUnavailable) as told:
        adapter().write("s", "u", value)

    assert value.reveal() not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


# --- the real Windows backend, over a stand-in for its library -----------------------------------


class Win32Cred(types.ModuleType):
    """Windows' credential store as `win32cred` shows it, with its limits."""

    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_LOCAL_MACHINE = 2
    CRED_PERSIST_ENTERPRISE = 3
    LIMIT_BYTES = 2560

    def __init__(self, error: type[Exception]) -> None:
        super().__init__("win32cred")
        self.error = error
        self.kept: dict[str, dict[str, Any]] = {}

    def CredWrite(self, credential: dict[str, Any], _flags: int) -> None:  # noqa: N802 - its name
        blob = credential["CredentialBlob"].encode("utf-16-le")
        if len(blob) > self.LIMIT_BYTES:
            raise self._error(1783, "CredWrite")
        self.kept[credential["TargetName"]] = {**credential, "CredentialBlob": blob}

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803 - its names
        if TargetName not in self.kept:
            raise self._error(1168, "CredRead")
        return self.kept[TargetName]

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803 - its names
        if TargetName not in self.kept:
            raise self._error(1168, "CredDelete")
        del self.kept[TargetName]

    def _error(self, number: int, function: str) -> Exception:
        error = self.error(number, function, "text")
        error.winerror = number  # type: ignore[attr-defined]
        error.funcname = function  # type: ignore[attr-defined]
        return error


@pytest.fixture
def win32cred(monkeypatch: pytest.MonkeyPatch) -> Win32Cred:
    error = type("error", (Exception,), {})
    types_module = types.ModuleType("pywintypes")
    types_module.error = error  # type: ignore[attr-defined]
    cred = Win32Cred(error)
    monkeypatch.setitem(sys.modules, "pywintypes", types_module)
    monkeypatch.setitem(sys.modules, "win32cred", cred)
    monkeypatch.delitem(sys.modules, "keyring.backends.Windows", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    return cred


def test_windows_keeps_the_key_on_this_computer_in_one_item(win32cred: Win32Cred) -> None:
    keys = OsKeyring([CREDENTIAL_MANAGER], 5.0)
    keys.probe()
    keys.write("Keypane/id", "vault-key-v1", LINE)

    assert keys.read("Keypane/id", "vault-key-v1") == LINE
    ((name, kept),) = win32cred.kept.items()
    assert name == "Keypane/id"
    assert kept["Persist"] == win32cred.CRED_PERSIST_LOCAL_MACHINE
    keys.delete("Keypane/id", "vault-key-v1")
    assert win32cred.kept == {}


@pytest.mark.usefixtures("win32cred")
@pytest.mark.parametrize("text", ["x" * 1281, "\N{GRINNING FACE}" * 641])
def test_windows_refuses_what_is_too_long_and_we_say_so(text: str) -> None:
    keys = OsKeyring([CREDENTIAL_MANAGER], 5.0)
    with pytest.raises(VaultUnavailable) as told:
        keys.write("Keypane/id", "vault-key-v1", Secret(text))

    assert told.value.reason == "keyring_broken"
    keys.write("Keypane/id", "vault-key-v1", Secret(text[: len(text) - 1]))


def test_a_second_question_waits_for_its_turn_and_no_longer(
    backend: type[Backend], fence: Fence
) -> None:
    backend.on_call = fence
    keys = adapter(seconds=0.3)
    reasons: list[str] = []

    def ask() -> None:
        try:
            keys.read("service", "user")
        except VaultUnavailable as error:
            reasons.append(error.reason)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for each in asking:
        each.start()
    for each in asking:
        each.join(30)

    assert reasons == ["keyring_timeout"] * 3
