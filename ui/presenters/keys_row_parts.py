"""What the rows of Keys and tokens are made of: their keys, and what several of them say."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from ui.widgets import CopyForm, Status

API_KEY: Final = "api_key"
API_SECRET: Final = "api_secret"  # noqa: S105 - a row's key
BEARER: Final = "bearer"
OWNER: Final = "owner"
CLIENT_ID: Final = "client_id"
CLIENT_SECRET: Final = "client_secret"  # noqa: S105 - a row's key
USER_PREFIX: Final = "user:"
PAIR_PREFIX: Final = "pair:"

ENV_NAMES: Final = {
    API_KEY: "X_API_KEY",
    API_SECRET: "X_API_SECRET",
    BEARER: "X_BEARER_TOKEN",
    CLIENT_ID: "X_CLIENT_ID",
    CLIENT_SECRET: "X_CLIENT_SECRET",
    "user": "X_USER_ACCESS_TOKEN",
    "token": "X_ACCESS_TOKEN",
    "token_secret": "X_ACCESS_TOKEN_SECRET",
}


def revoked(proof_status: int | None) -> tuple[Status, ...]:
    """Return the status of a credential that ended at X, with what the proving call answered."""
    if proof_status == 401:
        return (Status(_tr("Revoked · proven, X answered 401"), "off"),)
    return (Status(_tr("Revoked at X"), "off"),)


def uncertain() -> tuple[Status, ...]:
    """Return the status of a credential whose last change got no answer."""
    tip = _tr("X never answered the last change. Check tells.")
    return (Status(_tr("Uncertain"), "warn", tip),)


def checked(checked_at: datetime | None) -> tuple[Status, ...]:
    """Return the status of a credential that was checked, none where it never was."""
    if checked_at is None:
        return ()
    return (Status(_tr("Works · checked {ago}, free"), "ok", at=checked_at),)


def forms(key: str) -> tuple[CopyForm, ...]:
    """Return how a row's value can be copied."""
    return (
        CopyForm("value", _tr("Copy the value")),
        CopyForm("env", _tr("Copy as .env line ({name})").format(name=ENV_NAMES[key])),
    )


def since(text: str, moment: datetime | None) -> str:
    """Return a text with a day in the place of {date}, "" without one."""
    from PySide6.QtCore import QLocale

    if moment is None:
        return ""
    local = moment.astimezone()
    day = QLocale().toString(local.date(), "d MMM yyyy")  # type: ignore[call-overload]
    return text.format(date=day)


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
