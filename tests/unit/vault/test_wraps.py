"""Key wraps: keyring and passphrase."""

import json
import time

import pytest

from core.errors import BadInput, VaultCorrupt, VaultUnavailable
from core.secret import Secret
from core.vault.sealing import DataKey
from core.vault.wraps import (
    Cost,
    _summed,
    keyring_item,
    unwrap_with_passphrase,
    wrap_with_keyring,
    wrap_with_passphrase,
)
from tests.fakes.vaults import CHEAP

PASSPHRASE = Secret("correct horse, Bätterie staple")


def test_the_passphrase_gives_the_key_back() -> None:
    key = DataKey.fresh()
    wrap = wrap_with_passphrase("vault", key, PASSPHRASE, CHEAP)

    assert unwrap_with_passphrase("vault", wrap, PASSPHRASE).raw == key.raw


@pytest.mark.parametrize("other", ["", "correct horse", "correct horse, Bätterie staple "])
def test_another_passphrase_is_refused(other: str) -> None:
    wrap = wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP)

    with pytest.raises(BadInput):
        unwrap_with_passphrase("vault", wrap, Secret(other))


def test_the_wrap_of_another_vault_is_corrupt_here() -> None:
    wrap = wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP)

    with pytest.raises(VaultCorrupt):
        unwrap_with_passphrase("another", wrap, PASSPHRASE)


def test_two_wraps_of_one_key_share_nothing() -> None:
    key = DataKey.fresh()
    one, two = (json.loads(wrap_with_passphrase("v", key, PASSPHRASE, CHEAP)) for _ in range(2))

    assert all(one[name] != two[name] for name in ("salt", "nonce", "key"))


def test_the_real_cost_is_64_mib_3_passes_and_4_lanes() -> None:
    key = DataKey.fresh()
    wrap = wrap_with_passphrase("vault", key, PASSPHRASE, Cost())
    started = time.perf_counter()

    assert unwrap_with_passphrase("vault", wrap, PASSPHRASE).raw == key.raw
    assert time.perf_counter() - started > 0.02, "cheaper than any machine can be"
    note = json.loads(wrap)
    assert (note["memory_kib"], note["iterations"], note["lanes"]) == (65536, 3, 4)


def test_a_cost_that_no_machine_can_pay_is_clamped() -> None:
    assert Cost(1 << 40, 1 << 40, 1 << 40).clamped() == Cost(1 << 20, 20, 16)
    assert Cost(0, 0, 0).clamped() == Cost(8, 1, 1)
    assert Cost(-5, -5, -5).clamped() == Cost(8, 1, 1)
    assert Cost().clamped() == Cost()


@pytest.mark.parametrize(
    "how",
    [
        {"salt": "***"},
        {"salt": ""},
        {"key": None},
        {"nonce": ""},
        {"nonce": "AA=="},
        {"key": ""},
        {"memory_kib": "much"},
        {"memory_kib": None},
    ],
    ids=str,
)
def test_a_damaged_wrap_is_told_from_a_wrong_passphrase(how: dict[str, object]) -> None:
    wrap = json.loads(wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP))

    with pytest.raises(VaultCorrupt):
        unwrap_with_passphrase("vault", json.dumps({**wrap, **how}).encode(), PASSPHRASE)


def test_a_wrap_without_a_part_is_corrupt() -> None:
    wrap = json.loads(wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP))
    del wrap["salt"]

    with pytest.raises(VaultCorrupt):
        unwrap_with_passphrase("vault", json.dumps(wrap).encode(), PASSPHRASE)


def test_the_keyring_item_is_named_after_the_vault() -> None:
    assert keyring_item("abc", wrap_with_keyring("abc")) == ("Keypane/abc", "vault-key-v1")


def test_a_keyring_wrap_that_names_no_item_is_corrupt() -> None:
    with pytest.raises(VaultCorrupt):
        keyring_item("abc", b'{"v":1}')


def test_no_flipped_bit_of_a_wrap_looks_like_a_wrong_passphrase() -> None:
    wrap = wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP)
    for at in range(len(wrap)):
        flipped = wrap[:at] + bytes([wrap[at] ^ 1]) + wrap[at + 1 :]
        with pytest.raises((VaultCorrupt, VaultUnavailable)):
            unwrap_with_passphrase("vault", flipped, PASSPHRASE)


@pytest.mark.parametrize(
    "how",
    [
        {"salt": "***"},
        {"nonce": "AA=="},
        {"memory_kib": "much"},
        {"lanes": None},
        {"service": 5},
    ],
    ids=str,
)
def test_a_wrap_that_was_never_right_is_corrupt(how: dict[str, object]) -> None:
    note = json.loads(wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP))
    del note["sum"], note["v"]
    wrong = _summed("vault", {**note, **how})

    with pytest.raises(VaultCorrupt):
        keyring_item("vault", wrong)
    if "service" not in how:
        with pytest.raises(VaultCorrupt):
            unwrap_with_passphrase("vault", wrong, PASSPHRASE)
