"""The steps of the tour: what a person does in the main job, and how it is seen to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QListView, QWidget

from core.model import UserToken
from ui.application import Program
from ui.shell import Tab
from ui.tour_hands import Hands

_PRESS_AGAIN_MS: Final = 5_000
_MOST_PRESSES: Final = 2
TOUR_APP: Final = "Tour App"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a person does, and how it is seen to be done."""

    name: str
    act: Callable[[], None]
    is_done: Callable[[], bool]
    detail: Callable[[], str] = field(default=lambda: "")


class TourSteps:
    """Does the steps in a window, with its hands. Nothing of it knows a service.

    Attributes:
        current: the name of the step under way.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._hands = Hands(program.window)
        self.current = ""
        self._page_shown = False
        self._last_status = 0
        self._presses = 0
        self._issued = datetime.min.replace(tzinfo=UTC)

    def in_order(self) -> list[Step]:
        """Return the main job, step by step."""
        hands, press = self._hands, self._presser
        return [
            Step("sandbox", lambda: None, lambda: hands.sees("Generate Bearer Token")),
            Step("add App", self._open_add_app, lambda: hands.sees("Save"), self._facts),
            Step("save App", press("Save"), lambda: hands.reads(TOUR_APP) and self._is_tour_app()),
            Step(
                "generate Bearer Token",
                press("Generate Bearer Token"),
                lambda: hands.sees("Check Bearer Token"),
            ),
            Step("check Bearer Token", press("Check Bearer Token"), lambda: hands.reads("Works")),
            Step("GET /2/tweets", self._send_first, lambda: self._answered(200), self._answer),
            Step("choose scopes", self._open_sign_in, lambda: hands.sees("Sign in here")),
            Step("consent page", press("Sign in here"), self._consent_is_shown),
            Step(
                "sign in a user",
                self._authorize,
                lambda: hands.sees("Keep on this computer"),
                self._account,
            ),
            Step(
                "keep the user",
                press("Keep on this computer"),
                lambda: hands.sees(f"Refresh {self._account()}"),
            ),
            Step("GET /2/users/me", self._send_me, lambda: self._answered(200), self._answer),
            Step("refresh", self._refresh, self._was_refreshed),
            Step("ask to revoke the user", self._ask_revoke_user, lambda: hands.sees("Revoke")),
            Step("revoke the user's grant", press("Revoke"), self._user_is_revoked, self._proof),
            Step("prove 401 for the user", self._to_activity, self._proof_is_noted),
            Step("ask to revoke", self._ask_revoke_bearer, lambda: hands.sees("Revoke")),
            Step("revoke Bearer Token", press("Revoke"), self._bearer_is_revoked, self._proof),
            Step("prove 401 for the App", self._to_activity, self._proof_is_noted),
        ]

    def _presser(self, name: str) -> Callable[[], None]:
        return lambda: self._hands.press(name)

    def _open_add_app(self) -> None:
        sandbox = self._program.panes.opening.sandbox
        if sandbox is None:
            raise LookupError("the sandbox does not run")
        ready = sandbox.ready_app
        self._hands.press("Add App")
        lines = (
            f"API Key: {ready.api_key}\nAPI Key Secret: {ready.api_secret}\n"
            f"Client ID: {ready.client_id}\nClient Secret: {ready.client_secret}\n"
        )
        self._hands.type_into("Paste", lines)
        self._hands.type_into("Name", TOUR_APP)
        self._hands.type_into("Redirect URI", ready.redirect_uri)
        self._hands.choose("Environment", "Sandbox of this window")

    def _facts(self) -> str:
        return "4 values recognised" if self._hands.reads("Found 4") else ""

    def _is_tour_app(self) -> bool:
        app = self._program.desk.app
        return app is not None and app.name == TOUR_APP

    def _send_first(self) -> None:
        self._show(Tab.REQUESTS)
        self._last_status = 0
        self._hands.press("Send")

    def _open_sign_in(self) -> None:
        self._show(Tab.KEYS)
        self._hands.press("Sign in a user")

    def _consent_is_shown(self) -> bool:
        browser = self._browser()
        if browser is None:
            return False
        if not getattr(browser, "_tour_listens", False):
            browser.page_shown.connect(self._note_page)  # type: ignore[attr-defined]
            browser._tour_listens = True  # type: ignore[attr-defined]  # noqa: SLF001
        return self._page_shown

    def _note_page(self) -> None:
        self._page_shown = True

    def _browser(self) -> QWidget | None:
        return self._program.window.findChild(QWidget, "signInBrowser")

    def _authorize(self) -> None:
        """Tab to the first account, which is chosen, and press Return as a person would."""
        browser = self._browser()
        target = browser.focusProxy() if browser is not None else None
        if target is None:
            raise LookupError("the consent page is not there")
        target.setFocus()
        inner = target.focusProxy() or target
        self._hands.key(inner, Qt.Key.Key_Tab)
        self._hands.key(inner, Qt.Key.Key_Return)
        # Chromium drops keys that come before its first frame; once more is still consent:
        # from the account a second Tab leads to "Authorize app".
        self._presses += 1
        if self._presses < _MOST_PRESSES:
            QTimer.singleShot(_PRESS_AGAIN_MS, self._program.window, self._authorize_again)

    def _authorize_again(self) -> None:
        waiting = self.current == "sign in a user"
        if waiting and self._browser() is not None:
            self._authorize()

    def _account(self) -> str:
        users = self._program.desk.snapshot.users_of(self._program.desk.app_id)
        return users[-1].label if users else ""

    def _send_me(self) -> None:
        self._show(Tab.REQUESTS)
        pane = self._program.window.pane(Tab.REQUESTS)
        pane.operation_chosen.emit("getUsersMe")  # type: ignore[attr-defined]
        users = self._program.desk.snapshot.users_of(self._program.desk.app_id)
        pane.credential_chosen.emit(users[-1].token_id)  # type: ignore[attr-defined]
        self._last_status = 0
        self._hands.press("Send")

    def _refresh(self) -> None:
        self._show(Tab.KEYS)
        self._issued = self._user().issued_at
        self._hands.press(f"Refresh {self._account()}")

    def _was_refreshed(self) -> bool:
        return self._user().issued_at > self._issued

    def _user(self) -> UserToken:
        return self._program.desk.snapshot.users_of(self._program.desk.app_id)[-1]

    def _ask_revoke_user(self) -> None:
        self._show(Tab.KEYS)
        self._hands.press(f"Revoke {self._account()}")

    def _ask_revoke_bearer(self) -> None:
        self._show(Tab.KEYS)
        self._hands.press("Revoke Bearer Token")

    def _user_is_revoked(self) -> bool:
        return self._user().proof_status == 401

    def _bearer_is_revoked(self) -> bool:
        bearer = self._program.desk.snapshot.bearer(self._program.desk.app_id)
        return bearer is not None and bearer.proof_status == 401

    def _proof(self) -> str:
        return "a call with it answered 401"

    def _to_activity(self) -> None:
        self._show(Tab.ACTIVITY)

    def _proof_is_noted(self) -> bool:
        """Return whether Activity's newest lines tell of the 401 that was wanted."""
        pane = self._program.window.pane(Tab.ACTIVITY)
        entries = pane.findChild(QListView)
        if entries is None:
            return False
        model = entries.model()
        newest = [str(model.index(row, 0).data()) for row in range(min(3, model.rowCount()))]
        wanted = self._account() if "user" in self.current else "Bearer Token"
        return any("Proved" in line and wanted in line for line in newest)

    def _answered(self, status: int) -> bool:
        return self._last_status == status

    def _answer(self) -> str:
        return f"status {self._last_status}"

    def note_call(self, status: int) -> None:
        """Note what a call was answered with."""
        self._last_status = status

    def _show(self, tab: Tab) -> None:
        self._program.window.show_tab(tab)
