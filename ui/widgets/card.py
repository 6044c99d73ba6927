"""Cards with a hairline border, and the rows in them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import LABEL_COLUMN, ROW_HEIGHT, theme
from ui.widgets.basics import ElidedLabel, Label, repolish
from ui.widgets.layouts import FlowLayout, RowLayout

_LINE_HEIGHT = 20


class Card(QFrame):
    """A bordered surface with a heading and, below it, rows or any widgets.

    Attributes:
        heading: the title's label.
        hint: quiet words after the title, hidden while empty.
        head: the heading's layout, to which a button can be added at the right.
        body: the layout below, without margins; `add_row` divides by hairlines.
    """

    def __init__(self, title: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.heading = Label(title, "heading")
        self.hint = Label("", "small")
        self.hint.show_text(hint)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(16, 12, 16, 4)
        self.head.setSpacing(8)
        self.head.addWidget(self.heading)
        self.head.addWidget(self.hint)
        self.head.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if title:
            column.addLayout(self.head)
            self.setAccessibleName(title)
        column.addLayout(self.body)
        self._rows: list[Row] = []

    def inside(self, spacing: int = 8) -> QVBoxLayout:
        """Put a column of any widgets into the body, within the card's margins."""
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 4 if self.heading.text() else 12, 16, 16)
        inside.setSpacing(spacing)
        self.body.addLayout(inside)
        return inside

    def add_head_button(self, button: QWidget) -> None:
        """Put a button at the right end of the heading."""
        self.head.addWidget(button)

    def add_row(self, row: "Row", index: int = -1) -> None:
        """Put a row into the body, at `index` or at the end."""
        place = len(self._rows) if index < 0 else index
        self._rows.insert(place, row)
        self.body.insertWidget(place, row)
        self.divide()

    def move_row(self, row: "Row", index: int) -> None:
        """Move a row that is in the card already. It keeps its focus."""
        if self._rows.index(row) != index:
            self._rows.remove(row)
            self._rows.insert(index, row)
            self.body.insertWidget(index, row)
            self.divide()

    def remove_row(self, row: "Row") -> None:
        """Take a row out of the card and end it; its focus goes to a neighbour."""
        if row.isAncestorOf(QApplication.focusWidget() or self):
            row.focusNextChild()
        self._rows.remove(row)
        self.body.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.divide()

    def divide(self) -> None:
        """Draw the hairlines between the rows that show; call it after hiding one."""
        explicit = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
        shown = [row for row in self._rows if not (row.testAttribute(explicit) and row.isHidden())]
        for index, row in enumerate(shown):
            row.set_divided(divided=index > 0)


class Row(QFrame):
    """Label and quiet line at the left, values in the middle, actions at the right.

    With a `label_width` of 0 the values begin where labels otherwise do.

    Attributes:
        label, sub: the two lines at the left.
        values: a flowing layout for fields and chips.
        buttons: the layout of the actions; button_box is the widget it lies on.
    """

    def __init__(
        self,
        label: str = "",
        sub: str = "",
        parent: QWidget | None = None,
        *,
        label_width: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.label = ElidedLabel(label, "strong")
        self.sub = Label("", "small", wraps=True)
        for line in (self.label, self.sub):
            line.setMinimumHeight(theme().px(_LINE_HEIGHT))
        self.sub.show_text(sub)
        names = QWidget()
        left = QVBoxLayout(names)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.label)
        left.addWidget(self.sub)
        middle = QWidget()
        self.values = FlowLayout(middle, gap=8, line_gap=2)
        self.button_box = QWidget()
        self.buttons = QHBoxLayout(self.button_box)
        self.buttons.setContentsMargins(0, 0, 0, 0)
        self.buttons.setSpacing(6)
        column = theme().px(LABEL_COLUMN) if label_width is None else label_width
        self._grid = RowLayout(self, label_width=column)
        self._grid.setContentsMargins(16, 8, 16, 8)
        for part in (names, middle, self.button_box):
            self._grid.addWidget(part)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(theme().px(ROW_HEIGHT))

    def add_below(self, widget: QWidget) -> None:
        """Put one widget below the row's line, over its whole width."""
        self._grid.addWidget(widget)

    def set_divided(self, *, divided: bool) -> None:
        """Draw a hairline above the row, or none."""
        if self.property("divided") != divided:
            self.setProperty("divided", divided)
            repolish(self)

    def minimumSizeHint(self) -> QSize:
        """Need what the narrow arrangement needs."""
        return self._grid.minimumSize()
