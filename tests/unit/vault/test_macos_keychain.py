"""The real macOS backend of `keyring`, over stand-ins for the system's calls.

Its own code runs: how it deletes before it adds, and which status becomes which of its errors.
Never run on a Mac; the statuses are those of Security/SecBase.h (read November 2026).
"""

import ctypes
import importlib
import platform
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

from core.adapters.os_keyring import KEYCHAIN, OsKeyring
from core.errors import VaultLocked, VaultUnavailable
from core.secret import Secret

BACKEND: Final = "keyring.backends.macOS"
LINE: Final = Secret("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")
ITEM: Final = ("Keypane/id", "vault-key-v1")
NOT_FOUND, DENIED, AUTH_FAILED, NOT_ALLOWED, UNSIGNED = -25300, -128, -25293, -25308, -67030


class Framework:
    """A library of the system in which every name is a function that takes whatever."""

    def __init__(self, *_: object) -> None:
        self._made: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["_made"].setdefault(name, type("Function", (), {})())


class Keychain:
    """The keychain behind SecItemAdd, SecItemCopyMatching and SecItemDelete.

    Attributes:
        items: what is kept. calls: the names of the calls so far.
        refuse: from the call of this number on (1 is the first), answer with this status.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.refuse: tuple[int, int] | None = None

    def add(self, query: dict[str, Any], _result: object) -> int:
        """SecItemAdd."""
        if status := self._enter("add"):
            return status
        self.items[_name(query)] = query["kSecValueData"]
        return 0

    def find(self, query: dict[str, Any], result: list[str]) -> int:
        """SecItemCopyMatching."""
        if status := self._enter("find"):
            return status
        if _name(query) not in self.items:
            return NOT_FOUND
        result.append(self.items[_name(query)])
        return 0

    def delete(self, query: dict[str, Any]) -> int:
        """SecItemDelete."""
        if status := self._enter("delete"):
            return status
        return 0 if self.items.pop(_name(query), None) is not None else NOT_FOUND

    def _enter(self, call: str) -> int:
        self.calls.append(call)
        if self.refuse is not None and len(self.calls) >= self.refuse[0]:
            return self.refuse[1]
        return 0


def _name(query: dict[str, Any]) -> tuple[str, str]:
    return query["kSecAttrService"], query["kSecAttrAccount"]


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keychain]:
    kept = Keychain()
    for name in (BACKEND, f"{BACKEND}.api"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with monkeypatch.context() as loading:
        loading.setattr(ctypes, "CDLL", Framework)
        api = importlib.import_module(f"{BACKEND}.api")
        importlib.import_module(BACKEND)
    found: list[str] = []
    monkeypatch.setattr(api, "k_", lambda name: name)
    monkeypatch.setattr(api, "create_query", lambda **facts: facts)
    monkeypatch.setattr(api, "byref", lambda _data: found)
    monkeypatch.setattr(api, "cfstr_to_str", lambda _data: found.pop())
    monkeypatch.setattr(api, "SecItemAdd", kept.add)
    monkeypatch.setattr(api, "SecItemCopyMatching", kept.find)
    monkeypatch.setattr(api, "SecItemDelete", kept.delete)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    yield kept
    for name in (BACKEND, f"{BACKEND}.api"):
        sys.modules.pop(name, None)


@pytest.fixture
def keys() -> OsKeyring:
    return OsKeyring([KEYCHAIN], 30.0)


def test_the_key_is_one_item_that_is_found_and_deleted_again(
    keychain: Keychain, keys: OsKeyring
) -> None:
    keys.probe()
    assert keychain.items == {}
    keys.write(*ITEM, LINE)

    assert keychain.items == {ITEM: LINE.reveal()}
    assert keys.read(*ITEM) == LINE
    assert keys.label == "macOS Keychain"
    keys.delete(*ITEM)
    keys.delete(*ITEM)
    assert keychain.items == {}


def test_what_was_never_kept_is_none(keychain: Keychain, keys: OsKeyring) -> None:
    assert keys.read(*ITEM) is None
    assert keychain.calls == ["find"]


def test_a_write_deletes_first_which_is_why_no_item_is_ever_written_over(
    keychain: Keychain, keys: OsKeyring
) -> None:
    keys.write(*ITEM, LINE)
    keychain.refuse = (len(keychain.calls) + 2, DENIED)

    with pytest.raises(VaultUnavailable):
        keys.write(*ITEM, Secret("another"))

    assert keychain.items == {}, "the backend lost what was there: the quirk itself"


@pytest.mark.parametrize(
    ("status", "kind", "what"),
    [
        (DENIED, VaultUnavailable, "keyring_denied"),
        (NOT_ALLOWED, VaultLocked, "keyring"),
        (AUTH_FAILED, VaultUnavailable, "keyring_denied"),
        (UNSIGNED, VaultUnavailable, "keyring_denied"),
        (-50, VaultUnavailable, "keyring_broken"),
    ],
)
@pytest.mark.parametrize("act", ["read", "write", "probe"])
def test_each_status_has_its_reason(
    keychain: Keychain, keys: OsKeyring, act: str, status: int, kind: type, what: str
) -> None:
    keychain.refuse = (1, status)
    acts = {
        "read": lambda: keys.read(*ITEM),
        "write": lambda: keys.write(*ITEM, LINE),
        "probe": keys.probe,
    }

    with pytest.raises((VaultLocked, VaultUnavailable)) as told:
        acts[act]()

    error = told.value
    reason = getattr(error, "reason", None) or getattr(error, "needs", None)
    assert (type(error), reason) == (kind, what)


def test_the_keychain_that_the_environment_names_is_ignored(
    keychain: Keychain, keys: OsKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYCHAIN_PATH", "/tmp/planted.keychain")
    keys.write(*ITEM, LINE)

    assert keychain.items == {ITEM: LINE.reveal()}
