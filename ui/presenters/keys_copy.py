"""Which secret a row stands for, shown or copied in one of its forms."""

from PySide6.QtCore import QCoreApplication

from core.model import AccessTokenPair, App
from core.secret import Secret
from ui.presenters import keys_row_parts as parts
from ui.presenters import keys_rows as rows
from ui.snapshot import Snapshot


def shown_secret(key: str, app: App, snapshot: Snapshot) -> Secret | None:
    """Return what *Reveal* shows for a row, or None where there is nothing."""
    pair_id = rows.pair_id_of(app, key)
    if pair_id is None:
        return _plain(key, app, snapshot)
    pair = snapshot.pair(pair_id)
    if pair is None:
        return None
    return Secret(f"{pair.token.reveal()}\n{pair.token_secret.reveal()}")


def copied_secret(key: str, form: str, app: App, snapshot: Snapshot) -> tuple[Secret | None, str]:
    """Return what *Copy* puts on the clipboard for a row and a form, and what it is called."""
    pair_id = rows.pair_id_of(app, key)
    if pair_id is not None:
        return _copied_pair(form, snapshot.pair(pair_id))
    value = _plain(key, app, snapshot)
    label = _labels()[key]
    if value is None or form != "env":
        return value, label
    return Secret(f"{parts.ENV_NAMES[key]}={value.reveal()}"), label


def _copied_pair(form: str, pair: AccessTokenPair | None) -> tuple[Secret | None, str]:
    if pair is None:
        return None, ""
    if form == "token":
        return pair.token, _tr("Access Token")
    if form == "token_secret":
        return pair.token_secret, _tr("Access Token Secret")
    lines = (
        f"{parts.ENV_NAMES['token']}={pair.token.reveal()}\n"
        f"{parts.ENV_NAMES['token_secret']}={pair.token_secret.reveal()}\n"
    )
    return Secret(lines), _tr("Access Token and Secret")


def _plain(key: str, app: App, snapshot: Snapshot) -> Secret | None:
    consumer, client = app.consumer, app.client
    bearer = snapshot.bearer(app.app_id)
    values = {
        parts.API_KEY: consumer.api_key if consumer else None,
        parts.API_SECRET: consumer.api_secret if consumer else None,
        parts.BEARER: bearer.token if bearer else None,
        parts.CLIENT_ID: client.client_id if client else None,
        parts.CLIENT_SECRET: client.client_secret if client else None,
    }
    return values.get(key)


def _labels() -> dict[str, str]:
    return {
        parts.API_KEY: _tr("API Key"),
        parts.API_SECRET: _tr("API Key Secret"),
        parts.BEARER: _tr("Bearer Token"),
        parts.CLIENT_ID: _tr("Client ID"),
        parts.CLIENT_SECRET: _tr("Client Secret"),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
