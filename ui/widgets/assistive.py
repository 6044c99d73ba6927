"""What assistive technology does without mouse and keyboard counts as the person's own act.

Qt's bridge stops half-way (measured on 6.11.3, AT-SPI): the action of an item selects it, but
makes it neither current nor clicked; text put into a field changes it, but is no edit.
"""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView


class AssistiveChoice(QObject):
    """Makes the item that assistive technology selected the current one, and tells of it.

    Mouse and keyboard move selection and current item together. So a selection that
    does not hold the current item, once the event is dealt with, is neither's.
    Selecting what is selected lets go of it at first; that is undone, and told as well.

    Signals:
        chosen: arg is the index.
    """

    chosen = Signal(QModelIndex)

    def __init__(self, view: QAbstractItemView) -> None:
        """Watch `view`, which has its model already, for as long as it lives."""
        super().__init__(view)
        self._selection = view.selectionModel()
        self._let_go = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._selection.selectionChanged.connect(self._note)

    def _note(self, _selected: QItemSelection, gone: QItemSelection) -> None:
        self._let_go = self._let_go or gone.contains(self._selection.currentIndex())
        self._timer.start()

    def _look(self) -> None:
        let_go, self._let_go = self._let_go, False
        current = self._selection.currentIndex()
        if self._selection.isSelected(current):
            return
        picked = self._selection.selectedIndexes()
        index = picked[0] if picked else current
        if index.isValid() and (picked or let_go):
            flag = QItemSelectionModel.SelectionFlag
            self._selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.chosen.emit(index)
