"""The doctor: checks of the set-up at the left, a box to paste anything into at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.doctor_remark import RemarkView
from ui.views.doctor_state import DoctorState, Remark
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    Dialog,
    ElidedLabel,
    Hairline,
    Label,
    Page,
    TextArea,
    give_keyboard,
    line_of,
)

_BOX_HEIGHT = 132
_DIALOG_SIZE = (900, 460)


class DoctorView(QWidget):
    """Shows a DoctorState; keeps what is pasted. Judges nothing.

    Signals:
        pasted: the box changed; arg is all of its text.
        again_wanted: run the checks again, the keyring included.
        online_wanted: run them with one free call to X.
        report_wanted: show what a report would hold.
        add_wanted: make an App of what was pasted.
        copy_wanted: arg is a corrected call.
        cancel_wanted: stop what is under way. back_wanted: leave the page.
    """

    pasted = Signal(str)
    again_wanted = Signal()
    online_wanted = Signal()
    report_wanted = Signal()
    add_wanted = Signal()
    copy_wanted = Signal(str)
    cancel_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Doctor"))
        self._state = DoctorState()
        self.checks = _Remarks(self.tr("Checks"))
        self.findings = _Remarks(self.tr("What it is"))
        self.findings.copy_wanted.connect(self.copy_wanted)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._left())
        split.addWidget(self._right())
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 6)
        split.setSizes([_DIALOG_SIZE[0], _DIALOG_SIZE[0]])  # in halves, whatever the width
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(Hairline())
        column.addWidget(split, 1)
        self.setFocusProxy(self.box)

    def render_state(self, state: DoctorState) -> None:
        """Make the page look like `state`; what was pasted stays."""
        self._state = state
        self._subject.setText(state.subject)
        self._notice.render_state(state.notice)
        self._busy.render_state(state.busy)
        self.checks.show_remarks(state.checks)
        self.findings.show_remarks(state.findings)
        self._hint.show_text(state.hint)
        self._add.setVisible(state.can_add)
        self._back.setVisible(state.can_leave)
        for button in (self._again, self._online):
            button.setEnabled(not state.busy)
        self._report.setEnabled(bool(state.checks))

    def escape(self) -> None:
        """Leave with Esc, as with *Back*, where that is offered."""
        if self._state.can_leave:
            self.back_wanted.emit()

    def paste(self, text: str) -> None:
        """Put a text into the box, as if pasted."""
        self.box.setPlainText(text)

    def _head(self) -> QWidget:
        head = QFrame()
        head.setObjectName("header")
        title = Label(self.tr("Doctor"), "title")
        self._subject = ElidedLabel("", "meta")
        self._busy = BusyIndicator(self.tr("the checks"))
        self._busy.cancel_wanted.connect(self.cancel_wanted)
        self._again = Button(self.tr("Check again"))
        self._online = Button(self.tr("Check with X"))
        self._online.setAccessibleDescription(
            self.tr("One free call without any credential, to compare the clock and try the way")
        )
        self._online.setToolTip(self._online.accessibleDescription())
        self._report = Button(self.tr("Copy report…"))
        self._back = Button(self.tr("Back"), "ghost")
        self._again.clicked.connect(self.again_wanted)
        self._online.clicked.connect(self.online_wanted)
        self._report.clicked.connect(self.report_wanted)
        self._back.clicked.connect(self.back_wanted)
        line = QHBoxLayout(head)
        line.setContentsMargins(24, 12, 24, 12)
        line.setSpacing(8)
        line.addWidget(title)
        line.addWidget(self._subject)
        line.addStretch(1)
        for part in (self._busy, self._again, self._online, self._report, self._back):
            line.addWidget(part)
        return head

    def _left(self) -> QWidget:
        page = Page()
        self._notice = Banner()
        page.column.addWidget(self._notice)
        page.column.addWidget(self.checks)
        page.setMinimumWidth(theme().px(300))
        return page

    def _right(self) -> QWidget:
        page = Page()
        page.setMinimumWidth(theme().px(300))
        self.box = TextArea(
            self.tr("Paste anything"),
            kind="mono",
            secret=True,
            placeholder=self.tr(
                "A value, an error, a log line, a curl command, a redirected address, a .env file…"
            ),
        )
        self.box.setFixedHeight(theme().px(_BOX_HEIGHT))
        self.box.textChanged.connect(lambda: self.pasted.emit(self.box.toPlainText()))
        self._hint = Label("", "small", wraps=True)
        self._add = Button(self.tr("Add as an App…"))
        self._add.clicked.connect(self.add_wanted)
        card = Card(self.tr("Paste anything"), self.tr("nothing is sent or kept"))
        inside = card.inside()
        inside.addWidget(self.box)
        inside.addWidget(self._hint)
        inside.addLayout(line_of(self._add, None))
        page.column.addWidget(card)
        page.column.addWidget(self.findings)
        return page


class _Remarks(Card):
    """A card of remarks, parted by hairlines; hidden while there are none.

    Signals:
        copy_wanted: arg is a corrected call.
    """

    copy_wanted = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._remarks: tuple[Remark, ...] = ()
        self._inside = QWidget()
        self.body.addWidget(self._inside)
        self.hide()

    def show_remarks(self, remarks: tuple[Remark, ...]) -> None:
        """Show these, in this order."""
        self.setVisible(bool(remarks))
        if remarks == self._remarks:
            return
        self._remarks = remarks
        old, self._inside = self._inside, QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        for place, remark in enumerate(remarks):
            if place:
                column.addWidget(Hairline())
            view = RemarkView(remark)
            view.copy_wanted.connect(self.copy_wanted)
            column.addWidget(view)
        self.body.replaceWidget(old, self._inside)
        old.hide()
        old.deleteLater()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is shown."""
        return self._remarks


class DoctorDialog(Dialog):
    """The doctor over another page.

    Attributes:
        view: the doctor's page.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(self.tr("Check the set-up"), parent, width=_DIALOG_SIZE[0])
        self.view = DoctorView()
        self.view.setMinimumHeight(_DIALOG_SIZE[1])
        self.column.addWidget(self.view, 1)
        give_keyboard(self.view)
        close = Button(self.tr("Close"), owner=self.tr("the doctor"))
        close.clicked.connect(self.reject)
        self.foot.addWidget(close)


class ReportDialog(Dialog):
    """Shows a report before it is copied: nothing leaves unseen.

    Signals:
        copy_wanted: the person agreed.
    """

    copy_wanted = Signal()

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(self.tr("Copy this report?"), parent, width=640)
        told = self.tr(
            "It holds names of checks and what they found. Names of Apps and accounts, addresses, "
            "keys and tokens are left out."
        )
        self.column.addWidget(Label(told, "dim", wraps=True))
        preview = TextArea(self.tr("Report"), kind="mono")
        preview.setReadOnly(True)
        preview.setPlainText(text)
        preview.setMinimumHeight(theme().px(260))
        self.column.addWidget(preview)
        cancel = Button(self.tr("Cancel"))
        copy = Button(self.tr("Copy"), "primary", owner=self.tr("report"))
        cancel.clicked.connect(self.reject)
        copy.clicked.connect(self._agree)
        self.foot.addWidget(cancel)
        self.foot.addWidget(copy)
        copy.setFocus()

    def _agree(self) -> None:
        self.copy_wanted.emit()
        self.accept()
