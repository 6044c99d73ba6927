"""X's page inside the window in a sign-in, and the words for what it may run into."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.authorization import AuthorizationAttempt
from core.drawing import MOST_DEATHS
from core.redirects import is_redirect_to
from ui.desk import Desk
from ui.presenters.browser_words import left_notice
from ui.presenters.software_drawing import died_again_notice, died_before_notice
from ui.views.sign_in_consent import ConsentView
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from ui.browser.settings import ViewSettings
    from ui.browser.sign_in_view import SignInBrowser


class EmbeddedPage(QObject):
    """Shows the page of one attempt in the consent view, in a browser of its own.

    Signals:
        came_back: arg: the redirected address; nobody was asked for it.
        noticed: arg: the NoticeState of what went wrong; the page stays.
        refused: arg: the NoticeState of why no page can be shown here; it is gone.
    """

    came_back = Signal(str)
    noticed = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, view: ConsentView, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._browser: SignInBrowser | None = None
        self._attempt: AuthorizationAttempt | None = None

    @property
    def is_open(self) -> bool:
        """True while there is a page."""
        return self._browser is not None

    def open(self, attempt: AuthorizationAttempt, settings: ViewSettings) -> bool:
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
            partial(is_redirect_to, attempt.redirect_uri),
            attempt.environment.sign_in_origins,
            attempt.environment.is_loopback,
            settings=settings,
        )
        self._browser, self._attempt = browser, attempt
        browser.redirect_caught.connect(self.came_back)
        browser.left_allowed_pages.connect(self._left_pages)
        browser.popup_refused.connect(self._popup_refused)
        browser.download_refused.connect(
            lambda: self._desk.toast(self.tr("The page wanted to save a file. It was refused."))
        )
        browser.load_failed.connect(self._load_failed)
        browser.page_stuck.connect(self._page_stuck)
        browser.renderer_died.connect(self._renderer_died)
        browser.refused_without_sandbox.connect(self._no_sandbox)
        browser.page_shown.connect(self._went_well)
        self._view.set_browser(browser)
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
            self._view.set_browser(None)
            browser.dispose()
            browser.deleteLater()
            self._went_well()

    def _notice(self, title: str, text: str, action: str, key: str) -> None:
        self.noticed.emit(NoticeState(title, text, "warn", action, key))

    def _left_pages(self, origin: str) -> None:
        self.noticed.emit(left_notice(origin))

    def _popup_refused(self) -> None:
        self._notice(
            self.tr("The page wanted to open another window."),
            self.tr("That is refused here. If you need it to log in, use your own browser."),
            self.tr("Continue in my browser"),
            "browser",
        )

    def _load_failed(self, reason: str) -> None:
        sentences = {
            "certificate": self.tr("Its certificate is not valid, so nothing was sent to it."),
            "dns": self.tr("Its address was not found. Are you online?"),
            "connection": self.tr("No connection could be made. Are you online?"),
            "proxy": self.tr("The proxy did not let it through. Look at Settings, Network."),
        }
        self._notice(
            self.tr("The sign-in page did not load."),
            sentences.get(reason, self.tr("The server answered with an error.")),
            self.tr("Try again"),
            "again",
        )

    def _page_stuck(self) -> None:
        self._notice(
            self.tr("The page has not finished loading for a minute."),
            self.tr("The attempt is still good. Try again, or continue in your browser."),
            self.tr("Try again"),
            "again",
        )

    def _went_well(self) -> None:
        drawing = self._desk.world.drawing
        self._desk.submit(lambda _cancel: drawing.went_well())

    def _renderer_died(self) -> None:
        drawing = self._desk.world.drawing
        if drawing.note_death() >= MOST_DEATHS and not drawing.in_software:
            self.noticed.emit(died_again_notice())
            return
        self._notice(
            self.tr("The process that draws the page ended."),
            self.tr("Nothing was sent and nothing is stored. Open the page again."),
            self.tr("Try again"),
            "again",
        )

    def _no_sandbox(self) -> None:
        self.drop()
        self.refused.emit(
            NoticeState(
                self.tr("X is not shown here, because Chromium's own sandbox is off."),
                self.tr(
                    "It cannot run as root. Start Keypane as an ordinary user, or continue "
                    "in your browser."
                ),
                "error",
                self.tr("Continue in my browser"),
                "browser",
            )
        )
