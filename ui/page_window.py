"""The window process of `keypane sign-in --browser embedded`: one page, one answer.

It is asked on standard input and answers on standard output, see `core.page_window`. It holds
no World: nothing is stored here, and the redirect is exchanged by who started it. When that
one ends, standard input ends, and so does the window.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from core.page_window import (
    BROWSER,
    CANCELLED,
    REDIRECT,
    TIME_UP,
    PageOutcome,
    PageWanted,
)
from core.redirects import is_redirect_to
from ui.browser.settings import ViewProxy, ViewSettings
from ui.browser.sign_in_view import SignInBrowser
from ui.presenters.browser_words import (
    AGAIN_KEY,
    BROWSER_KEY,
    died_notice,
    follow_browser,
    no_file_words,
)
from ui.views.page_window import PageWindow
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from typing import TextIO

_MOST_CHARACTERS: Final = 1 << 21


class PageProcess(QObject):
    """Shows one page and keeps the first answer.

    Attributes:
        outcome: how it ended; closed, until something else happens.
        window: what the person sees.
    """

    def __init__(self, wanted: PageWanted, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.outcome = PageOutcome(CANCELLED)
        self._url = wanted.authorize_url
        self._browser = SignInBrowser(
            partial(is_redirect_to, wanted.redirect_uri),
            wanted.origins,
            wanted.is_loopback,
            settings=_settings(wanted),
        )
        self.window = PageWindow(wanted.app_name, self._browser)
        self._has_ended = False
        self._browser.redirect_caught.connect(lambda url: self._end(PageOutcome(REDIRECT, url)))
        say = self.window.say
        follow_browser(self._browser, say, say)
        self._browser.download_refused.connect(lambda: say(NoticeState(no_file_words())))
        self._browser.renderer_died.connect(lambda: say(died_notice()))
        self.window.browser_wanted.connect(lambda: self._end(PageOutcome(BROWSER)))
        self.window.cancelled.connect(lambda: self._end(PageOutcome(CANCELLED)))
        self.window.action_wanted.connect(self._act)
        deadline = QTimer(self)
        deadline.setSingleShot(True)
        deadline.timeout.connect(lambda: self._end(PageOutcome(TIME_UP)))
        deadline.start(max(int(wanted.seconds * 1000), 0))

    def show(self) -> None:
        """Show the window first, then load Chromium, which takes a moment."""
        self.window.show()
        self.window.activateWindow()
        QTimer.singleShot(0, self, self._load)

    def end(self) -> None:
        """Let go of the page in Chromium's order, before the application goes."""
        self.window.deleteLater()
        for _ in range(3):
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()

    def _load(self) -> None:
        self._browser.open(self._url)
        self._browser.setFocus()

    def _act(self, key: str) -> None:
        if key == BROWSER_KEY:
            self._end(PageOutcome(BROWSER))
        elif key == AGAIN_KEY:
            self.window.say(None)
            self._load()

    def _end(self, outcome: PageOutcome) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self.outcome = outcome
        self._browser.dispose()
        self.window.hide()
        QTimer.singleShot(0, QApplication.quit)


def _settings(wanted: PageWanted) -> ViewSettings:
    try:
        proxy = ViewProxy.of(wanted.proxy) if wanted.proxy else None
    except ValueError:
        return ViewSettings(has_failed=True)
    return ViewSettings(proxy=proxy, certificates=wanted.certificates, has_failed=wanted.has_no_way)


def run_page_window(stdin: TextIO, stdout: TextIO) -> int:
    """Show the page that a line of `stdin` asks for, and print how it ended; return 0."""
    from ui.application import GarbageTimer, make_application

    wanted = PageWanted.read(stdin.readline(_MOST_CHARACTERS))
    app = make_application()
    GarbageTimer(app)
    process = PageProcess(wanted, app)
    if sys.platform != "win32":  # Qt cannot watch a pipe there; the deadline ends it
        watch = QSocketNotifier(stdin.fileno(), QSocketNotifier.Type.Read, app)
        watch.activated.connect(process.window.close)
    process.show()
    app.exec()
    process.end()
    stdout.write(process.outcome.as_line())
    stdout.flush()
    return 0
