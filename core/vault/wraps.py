"""Key wraps: how the data key is found again, by the OS keyring or by a passphrase.

A vault has one wrap or several: the keyring's, a passphrase's, and that of a recovery
passphrase, which is for the day when the others are lost. The keyring's holds the data key
itself, in one item that is written once; a passphrase's holds it sealed under a key derived
with Argon2id (RFC 9106), whose parameters stand beside it and are clamped when they are read.
"""

import binascii
import hashlib
import os
from dataclasses import dataclass
from typing import Any, Final

from core.errors import BadInput, VaultCorrupt
from core.redaction import learn
from core.secret import Secret
from core.vault.codec import from_json, to_json
from core.vault.sealing import KEY_BYTES, DataKey, cipher

VAULT_ID: Final = "vault_id"
CHECK: Final = "check"
KEYRING_WRAP: Final = "wrap.keyring"
PASSPHRASE_WRAP: Final = "wrap.passphrase"  # noqa: S105 - a name, no passphrase
RECOVERY_WRAP: Final = "wrap.recovery"
PASSPHRASES: Final = (PASSPHRASE_WRAP, RECOVERY_WRAP)
WRAPS: Final = (KEYRING_WRAP, *PASSPHRASES)

KEYRING_USER: Final = "vault-key-v1"
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_LEAST_MEMORY_KIB: Final = 8
_MOST_MEMORY_KIB: Final = 1 << 20
_MOST_ITERATIONS: Final = 20
_MOST_LANES: Final = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: memory, passes and lanes of Argon2id."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    def clamped(self) -> "Cost":
        """Return this cost within what may be spent at all, so that no file can stop us."""
        lanes = min(max(self.lanes, 1), _MOST_LANES)
        return Cost(
            min(max(self.memory_kib, _LEAST_MEMORY_KIB * lanes), _MOST_MEMORY_KIB),
            min(max(self.iterations, 1), _MOST_ITERATIONS),
            lanes,
        )


def keyring_service(vault_id: str) -> str:
    """Return the name under which the OS keyring knows this vault's key."""
    return f"Keypane/{vault_id}"


def wrap_with_keyring(vault_id: str) -> bytes:
    """Return the note that the data key is in the OS keyring, and where."""
    return _summed(vault_id, {"service": keyring_service(vault_id), "user": KEYRING_USER})


def keyring_item(vault_id: str, wrap: bytes) -> tuple[str, str]:
    """Return service and user of the keyring's item. Raises VaultCorrupt."""
    note = _note(vault_id, wrap)
    try:
        return str(note["service"]), str(note["user"])
    except KeyError:
        raise VaultCorrupt("the keyring wrap is malformed") from None


def wrap_with_passphrase(vault_id: str, key: DataKey, passphrase: Secret, cost: Cost) -> bytes:
    """Return the data key sealed under the passphrase. Takes about a quarter of a second."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    derived = _derive(passphrase, salt, cost)
    sealed = cipher(derived).encrypt(nonce, key.raw, _place(vault_id))
    return _summed(
        vault_id,
        {
            "kdf": "argon2id",
            "memory_kib": cost.memory_kib,
            "iterations": cost.iterations,
            "lanes": cost.lanes,
            "salt": _text(salt),
            "nonce": _text(nonce),
            "key": _text(sealed),
        },
    )


def unwrap_with_passphrase(vault_id: str, wrap: bytes, passphrase: Secret) -> DataKey:
    """Return the data key.

    Raises:
        BadInput: the passphrase is not the one.
        VaultCorrupt: the wrap is damaged, or another vault's.
    """
    from cryptography.exceptions import InvalidTag

    note = _note(vault_id, wrap)
    try:
        cost = Cost(int(note["memory_kib"]), int(note["iterations"]), int(note["lanes"])).clamped()
        salt, nonce, sealed = (_bytes(note[name]) for name in ("salt", "nonce", "key"))
    except (KeyError, TypeError, ValueError):
        raise VaultCorrupt("the passphrase wrap is malformed") from None
    raw = bytearray(KEY_BYTES)
    try:
        # Into our own buffer, since an immutable copy of the key could not be wiped.
        cipher(_derive(passphrase, salt, cost)).decrypt_into(nonce, sealed, _place(vault_id), raw)
    except InvalidTag:
        raise BadInput("passphrase", "it does not open this vault") from None
    except ValueError:
        raise VaultCorrupt("the passphrase wrap is malformed") from None
    return DataKey(raw)


def _derive(passphrase: Secret, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    learn(passphrase)
    derivation = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return derivation.derive(passphrase.reveal().encode())


def _place(vault_id: str) -> bytes:
    return f"{vault_id}|{PASSPHRASE_WRAP}".encode()


def _summed(vault_id: str, note: dict[str, object]) -> bytes:
    """Return a wrap with its checksum, which tells damage from a wrong key."""
    return to_json({**note, "sum": _sum(vault_id, note)})


def _note(vault_id: str, wrap: bytes) -> dict[str, Any]:
    note = from_json(wrap)
    if note.pop("sum", None) != _sum(vault_id, note):
        raise VaultCorrupt("a key wrap is damaged")
    return note


def _sum(vault_id: str, note: dict[str, object]) -> str:
    return hashlib.sha256(vault_id.encode() + b"|" + to_json(note)).hexdigest()


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _bytes(text: object) -> bytes:
    return binascii.a2b_base64(str(text), strict_mode=True)
