"""Sign-in, step 1: which scopes, which redirect URI, which browser."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme import GAP, theme
from ui.views.sign_in_keep import KeepRow
from ui.widgets import (
    Banner,
    Button,
    Card,
    CheckBox,
    CopyButton,
    CopyForm,
    FlowLayout,
    Hairline,
    Label,
    LineEdit,
    NoticeState,
    Row,
    ScopeChips,
    Status,
    StatusChip,
    set_kind,
)

_LEAST_LIST = 190


@dataclass(frozen=True, slots=True)
class ScopeState:
    """One scope as a person decides on it.

    Attributes:
        scope: X's name, as "tweet.read".
        title: ours, as "Read Posts".
        meaning: what the App may do with it.
        risk: the word of its tag; `risk_kind` is ok, warn or bad.
    """

    scope: str
    title: str
    meaning: str
    risk: str
    risk_kind: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PresetState:
    """A starting point for the choice."""

    key: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ScopesState:
    """All that step 1 shows.

    Attributes:
        redirect_uri: what must stand at X, "" when none is known yet.
        redirect_note: under its label.
        error: why sign-in cannot start, "" if it can.
    """

    scopes: tuple[ScopeState, ...] = ()
    presets: tuple[PresetState, ...] = ()
    redirect_uri: str = ""
    redirect_note: str = ""
    warning: NoticeState | None = None
    error: NoticeState | None = None
    can_start: bool = True


class _ScopeRow(QWidget):
    """A check box with its scope, meaning and risk. The whole row says its name."""

    toggled = Signal(str, bool)

    def __init__(self, state: ScopeState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.box = CheckBox("")
        self.box.setAccessibleName(f"{state.title} {state.scope}")
        self.box.setAccessibleDescription(f"{state.meaning}. {state.risk}")
        self.box.toggled.connect(lambda on: self.toggled.emit(self.state.scope, on))
        chip = ScopeChips()
        chip.set_scopes((state.scope,))
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Label(state.title, "strong"))
        head.addWidget(chip)
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addLayout(head)
        words.addWidget(Label(state.meaning, "small", wraps=True))
        risk = StatusChip(self)
        risk.render_state(Status(state.risk, state.risk_kind))
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 9, 16, 9)
        line.setSpacing(10)
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(risk, 0, Qt.AlignmentFlag.AlignTop)
        self.render_state(state)

    def render_state(self, state: ScopeState) -> None:
        """Show the choice. The other facts of a scope do not change."""
        self.state = state
        blocked = self.box.blockSignals(True)
        self.box.setChecked(state.is_chosen)
        self.box.blockSignals(blocked)

    def matches(self, text: str) -> bool:
        """Return whether the search text occurs in the scope's words."""
        hay = f"{self.state.scope} {self.state.title} {self.state.meaning}".lower()
        return text.lower() in hay


class ScopesView(QWidget):
    """Shows a ScopesState; decides nothing.

    Attributes:
        keep: the row of *Keep me signed in for this App*.

    Signals:
        scope_toggled: args: the scope, whether it is wanted now.
        preset_chosen: arg: the preset's key.
        here_wanted, browser_wanted, cancel_wanted: the three ways on.
        redirect_change_wanted: the person wants to use another redirect URI.
        copy_redirect_wanted: copy the redirect URI.
    """

    scope_toggled = Signal(str, bool)
    preset_chosen = Signal(str)
    here_wanted = Signal()
    browser_wanted = Signal()
    cancel_wanted = Signal()
    redirect_change_wanted = Signal()
    copy_redirect_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _ScopeRow] = {}
        self._lines: dict[str, Hairline] = {}
        self._presets: dict[str, Button] = {}
        self._presets_row = FlowLayout(gap=6, line_gap=6)
        self.search = LineEdit(self.tr("Find a scope"), placeholder=self.tr("Find a scope"))
        self.search.textChanged.connect(self._filter)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._warning = Banner()
        self._error = Banner()
        self._error.action_wanted.connect(lambda _key: self.redirect_change_wanted.emit())
        inside = QWidget()
        inside.setObjectName("page")
        long = QVBoxLayout(inside)
        long.setContentsMargins(0, 0, 0, 0)
        long.setSpacing(GAP)
        long.addWidget(Label(self.tr("What should this App be able to do?"), "title"))
        long.addLayout(self._top())
        long.addWidget(self._scope_card(), 1)
        long.addWidget(self._error)
        long.addWidget(self._warning)
        long.addWidget(self._redirect_card())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        # In a low window the choice scrolls, and the buttons that end it stay in sight.
        column.addWidget(_scrolling(inside), 1)
        column.addLayout(self._foot())

    def _top(self) -> QVBoxLayout:
        intro = Label(
            self.tr("Keypane asks X for exactly these scopes. Start from:"), "dim", wraps=True
        )
        self.search.setMaximumWidth(theme().px(150))
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addLayout(self._presets_row, 1)
        line.addWidget(self.search)
        top = QVBoxLayout()
        top.setSpacing(6)
        top.addWidget(intro)
        top.addLayout(line)
        return top

    def _scope_card(self) -> QWidget:
        inside = QWidget()
        inside.setObjectName("page")
        inside.setLayout(self._list)
        area = _scrolling(inside)
        area.setMinimumHeight(theme().px(_LEAST_LIST))
        area.setAccessibleName(self.tr("Scopes"))
        frame = Card()
        frame.body.addWidget(area)
        frame.setSizePolicy(
            frame.sizePolicy().horizontalPolicy(), self.sizePolicy().Policy.Expanding
        )
        return frame

    def _redirect_card(self) -> Card:
        self._redirect = Label("", "mono")
        self._redirect.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = CopyButton(self.tr("redirect URI"))
        self._copy.set_forms((CopyForm("value", self.tr("Copy the redirect URI")),))
        self._copy.copy_wanted.connect(lambda _form: self.copy_redirect_wanted.emit())
        change = Button(self.tr("Change…"), owner=self.tr("redirect URI"))
        change.clicked.connect(self.redirect_change_wanted)
        self._redirect_row = Row(self.tr("Redirect URI"))
        self._redirect_row.values.addWidget(self._redirect)
        self._redirect_row.buttons.addWidget(self._copy)
        self._redirect_row.buttons.addWidget(change)
        card = Card()
        card.add_row(self._redirect_row)
        self.keep = KeepRow()
        card.add_row(self.keep)
        return card

    def _foot(self) -> QHBoxLayout:
        self.here = Button(self.tr("Sign in here"), "primary")
        self.browser = Button(self.tr("Sign in with my browser"))
        cancel = Button(self.tr("Cancel"), "ghost", name=self.tr("Cancel sign-in"))
        self.here.clicked.connect(self.here_wanted)
        self.browser.clicked.connect(self.browser_wanted)
        cancel.clicked.connect(self.cancel_wanted)
        hint = Label(
            self.tr(
                "Here: private, log in to X again. My browser: already signed in, passkeys work."
            ),
            "small",
            wraps=True,
        )
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.here)
        line.addWidget(self.browser)
        line.addWidget(hint, 1)
        line.addWidget(cancel)
        return line

    def render_state(self, state: ScopesState) -> None:
        """Make the step look like `state`."""
        for scope in state.scopes:
            if scope.scope in self._rows:
                self._rows[scope.scope].render_state(scope)
            else:
                self._add_scope(scope)
        for preset in state.presets:
            self._render_preset(preset)
        self._warning.render_state(state.warning)
        self._error.render_state(state.error)
        self._redirect.setText(state.redirect_uri or self.tr("None yet"))
        self._redirect.setAccessibleName(state.redirect_uri)
        self._copy.setEnabled(bool(state.redirect_uri))
        self._redirect_row.sub.show_text(state.redirect_note)
        self.here.setEnabled(state.can_start)
        self.browser.setEnabled(state.can_start)

    def _add_scope(self, state: ScopeState) -> None:
        if self._rows:
            line = Hairline()
            self._lines[state.scope] = line
            self._list.addWidget(line)
        row = _ScopeRow(state)
        row.toggled.connect(self.scope_toggled)
        self._rows[state.scope] = row
        self._list.addWidget(row)

    def _render_preset(self, preset: PresetState) -> None:
        button = self._presets.get(preset.key)
        if button is None:
            button = Button(preset.label)
            button.clicked.connect(lambda _on=False, key=preset.key: self.preset_chosen.emit(key))
            self._presets[preset.key] = button
            self._presets_row.addWidget(button)
        set_kind(button, "chosen" if preset.is_chosen else "plain")

    def _filter(self, text: str) -> None:
        for scope, row in self._rows.items():
            shown = row.matches(text)
            row.setVisible(shown)
            if scope in self._lines:
                self._lines[scope].setVisible(shown)


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(inside)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
