"""What is replaced: one credential, and what can be done with it at X. Used on workers too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.errors import KeypaneError
from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from core.new_app import with_fields
from core.pasted import read_pasted
from core.ports import CancelToken
from core.secret import Secret
from core.world import World
from ui.snapshot import Snapshot

Record = BearerToken | AccessTokenPair | UserToken

BEARER, OWNER, USER, PAIR = "bearer", "owner", "user", "pair"
_PASTED: Final = {BEARER: ("bearer_token",), OWNER: ("access_token", "access_token_secret")}


@dataclass(frozen=True, slots=True)
class Subject:
    """A credential of an App.

    Attributes:
        key: of its row.
    """

    world: World
    app: App
    key: str

    @property
    def kind(self) -> str:
        """The App's "bearer", its "owner"'s pair, a "user"'s grant, or another account's "pair"."""
        head = self.key.partition(":")[0]
        return head if head in {OWNER, USER, PAIR} else BEARER

    @property
    def record_id(self) -> str:
        """The id of its record."""
        return self.key.partition(":")[2] or self.app.app_id

    @property
    def is_replaced_here(self) -> bool:
        """True where a new value comes to this page; else a new sign-in brings it."""
        return self.kind in _PASTED

    def value(self, snapshot: Snapshot) -> Secret | None:
        """Return its value now, None where there is none."""
        match self.kind:
            case "user":
                user = snapshot.user(self.record_id)
                return user.access_token if user else None
            case "owner" | "pair":
                pair = snapshot.pair(self.record_id)
                return pair.token if pair else None
        bearer = snapshot.bearer(self.app.app_id)
        return bearer.token if bearer else None

    def is_dead(self, snapshot: Snapshot) -> bool:
        """Return whether it ended already, as a check found."""
        pair = snapshot.pair(self.record_id) if self.kind in {OWNER, PAIR} else None
        return pair is not None and pair.state is CredentialState.REVOKED

    def requested_scopes(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what a user's grant was asked for with."""
        user = snapshot.user(self.record_id) if self.kind == USER else None
        return user.requested_scopes if user else ()

    def end(self, cancel: CancelToken) -> Record:
        """End it at X, with proof."""
        match self.kind:
            case "user":
                return self.world.sign_in.revoke(self.record_id, cancel)
            case "owner" | "pair":
                return self.world.owner_tokens.revoke(self.record_id, cancel)
        return self.world.bearer_tokens.revoke(self.app.app_id, cancel)

    def check(self, cancel: CancelToken) -> Record:
        """Make one free call with what is here now; a 401 is noted as its end."""
        if self.kind in {OWNER, PAIR}:
            return self.world.owner_tokens.check(self.record_id, cancel)
        return self.world.bearer_tokens.check(self.app.app_id, cancel)

    def generate(self, cancel: CancelToken) -> BearerToken:
        """Have X make the App's new Bearer Token."""
        return self.world.bearer_tokens.generate(self.app.app_id, cancel)

    def read(self, text: str) -> dict[str, Secret]:
        """Return the fields of a pasted text that are its new value; the missing ones are absent.

        One bare word is taken for the value of a Bearer Token, two for both halves of a pair.
        """
        wanted = _PASTED[self.kind]
        try:
            found = read_pasted(text).fields
        except KeypaneError:
            found = {}
        fields = {name: found[name] for name in wanted if name in found}
        words = text.split()
        if len(fields) < len(wanted) and len(words) == len(wanted):
            fields = {name: Secret(word) for name, word in zip(wanted, words, strict=True)}
        elif not fields and len(wanted) == 1:
            fields = {wanted[0]: Secret("".join(words))}
        return fields

    def is_whole(self, fields: dict[str, Secret]) -> bool:
        """Return whether nothing is missing of a new value."""
        return len(fields) == len(_PASTED[self.kind])

    def keep(self, fields: dict[str, Secret]) -> Record:
        """Keep a new value in the place of the old one, and return its record."""
        _, (record,) = with_fields(self.app, fields, self.world.clock.now())
        self.world.vault.save(record)
        assert isinstance(record, BearerToken | AccessTokenPair), "what `_PASTED` names"
        return record


def value_of(record: Record) -> Secret | None:
    """Return the value in a record."""
    return record.access_token if isinstance(record, UserToken) else record.token
