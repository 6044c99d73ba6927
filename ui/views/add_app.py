"""Add App: one large box to paste anything into, and the fields it fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    CheckBox,
    Choice,
    ComboBox,
    Field,
    Label,
    LineEdit,
    NoticeState,
    PageView,
    Status,
    StatusChip,
    TextArea,
    line_of,
)

SECRET_FIELDS: Final = (
    "api_key",
    "api_secret",
    "bearer_token",
    "client_secret",
    "access_token",
    "access_token_secret",
)


@dataclass(frozen=True, slots=True)
class AddAppState:
    """All that the page shows, but for what the person typed: that stays in the fields.

    Attributes:
        found: the line below the paste box, as "Found 3: API Key, …", or None.
        warnings: field name -> what looks wrong about it; never refuses.
        environments: what *Environment* offers; a key goes out in the values.
        environment: the key of the one chosen.
        environment_text: where a custom environment came from.
        can_save: whether *Save* can be clicked.
        busy: what is under way, with Cancel.
        notice: what went wrong at saving, and what to do.
    """

    found: Status | None = None
    warnings: Mapping[str, str] = field(default_factory=dict)
    environments: tuple[Choice, ...] = ()
    environment: str = ""
    environment_text: str = ""
    can_save: bool = False
    busy: str = ""
    notice: NoticeState | None = None


class AddAppView(PageView):
    """Shows an AddAppState and keeps what is typed. Trims and judges nothing.

    Field names are those of the command line: name, environment, redirect_uri,
    api_key, api_secret, bearer_token, client_id, client_secret, access_token,
    access_token_secret.

    Signals:
        pasted: the paste box changed; arg is all of its text.
        changed: a field changed; args are its name and its text.
        environment_chosen: arg is the key of the choice.
        save_wanted, cancel_wanted, stop_wanted: the buttons; `stop_wanted` is the
            Cancel of what is under way. check_wanted, check_stop_wanted: the free checks.
        import_wanted: a file is there instead.
        notice_action_wanted: arg is the notice's key.
    """

    pasted = Signal(str)
    changed = Signal(str, str)
    environment_chosen = Signal(str)
    save_wanted = Signal()
    cancel_wanted = Signal()
    stop_wanted = Signal()
    import_wanted = Signal()
    check_wanted = Signal()
    check_stop_wanted = Signal()
    notice_action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Add App"))
        self._fields: dict[str, Field] = {}
        self._lines: dict[str, LineEdit] = {}
        title = Label(self.tr("Add App"), "title")
        self.arrange(title, self._paste_card(), self._app_card(), self._keys_card())
        self.put_below(self._foot())
        self.setFocusProxy(self._paste)

    def render_state(self, state: AddAppState) -> None:
        """Make the page look like `state`; what was typed stays."""
        self._found.render_state(state.found)
        for name, entry in self._fields.items():
            entry.warn(state.warnings.get(name, ""))
        self._environment.show_choices(state.environments, state.environment)
        if state.environment_text:
            self._fields["environment"].warn(state.environment_text, "small")
        self._save.setEnabled(state.can_save and not state.busy)
        self._busy.render_state(state.busy)
        self._notice.render_state(state.notice)

    def escape(self) -> None:
        """Leave with Esc while nothing is typed: what was typed is not lost by a key."""
        lines = (*self._lines.values(),)
        if not self._paste.toPlainText() and not any(line.text() for line in lines):
            self.cancel_wanted.emit()

    def values(self) -> dict[str, str]:
        """Return every field as typed, the environment's key included."""
        typed = {name: line.text() for name, line in self._lines.items()}
        return {**typed, "environment": self._environment.chosen_key()}

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into their fields, as if typed but without `changed`."""
        for name, text in values.items():
            line = self._lines.get(name)
            if line is not None and line.text() != text:
                line.blockSignals(True)
                line.setText(text)
                line.blockSignals(False)

    def clear_paste(self) -> None:
        """Empty the paste box, so that no secret stands there in the open."""
        self._paste.blockSignals(True)
        self._paste.clear()
        self._paste.blockSignals(False)

    def show_checks(self, told: tuple[Status, ...], *, can_check: bool, busy: str = "") -> None:
        """Show what free checks told, whether there are any to make, and what is under way."""
        while len(self._chips) < len(told):
            chip = StatusChip()
            self._chips.append(chip)
            self._checks.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        for place, chip in enumerate(self._chips):
            chip.render_state(told[place] if place < len(told) else None)
        self._check.setVisible(can_check)
        self._check_busy.render_state(busy)

    def end_check(self) -> None:
        """Say no longer that checks are under way."""
        self._check_busy.render_state("")

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field."""
        self._lines[name].setFocus()

    def _paste_card(self) -> Card:
        self._paste = TextArea(
            self.tr("Paste"),
            kind="mono",
            secret=True,
            placeholder=self.tr(
                "Paste anything from X's console, a .env file or JSON. Keypane names each value."
            ),
        )
        self._paste.setFixedHeight(theme().px(96))
        self._paste.textChanged.connect(lambda: self.pasted.emit(self._paste.toPlainText()))
        self._found = StatusChip(wraps=True)
        card = Card(self.tr("Paste"))
        file = Button(self.tr("Import a file…"), icon_name="import")
        file.clicked.connect(self.import_wanted)
        card.add_head_button(file)
        inside = card.inside()
        inside.addWidget(self._paste)
        inside.addWidget(self._found)
        self._checks = QVBoxLayout()
        self._checks.setSpacing(4)
        inside.addLayout(self._checks)
        self._chips: list[StatusChip] = []
        self._check = Button(self.tr("Check them, free"))
        self._check.setAccessibleDescription(
            self.tr("One free call each shows whether they are alive; nothing is kept")
        )
        self._check.clicked.connect(self.check_wanted)
        self._check.hide()
        self._check_busy = BusyIndicator(self.tr("checks"))
        self._check_busy.cancel_wanted.connect(self.check_stop_wanted)
        inside.addWidget(self._check, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._check_busy, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _app_card(self) -> Card:
        card = Card(self.tr("App"))
        self._environment = ComboBox(self.tr("Environment"))
        self._environment.chosen.connect(self.environment_chosen)
        environment = Field(self.tr("Environment"), self._environment)
        self._fields["environment"] = environment
        grid = _grid(card)
        grid.addWidget(self._field("name", self.tr("Name")), 0, 0)
        grid.addWidget(environment, 0, 1)
        redirect = self._field(
            "redirect_uri",
            self.tr("Redirect URI"),
            self.tr("As registered at X, to the letter. Needed to sign in users."),
        )
        grid.addWidget(redirect, 1, 0, 1, 2)
        return card

    def _keys_card(self) -> Card:
        card = Card(
            self.tr("Keys and tokens"), self.tr("all optional; what is missing comes later")
        )
        self._shows = CheckBox(self.tr("Show secrets"))
        self._shows.setAccessibleName(self._shows.text())
        self._shows.toggled.connect(self._show_secrets)
        card.add_head_button(self._shows)
        grid = _grid(card)
        names = (
            ("api_key", self.tr("API Key")),
            ("api_secret", self.tr("API Key Secret")),
            ("client_id", self.tr("Client ID")),
            ("client_secret", self.tr("Client Secret")),
            ("access_token", self.tr("Access Token")),
            ("access_token_secret", self.tr("Access Token Secret")),
        )
        for place, (name, label) in enumerate(names):
            grid.addWidget(self._field(name, label), place // 2, place % 2)
        grid.addWidget(self._field("bearer_token", self.tr("Bearer Token")), 3, 0, 1, 2)
        return card

    def _field(self, name: str, label: str, hint: str = "") -> Field:
        is_secret = name in SECRET_FIELDS
        kind = "plain" if name == "name" else "mono"
        line = LineEdit(label, kind=kind, secret=is_secret)
        line.textChanged.connect(lambda text: self.changed.emit(name, text))
        line.returnPressed.connect(self._return_pressed)
        self._lines[name] = line
        self._fields[name] = Field(label, line, hint)
        return self._fields[name]

    def _foot(self) -> QFrame:
        foot = QFrame()
        foot.setObjectName("foot")
        self._save = Button(self.tr("Save"), "primary")
        cancel = Button(self.tr("Cancel"), "ghost")
        self._busy = BusyIndicator(self.tr("saving"))
        self._notice = Banner()
        self._save.clicked.connect(self.save_wanted)
        cancel.clicked.connect(self.cancel_wanted)
        self._busy.cancel_wanted.connect(self.stop_wanted)
        self._notice.action_wanted.connect(self.notice_action_wanted)
        inside = QWidget()
        inside.setMaximumWidth(theme().px(720))
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._notice)
        column.addLayout(line_of(self._save, self._busy, None, cancel))
        outer = QHBoxLayout(foot)
        outer.setContentsMargins(24, 12, 24, 12)
        outer.addStretch(1)
        outer.addWidget(inside, 1000)
        outer.addStretch(1)
        return foot

    def _show_secrets(self, shows: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shows else QLineEdit.EchoMode.Password
        for name in SECRET_FIELDS:
            self._lines[name].setEchoMode(mode)

    def _return_pressed(self) -> None:
        if self._save.isEnabled():
            self.save_wanted.emit()


def _grid(card: Card) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    card.inside().addLayout(grid)
    return grid
