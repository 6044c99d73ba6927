"""The scenes around the embedded view: staying signed in, its troubles, passkeys, the network."""

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QScrollArea, QWidget

from ui.application import Program
from ui.shell import Tab

if TYPE_CHECKING:
    from scripts.shots import Photographer
    from ui.browser.passkey_dialog import PasskeyState
    from ui.widgets import NoticeState

_KEEP: Final = "Keep me signed in for this App"


def take_browser(photographer: "Photographer", program: Program) -> None:
    """Take the pictures with the Practice App on the desk; leave it without a session."""
    _stay_signed_in(photographer, program)
    _settings(photographer, program)
    program.window.show_tab(Tab.KEYS)


def _stay_signed_in(photographer: "Photographer", program: Program) -> None:
    program.panes.pages.show_sign_in()
    photographer.press(_KEEP)
    photographer.pause(0.2)
    photographer.take("sign-in-1-keep")
    photographer.press("Sign in here")
    shown: list[bool] = []
    photographer.until(lambda: _browser(program) is not None, "the browser")
    browser = _browser(program)
    assert browser is not None, "waited for"
    browser.page_shown.connect(lambda: shown.append(True))  # type: ignore[attr-defined]
    photographer.until(lambda: bool(shown), "the consent page")
    photographer.pause(0.4)
    for name, notice in _notices():
        _say(program, notice)
        photographer.pause(0.2)
        photographer.take(f"sign-in-2-{name}")
    _say(program, None)
    _passkeys(photographer, browser)
    photographer.press("Cancel sign-in")
    photographer.until(lambda: bool(program.desk.snapshot.sessions), "the session")
    program.panes.pages.show_sign_in()
    photographer.pause(0.3)
    photographer.take("sign-in-1-kept")
    photographer.press("Cancel sign-in")


def _say(program: Program, notice: "NoticeState | None") -> None:
    from ui.views.sign_in import SignInView

    page = program.window.page
    assert isinstance(page, SignInView), "the sign-in is open"
    page.consent.notice.render_state(notice)


def _notices() -> tuple[tuple[str, "NoticeState"], ...]:
    from ui.presenters.browser_words import left_notice
    from ui.presenters.software_drawing import died_again_notice, died_before_notice

    return (
        ("google", left_notice("https://accounts.google.com")),
        ("died-again", died_again_notice()),
        ("died-before", died_before_notice()),
    )


def _passkeys(photographer: "Photographer", browser: QWidget) -> None:
    from ui.browser.passkey_dialog import PasskeyDialog

    for name, state in _passkey_states():
        dialog = PasskeyDialog(state, browser)
        dialog.open()
        photographer.dialog()
        photographer.take(f"passkey-{name}", dialog)
        dialog.close()
        photographer.pause(0.1)


def _passkey_states() -> tuple[tuple[str, "PasskeyState"], ...]:
    from ui.browser.passkey_dialog import PasskeyState

    heading = "Passkey for x.com"
    return (
        (
            "touch",
            PasskeyState(
                "touch",
                heading,
                "Touch your security key, or confirm on the device that holds your passkey.",
            ),
        ),
        (
            "pin",
            PasskeyState(
                "pin",
                heading,
                "The key asks for its PIN. It goes to the key alone.",
                "That is not its PIN. 3 more tries, then the key locks itself.",
            ),
        ),
        (
            "account",
            PasskeyState(
                "account",
                heading,
                "The key holds several accounts of x.com. Which one?",
                accounts=("@acme", "@acme_ops"),
            ),
        ),
        (
            "failed",
            PasskeyState(
                "failed",
                heading,
                "Nothing was touched in time. Passkeys of your own browser work there: choose "
                "Continue in my browser.",
                can_retry=True,
            ),
        ),
    )


def _settings(photographer: "Photographer", program: Program) -> None:
    program.window.show_tab(Tab.SETTINGS)
    view = program.window.pane(Tab.SETTINGS)
    photographer.pause(0.4)
    _scroll_to(view.sessions)  # type: ignore[attr-defined]
    photographer.take("settings-sessions")
    photographer.choose("Proxy", "This one")
    photographer.type_into("Proxy host", "http://proxy.example/wpad.pac")
    photographer.press("Use this proxy")
    photographer.pause(0.3)
    _scroll_to(view.network)  # type: ignore[attr-defined]
    photographer.take("settings-proxy")
    photographer.choose("Proxy", "As the system says")
    photographer.press("Forget this browser session Practice App")
    photographer.take("confirm-forget-session", photographer.dialog())
    photographer.press("Forget")
    photographer.until(lambda: not program.desk.snapshot.sessions, "no session")
    photographer.until(lambda: photographer.reads("Nothing of that browser session"), "the word")
    photographer.take("settings-forgotten")


def _scroll_to(card: QWidget) -> None:
    area = card.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(card, 0, 40)


def _browser(program: Program) -> QWidget | None:
    return program.window.findChild(QWidget, "signInBrowser")
