"""The contract of the `KeyStore` port: the fake, and the desktop's real keyring."""

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from core.adapters.os_keyring import OsKeyring
from core.errors import VaultError
from core.ports import KeyStore
from core.secret import Secret
from tests.fakes.keys import FakeKeys


def _real() -> KeyStore:
    keyring = OsKeyring(seconds=60.0)
    try:
        keyring.probe()
    except VaultError as error:
        if os.environ.get("KEYPANE_TEST_KEYRING"):
            raise
        pytest.skip(f"THE REAL KEYRING IS NOT TESTED: {error.detail}; run it through dev.py test")
    return keyring


KEY_STORES: Final[dict[str, Callable[[], KeyStore]]] = {"fake": FakeKeys, "real": _real}
USER: Final = "vault-key-v1"
LINE: Final = Secret("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")


@pytest.fixture(params=list(KEY_STORES))
def keys(request: pytest.FixtureRequest) -> KeyStore:
    return KEY_STORES[request.param]()


@pytest.fixture
def service(keys: KeyStore) -> Iterator[str]:
    name = f"Keypane/test-{secrets.token_hex(8)}"
    yield name
    keys.delete(name, USER)


def test_the_probe_passes_twice_and_leaves_nothing(keys: KeyStore) -> None:
    keys.probe()
    keys.probe()


def test_what_was_never_written_is_none(keys: KeyStore, service: str) -> None:
    assert keys.read(service, USER) is None


def test_a_value_is_read_as_it_was_written(keys: KeyStore, service: str) -> None:
    keys.write(service, USER, LINE)

    assert keys.read(service, USER) == LINE


def test_services_and_users_are_told_apart(keys: KeyStore, service: str) -> None:
    keys.write(service, USER, LINE)

    assert keys.read(service, "another") is None
    assert keys.read(f"{service}-other", USER) is None


def test_a_deleted_value_is_gone(keys: KeyStore, service: str) -> None:
    keys.write(service, USER, LINE)
    keys.delete(service, USER)

    assert keys.read(service, USER) is None


def test_deleting_what_is_not_there_is_no_error(keys: KeyStore, service: str) -> None:
    keys.delete(service, USER)


def test_it_has_a_name_for_the_person(keys: KeyStore) -> None:
    assert keys.label


def test_nobody_waiting_means_nothing_to_stop(keys: KeyStore, service: str) -> None:
    keys.stop_waiting()

    assert keys.read(service, USER) is None
