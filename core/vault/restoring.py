"""Bringing the contents of a backup or of a copy into the open vault: planned, then written.

Two ways: *merge* adds what is missing here; *replace* makes the vault as it was then. Neither
puts an older credential over a newer one, since the older is used up or was replaced at X.
All is one transaction, so whatever cuts it off leaves the vault as it was or as it was meant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol

from core.model import AccessTokenPair, Activity, App, BearerToken, CredentialState, UserToken
from core.vault.backup_body import PORTABLE, Contents
from core.vault.codec import KINDS
from core.vault.intents import OpenOperation, VaultChange
from core.vault.stale import doubt_restored, may_be_stale, user_lock

MERGE: Final = "merge"
REPLACE: Final = "replace"
_CREDENTIALS: Final = (BearerToken, AccessTokenPair, UserToken)
# Proof of what happened is never taken away.
_KEPT_ALWAYS: Final = frozenset({"receipt"})


class RestoringChange(VaultChange, Protocol):
    """The transaction that a restoring writes through."""

    def remove_all(self, kind: type) -> None:
        """Remove every noun of a kind."""


@dataclass(frozen=True, slots=True)
class AppLine:
    """One App of the backup, as the preview names it.

    Attributes:
        is_here: the vault has it too.
        users: the labels of its users.
    """

    name: str
    is_here: bool
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a restoring would do.

    Attributes:
        made_at: when the backup or copy was made.
        apps: the Apps in it.
        added: how many records would be added or changed.
        newer_here: credentials that stay as they are here, since they are newer: "@acme of Acme".
        only_here: Apps of this vault that are not in the backup; *replace* removes them.
        uncertain: users whose Refresh Token may have been replaced at X since.
    """

    made_at: datetime
    apps: tuple[AppLine, ...]
    added: int
    newer_here: tuple[str, ...] = ()
    only_here: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()

    @property
    def users(self) -> int:
        """How many users the Apps in it have."""
        return sum(len(app.users) for app in self.apps)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restoring writes.

    Attributes:
        put: nouns to write. doubted: users to write as uncertain.
        removed: nouns to remove. activities: the whole of Activity, in order.
        opened, closed: operations to note and to forget.
    """

    preview: Preview
    put: tuple[object, ...] = ()
    doubted: tuple[UserToken, ...] = ()
    removed: tuple[object, ...] = ()
    activities: tuple[Activity, ...] | None = None
    opened: tuple[OpenOperation, ...] = ()
    closed: tuple[OpenOperation, ...] = ()


def plan(there: Contents, here: Contents, mode: str) -> Plan:
    """Return what bringing `there` into `here` means. Pure.

    Args:
        there: the backup's contents.
        here: the vault's.
        mode: MERGE or REPLACE.
    """
    return _Planner(there, here, mode).plan()


def write(planned: Plan, here: Contents, now: datetime, change: RestoringChange) -> None:
    """Write the plan through a transaction in which `here` was read."""
    for operation in planned.closed:
        change.close_operation(operation.intent.operation_id)
    for noun in planned.removed:
        change.remove(type(noun), key_of(noun))
    if planned.activities is not None:
        change.remove_all(Activity)
        for line in planned.activities:
            change.put(line)
    for noun in planned.put:
        change.put(noun)
    for operation in planned.opened:
        change.open_operation(operation.lock_name, operation.intent)
        if operation.answer is not None:
            change.set_result(operation.intent.operation_id, operation.answer)
    closed = {each.intent.operation_id for each in planned.closed}
    left = [each for each in here.operations if each.intent.operation_id not in closed]
    for token in planned.doubted:
        doubt_restored(token, (*left, *planned.opened), now, change)


def key_of(noun: object) -> str:
    """Return the id under which the vault keeps a noun."""
    return str(getattr(noun, KINDS[type(noun)].key))


class _Planner:
    def __init__(self, there: Contents, here: Contents, mode: str) -> None:
        self._there = there
        self._here = here
        self._mode = mode
        self._known = {(type(noun), key_of(noun)): noun for noun in _keyed(here)}
        self._put: list[object] = []
        self._doubted: list[UserToken] = []
        self._newer: list[str] = []
        self._outdone: list[object] = []
        self._taken: set[str] = set()

    def plan(self) -> Plan:
        """Decide noun by noun, then about operations and Activity."""
        for noun in _keyed(self._there):
            self._decide(noun)
        opened, closed = self._operations()
        return Plan(
            Preview(
                self._there.made_at,
                tuple(self._lines()),
                len(self._put) + len(self._doubted),
                tuple(self._newer),
                tuple(app.name for app in self._here.of(App) if not self._is_there(app)),
                tuple(self._label(token) for token in self._doubted),
            ),
            tuple(self._put),
            tuple(self._doubted),
            self._removed(),
            self._activities(),
            opened,
            closed,
        )

    def _lines(self) -> "list[AppLine]":
        tokens = self._there.of(UserToken)
        return [
            AppLine(
                app.name,
                (App, app.app_id) in self._known,
                tuple(each.label for each in tokens if each.app_id == app.app_id),
            )
            for app in self._there.of(App)
        ]

    # --- one noun ----------------------------------------------------------------------------

    def _decide(self, noun: object) -> None:
        mine: Any = self._counterpart(noun)
        if mine == noun:
            return
        if isinstance(noun, _CREDENTIALS):
            self._decide_credential(noun, mine)
        elif mine is None:
            self._put.append(self._with_free_name(noun) if isinstance(noun, App) else noun)
        elif self._mode == REPLACE:
            self._put.append(noun)
        elif isinstance(noun, App):
            filled = _filled(mine, noun)
            if filled != mine:
                self._put.append(filled)

    def _decide_credential(self, noun: Any, mine: Any) -> None:
        if mine is not None and _moment_of(mine) >= _moment_of(noun):
            self._newer.append(self._label(mine))
            return
        self._taken.add(key_of(noun))
        if mine is not None and key_of(mine) != key_of(noun):
            self._outdone.append(mine)  # one account has one grant, and this one is older
        if isinstance(noun, UserToken) and may_be_stale(noun) and not _same_grant(noun, mine):
            self._doubted.append(noun)
        else:
            self._put.append(noun)

    def _counterpart(self, noun: object) -> object | None:
        """Return what the vault has in its place; another sign-in of the same account, too."""
        mine = self._known.get((type(noun), key_of(noun)))
        if mine is None and isinstance(noun, UserToken) and noun.user_id:
            same = (noun.app_id, noun.user_id)
            for each in self._here.of(UserToken):
                if (each.app_id, each.user_id) == same:
                    return each
        return mine

    def _with_free_name(self, app: App) -> App:
        names = {each.name.casefold() for each in self._here.of(App)}
        if self._mode == REPLACE or app.name.casefold() not in names:
            return app
        return replace(app, name=f"{app.name} (restored)")

    def _label(self, noun: Any) -> str:
        names = {app.app_id: app.name for app in (*self._there.of(App), *self._here.of(App))}
        own = "Bearer Token" if isinstance(noun, BearerToken) else noun.label or "Access Token"
        return f"{own} of {names.get(noun.app_id, 'an App')}"

    # --- what is not keyed ---------------------------------------------------------------------

    def _removed(self) -> tuple[object, ...]:
        if self._mode == MERGE:
            return tuple(self._outdone)
        there = {(type(noun), key_of(noun)) for noun in _keyed(self._there)}
        spared = {id(noun) for noun in _keyed(self._here) if self._is_spared(noun)}
        return tuple(
            noun for key, noun in self._known.items() if key not in there and id(noun) not in spared
        )

    def _is_spared(self, noun: object) -> bool:
        """A newer sign-in of an account that the backup has, and every receipt, stays."""
        if KINDS[type(noun)].name in _KEPT_ALWAYS:
            return True
        if not isinstance(noun, UserToken):
            return False
        theirs = [t for t in self._there.of(UserToken) if t.app_id == noun.app_id]
        return bool(noun.user_id) and any(
            each.user_id == noun.user_id and _moment_of(noun) >= _moment_of(each) for each in theirs
        )

    def _activities(self) -> tuple[Activity, ...] | None:
        mine, theirs = self._here.of(Activity), self._there.of(Activity)
        known = set(mine)
        missing = [line for line in theirs if line not in known]
        if not missing:
            return None
        return tuple(sorted((*mine, *missing), key=lambda line: line.at))

    def _operations(self) -> tuple[tuple[OpenOperation, ...], tuple[OpenOperation, ...]]:
        known = {each.intent.operation_id for each in self._here.operations}
        mine = {key_of(noun) for noun in _keyed(self._here)}
        opened = tuple(
            each
            for each in self._there.operations
            if each.intent.operation_id not in known
            and (each.intent.subject_id in self._taken or each.intent.subject_id not in mine)
        )
        gone = {key_of(noun) for noun in self._removed()} | self._taken
        locks = {user_lock(key) for key in gone}
        closed = tuple(
            each
            for each in self._here.operations
            if each.lock_name in locks or each.intent.subject_id in gone
        )
        return opened, closed

    def _is_there(self, app: App) -> bool:
        return any(each.app_id == app.app_id for each in self._there.of(App))


def _keyed(contents: Contents) -> list[object]:
    kinds = set(PORTABLE.values())
    return [n for n in contents.nouns if type(n) in kinds and KINDS[type(n)].key]


def _filled(mine: App, theirs: App) -> App:
    """Return the App as it is here, its empty fields filled from the backup."""
    fields = ("consumer", "client", "redirect_uris", "app_type", "permissions", "website")
    missing = {
        name: getattr(theirs, name)
        for name in (*fields, "x_app_id")
        if not getattr(mine, name) and getattr(theirs, name)
    }
    return replace(mine, **missing)


def _same_grant(theirs: UserToken, mine: UserToken | None) -> bool:
    return (
        mine is not None
        and mine.refresh_token == theirs.refresh_token
        and mine.state is not CredentialState.UNCERTAIN
    )


_MOMENTS: Final[Mapping[type, Callable[[Any], datetime]]] = {
    BearerToken: lambda noun: max(noun.fetched_at, noun.revoked_at or noun.fetched_at),
    AccessTokenPair: lambda noun: max(noun.added_at, noun.checked_at or noun.added_at),
    UserToken: lambda noun: max(noun.issued_at, noun.revoked_at or noun.issued_at),
}


def _moment_of(credential: object) -> datetime:
    """Return when a credential last changed at X, as far as its record tells."""
    return _MOMENTS[type(credential)](credential)
