"""Credentials that need not be stored: everything lasting follows from one seed.

The state file must never hold a credential, readable or encoded, because the
product's own tests scan the whole data directory for secrets. So API Keys,
client secrets, Bearer Tokens and OAuth 1.0a pairs are computed from a random
seed, the App and a generation number; only the seed and the numbers are kept.
Whoever has the seed can compute them, which is fine for a practice X on this
computer: none of them opens anything elsewhere. Codes, Access Tokens and
Refresh Tokens are random and kept only as SHA-256.
"""

import base64
import hashlib
import hmac
import secrets
import string
from typing import Final

LETTERS: Final = string.ascii_letters + string.digits


class Seed:
    """The one random value from which lasting credentials follow."""

    def __init__(self, value: bytes) -> None:
        self._value = value

    @classmethod
    def fresh(cls) -> "Seed":
        """Return a new random seed."""
        return cls(secrets.token_bytes(32))

    def hex(self) -> str:
        """Return the seed for the state file."""
        return self._value.hex()

    def raw(self, length: int, *labels: str | int) -> bytes:
        """Return `length` bytes that follow from the seed and the labels."""
        label = "\x1f".join(str(part) for part in labels).encode()
        blocks = bytearray()
        while len(blocks) < length:
            counter = len(blocks).to_bytes(4, "big")
            blocks += hmac.digest(self._value, counter + label, "sha256")
        return bytes(blocks[:length])

    def letters(self, length: int, *labels: str | int) -> str:
        """Return `length` letters and digits that follow from the seed and the labels."""
        return "".join(LETTERS[byte % len(LETTERS)] for byte in self.raw(length, *labels))

    def bearer(self, app_id: str, generation: int) -> str:
        """Return an App's Bearer Token in the shape of X's.

        Forty-four bytes (16 zeros, the App ID little-endian in 8, a digest of 20)
        in base64, then "=", then letters; percent-escaped, and always with at
        least one %2F so that a client that unescapes it is caught.
        """
        head = bytes(16) + int(app_id).to_bytes(8, "little")
        attempt = 0
        while True:
            digest = self.raw(20, "bearer", app_id, generation, attempt)
            first = base64.b64encode(head + digest).decode()
            if "/" in first:
                break
            attempt += 1
        text = first + self.letters(50, "bearer tail", app_id, generation)
        return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def random_letters(length: int) -> str:
    """Return random letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def stamped_token(kind: str, now: float) -> str:
    """Return a fresh OAuth 2.0 token of `kind` ("at", "rt" or "ac") in the shape of X's."""
    text = f"{random_letters(45)}:{int(now * 1000)}:1:1:{kind}:1"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def fingerprint(token: str) -> str:
    """Return what is kept of a random token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two credentials in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
