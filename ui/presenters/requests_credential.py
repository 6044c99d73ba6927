"""The credential that Requests sends with: the one chosen, as far as the App still has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.model import BEARER, OAUTH1, CredentialRef
from ui.presenters import requests_rows as rows

if TYPE_CHECKING:
    from core.model import App
    from ui.desk import Desk


class ChosenCredential:
    """Which of an App's credentials signs the next call.

    Attributes:
        key: of the chosen one among `requests_rows.credential_options`.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.key = BEARER.key

    def usable(self, app: App) -> str:
        """Return the key; the Bearer Token's where the App has the chosen one no more."""
        known = {o.key for o in rows.credential_options(app.app_id, self._desk.snapshot)}
        if self.key not in known:
            self.key = BEARER.key
        return self.key

    def reference(self) -> CredentialRef:
        """Return what a call names it by."""
        if self.key in {BEARER.key, OAUTH1.key}:
            return BEARER if self.key == BEARER.key else OAUTH1
        pair_id = rows.pair_id_of(self.key, self._desk.app_id)
        if pair_id is not None:
            return CredentialRef("oauth1", pair_id)
        return CredentialRef("user", self.key)

    def account(self, app: App) -> str:
        """Return whose it is, in words."""
        options = rows.credential_options(app.app_id, self._desk.snapshot)
        return next((each.label for each in options if each.key == self.key), "")

    def take_kind(self, app: App, kind: str) -> None:
        """Choose one of this kind ("bearer", "user", "oauth1"), if the App has a usable one."""
        if _fits(self.key, kind, app.app_id):
            return
        for option in rows.credential_options(app.app_id, self._desk.snapshot):
            if option.can_use and _fits(option.key, kind, app.app_id):
                self.key = option.key
                return


def _fits(key: str, kind: str, app_id: str) -> bool:
    """Return whether the credential of a key is of a kind."""
    if rows.pair_id_of(key, app_id) is not None:
        return kind == "oauth1"
    return kind == ("bearer" if key == BEARER.key else "user")
