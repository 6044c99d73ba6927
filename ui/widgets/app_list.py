"""The Apps in the sidebar: one model and one painter, so that a thousand stay quick."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import Mark, TextSize, Weight, draw_mark, theme
from ui.widgets.assistive import AssistiveChoice
from ui.widgets.basics import draw_words

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class AppEntry:
    """One App in the sidebar.

    Attributes:
        key: goes out with `app_selected`.
        name: the App's name.
        group: the heading it stands under, such as "Live".
        state: ok ●, warn ◐ or off ○.
        note: a few quiet words at the right, such as "2 users".
        description: the state in words, for assistive technology and the tooltip.
    """

    key: str
    name: str
    group: str
    state: str = "off"
    note: str = ""
    description: str = ""


_MARKS: Final = {
    "ok": (Mark.DISC, "ok"),
    "warn": (Mark.HALF, "warn"),
    "off": (Mark.RING, "edge"),
}
_ENTRY_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_NOWHERE: Final = QModelIndex()


class AppModel(QAbstractListModel):
    """The groups and their Apps as one flat list; a heading is a plain string."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[AppEntry | str] = []

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return how many lines there are, headings included."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what Qt asks for about one line."""
        line = self._lines[index.row()]
        if role == _ENTRY_ROLE:
            return line
        if isinstance(line, str):
            is_name = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            return line if is_name else None
        return {
            int(Qt.ItemDataRole.DisplayRole): line.name,
            int(Qt.ItemDataRole.AccessibleTextRole): line.name,
            int(Qt.ItemDataRole.AccessibleDescriptionRole): _described(line),
            int(Qt.ItemDataRole.ToolTipRole): f"{line.name}\n{_described(line)}".strip(),
        }.get(role)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let Apps be chosen and headings not."""
        if isinstance(self._lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def show_apps(self, apps: tuple[AppEntry, ...]) -> bool:
        """Take these Apps, in their order; return whether lines came, went or moved."""
        lines: list[AppEntry | str] = []
        for app in apps:
            if not lines or _group_of(lines[-1]) != app.group:
                lines.append(app.group)
            lines.append(app)
        if [_key_of(line) for line in lines] != [_key_of(line) for line in self._lines]:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
            return True
        for row, line in enumerate(lines):
            if line != self._lines[row]:
                self._lines[row] = line
                self.dataChanged.emit(self.index(row), self.index(row))
        return False

    def index_of(self, key: str) -> QModelIndex:
        """Return where this App stands; an invalid index when it is not there."""
        for row, line in enumerate(self._lines):
            if isinstance(line, AppEntry) and line.key == key:
                return self.index(row)
        return QModelIndex()


def _described(entry: AppEntry) -> str:
    return " · ".join(part for part in (entry.description, entry.note) if part)


def _key_of(line: AppEntry | str) -> tuple[str, str]:
    return ("group", line) if isinstance(line, str) else ("app", line.key)


def _group_of(line: AppEntry | str) -> str:
    return line if isinstance(line, str) else line.group


class _AppDelegate(QStyledItemDelegate):
    """Paints a heading or an App."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        is_heading = isinstance(index.data(_ENTRY_ROLE), str)
        height = theme().px(34 if is_heading else 36)
        return QSize(60, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(_ENTRY_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, str):
            self._paint_heading(painter, rect, line)
        else:
            self._paint_app(painter, rect, state, line)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, text: str) -> None:
        painter.setFont(theme().font(TextSize.SMALL, Weight.BOLD))
        painter.setPen(theme().colour("faint"))
        painter.drawText(rect.adjusted(8, 4, -8, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_app(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, entry: AppEntry
    ) -> None:
        current = theme()
        is_on = bool(state & QStyle.StateFlag.State_Selected)
        box = QRectF(rect).adjusted(0.5, 2.5, -0.5, -2.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_on:
            has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
            edge = current.colour("accent" if has_focus else "line")
            painter.setPen(QPen(edge, 2 if has_focus else 1))
            painter.setBrush(current.colour("panel"))
            painter.drawRoundedRect(box, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(current.colour("hover"))
            painter.drawRoundedRect(box, 6, 6)
        mark, colour = _MARKS[entry.state]
        size = current.px(8)
        place = QRectF(rect.left() + 8, rect.center().y() + 1 - size / 2, size, size)
        draw_mark(painter, mark, place, current.colour(colour))
        inner = rect.adjusted(18 + size, 0, -8, 0)
        note_width = self._paint_note(painter, inner, entry.note)
        font = current.font(TextSize.BODY, Weight.BOLD if is_on else Weight.REGULAR)
        painter.setFont(font)
        painter.setPen(current.colour("text"))
        draw_words(painter, inner.adjusted(0, 0, -note_width, 0), entry.name)

    def _paint_note(self, painter: QPainter, inner: QRect, note: str) -> int:
        if not note:
            return 0
        font = theme().font(TextSize.SMALL)
        painter.setFont(font)
        painter.setPen(theme().colour("faint"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, right, note)
        return QFontMetrics(font).horizontalAdvance(note) + 8


class AppList(QListView):
    """The list of Apps.

    Signals:
        app_selected: the person chose another App; arg is its key.
    """

    app_selected = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("appList")
        self.setAccessibleName(self.tr("Apps"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._model = AppModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_AppDelegate(self))
        self._current = ""
        self.selectionModel().currentChanged.connect(self._chosen)
        AssistiveChoice(self)
        theme().changed.connect(self._repaint)

    def render_state(self, apps: tuple[AppEntry, ...], current: str) -> None:
        """Show these Apps with `current` chosen. Says nothing: the person chose nothing."""
        self._current = current
        came_or_went = self._model.show_apps(apps)
        index = self._model.index_of(current)
        if came_or_went or self.currentIndex() != index:
            flag = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect)

    def _repaint(self) -> None:
        # Not asked for at start: to wrap a widget of Qt's own, PySide6 makes every class that
        # it might be, with all their enums.
        self.viewport().update()

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        entry = index.data(_ENTRY_ROLE) if index.isValid() else None
        if isinstance(entry, AppEntry) and entry.key != self._current:
            self._current = entry.key
            self.app_selected.emit(entry.key)
