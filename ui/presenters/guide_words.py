"""The words of the guided pages that lead through X's console. Pure: facts in, states out.

What to click at X: x-platform notes §§4.1 and 4.3, third-party walkthroughs of 2026.
"""

from PySide6.QtCore import QCoreApplication

from core.credits import Balance
from core.model import App
from ui.presenters.readiness_words import USUAL_CALLBACK
from ui.views.guide import GuideState, GuideStep
from ui.widgets import NoticeState, Status


def no_app_state(found: Status | None, names: str = "", *, can_go_on: bool) -> GuideState:
    """Return the walk beside the console, from no App to its keys; `names` says what was found."""
    return GuideState(
        _tr("Your first App at X"),
        _tr(
            "About five minutes in the Developer Console, beside this page. Do all of it in one "
            "visit: X shows each secret once."
        ),
        (
            GuideStep(
                "open",
                _tr("Open the Developer Console"),
                _tr(
                    "It is console.x.com. A page at console.x.ai is something else and knows no "
                    "App. Sign in with the account that shall own the App."
                ),
                action=_tr("Open console.x.com"),
                action_kind="primary",
            ),
            GuideStep(
                "create",
                _tr("Create the App"),
                _tr(
                    "Apps, then Create App; any name; environment Production. X shows these once. "
                    "Leave X's dialog open, copy all of it, paste here."
                ),
                paste=_tr("Consumer Key, Secret Key and Bearer Token, as X shows them"),
            ),
            *package_steps(),
            *_user_authentication_steps(),
            GuideStep(
                "keep",
                _tr("Look through what was found, then keep it"),
                f"{names} {_tr('Nothing is stored before you have seen it.')}".strip(),
                action=_tr("Continue"),
                action_kind="primary" if can_go_on else "plain",
                is_enabled=can_go_on,
                status=found,
            ),
        ),
    )


def package_steps() -> tuple[GuideStep, ...]:
    """Return the clicks that put an App into a package."""
    return (
        GuideStep(
            "package",
            _tr("Move it to the Pay-per-use package"),
            _tr(
                "Apps, Manage apps, Move to package, Pay-per-use; environment Production. Without "
                "it every call ends in client-not-enrolled, with the best of tokens."
            ),
        ),
    )


def _user_authentication_steps() -> tuple[GuideStep, ...]:
    return (
        GuideStep(
            "callback",
            _tr("Set up User authentication"),
            _tr(
                "In the App: User authentication settings, Set up. App permissions: Read, or Read "
                "and write if it posts. Paste this as Callback URI, to the letter:"
            ),
            value=USUAL_CALLBACK,
        ),
        GuideStep(
            "type",
            _tr("Choose the type of App and a website"),
            _tr(
                "{native} where only programs on people's own computers sign in: it has no Client "
                "Secret. {bot} where a server refreshes tokens: it has one. The Website URL must "
                "not be localhost; a profile or repository page will do."
            ).format(native="Native App", bot="Web App, Automated App or Bot"),
        ),
        GuideStep(
            "client",
            _tr("Save there, then paste the Client ID"),
            _tr("X shows the Client ID, and a Client Secret once if the App has one."),
            paste=_tr("Client ID and Client Secret, as X shows them"),
        ),
    )


def package_state(
    app: App, busy: str, notice: NoticeState | None, *, can_check: bool
) -> GuideState:
    """Return how an App gets into a package, and the free call that shows it."""
    return GuideState(
        _tr("{app} and its package").format(app=app.name),
        _tr("X serves an App only while it belongs to a package. No token can change that."),
        (
            _console_step(),
            *package_steps(),
            _check_step(can_check=can_check),
        ),
        notice,
        busy,
    )


def credits_state(
    app: App, busy: str, notice: NoticeState | None, *, is_open: bool, can_ask: bool
) -> GuideState:
    """Return how an App's account gets credits, and what shows that it has some."""
    known = (
        _tr("X answered 402: your token works, and X wants credits for the call.")
        if is_open
        else _tr(
            "Nobody knows yet. Free calls are answered without credits too, so the next call that "
            "costs will tell; Keypane makes none by itself."
        )
    )
    return GuideState(
        _tr("{app} and its credits").format(app=app.name),
        known,
        (
            GuideStep(
                "ask",
                _tr("Ask X for the balance"),
                _tr(
                    "One free call. X documented it in August 2026 and had not switched it on in "
                    "September: it answered 404."
                )
                if can_ask
                else _tr("It takes a Bearer Token, and there is none here yet."),
                action=_tr("Ask X"),
                is_enabled=can_ask,
            ),
            GuideStep(
                "billing",
                _tr("Buy credits, or see how many are left"),
                _tr("In the console: Billing, Credits. Set a spending limit in the same place."),
                action=_tr("Buy credits"),
                action_kind="primary" if is_open else "plain",
            ),
            GuideStep(
                "call",
                _tr("Make a call that costs"),
                _tr("In Requests the price stands beside Send, before anything is sent."),
                action=_tr("Open Requests"),
            ),
        ),
        notice,
        busy,
    )


def balance_notice(balance: Balance) -> NoticeState:
    """Return what X's answer about credits means; the sum itself is X's console's to show."""
    match balance:
        case Balance.SOME:
            return NoticeState(_tr("There are credits."), "", "ok")
        case Balance.NONE:
            return NoticeState(
                _tr("There are no credits left."), _tr("Buy some in the console, under Billing.")
            )
        case Balance.NOT_YET:
            return NoticeState(
                _tr("X does not tell yet: its call for the balance answers 404."),
                _tr("So only the next call that costs will show it. See the console meanwhile."),
                "info",
            )
    return NoticeState(
        _tr("X answered in a form that names no balance."),
        _tr("See the console, under Billing, Credits."),
        "info",
    )


def _console_step() -> GuideStep:
    return GuideStep(
        "open",
        _tr("Open the Developer Console"),
        _tr("Sign in with the account that owns the App."),
        action=_tr("Open console.x.com"),
        action_kind="primary",
    )


def _check_step(*, can_check: bool) -> GuideStep:
    return GuideStep(
        "check",
        _tr("Check with one free call"),
        ""
        if can_check
        else _tr("It needs a Bearer Token or a signed-in user: generate the Bearer Token first."),
        action=_tr("Check again"),
        is_enabled=can_check,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("guides", text)
