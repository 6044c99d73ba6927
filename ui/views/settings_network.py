"""Settings: the way to X, and whom to trust on it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets import Button, Card, Choice, ComboBox, Field, Label, LineEdit, Row


@dataclass(frozen=True, slots=True)
class NetworkState:
    """All that the card shows.

    Attributes:
        modes, mode: what *Proxy* offers, and what is chosen; "manual" shows the fields.
        now: which way leads to X at this moment.
        host, port, user: of the manual proxy, as they are kept.
        has_password: one is kept; it is never shown.
        error: why the manual proxy cannot be used, "" if it can.
        certificates: who is trusted, in words; certificates_error: why a file was not added.
        can_remove: certificates were added.
        busy: something is being kept.
    """

    modes: tuple[Choice, ...] = ()
    mode: str = "system"
    now: str = ""
    host: str = ""
    port: str = ""
    user: str = ""
    has_password: bool = False
    error: str = ""
    certificates: str = ""
    certificates_error: str = ""
    can_remove: bool = False
    busy: bool = False


class NetworkCard(Card):
    """Shows a NetworkState; decides nothing.

    Signals:
        mode_chosen: arg: the mode's key.
        proxy_given: args: host, port, user, password as they were typed; "" as password
            keeps the one there is.
        file_wanted, certificates_removed: buttons.
    """

    mode_chosen = Signal(str)
    proxy_given = Signal(str, str, str, str)
    file_wanted = Signal()
    certificates_removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.setAccessibleName(self.tr("Network"))
        self._shown = NetworkState()
        self._mode = ComboBox(self.tr("Proxy"))
        self._mode.setMinimumWidth(240)
        self._mode.chosen.connect(self.mode_chosen)
        self._now = Label("", "small", wraps=True)
        self._now.setMinimumWidth(280)
        proxy = Row(self.tr("Proxy"), self.tr("This computer is never proxied"))
        proxy.values.addWidget(self._mode)
        proxy.values.addWidget(self._now)
        self._fields = self._manual_fields()
        proxy.add_below(self._fields)
        self.add_row(proxy)
        self.add_row(self._certificates_row())

    def render_state(self, state: NetworkState) -> None:
        """Make the card look like `state`; what is being typed stays until it is kept."""
        self._mode.show_choices(state.modes, state.mode)
        self._now.setText(state.now)
        self._fields.setVisible(state.mode == "manual")
        kept = (state.host, state.port, state.user)
        if kept != (self._shown.host, self._shown.port, self._shown.user):
            for line, text in zip((self._host, self._port, self._user), kept, strict=True):
                line.setText(text)
        self._password.setPlaceholderText(
            self.tr("Kept; type to change it") if state.has_password else ""
        )
        self._error.show_text(state.error)
        self._use.setEnabled(not state.busy)
        self._trusted.setText(state.certificates)
        self._file_error.show_text(state.certificates_error)
        self._add.setEnabled(not state.busy)
        self._remove.setVisible(state.can_remove)
        self._shown = state

    def _manual_fields(self) -> QWidget:
        self._host = LineEdit(self.tr("Proxy host"), kind="mono", placeholder="proxy.example")
        self._port = LineEdit(self.tr("Proxy port"), kind="mono", placeholder="3128")
        self._user = LineEdit(self.tr("Proxy user"))
        self._password = LineEdit(self.tr("Proxy password"), secret=True)
        self._port.setMaximumWidth(theme().px(110))
        self._use = Button(self.tr("Use this proxy"), "primary")
        self._use.clicked.connect(self._give)
        for line in (self._host, self._port, self._user, self._password):
            line.returnPressed.connect(self._give)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(8)
        second.setSpacing(8)
        first.addWidget(Field(self.tr("Host"), self._host), 1)
        first.addWidget(Field(self.tr("Port"), self._port))
        second.addWidget(Field(self.tr("User, if it wants one"), self._user), 1)
        second.addWidget(Field(self.tr("Password"), self._password), 1)
        note = Label(
            self.tr(
                "An http proxy. A configuration script (PAC) is not read: name the proxy that "
                "stands in it. The password is kept in the vault and given to this proxy alone."
            ),
            "small",
            wraps=True,
        )
        self._error = Label("", "warning", wraps=True)
        foot = QHBoxLayout()
        foot.addWidget(self._use)
        foot.addStretch(1)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(note)
        column.addWidget(self._error)
        column.addLayout(foot)
        return holder

    def _certificates_row(self) -> Row:
        row = Row(self.tr("Certificates"), self.tr("Whom Keypane trusts"))
        self._trusted = Label("", "body", wraps=True)
        self._trusted.setMinimumWidth(280)
        self._file_error = Label("", "warning", wraps=True)
        self._file_error.setMinimumWidth(280)
        row.values.addWidget(self._trusted)
        row.values.addWidget(self._file_error)
        self._add = Button(self.tr("Add a file…"), owner=self.tr("certificates"))
        self._remove = Button(self.tr("Remove"), owner=self.tr("certificates"))
        self._add.clicked.connect(self.file_wanted)
        self._remove.clicked.connect(self.certificates_removed)
        row.buttons.addWidget(self._remove)
        row.buttons.addWidget(self._add)
        return row

    def _give(self) -> None:
        lines = (self._host, self._port, self._user, self._password)
        host, port, user, password = (line.text() for line in lines)
        self._password.clear()
        self.proxy_given.emit(host, port, user, password)
