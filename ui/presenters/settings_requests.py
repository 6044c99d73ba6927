"""Reads and writes when Requests asks before a call goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.model import Setting
from ui.presenters.media_words import MEDIA_SETTING
from ui.presenters.requests_price import (
    ABOVE_SETTING,
    SANDBOX_SETTING,
    USUAL_SUM,
    dollars_from,
)
from ui.views.settings_requests import RequestRules

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.views.settings_requests import RequestRulesCard


class SettingsRequests(QObject):
    """Fills the card and keeps what was changed."""

    def __init__(self, desk: Desk, card: RequestRulesCard) -> None:
        super().__init__(card)
        self._desk = desk
        self._card = card
        card.above_changed.connect(self._change_above)
        card.in_sandbox_changed.connect(self._change_in_sandbox)
        card.media_changed.connect(self._change_media)
        desk.snapshot_changed.connect(self._read)
        self._read()

    def _read(self) -> None:
        setting = self._desk.world.vault.setting
        job = self._desk.submit(
            lambda _cancel: RequestRules(
                setting(ABOVE_SETTING, USUAL_SUM),
                "",
                setting(SANDBOX_SETTING, "") == "yes",
                setting(MEDIA_SETTING, "") == "yes",
            )
        )
        job.succeeded.connect(self._card.render_rules)

    def _change_above(self, text: str) -> None:
        sum_ = dollars_from(text)
        if text.strip() and sum_ is None:
            wrong = self.tr("A sum such as 0.50, or nothing.")
            in_sandbox, media = self._card.in_sandbox.isChecked(), self._card.media.isChecked()
            self._card.render_rules(RequestRules(text, wrong, in_sandbox, media))
        else:
            self._keep(ABOVE_SETTING, "" if sum_ is None else str(sum_))

    def _change_in_sandbox(self, is_on: bool) -> None:
        self._keep(SANDBOX_SETTING, "yes" if is_on else "no")

    def _change_media(self, is_on: bool) -> None:
        self._keep(MEDIA_SETTING, "yes" if is_on else "no")

    def _keep(self, name: str, value: str) -> None:
        vault = self._desk.world.vault
        job = self._desk.submit(lambda _cancel: vault.save(Setting(name, value)), changes=True)
        job.succeeded.connect(lambda _done: self._read())
