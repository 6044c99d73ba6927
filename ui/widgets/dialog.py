"""Dialogs: a plain frame, and the confirmation whose accepting button is the verb."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.assistive import give_keyboard_back
from ui.widgets.basics import Label
from ui.widgets.buttons import Button


@dataclass(frozen=True, slots=True)
class ConfirmState:
    """What a confirmation asks.

    Attributes:
        title: the question, as "Revoke the Bearer Token?".
        sentences: what will happen, dangerous things first.
        verb: the whole label of the accepting button: "Revoke", "Forget".
        affected: what stops working, one line each ("fly.io acme-prod").
        is_dangerous: whether the verb is drawn red. Local acts are not.
    """

    title: str
    sentences: tuple[str, ...]
    verb: str
    affected: tuple[str, ...] = ()
    is_dangerous: bool = True


class Dialog(QDialog):
    """A window-modal dialog that is freed when it closes. Esc rejects it.

    Attributes:
        column: the layout for what it shows.
        foot: the layout of its buttons, right-aligned.
    """

    def __init__(self, title: str, parent: QWidget, width: int = 440) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self.column = QVBoxLayout()
        self.column.setSpacing(8)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 20)
        outer.setSpacing(20)
        self._heading = Label(title, "large", wraps=True)
        self.column.addWidget(self._heading)
        self.column.addSpacing(4)
        outer.addLayout(self.column)
        outer.addStretch(1)
        outer.addLayout(self.foot)

    def done(self, result: int) -> None:
        """Close; the window behind has the keyboard again."""
        was_active = self.isActiveWindow()
        super().done(result)
        if was_active and QApplication.activeModalWidget() is None:
            give_keyboard_back(self)

    def set_title(self, title: str) -> None:
        """Change the title and the heading."""
        self.setWindowTitle(title)
        self._heading.setText(title)


class ConfirmDialog(Dialog):
    """Asks before something that cannot be undone.

    `accepted` and `rejected` tell the answer; show it with `open()`. The keyboard
    starts on *Cancel* when the act is dangerous, on the verb when it is not.
    """

    def __init__(self, state: ConfirmState, parent: QWidget) -> None:
        super().__init__(state.title, parent)
        for sentence in state.sentences:
            self.column.addWidget(Label(sentence, "body", wraps=True))
        for line in state.affected:
            self.column.addWidget(Label(f"•  {line}", "body", wraps=True))
        self.setAccessibleDescription(" ".join((*state.sentences, *state.affected)))
        cancel = Button(self.tr("Cancel"))
        accept = Button(state.verb, "danger-primary" if state.is_dangerous else "primary")
        cancel.clicked.connect(self.reject)
        accept.clicked.connect(self.accept)
        self.foot.addWidget(cancel)
        self.foot.addWidget(accept)
        first = cancel if state.is_dangerous else accept
        first.setDefault(True)
        first.setFocus()
