"""Dialogs of backups: a passphrase for a file, and the preview of what a restore would do."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui.widgets import Button, Dialog, Field, Label, LineEdit, RadioButton

_RADIO_INDENT = 28  # where the words of a radio button begin


@dataclass(frozen=True, slots=True)
class PassphraseState:
    """What the dialog asks.

    Attributes:
        title, text: the question, and what hangs on it.
        verb: the accepting button.
        is_new: whether it is chosen now; then it is asked for twice.
        least_chars: the shortest that is taken.
        error: what was wrong with the last one.
    """

    title: str
    text: str
    verb: str
    is_new: bool = False
    least_chars: int = 8
    error: str = ""


class PassphrasePrompt(Dialog):
    """Asks for a passphrase, once for one that exists and twice for a new one.

    Signals:
        passphrase_given: arg is the passphrase.
    """

    passphrase_given = Signal(str)

    def __init__(self, state: PassphraseState, parent: QWidget) -> None:
        super().__init__(state.title, parent, width=480)
        self._state = state
        self.column.addWidget(Label(state.text, "body", wraps=True))
        self._first = LineEdit(self.tr("Passphrase"), secret=True)
        self._second = LineEdit(self.tr("Passphrase again"), secret=True)
        self._field = Field(self.tr("Passphrase"), self._first)
        self._again = Field(self.tr("Passphrase again"), self._second)
        self._again.setVisible(state.is_new)
        for field in (self._field, self._again):
            self.column.addWidget(field)
        cancel = Button(self.tr("Cancel"))
        self._accept = Button(state.verb, "primary")
        self._accept.setDefault(True)
        cancel.clicked.connect(self.reject)
        self._accept.clicked.connect(self._give)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self._accept)
        for line in (self._first, self._second):
            line.textChanged.connect(self._check)
        self._check()
        self._field.warn(state.error, "error")
        self._first.setFocus()

    def _check(self) -> None:
        first, second = self._first.text(), self._second.text()
        is_long = len(first) >= (self._state.least_chars if self._state.is_new else 1)
        is_alike = not self._state.is_new or first == second
        self._accept.setEnabled(is_long and is_alike)
        self._field.warn("", "error")
        warning = ""
        if self._state.is_new and second and not first.startswith(second):
            warning = self.tr("The two are not alike.")
        elif self._state.is_new and second == first and first and not is_long:
            warning = self.tr("At least {n} characters.").format(n=self._state.least_chars)
        self._again.warn(warning)

    def _give(self) -> None:
        passphrase = self._first.text()
        self.accept()
        self.passphrase_given.emit(passphrase)


@dataclass(frozen=True, slots=True)
class RestoreWay:
    """One way to restore.

    Attributes:
        key: goes out with *Restore*. label, text: what it is called, and what it means.
        lines: what would happen, a sentence each.
    """

    key: str
    label: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestoreState:
    """The preview of a restore.

    Attributes:
        title: as "Restore this backup?". made: when it was made, and how much is in it.
        apps: one line for each App in it.
        ways: the ways to choose from, the first chosen; one way offers no choice.
        is_dangerous: whether *Restore* is drawn red: something here would go.
    """

    title: str
    made: str
    apps: tuple[str, ...]
    ways: tuple[RestoreWay, ...]
    is_dangerous: bool = False


class RestoreDialog(Dialog):
    """Shows what a restore would do before it does anything.

    Signals:
        restore_wanted: arg is the chosen way's key.
    """

    restore_wanted = Signal(str)

    def __init__(self, state: RestoreState, parent: QWidget) -> None:
        super().__init__(state.title, parent, width=560)
        self._ways = state.ways
        self._buttons: list[RadioButton] = []
        self.column.addWidget(Label(state.made, "body", wraps=True))
        inside = QWidget()
        inside.setObjectName("page")  # no ground of its own
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 12, 0)
        lines.setSpacing(4)
        for app in state.apps:
            lines.addWidget(Label(f"•  {app}", "body", wraps=True))
        lines.addSpacing(8)
        if len(state.ways) > 1:
            for way in state.ways:
                self._add_way(lines, way)
        self._told = Label("", "small", wraps=True)
        lines.addSpacing(4)
        lines.addWidget(self._told)
        lines.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(220)
        self.column.addWidget(scroll, 1)
        cancel = Button(self.tr("Cancel"))
        restore = Button(self.tr("Restore"), "danger-primary" if state.is_dangerous else "primary")
        restore.setDefault(True)
        cancel.clicked.connect(self.reject)
        restore.clicked.connect(self._accept)
        self.foot.addWidget(cancel)
        self.foot.addWidget(restore)
        self._tell()
        restore.setFocus()

    def _add_way(self, lines: QVBoxLayout, way: RestoreWay) -> None:
        button = RadioButton(way.label)
        button.setChecked(not self._buttons)
        button.toggled.connect(self._tell)
        button.setAccessibleDescription(way.text)
        self._buttons.append(button)
        lines.addWidget(button)
        text = Label(way.text, "small", wraps=True)
        text.setContentsMargins(_RADIO_INDENT, 0, 0, 0)
        lines.addWidget(text)

    @property
    def _chosen(self) -> RestoreWay:
        for way, button in zip(self._ways, self._buttons, strict=False):
            if button.isChecked():
                return way
        return self._ways[0]

    def _tell(self) -> None:
        self._told.setText("\n".join(self._chosen.lines))
        self.setAccessibleDescription(" ".join(self._chosen.lines))

    def _accept(self) -> None:
        key = self._chosen.key
        self.accept()
        self.restore_wanted.emit(key)
