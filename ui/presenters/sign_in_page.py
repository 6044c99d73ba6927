"""X's page inside the window in a sign-in of either kind, and what is said where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.authorization import AuthorizationAttempt
from core.drawing import MOST_DEATHS
from core.pair_attempt import PairAttempt
from ui.desk import Desk
from ui.presenters.browser_words import died_notice, follow_browser, no_file_words
from ui.presenters.software_drawing import died_again_notice, died_before_notice
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from ui.browser.settings import ViewSettings
    from ui.browser.sign_in_view import SignInBrowser

Attempt = AuthorizationAttempt | PairAttempt


class Frame(Protocol):
    """The view that has room for a page."""

    def set_browser(self, browser: QWidget | None) -> None:
        """Show this browser; None after it was disposed of."""


class EmbeddedPage(QObject):
    """Shows the page of one attempt in a view, in a browser of its own.

    Signals:
        came_back: arg: the redirected address; nobody was asked for it.
        noticed: arg: the NoticeState of what went wrong; the page stays.
        refused: arg: the NoticeState of why no page can be shown here; it is gone.
    """

    came_back = Signal(str)
    noticed = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._frame = frame
        self._browser: SignInBrowser | None = None
        self._attempt: Attempt | None = None

    @property
    def is_open(self) -> bool:
        """True while there is a page."""
        return self._browser is not None

    def open(self, attempt: Attempt, settings: ViewSettings) -> bool:
        """Show the attempt's page, and return True; False where it `refused`.

        Loads Chromium the first time.

        Args:
            attempt: whose page it is.
            settings: the session that the App keeps, and the way to the page.
        """
        from ui.browser.sign_in_view import SignInBrowser

        self.drop()
        if settings.died_before:
            self.refused.emit(died_before_notice())
            return False
        browser = SignInBrowser(
            attempt.is_redirect,
            attempt.environment.sign_in_origins,
            attempt.environment.is_loopback,
            settings=settings,
        )
        self._browser, self._attempt = browser, attempt
        browser.redirect_caught.connect(self.came_back)
        browser.download_refused.connect(lambda: self._desk.toast(no_file_words()))
        browser.renderer_died.connect(self._renderer_died)
        browser.page_shown.connect(self._went_well)
        follow_browser(browser, self.noticed.emit, self._refuse)
        self._frame.set_browser(browser)
        return True

    def load(self) -> None:
        """Load the page, or load it again."""
        if self._browser is not None and self._attempt is not None:
            self._browser.open(self._attempt.authorize_url)

    def focus(self) -> None:
        """Put the keyboard into the page."""
        if self._browser is not None:
            self._browser.setFocus()

    def drop(self) -> None:
        """Take the page away, and everything it kept."""
        browser, self._browser = self._browser, None
        self._attempt = None
        if browser is not None:
            self._frame.set_browser(None)
            browser.dispose()
            browser.deleteLater()
            self._went_well()

    def _went_well(self) -> None:
        """Note that the page was drawn, or was left by the person."""
        drawing = self._desk.world.drawing
        self._desk.submit(lambda _cancel: drawing.went_well())

    def _renderer_died(self) -> None:
        drawing = self._desk.world.drawing
        died_again = drawing.note_death() >= MOST_DEATHS and not drawing.in_software
        self.noticed.emit(died_again_notice() if died_again else died_notice())

    def _refuse(self, notice: NoticeState) -> None:
        self.drop()
        self.refused.emit(notice)
