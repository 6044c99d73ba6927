"""Step 1 of a sign-in: which scopes, and whether the App has what a sign-in needs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.model import App
from ui.desk import Desk
from ui.presenters.scope_choice import OPERATIONS, ScopeChoice, ask_operations
from ui.views.sign_in_scopes import ScopesState, ScopesView
from ui.widgets import NoticeState


class ScopesStep(QObject):
    """Leads the planner of scopes.

    Signals:
        begin_wanted: arg: True in the view here, False in the person's own browser.
        settings_wanted: the redirect URI shall be changed.
    """

    begin_wanted = Signal(bool)
    settings_wanted = Signal()

    def __init__(self, desk: Desk, view: ScopesView, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._app: App | None = None
        self._choice = ScopeChoice()
        view.scope_toggled.connect(self._toggle)
        view.preset_chosen.connect(self._preset)
        view.here_wanted.connect(lambda: self.begin_wanted.emit(True))
        view.browser_wanted.connect(lambda: self.begin_wanted.emit(False))
        view.redirect_change_wanted.connect(self.settings_wanted)
        view.copy_redirect_wanted.connect(self._copy_redirect)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is to be asked for."""
        return self._choice.scopes()

    def start(self, app: App, scopes: tuple[str, ...]) -> None:
        """Begin for `app`; `scopes` is a first choice, () for the usual one."""
        self._app = app
        if scopes:
            self._choice = ScopeChoice(scopes)
        self.render()

    def render(self) -> None:
        """Make the step look like the choice, and put the keyboard on its first way on."""
        self._render()
        self._view.here.setFocus()

    def _render(self) -> None:
        app = self._app
        if app is None:
            return
        missing = self._missing(app)
        at_x = self.tr("Registered at X for this App")
        self._view.render_state(
            ScopesState(
                scopes=self._choice.states(),
                presets=self._choice.presets(),
                redirect_uri=app.redirect_uri or "",
                redirect_note=at_x if app.redirect_uri else self.tr("Set it in Settings"),
                warning=NoticeState(
                    self.tr("This ends other sign-ins of the same account with this App."),
                    self.tr(
                        "If a server already runs as that account, its tokens stop working. "
                        "Use a second App for it."
                    ),
                ),
                error=missing,
                can_start=missing is None and bool(self._choice.chosen),
            )
        )

    def _missing(self, app: App) -> NoticeState | None:
        if app.client is None or not app.client.client_id:
            return NoticeState(
                self.tr("This App has no Client ID here."),
                self.tr(
                    "X shows it under Keys and tokens once User authentication settings are set up."
                ),
                "error",
                self.tr("Open Settings"),
            )
        if not app.redirect_uri:
            return NoticeState(
                self.tr("No redirect URI is known for this App."),
                self.tr("Enter one that is registered at X as a callback, character by character."),
                "error",
                self.tr("Open Settings"),
            )
        return None

    def _toggle(self, scope: str, wanted: bool) -> None:
        self._choice.toggle(scope, wanted)
        self._render_where_the_focus_is()

    def _preset(self, key: str) -> None:
        if key == OPERATIONS:
            ask_operations(self._choice, self._view, self._render_where_the_focus_is)
            return
        self._choice.preset(key)
        self._render_where_the_focus_is()

    def _render_where_the_focus_is(self) -> None:
        focus = self._view.focusWidget()
        self.render()
        if focus is not None:
            focus.setFocus()

    def _copy_redirect(self) -> None:
        if self._app is not None and self._app.redirect_uri:
            self._desk.copied.emit(self._app.redirect_uri, self.tr("redirect URI"))
