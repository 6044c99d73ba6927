"""What taking over a file would do: which App gets what, and what stays as it is.

An App that is here already is known by its API Key or Client ID, or by the name that the
person chose. It gets what it lacks; what it has is kept, whatever the file says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from core.environment import Environment
from core.model import AccessTokenPair, Activity, App, BearerToken, CredentialState, UserToken
from core.new_app import new_app, with_fields
from core.pasted import LABELS
from core.portable import Imported, PortableApp, PortablePair, PortableUser
from core.secret import Secret
from core.vault.vault import Vault

_LIFE: Final = timedelta(hours=2)  # of an Access Token of X, where nobody says
_KEEPERS: Final = frozenset({"xurl", "twurl"})
_SAME_GRANT: Final = (
    "{tool} keeps a Refresh Token of the same grant. It works once, so whoever refreshes first "
    "ends the other's copy: sign out there after the import, or let it go on and have its users "
    "only listed here."
)
LONGEST_NAME: Final = 100
_OTHER_NAME: Final = "Imported App"


@dataclass(frozen=True, slots=True)
class PlannedApp:
    """What one App of the file becomes.

    Attributes:
        name: of the App here.
        is_new: whether it is made.
        added: what it gets, in words.
        kept: what it has already, with another value or the same; it stays.
        nouns: to be saved together; nothing if there is nothing to add.
    """

    name: str
    is_new: bool
    added: tuple[str, ...]
    kept: tuple[str, ...]
    nouns: tuple[object, ...]


def plan_import(
    imported: Imported,
    vault: Vault | None,
    environment: Environment,
    now: datetime,
    name: str = "",
    holder: str = "",
) -> tuple[PlannedApp, ...]:
    """Return what an import would do. Writes nothing.

    Args:
        imported: the file.
        vault: what is here; None where there is no vault yet.
        environment: where new Apps live.
        now: the time of the import.
        name: the App that the file's only App goes into, here already or new.
        holder: who goes on refreshing the users' tokens, so that nobody does here; "" for
            nobody else.
    """
    apps = list(vault.all(App)) if vault is not None else []
    planned = []
    for found in imported.apps:
        chosen = name if len(imported.apps) == 1 else ""
        here = _existing(found, apps, environment, chosen)
        if here is None:
            taken = {app.name.casefold() for app in apps}
            fresh = _free_name(chosen or found.name or _OTHER_NAME, taken)
            here, _ = new_app(fresh, environment, {}, now)
            planned.append(_planned(found, here, None, now, holder))
        else:
            planned.append(_planned(found, here, vault, now, holder))
        apps.append(here)
    return tuple(planned)


def warnings_of(imported: Imported, holder: str = "") -> tuple[str, ...]:
    """Return what a person should know before saving; no value is told.

    Where nobody is named who goes on refreshing, two could: that is said first.
    """
    is_shared = any(user.refresh_token for app in imported.apps for user in app.users)
    if holder or not is_shared:
        return imported.warnings
    known = imported.source in _KEEPERS
    tool = imported.source if known else "Whatever uses this file"
    return (_SAME_GRANT.format(tool=tool), *imported.warnings)


def named_after_folder(imported: Imported, path: Path) -> Imported:
    """Return the import with the name of the file's folder where the file names no App."""
    name = path.absolute().parent.name
    if not name.isprintable() or len(name) > LONGEST_NAME:
        return imported
    apps = tuple(replace(app, name=app.name or name) for app in imported.apps)
    return replace(imported, apps=apps)


def _existing(
    found: PortableApp, apps: Sequence[App], environment: Environment, name: str
) -> App | None:
    for app in apps:
        if name and app.name.casefold() == name.casefold():
            return app
        api_key = app.consumer.api_key if app.consumer else None
        client_id = app.client.client_id if app.client else None
        is_same = (api_key and api_key == found.fields.get("api_key")) or (
            client_id and client_id == found.fields.get("client_id")
        )
        if not name and is_same and app.environment == environment:
            return app
    return None


def _planned(
    found: PortableApp, app: App, vault: Vault | None, now: datetime, holder: str
) -> PlannedApp:
    bearer = vault.get(BearerToken, app.app_id) if vault else None
    held = _held(app, bearer)
    wanted = {field: value for field, value in found.fields.items() if field not in held}
    changed, credentials = with_fields(app, wanted, now)
    pairs = _new_pairs(found.pairs, app, vault, now)
    users = [_held_by(holder, user) for user in _new_users(found.users, app, vault, now)]
    added = (
        *(LABELS[field] for field in wanted),
        *(f"Access Token and Secret of {pair.label or 'the owner'}" for pair in pairs),
        *(_told(token) for token in users),
    )
    kept = [LABELS[field] for field in found.fields if field in held]
    kept += ["Access Token and Secret"] * (len(found.pairs) > len(pairs))
    kept += [f"user @{user.username}" for user in found.users if not _is_among(user, users)]
    nouns: tuple[object, ...] = ()
    if added:
        activity = Activity(app.app_id, now, "import", "App", "ok")
        nouns = (changed, *credentials, *pairs, *users, activity)
    return PlannedApp(app.name, vault is None, added, tuple(kept), nouns)


def _held(app: App, bearer: BearerToken | None) -> set[str]:
    values: dict[str, object] = {
        "api_key": app.consumer and app.consumer.api_key,
        "api_secret": app.consumer and app.consumer.api_secret,
        "client_id": app.client and app.client.client_id,
        "client_secret": app.client and app.client.client_secret,
        "redirect_uri": app.redirect_uri,
        "bearer_token": bearer and bearer.token,
    }
    return {field for field, value in values.items() if value}


def _new_pairs(
    found: Iterable[PortablePair], app: App, vault: Vault | None, now: datetime
) -> list[AccessTokenPair]:
    here = (
        [pair for pair in vault.all(AccessTokenPair) if pair.app_id == app.app_id] if vault else []
    )
    taken = {pair.pair_id for pair in here if pair.token}
    known = {pair.token for pair in here}
    fresh: list[AccessTokenPair] = []
    for pair in found:
        if pair.token in known:
            continue
        # The first one stands where the portal shows the owner's: nobody says whose it is.
        pair_id = uuid4().hex if app.app_id in taken else app.app_id
        taken.add(pair_id)
        made = AccessTokenPair(
            app.app_id, pair.token, pair.token_secret, now, username=pair.username, pair_id=pair_id
        )
        fresh.append(replace(made, user_id=made.account_id))
    return fresh


def _new_users(
    found: Iterable[PortableUser], app: App, vault: Vault | None, now: datetime
) -> list[UserToken]:
    here = vault.users_of(app.app_id) if vault else ()
    alive = [token for token in here if token.state is not CredentialState.REVOKED]
    names = {token.username.casefold() for token in alive if token.username}
    known = {token.access_token for token in alive} | {token.refresh_token for token in alive}
    return [
        _user(user, app, now)
        for user in found
        if user.username.casefold() not in names
        and not {user.access_token, user.refresh_token} - {None} & known
    ]


def _user(user: PortableUser, app: App, now: datetime) -> UserToken:
    # With a Refresh Token an unknown end is taken for past, so that the first use refreshes.
    unknown = now if user.refresh_token is not None else now + _LIFE
    expires_at = user.expires_at or unknown
    return UserToken(
        token_id=uuid4().hex,
        app_id=app.app_id,
        access_token=user.access_token,
        refresh_token=user.refresh_token,
        scopes=(),
        requested_scopes=(),
        issued_at=min(now, expires_at - _LIFE),
        expires_at=expires_at,
        username=user.username,
    )


def _held_by(holder: str, token: UserToken) -> UserToken:
    if not holder or token.refresh_token is None:
        return token
    return replace(token, state=CredentialState.HELD, holder=holder)


def _told(token: UserToken) -> str:
    held = f", refreshed by {token.holder}" if token.state is CredentialState.HELD else ""
    return f"user {token.label}{held}"


def _is_among(user: PortableUser, tokens: Iterable[UserToken]) -> bool:
    def halves(access: Secret | None, refresh: Secret | None) -> tuple[Secret | None, ...]:
        return access, refresh

    wanted = halves(user.access_token, user.refresh_token)
    return any(halves(token.access_token, token.refresh_token) == wanted for token in tokens)


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted} {number}", number + 1
    return name
