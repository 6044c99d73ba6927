"""The rows of Keys and tokens, from the App and its credentials. Pure: snapshot in, states out."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from core.model import AccessTokenPair, App, BearerToken, CredentialState
from core.secret import Secret
from ui.presenters.keys_notes import noted
from ui.presenters.keys_row_parts import (
    API_KEY,
    API_SECRET,
    BEARER,
    CLIENT_ID,
    CLIENT_SECRET,
    OWNER,
    PAIR_PREFIX,
    checked,
    forms,
    revoked,
    since,
    uncertain,
)
from ui.presenters.keys_user_row import needs_sign_in, user_row
from ui.snapshot import Snapshot
from ui.views.credential_row import Act
from ui.views.credential_row import CredentialState as Row
from ui.views.keys_and_tokens import KeysState
from ui.widgets import CopyForm, NoticeState, Status, absolute, mask


def keys_state(
    app: App,
    snapshot: Snapshot,
    busy: Mapping[str, str],
    row_notices: Mapping[str, NoticeState],
    notices: tuple[NoticeState, ...] = (),
) -> KeysState:
    """Return the whole pane for an App.

    Args:
        app: whose pane it is.
        snapshot: what the vault holds.
        busy: row key -> what is under way.
        row_notices: row key -> what went wrong there.
        notices: across the top.
    """
    users = snapshot.users_of(app.app_id)
    is_first = not users and snapshot.bearer(app.app_id) is not None

    def dress(row: Row) -> Row:
        row = noted(row, app, snapshot)
        return replace(row, busy=busy.get(row.key, ""), notice=row_notices.get(row.key))

    return KeysState(
        notices=(*notices, *needs_sign_in(users)),
        consumer_keys=tuple(map(dress, _consumer_rows(app))),
        authentication=tuple(map(dress, _authentication_rows(app, snapshot))),
        users=tuple(dress(user_row(token)) for token in users),
        client=tuple(map(dress, _client_rows(app))),
        users_text="" if users else _tr("Nobody has signed in to this App on this computer."),
        # Before a redirect URI is known, the card below has the next step.
        is_sign_in_first=(is_first or bool(users)) and app.redirect_uri is not None,
    )


def _consumer_rows(app: App) -> tuple[Row, Row]:
    keys = app.consumer
    return (
        _secret_row(API_KEY, _tr("API Key"), keys.api_key if keys else None, tail=True),
        _secret_row(API_SECRET, _tr("API Key Secret"), keys.api_secret if keys else None),
    )


def _client_rows(app: App) -> tuple[Row, ...]:
    client = app.client
    confidential = client is not None and client.is_confidential
    kind = _tr("Confidential client") if confidential else _tr("Public client")
    if client is None or not client.client_id:
        return (_secret_row(CLIENT_ID, _tr("Client ID"), None),)
    rows = [
        Row(
            CLIENT_ID,
            _tr("Client ID"),
            sub=kind,
            value=client.client_id.reveal(),
            acts=(Act.COPY,),
            more=(Act.REPLACE,),
            copy_forms=forms(CLIENT_ID),
        )
    ]
    rows.append(_secret_row(CLIENT_SECRET, _tr("Client Secret"), client.client_secret))
    if not confidential:
        rows[-1] = replace(rows[-1], absent=_tr("None: a public client has no secret"))
    return tuple(rows)


def _secret_row(key: str, label: str, value: Secret | None, *, tail: bool = False) -> Row:
    if not value:
        return Row(key, label, absent=_tr("Not here yet"), acts=(Act.PASTE,))
    return Row(
        key,
        label,
        mask=mask(value.tail() if tail else ""),
        acts=(Act.REVEAL, Act.COPY),
        more=(Act.REPLACE, Act.CONSOLE),
        copy_forms=forms(key),
    )


def _authentication_rows(app: App, snapshot: Snapshot) -> tuple[Row, ...]:
    rows = [_bearer_row(app, snapshot.bearer(app.app_id))]
    owner = snapshot.owner(app.app_id)
    sign_in = (Act.SIGN_IN_PAIR, Act.SIGN_IN_PIN) if _can_sign(app) else ()
    if owner is not None:
        row = _pair_row(owner, OWNER, _tr("Access Token and Secret"))
        rows.append(replace(row, more=(Act.REPLACE, *row.more, *sign_in)))
    else:
        rows.append(
            Row(
                OWNER,
                _tr("Access Token and Secret"),
                absent=_tr("Not here. Generate it in the console, then paste it."),
                acts=(Act.PASTE,),
                more=sign_in,
            )
        )
    for pair in snapshot.pairs_of(app.app_id):
        label = _tr("OAuth 1.0a {account}").format(account=pair.label or _tr("unknown account"))
        row = _pair_row(pair, PAIR_PREFIX + pair.pair_id, label)
        ended = pair.state is CredentialState.REVOKED and bool(sign_in)
        rows.append(replace(row, acts=(Act.SIGN_IN_PAIR, *row.acts)) if ended else row)
    return tuple(rows)


def pair_id_of(app: App, key: str) -> str | None:
    """Return the id of the Access Token and Secret that a row stands for, None for other rows."""
    if key == OWNER:
        return app.app_id
    return key.removeprefix(PAIR_PREFIX) if key.startswith(PAIR_PREFIX) else None


def level_words(level: str) -> str:
    """Return X's words for a value of its header x-access-level; an unknown one as it came."""
    words = {
        "read": _tr("Read"),
        "read-write": _tr("Read and write"),
        "read-write-directmessages": _tr("Read and write and Direct message"),
    }
    return words.get(level, level)


def _can_sign(app: App) -> bool:
    return bool(app.consumer and app.consumer.api_key and app.consumer.api_secret)


def _bearer_row(app: App, bearer: BearerToken | None) -> Row:
    label = _tr("Bearer Token")
    can_mint = _can_sign(app)
    first = (Act.GENERATE,) if can_mint else (Act.PASTE,)
    if bearer is None:
        absent = _tr("None fetched. X returns the current one if the App has one.")
        return Row(BEARER, label, absent=absent, acts=first, more=(Act.PASTE,) if can_mint else ())
    if bearer.token is None:
        return Row(
            BEARER,
            label,
            sub=since(_tr("Revoked {date}"), bearer.revoked_at),
            absent=f"…{bearer.tail}" if bearer.tail else "",
            statuses=_bearer_statuses(bearer),
            acts=first,
            more=(Act.FORGET,),
        )
    return Row(
        BEARER,
        label,
        sub=since(_tr("Fetched {date}"), bearer.fetched_at),
        sub_tooltip=absolute(bearer.fetched_at),
        mask=mask(bearer.token.tail(5)),
        statuses=_bearer_statuses(bearer),
        acts=(Act.REVEAL, Act.COPY, Act.CHECK)
        + ((Act.REGENERATE, Act.REVOKE) if can_mint else (Act.FORGET,)),
        more=(Act.FORGET,) if can_mint else (),
        copy_forms=forms(BEARER),
    )


def _bearer_statuses(bearer: BearerToken) -> tuple[Status, ...]:
    match bearer.state:
        case CredentialState.REVOKED:
            return revoked(bearer.proof_status)
        case CredentialState.UNCERTAIN:
            return uncertain()
    return checked(bearer.checked_at)


def _pair_row(pair: AccessTokenPair, key: str, label: str) -> Row:
    parts = [_tr("For {account}").format(account=pair.label) if pair.label else ""]
    parts.append(level_words(pair.access_level))
    revoked = pair.state is CredentialState.REVOKED
    return Row(
        key,
        label,
        sub=" · ".join(part for part in parts if part),
        sub_tooltip=absolute(pair.added_at),
        mask=mask(head=f"{pair.account_id}-" if pair.account_id else ""),
        statuses=_pair_statuses(pair),
        acts=(Act.FORGET,) if revoked else (Act.REVEAL, Act.COPY, Act.CHECK, Act.REVOKE),
        more=() if revoked else (Act.FORGET,),
        copy_forms=(
            CopyForm("token", _tr("Copy Access Token")),
            CopyForm("token_secret", _tr("Copy Access Token Secret")),
            CopyForm("env", _tr("Copy as .env lines")),
        ),
        copy_default="",
    )


def _pair_statuses(pair: AccessTokenPair) -> tuple[Status, ...]:
    match pair.state:
        case CredentialState.REVOKED:
            return revoked(pair.proof_status)
        case CredentialState.UNCERTAIN:
            return uncertain()
    return checked(pair.checked_at)


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
