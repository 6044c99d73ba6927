"""The data key and the sealer."""

import base64
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import VaultCorrupt
from core.secret import Secret
from core.vault.sealing import KEY_BYTES, DataKey, Sealer
from core.vault.wraps import Cost, unwrap_with_passphrase, wrap_with_passphrase


@pytest.fixture
def sealer() -> Sealer:
    return Sealer("vault", DataKey.fresh())


def test_two_fresh_keys_differ() -> None:
    assert DataKey.fresh().raw != DataKey.fresh().raw


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_a_key_survives_its_text_form(raw: bytes) -> None:
    text = DataKey(bytearray(raw)).to_text()

    assert text.reveal() == base64.b64encode(raw).decode()
    assert DataKey.from_text(text).raw == raw


@pytest.mark.parametrize(
    "text",
    ["", "short", "A" * 44, "A" * 43, "A" * 42 + "==", "é" * 43 + "=", " " * 43 + "=", "A" * 60],
)
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(VaultCorrupt):
        DataKey.from_text(Secret(text))


def test_a_key_prints_as_nothing_of_itself() -> None:
    key = DataKey.fresh()

    assert repr(key) == "<data key>"
    assert repr(key) == str(key)


def test_what_was_sealed_opens_at_its_place(sealer: Sealer) -> None:
    sealed = sealer.seal("records", "id", "app", 3, b"plain")

    assert b"plain" not in sealed
    assert sealer.open("records", "id", "app", 3, sealed) == b"plain"


@pytest.mark.parametrize(
    ("table", "record_id", "kind", "revision"),
    [
        ("operations", "id", "app", 3),
        ("records", "other", "app", 3),
        ("records", "id", "user", 3),
        ("records", "id", "app", 2),
    ],
)
def test_what_was_sealed_opens_nowhere_else(
    sealer: Sealer, table: str, record_id: str, kind: str, revision: int
) -> None:
    sealed = sealer.seal("records", "id", "app", 3, b"plain")

    with pytest.raises(VaultCorrupt):
        sealer.open(table, record_id, kind, revision, sealed)


def test_another_vault_with_the_same_key_opens_nothing() -> None:
    key = DataKey.fresh()
    sealed = Sealer("one", key).seal("records", "id", "app", 1, b"plain")

    with pytest.raises(VaultCorrupt):
        Sealer("two", key).open("records", "id", "app", 1, sealed)


def test_no_flipped_bit_and_no_cut_opens(sealer: Sealer) -> None:
    sealed = sealer.seal("records", "id", "app", 1, b"plain")
    flipped = [
        sealed[:at] + bytes([sealed[at] ^ (1 << bit)]) + sealed[at + 1 :]
        for at in range(len(sealed))
        for bit in range(8)
    ]
    cut = [sealed[:length] for length in range(len(sealed))]

    for broken in [*flipped, *cut, sealed + b"\0"]:
        with pytest.raises(VaultCorrupt):
            sealer.open("records", "id", "app", 1, broken)


def test_the_same_value_never_looks_the_same(sealer: Sealer) -> None:
    sealed = {sealer.seal("records", "id", "app", 1, b"plain") for _ in range(1000)}

    assert len({each[:12] for each in sealed}) == 1000


def test_hidden_names_are_steady_and_differ_by_kind_name_and_key(sealer: Sealer) -> None:
    hidden = sealer.hidden("setting", "theme")

    assert hidden == sealer.hidden("setting", "theme")
    assert "theme" not in hidden
    others = [
        sealer.hidden("app", "theme"),
        sealer.hidden("setting", "themes"),
        Sealer("vault", DataKey.fresh()).hidden("setting", "theme"),
    ]
    assert len({hidden, *others}) == 4


def test_a_wiped_sealer_opens_and_seals_nothing(sealer: Sealer) -> None:
    sealed = sealer.seal("records", "id", "app", 1, b"plain")
    sealer.wipe()

    with pytest.raises(VaultCorrupt):
        sealer.open("records", "id", "app", 1, sealed)
    with pytest.raises(VaultCorrupt):
        sealer.seal("records", "id", "app", 1, b"plain")


# --- memory --------------------------------------------------------------------------------------


def _writable_memory() -> Iterator[bytes]:
    with Path("/proc/self/mem").open("rb", 0) as memory:
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(edge, 16) for edge in span.split("-"))
            if "rw" in rights:
                try:
                    memory.seek(start)
                    yield memory.read(end - start)
                except OSError:
                    continue


def _copies(masked: bytearray) -> int:
    """Count the copies of a key in memory, without making one to look for."""
    first, second = (bytes(b ^ 0x5A for b in masked[half]) for half in (slice(8), slice(8, None)))
    found = 0
    for span in _writable_memory():
        at = span.find(first)
        while at >= 0:
            found += span[at + 8 : at + KEY_BYTES] == second
            at = span.find(first, at + 1)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads its own memory through /proc")
def test_no_copy_of_a_wiped_key_is_left_in_memory() -> None:
    key = DataKey.fresh()
    masked = bytearray(b ^ 0x5A for b in key.raw)
    again = DataKey.from_text(key.to_text())
    wrap = wrap_with_passphrase("vault", key, Secret("passphrase"), Cost(32, 1, 1))
    unwrapped = unwrap_with_passphrase("vault", wrap, Secret("passphrase"))
    sealer = Sealer("vault", key)
    sealer.open("t", "i", "k", 1, sealer.seal("t", "i", "k", 1, b"plain"))

    sealer.wipe()
    again.wipe()
    unwrapped.wipe()
    gc.collect()

    # One look only: what a look reads is itself memory, in which a key would stay.
    assert _copies(masked) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads its own memory through /proc")
def test_the_search_for_copies_finds_a_key_that_is_alive() -> None:
    key = DataKey.fresh()

    assert _copies(bytearray(b ^ 0x5A for b in key.raw)) >= 1
