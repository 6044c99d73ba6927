"""The tour: the main job in the real window, on the embedded sandbox, with a picture per step.

It presses what a person presses: buttons by their accessible names, keys in the consent
page. Nothing of it knows a service. Ends with `tour.json` beside the pictures.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QWidget,
)

from core.model import UserToken
from core.world import World
from ui.application import GarbageTimer, Program, make_application
from ui.shell import Tab

log = logging.getLogger(__name__)

_STEP_SECONDS: Final = 30.0
_POLL_MS: Final = 40
_SETTLE_MS: Final = 350
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


@dataclass(slots=True)
class Result:
    """What came of a step."""

    name: str
    ok: bool
    seconds: float
    screenshot: str
    detail: str


class Hands:
    """Finds and presses what is on the screen, by the names that a person hears."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def widget(self, name: str, kind: type[QWidget] = QWidget) -> QWidget | None:
        """Return the visible, enabled widget of this accessible name, or None."""
        roots = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        # A dialog over the window is what the person sees first.
        for root in sorted(roots, key=lambda w: not isinstance(w, QDialog)):
            for found in root.findChildren(kind):
                if found.accessibleName() == name and found.isVisible() and found.isEnabled():
                    return found
        return None

    def sees(self, name: str) -> bool:
        """Return whether a button of this name can be pressed."""
        return self.widget(name, QAbstractButton) is not None

    def reads(self, text: str) -> bool:
        """Return whether a visible label says this."""
        labels = self._window.findChildren(QLabel)
        return any(text in label.text() for label in labels if label.isVisible())

    def press(self, name: str) -> None:
        """Press the button of this name."""
        button = self.widget(name, QAbstractButton)
        if not isinstance(button, QAbstractButton):
            raise LookupError(f"no button {name!r} can be pressed")  # noqa: TRY004 - as above
        button.click()

    def type_into(self, name: str, text: str) -> None:
        """Fill a field."""
        line = self.widget(name, QLineEdit)
        area = self.widget(name, QPlainTextEdit)
        if isinstance(line, QLineEdit):
            line.setText(text)
        elif isinstance(area, QPlainTextEdit):
            area.setPlainText(text)
        else:
            raise LookupError(f"no field {name!r} can be filled")  # noqa: TRY004 - not a type's fault

    def choose(self, name: str, label: str) -> None:
        """Pick an entry of a list as the keyboard would."""
        box = self.widget(name, QComboBox)
        if not isinstance(box, QComboBox) or box.findText(label) < 0:
            raise LookupError(f"{name!r} does not offer {label!r}")
        box.setCurrentIndex(box.findText(label))
        box.activated.emit(box.currentIndex())

    def key(self, target: QWidget, key: Qt.Key) -> None:
        """Press and release a key over a widget."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            text = "\r" if key is Qt.Key.Key_Return else ""
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(target, event)


class Tour(QObject):
    """Runs the steps one after the other and stops at the first that fails."""

    def __init__(self, program: Program, folder: Path) -> None:
        super().__init__(program.window)
        self._program = program
        self._folder = folder
        self._hands = Hands(program.window)
        self._steps = iter(self._all_steps())
        self._step: Step | None = None
        self._began = 0.0
        self._page_shown = False
        self._last_status = 0
        self._presses = 0
        self._issued = datetime.min.replace(tzinfo=UTC)
        self.results: list[Result] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin with the first step."""
        self._next()

    # --- the steps ---------------------------------------------------------------------------

    def _all_steps(self) -> list[Step]:
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
            QTimer.singleShot(_PRESS_AGAIN_MS, self, self._authorize_again)

    def _authorize_again(self) -> None:
        waiting = self._step is not None and self._step.name == "sign in a user"
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
        wanted = self._account() if self._step and "user" in self._step.name else "Bearer Token"
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

    # --- the driver --------------------------------------------------------------------------

    def _next(self) -> None:
        step = next(self._steps, None)
        if step is None:
            self._finish()
            return
        self._step, self._began = step, time.monotonic()
        try:
            step.act()
        except LookupError as missing:
            self._record(step, ok=False, detail=str(missing))
            self._finish()
            return
        self._timer.start()

    def _look(self) -> None:
        step = self._step
        if step is None:
            return
        if step.is_done():
            self._timer.stop()
            # Let the screen settle, so that the picture shows what the step led to.
            QTimer.singleShot(_SETTLE_MS, self, lambda: self._passed(step))
        elif time.monotonic() - self._began > _STEP_SECONDS:
            self._timer.stop()
            self._record(step, ok=False, detail="it was not seen to be done in time")
            self._finish()

    def _passed(self, step: Step) -> None:
        self._record(step, ok=True, detail=step.detail())
        self._next()

    def _record(self, step: Step, *, ok: bool, detail: str) -> None:
        number = len(self.results) + 1
        name = f"{number:02d}-{step.name.lower().replace(' ', '-').replace('/', '-')}.png"
        name = name.replace("--", "-").replace("'", "")
        self._picture(self._folder / name)
        seconds = round(time.monotonic() - self._began, 3)
        self.results.append(Result(step.name, ok, seconds, name, detail))

    def _picture(self, path: Path) -> None:
        window = self._program.window
        picture = window.grab()
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            from PySide6.QtGui import QPainter

            painter = QPainter(picture)
            painter.drawPixmap(window.mapFromGlobal(dialog.pos()), dialog.grab())
            painter.end()
        picture.save(str(path), "PNG")

    def _finish(self) -> None:
        self._step = None
        QApplication.exit(0)


def run_tour(folder: Path, build_world: Callable[[Path | None], World]) -> int:
    """Make the tour into `folder`; return 0 only if every step held."""
    folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    GarbageTimer(app)
    with tempfile.TemporaryDirectory(prefix="keypane-tour-") as home:
        program = Program(build_world(Path(home)))
        tour = Tour(program, folder)
        program.panes.call_made.connect(tour.note_call)
        program.start(sandbox=True)
        QTimer.singleShot(0, tour, tour.start)
        app.exec()
        total = len(tour._all_steps())  # noqa: SLF001 - its own module
        ok = len(tour.results) == total and all(result.ok for result in tour.results)
        program.end()
    report = {"ok": ok, "steps": [asdict(result) for result in tour.results]}
    (folder / "tour.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for result in tour.results:
        mark = "ok  " if result.ok else "FAIL"
        sys.stderr.write(f"{mark} {result.seconds:6.2f} s  {result.name}  {result.detail}\n")
    sys.stderr.write(f"Pictures and tour.json are in {folder.absolute()}\n")
    return 0 if ok else 1
