"""The list of keyboard shortcuts that `?` opens."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.widgets.basics import Label
from ui.widgets.buttons import Button
from ui.widgets.dialog import Dialog
from ui.widgets.offers import Shortcut


class ShortcutList(Dialog):
    """Shows each shortcut with what it does."""

    def __init__(self, shortcuts: tuple[Shortcut, ...], parent: QWidget) -> None:
        super().__init__("", parent, width=400)
        self.set_title(self.tr("Keyboard shortcuts"))
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        native = QKeySequence.SequenceFormat.NativeText
        for row, shortcut in enumerate(shortcuts):
            keys = QKeySequence(shortcut.keys).toString(native).replace("+", " ")
            grid.addWidget(Label(shortcut.label), row, 0)
            grid.addWidget(Label(keys, "key"), row, 1)
        self.column.addLayout(grid)
        close = Button(self.tr("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self.foot.addWidget(close)
