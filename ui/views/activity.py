"""Activity: what happened to each credential, when, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.theme import PAGE_MARGIN, theme
from ui.views.activity_paint import ENTRY_ROLE, EntryDelegate
from ui.widgets import (
    BusyIndicator,
    Card,
    EmptyState,
    Label,
    NoticeState,
    Status,
    StatusChip,
    absolute,
    time_ago,
)
from ui.widgets.assistive import AssistiveChoice
from ui.widgets.times import seconds_until

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One thing that happened.

    Attributes:
        key: tells entries apart.
        at: when, a UTC moment.
        credential: whose, as "Bearer Token" or "@acme".
        what: "Generated", "Signed in", "Refreshed".
        outcome: how it ended, by shape and words; its text stands still.
        details: the steps, redacted, one line each.
    """

    key: str
    at: datetime
    credential: str
    what: str
    outcome: Status
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityState:
    """All that the pane shows. `entries` come newest first."""

    entries: tuple[ActivityEntry, ...] = ()
    loading: str = ""
    error: NoticeState | None = None


class _EntryModel(QAbstractListModel):
    """The entries, as Qt asks for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: tuple[ActivityEntry, ...] = ()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        entry = self.entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            ago = time_ago(-seconds_until(entry.at))
            return f"{entry.what}, {entry.credential}, {entry.outcome.text}, {ago}"
        return absolute(entry.at) if role == Qt.ItemDataRole.ToolTipRole else None

    def show_entries(self, entries: tuple[ActivityEntry, ...]) -> None:
        """Take these; new ones at the top push the others down and move no choice."""
        new = len(entries) - len(self.entries)
        if new > 0 and entries[new:] == self.entries:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self.entries = entries
            self.endInsertRows()
        elif entries != self.entries:
            self.beginResetModel()
            self.entries = entries
            self.endResetModel()


class ActivityView(QWidget):
    """Shows an ActivityState: a list, and the steps of the entry that is chosen.

    Signals:
        cancel_wanted: loading takes too long.
        notice_action_wanted: the button of the error; arg is its key.
    """

    cancel_wanted = Signal()
    notice_action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ActivityState | None = None
        self._busy = BusyIndicator()
        self._busy.cancel_wanted.connect(self.cancel_wanted)
        self._words = EmptyState("")
        self._words.action_wanted.connect(self._act)
        self._stack = QStackedWidget()
        for part in (self._main(), self._words, self._loading()):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.render_state(ActivityState())

    def render_state(self, state: ActivityState) -> None:
        """Make the pane look like `state`."""
        if state == self._state:
            return
        self._state = state
        self._busy.render_state(state.loading)
        if state.error is not None:
            self._words.render_words(state.error.title, state.error.text, state.error.action)
        else:
            self._words.render_words(
                self.tr("Nothing has happened yet"),
                self.tr(
                    "Generating, checking, signing in, refreshing and revoking are listed here."
                ),
            )
        self._model.show_entries(state.entries)
        is_bare = state.error is not None or not state.entries
        self._stack.setCurrentIndex(2 if state.loading else 1 if is_bare else 0)
        self._render_details()

    def _main(self) -> QWidget:
        main = QWidget()
        self._model = _EntryModel(self)
        self.list = QListView()
        self.list.setObjectName("entryList")
        self.list.setAccessibleName(self.tr("Activity"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(self._model)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._render_details)
        AssistiveChoice(self.list)
        theme().changed.connect(self.list.viewport().update)
        entries = Card(
            self.tr("What happened"), self.tr("newest first; kept on this computer only")
        )
        entries.body.addWidget(self.list)
        entries.body.setContentsMargins(0, 4, 0, 8)
        self._details = Card(self.tr("Details"))
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 4, 16, 14)
        inside.setSpacing(6)
        self._title = Label("", "strong", wraps=True)
        self._when = Label("", "small")
        self._outcome = StatusChip()
        self._steps = Label("", "mono", wraps=True)
        self._steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self._title, self._when, self._outcome, self._steps):
            inside.addWidget(part)
        self._details.body.addLayout(inside)
        column = QVBoxLayout(main)
        column.setContentsMargins(PAGE_MARGIN, 20, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(16)
        column.addWidget(entries, 1)
        column.addWidget(self._details)
        return main

    def _loading(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.addWidget(self._busy, 0, Qt.AlignmentFlag.AlignCenter)
        return holder

    def _render_details(self) -> None:
        entry = self.list.currentIndex().data(ENTRY_ROLE)
        self._details.setVisible(isinstance(entry, ActivityEntry))
        if not isinstance(entry, ActivityEntry):
            return
        self._title.setText(f"{entry.what} · {entry.credential}")
        self._when.setText(absolute(entry.at))
        self._outcome.render_state(entry.outcome)
        self._steps.show_text("\n".join(entry.details))

    def _act(self) -> None:
        if self._state is not None and self._state.error is not None:
            self.notice_action_wanted.emit(self._state.error.key)
