"""Two small dialogs: where a credential is used, and the receipt of a revocation."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.widgets import Button, Dialog, Field, Label, TextArea


class UsedByDialog(Dialog):
    """Asks where a credential is used, one place per line.

    Signals:
        given: *Save* was clicked; arg is the lines, as a tuple.
    """

    given = Signal(tuple)

    def __init__(self, title: str, places: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(title, parent, width=520)
        words = self.tr(
            "A note for yourself, kept in the vault: Revoke lists these places, and replacing "
            "the value ticks them off one by one."
        )
        self.column.addWidget(Label(words, "dim", wraps=True))
        self._places = TextArea(
            self.tr("Places"), placeholder=self.tr("fly.io acme-prod\nGitHub acme/bot X_BEARER")
        )
        self._places.setPlainText("\n".join(places))
        self._places.setFixedHeight(theme().px(112))
        self.column.addWidget(Field(self.tr("Places, one per line"), self._places))
        cancel, save = Button(self.tr("Cancel")), Button(self.tr("Save"), "primary")
        cancel.clicked.connect(self.reject)
        save.clicked.connect(self._give)
        self.foot.addWidget(cancel)
        self.foot.addWidget(save)
        self._places.setFocus()

    def _give(self) -> None:
        lines = tuple(self._places.toPlainText().splitlines())
        self.accept()
        self.given.emit(lines)


class ReceiptDialog(Dialog):
    """Shows a receipt, to be copied into an incident ticket.

    Signals:
        copy_wanted: *Copy* was clicked.
    """

    copy_wanted = Signal()

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__(title, parent, width=560)
        words = self.tr("Holds no secret: only the last characters of the token that ended.")
        self.column.addWidget(Label(words, "dim", wraps=True))
        area = TextArea(self.tr("Receipt"), kind="mono")
        area.setPlainText(text.rstrip("\n"))
        area.setReadOnly(True)
        area.setFixedHeight(theme().px(132))
        self.column.addWidget(area)
        close = Button(self.tr("Close"))
        copy = Button(self.tr("Copy"), "primary", owner=self.tr("receipt"))
        close.clicked.connect(self.accept)
        copy.clicked.connect(self.copy_wanted)
        self.foot.addWidget(close)
        self.foot.addWidget(copy)
        copy.setDefault(True)
        copy.setFocus()
