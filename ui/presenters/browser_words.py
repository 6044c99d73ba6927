"""What the window says when the embedded browser refuses or misses something."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ui.browser.policy import refuses_views
from ui.browser.sign_in_view import SignInBrowser
from ui.widgets import NoticeState

BROWSER_KEY = "browser"
AGAIN_KEY = "again"


def follow_browser(
    browser: SignInBrowser,
    say: Callable[[NoticeState], None],
    without_sandbox: Callable[[NoticeState], None],
) -> None:
    """Have each trouble of `browser` said as a notice whose action is one of the keys above.

    A file that it does not save and a renderer that died are said by whoever holds the browser.

    Args:
        browser: of one attempt.
        say: shows a notice; the page stays.
        without_sandbox: shows it where the page cannot be shown at all.
    """
    browser.left_allowed_pages.connect(lambda origin: say(left_notice(origin)))
    browser.popup_refused.connect(
        lambda: say(
            _elsewhere(
                _tr("The page wanted to open another window."),
                _tr("That is refused here. If you need it to log in, use your own browser."),
            )
        )
    )
    browser.load_failed.connect(lambda reason: say(_failed(reason)))
    browser.page_stuck.connect(
        lambda: say(
            _again(
                _tr("The page has not finished loading for a minute."),
                _tr("The attempt is still good. Try again, or continue in your browser."),
            )
        )
    )
    browser.refused_without_sandbox.connect(lambda: without_sandbox(_no_sandbox()))


def no_file_words() -> str:
    """Return what is said where the page wanted to save a file."""
    return _tr("The page wanted to save a file. It was refused.")


def died_notice() -> NoticeState:
    """Return what is said where the renderer died."""
    return _again(
        _tr("The process that draws the page ended."),
        _tr("Nothing was sent and nothing is stored. Open the page again."),
    )


def left_notice(origin: str) -> NoticeState:
    """Return what is said where the page wanted to go to a site that is not shown here."""
    if whose := refuses_views(origin):
        return _elsewhere(
            _tr("{whose} does not sign people in inside other programs.").format(whose=whose),
            _tr(
                "Continue in your browser: there its log-in works, and this sign-in goes on with "
                "the same attempt."
            ),
        )
    return _elsewhere(
        _tr("The page wanted to go to {origin}.").format(origin=origin),
        _tr(
            "Keypane shows only X's own pages. What leads elsewhere works in your browser, with "
            "the same attempt."
        ),
    )


def _failed(reason: str) -> NoticeState:
    sentences = {
        "certificate": _tr("Its certificate is not valid, so nothing was sent to it."),
        "dns": _tr("Its address was not found. Are you online?"),
        "connection": _tr("No connection could be made. Are you online?"),
        "proxy": _tr("The proxy did not let it through. Look at Settings, Network."),
    }
    return _again(
        _tr("The sign-in page did not load."),
        sentences.get(reason, _tr("The server answered with an error.")),
    )


def _no_sandbox() -> NoticeState:
    return NoticeState(
        _tr("X is not shown here, because Chromium's own sandbox is off."),
        _tr(
            "It cannot run as root. Start Keypane as an ordinary user, or continue in your browser."
        ),
        "error",
        _tr("Continue in my browser"),
        BROWSER_KEY,
    )


def _elsewhere(title: str, text: str) -> NoticeState:
    return NoticeState(title, text, "warn", _tr("Continue in my browser"), BROWSER_KEY)


def _again(title: str, text: str) -> NoticeState:
    return NoticeState(title, text, "warn", _tr("Try again"), AGAIN_KEY)


def _tr(text: str) -> str:
    return QCoreApplication.translate("browser", text)
