"""A backup: one file, sealed under a passphrase, that says nothing about what is in it.

    magic              "Keypane backup" and a line break
    format, reader     two numbers: its version, and the oldest version that reads it right
    header             its length and JSON: the backup's id and the wrap of its key
    sum                SHA-256 of all of the above
    nonce, body        AES-256-GCM under a key of its own; all of the above is authenticated

The key is random and wrapped as a vault's is (Argon2id, see `core.vault.wraps`), so a wrong
passphrase is told from damage: the wrap has a checksum of its own. The sum comes before the
version is looked at, so that a flipped bit is never taken for a newer program's file. Nothing
of a person shows, neither a date nor how many Apps there are, but for the length.
"""

import hashlib
import os
import secrets
import struct
from typing import Final

from core.errors import BadInput, VaultCorrupt, VaultUnavailable
from core.secret import Secret
from core.vault.codec import from_json, to_json
from core.vault.sealing import DataKey, cipher
from core.vault.wraps import Cost, unwrap_with_passphrase, wrap_with_passphrase

MAGIC: Final = b"Keypane backup\n"
FORMAT: Final = 1
LONGEST_BYTES: Final = 256 << 20
_NUMBERS: Final = struct.Struct(">HHI")
_SUM_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MOST_HEADER_BYTES: Final = 1 << 16  # ours has some 400; a foreign one must not fill the memory
_DAMAGED: Final = "the backup is damaged; take another copy of it"


def seal_backup(
    body: bytes, passphrase: Secret, cost: Cost, numbers: tuple[int, int] = (FORMAT, FORMAT)
) -> bytes:
    """Return the whole file. Takes about a quarter of a second.

    Raises:
        BadInput: the passphrase is empty.
    """
    if not passphrase:
        raise BadInput("passphrase", "it is empty")
    backup_id, key = secrets.token_hex(16), DataKey.fresh()
    try:
        wrap = wrap_with_passphrase(backup_id, key, passphrase, cost)
        header = to_json({"backup_id": backup_id, "wrap": wrap.decode("ascii")})
        head = MAGIC + _NUMBERS.pack(*numbers, len(header)) + header
        head += hashlib.sha256(head).digest()
        nonce = os.urandom(_NONCE_BYTES)
        return head + nonce + cipher(key.raw).encrypt(nonce, body, head)
    finally:
        key.wipe()


def open_backup(whole: bytes, passphrase: Secret) -> bytes:
    """Return the body. Takes about a quarter of a second.

    Raises:
        BadInput: `whole` is no backup, is damaged, or was made by a newer version ("FILE"), or
            the passphrase is another one ("passphrase").
    """
    from cryptography.exceptions import InvalidTag

    head, sealed = _parted(whole)
    try:
        header = from_json(head[len(MAGIC) + _NUMBERS.size : -_SUM_BYTES])
        key = _key_of(header, passphrase)
    except (VaultCorrupt, VaultUnavailable):
        raise BadInput("FILE", _DAMAGED) from None
    try:
        return cipher(key.raw).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], head)
    except (InvalidTag, ValueError):
        raise BadInput("FILE", _DAMAGED) from None
    finally:
        key.wipe()


def _key_of(header: dict[str, object], passphrase: Secret) -> DataKey:
    backup_id, wrap = header.get("backup_id"), header.get("wrap")
    if not isinstance(backup_id, str) or not isinstance(wrap, str):
        raise VaultCorrupt("the header lacks its key")
    try:
        return unwrap_with_passphrase(backup_id, wrap.encode(), passphrase)
    except BadInput:
        raise BadInput("passphrase", "it does not open this backup") from None
    except UnicodeError:  # half a surrogate pair, which JSON's escapes can write
        raise VaultCorrupt("the header is malformed") from None


def _parted(whole: bytes) -> tuple[bytes, bytes]:
    """Return head and sealed body. Raises BadInput unless the head is whole and ours to read."""
    if not whole.startswith(MAGIC):
        raise BadInput("FILE", "this is no backup of Keypane")
    start = len(MAGIC) + _NUMBERS.size
    if len(whole) < start:
        raise BadInput("FILE", _DAMAGED)
    _, reader, length = _NUMBERS.unpack_from(whole, len(MAGIC))
    if length > _MOST_HEADER_BYTES:
        raise BadInput("FILE", _DAMAGED)
    end = start + length + _SUM_BYTES  # a file that ends before has another sum
    if hashlib.sha256(whole[: end - _SUM_BYTES]).digest() != whole[end - _SUM_BYTES : end]:
        raise BadInput("FILE", _DAMAGED)
    if reader > FORMAT:
        raise BadInput("FILE", "a newer version of Keypane made this backup; install that version")
    return whole[:end], whole[end:]
