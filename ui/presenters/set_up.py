"""The set-up card of Keys and tokens: shown until a registered callback is known."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from core.model import Activity, App
from core.ports import CancelToken
from core.redirects import check_redirect_uri
from ui.desk import Desk
from ui.notices import in_their_language, notice_for
from ui.presenters.readiness_words import USUAL_CALLBACK
from ui.views.set_up_card import SetUpCard, SetUpState


class SetUp(QObject):
    """Fills one card, and keeps the callback that the person says is registered."""

    def __init__(self, desk: Desk, card: SetUpCard) -> None:
        super().__init__(card)
        self._desk = desk
        self._card = card
        self._warning = ""
        card.copy_wanted.connect(lambda: desk.copied.emit(USUAL_CALLBACK, self.tr("callback")))
        card.console_wanted.connect(self._open_console)
        card.typed.connect(self._type)
        card.given.connect(self._keep)
        desk.snapshot_changed.connect(self.render)
        desk.app_changed.connect(self.render)
        self.render()

    def render(self) -> None:
        """Show the card while the App on the desk has no callback."""
        app = self._desk.app
        if app is None or app.redirect_uri is not None:
            self._card.render_state(None)
            return
        self._card.render_state(
            SetUpState(
                USUAL_CALLBACK,
                has_client=app.client is not None and bool(app.client.client_id),
                has_console=bool(app.environment.console_url),
                warning=self._warning,
            )
        )

    def _type(self, text: str) -> None:
        uri = text.strip()
        warnings = check_redirect_uri(uri) if uri else ()
        self._warning = " ".join(map(in_their_language, warnings))
        self.render()

    def _keep(self, uri: str) -> None:
        app, world = self._desk.app, self._desk.world
        if app is None:
            return
        app_id = app.app_id

        def work(_cancel: CancelToken) -> None:
            world.vault.update(App, app_id, lambda found: _with_uri(found, uri))
            world.vault.save(Activity(app_id, world.clock.now(), "redirect_uri", "app", "ok"))

        job = self._desk.submit(work, changes=True)
        job.succeeded.connect(
            lambda _none: self._desk.toast(self.tr("Kept. Sign in a user is next."))
        )
        job.failed.connect(lambda error: self._desk.toast(notice_for(error, "save").title, 10))

    def _open_console(self) -> None:
        app = self._desk.app
        if app is not None and app.environment.console_url:
            QDesktopServices.openUrl(QUrl(app.environment.console_url))


def _with_uri(app: App, uri: str) -> App:
    others = tuple(known for known in app.redirect_uris if known != uri)
    return replace(app, redirect_uris=(uri, *others))
