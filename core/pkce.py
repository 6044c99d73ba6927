"""Proof Key for Code Exchange: the verifier that only we know, and what X sees of it.

Only S256 exists here. X also takes `plain`, which proves nothing, so it cannot be asked for.
Source: RFC 7636 (2015), §§4.1, 4.2 and Appendix B.
"""

import base64
import hashlib
import secrets
from typing import Final

from core.redaction import learn
from core.secret import Secret

METHOD: Final = "S256"
_VERIFIER_BYTES: Final = 32  # 256 bits make 43 characters, the shortest that the RFC allows


def new_verifier() -> Secret:
    """Return a fresh code verifier: 43 unreserved characters that hold 256 random bits."""
    return _new_secret()


def challenge_of(verifier: Secret) -> str:
    """Return the S256 code challenge of a verifier; it is public."""
    return _base64url(hashlib.sha256(verifier.reveal().encode("ascii")).digest())


def new_state() -> Secret:
    """Return a fresh `state`: 43 characters that hold 256 random bits, for one attempt only."""
    return _new_secret()


def _new_secret() -> Secret:
    text = _base64url(secrets.token_bytes(_VERIFIER_BYTES))
    learn(text)
    return Secret(text)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
