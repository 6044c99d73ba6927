"""The data key and what it does: sealing records, and hiding their names.

Every sealed value is AES-256-GCM with a fresh 96-bit nonce in front. The additional
data says where the value belongs (vault, table, record, kind, revision), so that a
value moved to another place, or an older revision put back, does not open.
"""

import binascii
import hmac
import os
from typing import TYPE_CHECKING, Final, Self

from core.errors import VaultCorrupt
from core.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ID_CHARS: Final = 32
_SEXTETS: Final = {
    char: value
    for value, char in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_BASE64_CHARS: Final = 44


class DataKey:
    """The 256-bit key that opens all records of one vault, in memory that can be wiped."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytearray) -> None:
        if len(raw) != KEY_BYTES:
            raise VaultCorrupt("a data key has the wrong length")
        self._raw = raw

    @classmethod
    def fresh(cls) -> Self:
        """Return a new random key."""
        # Byte by byte: `os.urandom(32)` would leave an immutable copy behind.
        return cls(bytearray(os.urandom(1)[0] for _ in range(KEY_BYTES)))

    @classmethod
    def from_text(cls, text: Secret) -> Self:
        """Read the one base64 line that a keyring keeps. Raises VaultCorrupt."""
        line = text.reveal()
        padded = line.rstrip("=")
        if len(line) != _BASE64_CHARS or len(padded) != _BASE64_CHARS - 1:
            raise VaultCorrupt("the keyring's value is not a data key")
        raw = bytearray()
        pool = bits = 0
        for char in padded:
            sextet = _SEXTETS.get(char)
            if sextet is None:
                raise VaultCorrupt("the keyring's value is not a data key")
            pool, bits = (pool << 6) | sextet, bits + 6
            if bits >= 8:
                bits -= 8
                raw.append(pool >> bits)
                pool &= (1 << bits) - 1
        return cls(raw)

    def to_text(self) -> Secret:
        """Return the key as one base64 line without a line break."""
        return Secret(binascii.b2a_base64(self._raw, newline=False).decode())

    @property
    def raw(self) -> bytearray:
        """The key's own bytes, not a copy."""
        return self._raw

    def wipe(self) -> None:
        """Overwrite the key; whatever still uses it fails from now on."""
        self._raw[:] = bytes(len(self._raw))

    def __repr__(self) -> str:
        return "<data key>"


class Sealer:
    """Seals and opens values of one vault, and names records so that their names do not show."""

    def __init__(self, vault_id: str, key: DataKey) -> None:
        self.vault_id = vault_id
        self._key = key
        from cryptography.exceptions import InvalidTag

        self._unopened = InvalidTag
        self._cipher: AESGCM | None = cipher(key.raw)
        self._id_key = hmac.digest(key.raw, b"keypane record names 1", "sha256")

    def seal(self, table: str, record_id: str, kind: str, revision: int, plain: bytes) -> bytes:
        """Return nonce and ciphertext of `plain`, bound to its place."""
        nonce = os.urandom(_NONCE_BYTES)
        place = self._place(table, record_id, kind, revision)
        return nonce + self._alive().encrypt(nonce, plain, place)

    def open(self, table: str, record_id: str, kind: str, revision: int, sealed: bytes) -> bytes:
        """Return what was sealed at that place. Raises VaultCorrupt if it does not open."""
        place = self._place(table, record_id, kind, revision)
        try:
            return self._alive().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (self._unopened, ValueError):
            raise VaultCorrupt(f"a sealed {kind} does not open") from None

    def hidden(self, kind: str, name: str) -> str:
        """Return the opaque id under which the store knows `name`; the same each time."""
        digest = hmac.digest(self._id_key, f"{kind}\0{name}".encode(), "sha256")
        return digest.hex()[:_ID_CHARS]

    def wipe(self) -> None:
        """Forget the key."""
        self._cipher = None
        self._id_key = b""
        self._key.wipe()

    @property
    def key(self) -> DataKey:
        """The data key, to be wrapped once more."""
        return self._key

    def _alive(self) -> "AESGCM":
        if self._cipher is None:
            raise VaultCorrupt("the data key was wiped")
        return self._cipher

    def _place(self, table: str, record_id: str, kind: str, revision: int) -> bytes:
        return f"{self.vault_id}|{table}|{record_id}|{kind}|{revision}".encode()


def cipher(key: bytes | bytearray) -> "AESGCM":
    """Return AES-256-GCM under `key`; the library is loaded when first needed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
