"""App permissions as noted here, against what X's answers say that OAuth 1.0a pairs may do. Pure.

X tells the permissions of an App by no API. Each answer to a signed call carries what its Access
Token may do (`x-access-level`), which is what the App was allowed when that token was made: a
later change in the console does not reach it.
Source: x-platform notes §§3 and 4.3; the header was seen in May 2026 and is not documented.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.model import AccessTokenPair, App, CredentialState

_ORDER: Final = ("read", "read-write", "read-write-directmessages")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One pair that may do something else than the App is noted to allow.

    Attributes:
        noted, seen: as X writes them, such as "read-write".
        is_less: the pair may do less: it is older than the permissions, or they were never saved.
    """

    pair: AccessTokenPair
    noted: str
    seen: str
    is_less: bool


def mismatch(app: App, pairs: Iterable[AccessTokenPair]) -> Mismatch | None:
    """Return the first living pair whose level is not the noted one; None where none is known.

    A pair that may do less comes before one that may do more: it is the one that fails.
    """
    if app.permissions not in _ORDER:
        return None
    noted = _ORDER.index(app.permissions)
    found = [
        Mismatch(pair, app.permissions, pair.access_level, _ORDER.index(pair.access_level) < noted)
        for pair in pairs
        if pair.app_id == app.app_id
        and pair.state is not CredentialState.REVOKED
        and pair.access_level in _ORDER
        and pair.access_level != app.permissions
    ]
    return next(iter(sorted(found, key=lambda each: not each.is_less)), None)
