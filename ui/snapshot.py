"""What the vault held when a worker last looked: all that presenters render from."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from core.model import AccessTokenPair, App, BearerToken, UserToken
from core.network import NETWORK, Network
from core.notes import BrowserSession, Enrolment, Receipt, UsedBy
from core.vault.vault import Vault


@dataclass(frozen=True)
class Snapshot:
    """Apps and their credentials at one moment; `mark` is the vault's, -1 for never.

    What the list of Apps asks for each of a thousand is looked up, not searched for.
    """

    apps: tuple[App, ...] = ()
    bearers: tuple[BearerToken, ...] = ()
    owners: tuple[AccessTokenPair, ...] = ()
    users: tuple[UserToken, ...] = ()
    mark: int = -1
    used_by: tuple[UsedBy, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    sessions: tuple[BrowserSession, ...] = ()
    network: Network = field(default_factory=Network)

    @classmethod
    def of(cls, vault: Vault) -> Self:
        """Read the open vault, on a worker. Raises as `Vault.all`."""
        mark = vault.mark()  # before the reading, so that no change in between is missed
        return cls(
            vault.all(App),
            vault.all(BearerToken),
            vault.all(AccessTokenPair),
            vault.all(UserToken),
            mark,
            vault.all(UsedBy),
            vault.all(Enrolment),
            vault.all(Receipt),
            vault.all(BrowserSession),
            vault.get(Network, NETWORK) or Network(),
        )

    def app(self, app_id: str) -> App | None:
        """Return the App, or None once it was forgotten."""
        return next((app for app in self.apps if app.app_id == app_id), None)

    def bearer(self, app_id: str) -> BearerToken | None:
        """Return the App's Bearer Token, or None."""
        return self._bearers_by_app.get(app_id)

    def owner(self, app_id: str) -> AccessTokenPair | None:
        """Return the Access Token and Secret of the App's owner, or None."""
        return self.pair(app_id)

    def pair(self, pair_id: str) -> AccessTokenPair | None:
        """Return the Access Token and Secret of this id, or None."""
        return next((pair for pair in self.owners if pair.pair_id == pair_id), None)

    def pairs_of(self, app_id: str) -> tuple[AccessTokenPair, ...]:
        """Return the App's pairs that are not its owner's, in the order they were added."""
        return tuple(p for p in self.owners if p.app_id == app_id and not p.is_owners)

    def user(self, token_id: str) -> UserToken | None:
        """Return the user token, or None."""
        return next((token for token in self.users if token.token_id == token_id), None)

    def places_of(self, subject_id: str) -> tuple[str, ...]:
        """Return where a credential is used, as the person noted it."""
        return next((used.places for used in self.used_by if used.subject_id == subject_id), ())

    def enrolment(self, app_id: str) -> Enrolment | None:
        """Return what calls told about the App's standing at X, or None."""
        return next((known for known in self.enrolments if known.app_id == app_id), None)

    def receipt(self, subject_id: str) -> Receipt | None:
        """Return the newest receipt of a credential's revocation, or None."""
        mine = [receipt for receipt in self.receipts if receipt.subject_id == subject_id]
        return max(mine, key=lambda receipt: receipt.revoked_at, default=None)

    def session(self, app_id: str) -> BrowserSession | None:
        """Return the browser session that the App keeps, or None."""
        return next((kept for kept in self.sessions if kept.app_id == app_id), None)

    def users_of(self, app_id: str) -> tuple[UserToken, ...]:
        """Return the App's user tokens, in the order they were added."""
        return self._users_by_app.get(app_id, ())

    @cached_property
    def _bearers_by_app(self) -> dict[str, BearerToken]:
        return {token.app_id: token for token in reversed(self.bearers)}

    @cached_property
    def _users_by_app(self) -> dict[str, tuple[UserToken, ...]]:
        found: dict[str, list[UserToken]] = {}
        for token in self.users:
            found.setdefault(token.app_id, []).append(token)
        return {app_id: tuple(tokens) for app_id, tokens in found.items()}
