"""What users have granted to Apps: codes, Access Tokens and Refresh Tokens of OAuth 2.0.

Rules (x-platform notes §2, August 2026, and stricter where X is vague): a code
lives 30 seconds and works once, a second use ends what the first gave; one grant
per App and user; a refresh rotates both tokens; a rotated Refresh Token shown
again ends its family; either half can be revoked alone.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sandbox.apps import App
from sandbox.clock import SandboxClock
from sandbox.derivation import fingerprint, same, stamped_token

CODE_SECONDS: Final = 30
ACCESS_SECONDS: Final = 7200
REFRESH_SECONDS: Final = 180 * 24 * 3600  # half a year, as widely reported; X says nothing
MAX_PAST: Final = 5000
MAX_ENDED: Final = 200
OFFLINE: Final = "offline.access"


@dataclass(slots=True)
class Grant:
    """One user's consent to one App, and the pair of tokens that stands for it.

    Attributes:
        access, refresh: SHA-256 of the current tokens; `refresh` is "" without offline.access.
        past: SHA-256 of every rotated Refresh Token.
    """

    app_id: str
    user_id: str
    scopes: tuple[str, ...]
    access: str = ""
    access_expires_at: float = 0.0
    access_is_live: bool = False
    refresh: str = ""
    refresh_expires_at: float = 0.0
    refresh_is_live: bool = False
    past: list[str] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        """Whether any half of it has not been ended."""
        return self.access_is_live or self.refresh_is_live

    def end(self) -> None:
        """End both halves."""
        self.access_is_live = False
        self.refresh_is_live = False


@dataclass(slots=True)
class Code:
    """One authorization code between consent and exchange."""

    app_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    expires_at: float
    is_used: bool = False
    grant: Grant | None = None


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens as they leave the sandbox, once."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]


@dataclass(slots=True)
class Counters:
    """What happened to Refresh Tokens since the last reset."""

    rotations: int = 0
    replays: int = 0
    revoked_families: int = 0


class Grants:
    """Issues, checks, rotates and ends the tokens of users."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._grants: list[Grant] = []
        self._codes: dict[str, Code] = {}
        self.counters = Counters()
        self.rotates = True

    def __iter__(self) -> Iterator[Grant]:
        return iter(self._grants)

    def issue_code(
        self, app: App, user_id: str, scopes: Sequence[str], redirect_uri: str, challenge: str
    ) -> str:
        """Return a code that is good for 30 seconds and one exchange."""
        now = self._clock.now()
        code = stamped_token("ac", now)
        self._codes[fingerprint(code)] = Code(
            app.app_id, user_id, tuple(scopes), redirect_uri, challenge, now + CODE_SECONDS
        )
        return code

    def find_code(self, app: App, text: str) -> Code | None:
        """Return the App's code if it can still be exchanged.

        A code that was used before ends the grant that it gave.
        """
        code = self._codes.get(fingerprint(text))
        if code is None or code.app_id != app.app_id:
            return None
        if code.is_used:
            if code.grant is not None and code.grant.is_live:
                code.grant.end()
                self.counters.revoked_families += 1
            return None
        return code if self._clock.now() < code.expires_at else None

    def exchange(self, code: Code) -> TokenPair:
        """Turn a code into a new grant; an older grant of the same App and user ends."""
        for old in self._grants:
            if (old.app_id, old.user_id) == (code.app_id, code.user_id):
                old.end()
        grant = Grant(code.app_id, code.user_id, code.scopes)
        self._grants.append(grant)
        self._forget_the_oldest()
        code.is_used = True
        code.grant = grant
        return self._issue(grant)

    def refresh(self, app: App, token: str) -> TokenPair | None:
        """Rotate a live Refresh Token of the App; None for any other.

        A token that was rotated before ends its whole family.
        """
        mark = fingerprint(token)
        for grant in self._grants:
            if grant.app_id != app.app_id:
                continue
            if mark in grant.past:
                self.counters.replays += 1
                if grant.is_live:
                    grant.end()
                    self.counters.revoked_families += 1
                return None
            if grant.refresh_is_live and mark == grant.refresh:
                return self._rotate(grant, token)
        return None

    def by_access_token(self, token: str) -> Grant | None:
        """Return the grant whose live Access Token this is."""
        mark = fingerprint(token)
        for grant in self._grants:
            if grant.access_is_live and grant.access == mark:
                return grant if self._clock.now() < grant.access_expires_at else None
        return None

    def revoke(self, app: App, token: str) -> None:
        """End one half of one of the App's grants; an unknown token changes nothing."""
        mark = fingerprint(token)
        for grant in self._grants:
            if grant.app_id != app.app_id:
                continue
            if grant.access == mark:
                grant.access_is_live = False
            elif grant.refresh == mark:
                grant.refresh_is_live = False

    def clear(self) -> None:
        """End and forget everything."""
        self._grants.clear()
        self._codes.clear()
        self.counters = Counters()

    def dump(self) -> list[dict[str, object]]:
        """Return the grants for the state file; codes do not outlive a restart."""
        return [asdict(grant) for grant in self._grants]

    def load(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take the grants of a state file."""
        for row in rows:
            row["scopes"] = tuple(row["scopes"])
            self._grants.append(Grant(**row))

    def _rotate(self, grant: Grant, token: str) -> TokenPair | None:
        if self._clock.now() >= grant.refresh_expires_at:
            return None
        self.counters.rotations += 1
        if not self.rotates:
            pair = self._issue(grant)
            grant.refresh = fingerprint(token)
            return TokenPair(pair.access_token, token, grant.scopes)
        grant.past.append(grant.refresh)
        del grant.past[:-MAX_PAST]
        return self._issue(grant)

    def _issue(self, grant: Grant) -> TokenPair:
        now = self._clock.now()
        access = stamped_token("at", now)
        grant.access = fingerprint(access)
        grant.access_expires_at = now + ACCESS_SECONDS
        grant.access_is_live = True
        refresh = ""
        if OFFLINE in grant.scopes:
            refresh = stamped_token("rt", now)
            grant.refresh = fingerprint(refresh)
            grant.refresh_expires_at = now + REFRESH_SECONDS
            grant.refresh_is_live = True
        return TokenPair(access, refresh, grant.scopes)

    def _forget_the_oldest(self) -> None:
        ended = [grant for grant in self._grants if not grant.is_live]
        for grant in ended[:-MAX_ENDED]:
            self._grants.remove(grant)


def matches_challenge(verifier: str, challenge: str) -> bool:
    """Return whether the S256 challenge was made from this verifier (RFC 7636 §4.6)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return same(base64.urlsafe_b64encode(digest).decode().rstrip("="), challenge)
