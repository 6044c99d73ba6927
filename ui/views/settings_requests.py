"""Settings of Requests: when to ask before a call goes."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets import Card, CheckBox, Label, LineEdit, Row


@dataclass(frozen=True, slots=True)
class RequestRules:
    """What the card shows.

    Attributes:
        above: the sum as typed, "" for none.
        error: why it is no sum.
        in_sandbox: whether the sandbox asks too.
        media: whether pictures of answers are fetched without asking.
    """

    above: str = ""
    error: str = ""
    in_sandbox: bool = False
    media: bool = False


class RequestRulesCard(Card):
    """Shows RequestRules.

    Signals:
        above_changed: arg is the text.
        in_sandbox_changed: arg is whether to ask there.
        media_changed: arg is whether to fetch pictures without asking.
    """

    above_changed = Signal(str)
    in_sandbox_changed = Signal(bool)
    media_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Requests"), parent=parent)
        row = Row(self.tr("Ask above"), self.tr("Dollars that a call may cost; empty for never"))
        self.above = LineEdit(self.tr("Ask before calls above"), placeholder=self.tr("never"))
        self.above.setMaximumWidth(120)
        self.above.editingFinished.connect(self._tell)
        self._error = Label("", "error", wraps=True)
        row.values.addWidget(self.above)
        row.values.addWidget(self._error)
        writes = Row(self.tr("Writes"), self.tr("Asked before each, unless the question says not"))
        self.in_sandbox = CheckBox(self.tr("Ask in the sandbox too"))
        self.in_sandbox.setAccessibleName(self.in_sandbox.text())
        self.in_sandbox.clicked.connect(self.in_sandbox_changed)
        writes.values.addWidget(self.in_sandbox)
        self.add_row(row)
        self.add_row(writes)
        self.add_row(self._media_row())

    def render_rules(self, rules: RequestRules) -> None:
        """Show `rules`; what is being typed stays."""
        if not self.above.hasFocus():
            self.above.setText(rules.above)
        self._error.show_text(rules.error)
        self.in_sandbox.setChecked(rules.in_sandbox)
        self.media.setChecked(rules.media)

    def _media_row(self) -> Row:
        row = Row(self.tr("Pictures in answers"), self.tr("Off: each answer offers Show media"))
        self.media = CheckBox(self.tr("Fetch them from X without asking"))
        self.media.setAccessibleName(self.media.text())
        self.media.clicked.connect(self.media_changed)
        told = self.tr(
            "X's media servers then learn your IP address and which Posts you look at. No "
            "credential goes along, and nothing is kept on disk."
        )
        self.media.setAccessibleDescription(told)
        row.values.addWidget(self.media)
        row.values.addWidget(Label(told, "small", wraps=True))
        return row

    def _tell(self) -> None:
        if self.above.isModified():
            self.above.setModified(False)
            self.above_changed.emit(self.above.text())
