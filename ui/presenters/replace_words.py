"""The words of replacing a credential step by step. Pure: how far it is in, the page out."""

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from ui.presenters.replace_subject import BEARER, OWNER, PAIR, USER
from ui.views.guide import GuideState, GuideStep
from ui.widgets import NoticeState, Status


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the replacement is.

    Attributes:
        what: the credential in a sentence: "the Bearer Token", "@acme".
        app: the App's name.
        kind: the App's Bearer Token, its owner's pair, a user's grant or another account's
            pair; the last two are replaced by a new sign-in alone.
        leaked: it may be in other hands already.
        places: where it is used; `ticked` those that have the new one.
        tail: the last characters of the old one.
        refused: X does not end it by a call, so its console must.
        ended, fresh, works: the old one is dead; a new one is here; a check went through.
        fresh_tail: the last characters of the new one.
        receipt: the text, "" while there is none.
    """

    what: str
    app: str
    kind: str = BEARER
    leaked: bool = False
    places: tuple[str, ...] = ()
    ticked: frozenset[str] = field(default_factory=frozenset)
    tail: str = ""
    refused: bool = False
    ended: bool = False
    fresh: bool = False
    fresh_tail: str = ""
    works: bool = False
    receipt: str = ""


def replace_state(progress: Progress, busy: str, notice: NoticeState | None) -> GuideState:
    """Return the page for a replacement that is so far along."""
    title = (
        _tr("{what} of {app} leaked") if progress.leaked else _tr("Replace {what} of {app}")
    ).format(what=progress.what, app=progress.app)
    title = title[:1].upper() + title[1:]
    return GuideState(
        title,
        _intro(progress),
        tuple(_steps(progress)),
        notice,
        busy,
        _tr("Done") if progress.ended else _tr("Back"),
    )


def resumed_notice(begun_at: datetime) -> NoticeState:
    """Say that an earlier replacement goes on where it was left."""
    from PySide6.QtCore import QLocale

    day = QLocale().toString(begun_at.astimezone().date(), "d MMM yyyy")  # type: ignore[call-overload]
    return NoticeState(
        _tr("This replacement was begun on {date}.").format(date=day),
        _tr("What was done then is done, and what was ticked off stays ticked."),
        "info",
    )


def _intro(progress: Progress) -> str:
    if progress.leaked:
        return _tr(
            "Whoever has it can use it until it ends at X. So end it first, even though "
            "everything that uses it stops for a moment; then replace it."
        )
    if progress.kind == OWNER:
        return _tr(
            "X makes it in its console alone, and ends the old one in the same moment. Have "
            "access to every place below before you begin: they stand still until they get the "
            "new one."
        )
    return _tr(
        "X keeps one at a time, so the old one ends before there is a new one. Have access to "
        "every place below before you begin: they stand still until they get the new one."
    )


def _steps(progress: Progress) -> list[GuideStep]:
    steps = [_stops(progress), _end(progress)]
    if progress.kind in {USER, PAIR}:
        return [*steps, _receipt(progress), _sign_in_again(progress)]
    return [*steps, _new(progress), _check(progress), _place(progress), _receipt(progress)]


def _stops(progress: Progress) -> GuideStep:
    if progress.places:
        text = _tr("Stops at once: {places}.").format(places=", ".join(progress.places))
    else:
        text = _tr("Nothing is noted. Write down where it is used, and the last step ticks it off.")
    return GuideStep(
        "stops",
        _tr("What stops working"),
        text,
        second=_tr("Used by…"),
        is_done=bool(progress.places) or progress.ended,
        is_enabled=True,
    )


def _end(progress: Progress) -> GuideStep:
    if progress.ended:
        tail = f" …{progress.tail}" if progress.tail else ""
        return GuideStep(
            "end",
            _tr("End the old one at X"),
            is_done=True,
            status=Status(_tr("Ended{tail}. A call with it answered 401.").format(tail=tail), "ok"),
        )
    if progress.refused or (progress.kind == OWNER and not progress.leaked):
        return GuideStep(
            "console",
            _tr("End the old one in X's console"),
            _console_words(progress),
            action=_tr("Open the console"),
            action_kind="primary",
            second=_tr("I have regenerated it"),
        )
    return GuideStep(
        "end",
        _tr("End the old one at X"),
        _tr("Keypane revokes it, then proves it with one free call that must answer 401."),
        action=_tr("Revoke at X"),
        action_kind="danger",
    )


def _console_words(progress: Progress) -> str:
    if progress.kind == OWNER:
        return _tr(
            "In the console: Apps, this App, Keys & Tokens, OAuth 1.0 Keys, Access Token, "
            "Regenerate. The old pair dies at once. Leave X's dialog open: it shows both new "
            "values only once. Then come back here; one free call with the old pair proves its end."
        )
    return _tr(
        "X does not end this one by a call. In the console: Apps, this App, Keys & Tokens, "
        "Bearer Token, Regenerate. The old one dies at once; then come back here."
    )


def _new(progress: Progress) -> GuideStep:
    if progress.fresh:
        return GuideStep(
            "new",
            _tr("Make a new one"),
            is_done=True,
            status=Status(_tr("Here, ends in {tail}").format(tail=progress.fresh_tail), "ok"),
        )
    if progress.kind == OWNER:
        return GuideStep(
            "new",
            _tr("Make a new one"),
            _tr(
                "In the console: Apps, this App, Keys & Tokens, OAuth 1.0 Keys, Access Token, "
                "Generate, unless its dialog is open still. Copy both values."
            ),
            action=_tr("Open the console"),
            owner=_tr("for the new pair"),
            is_enabled=progress.ended,
            paste=_tr("Paste the Access Token and its Secret as the console shows them")
            if progress.ended
            else "",
        )
    pastes = progress.refused and progress.ended
    return GuideStep(
        "new",
        _tr("Make a new one"),
        _tr("X returns the new Bearer Token, also the one that the console has just made.")
        if pastes
        else "",
        action=_tr("Generate"),
        action_kind="primary" if progress.ended else "plain",
        is_enabled=progress.ended,
        paste=_tr("Or paste the Bearer Token that the console shows") if pastes else "",
    )


def _check(progress: Progress) -> GuideStep:
    return GuideStep(
        "check",
        _tr("Check that it works"),
        action="" if progress.works else _tr("Check"),
        owner=_tr("new Access Token") if progress.kind == OWNER else _tr("new Bearer Token"),
        action_kind="primary" if progress.fresh else "plain",
        is_enabled=progress.fresh,
        is_done=progress.works,
        status=Status(_tr("Works. The call was free."), "ok") if progress.works else None,
    )


def _place(progress: Progress) -> GuideStep:
    left = [place for place in progress.places if place not in progress.ticked]
    return GuideStep(
        "place",
        _tr("Put it where the old one was"),
        _tr("Tick off each place that has the new one.") if progress.places else "",
        action=_tr("Copy as .env lines") if progress.kind == OWNER else _tr("Copy the new one"),
        second=_tr("Replace it once more…") if progress.works and left else "",
        is_enabled=progress.fresh,
        is_done=progress.works and not left,
        ticks=tuple((place, place in progress.ticked) for place in progress.places),
    )


def _receipt(progress: Progress) -> GuideStep:
    return GuideStep(
        "receipt",
        _tr("Keep the receipt"),
        ""
        if progress.receipt
        else _tr("Once the old one is proven dead: for an incident ticket, without a secret."),
        value=progress.receipt.rstrip("\n"),
        owner=_tr("receipt"),
        is_done=bool(progress.receipt),
    )


def _sign_in_again(progress: Progress) -> GuideStep:
    if progress.kind == PAIR:
        return GuideStep(
            "sign_in",
            _tr("Sign in again"),
            _tr("By OAuth 1.0a, as the same account. Then put the new pair where the old was."),
            action=_tr("Sign in with OAuth 1.0a…"),
            action_kind="primary" if progress.ended else "plain",
            is_enabled=progress.ended,
        )
    return GuideStep(
        "sign_in",
        _tr("Sign in again"),
        _tr(
            "With the same scopes. Afterwards hand it over to the place that runs it: {places}."
        ).format(places=", ".join(progress.places))
        if progress.places
        else _tr("With the same scopes, as the same account."),
        action=_tr("Sign in again…"),
        action_kind="primary" if progress.ended else "plain",
        is_enabled=progress.ended,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("replace", text)
