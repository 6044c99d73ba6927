"""The question before Send, which can be switched off for the session."""

from PySide6.QtWidgets import QWidget

from ui.widgets import CheckBox, ConfirmDialog, ConfirmState


class SendDialog(ConfirmDialog):
    """Asks before a call goes.

    Attributes:
        is_enough: whether the person wants no more such questions in this session.
    """

    def __init__(self, state: ConfirmState, parent: QWidget, *, can_stop: bool) -> None:
        super().__init__(state, parent)
        self._no_more = CheckBox(self.tr("Do not ask again before writes until Keypane closes"))
        self._no_more.setAccessibleName(self._no_more.text())
        self._no_more.setVisible(can_stop)
        self.column.addSpacing(4)
        self.column.addWidget(self._no_more)

    @property
    def is_enough(self) -> bool:
        """Whether the box is ticked."""
        return self._no_more.isChecked()
