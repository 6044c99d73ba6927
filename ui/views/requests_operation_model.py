"""The operations under their headings, as a model that a search narrows."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from ui.views.requests_state import Openness, OperationRow

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str


class OperationModel(QAbstractListModel):
    """Operations under their headings, narrowed by a search."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[OperationRow, ...] = ()
        self._needle = ""
        self._shown: list[_Heading | OperationRow] = []
        self._words = {
            Openness.CAN_CALL: self.tr("can call"),
            Openness.NEEDS: self.tr("needs something"),
            Openness.NOT_OPEN: self.tr("not open to you"),
        }

    def set_rows(self, rows: tuple[OperationRow, ...]) -> None:
        """Show these operations. Marks that changed are repainted in place."""
        same = [row.operation_id for row in rows] == [row.operation_id for row in self._rows]
        self._rows = rows
        if not same:
            self._rebuild()
            return
        self._shown = self._narrowed()
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    def search(self, text: str) -> None:
        """Show only operations that hold every word of `text` in title, path, method or id."""
        self._needle = text.casefold()
        self._rebuild()

    def row_of(self, operation_id: str) -> int:
        """Return the row that shows this operation, -1 when the search hides it."""
        for place, row in enumerate(self._shown):
            if isinstance(row, OperationRow) and row.operation_id == operation_id:
                return place
        return -1

    def operation(self, index: _Index) -> OperationRow | None:
        """Return the operation at an index, None for a heading."""
        row = self._shown[index.row()] if index.isValid() else None
        return row if isinstance(row, OperationRow) else None

    def heading(self, index: _Index) -> str:
        """Return the heading at an index, "" for an operation."""
        row = self._shown[index.row()]
        return row.text if isinstance(row, _Heading) else ""

    def best(self) -> QModelIndex:
        """Return the operation that is called exactly as was searched for, else the first shown."""
        wanted = self._needle.strip()
        for place, row in enumerate(self._shown):
            if isinstance(row, OperationRow):
                names = (row.title, row.path, row.operation_id, f"{row.method} {row.path}")
                if wanted in {name.casefold() for name in names}:
                    return self.index(place)
        return self.index(1) if len(self._shown) > 1 else QModelIndex()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many rows are shown, headings included."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let only operations be chosen."""
        if self.operation(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, tooltip and spoken text."""
        row = self._shown[index.row()] if index.isValid() else None
        if isinstance(row, _Heading):
            is_text = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            return row.text if is_text else None
        return self._say(row, role) if row is not None else None

    def _say(self, row: OperationRow, role: int) -> str | None:
        mark = self._words[row.openness]
        reason = row.reason or mark
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return f"{row.title}\n{row.method} {row.path}\n{reason}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.method} {row.title}, {mark}"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return f"{row.path}. {reason}"
        return None

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._shown = self._narrowed()
        self.endResetModel()

    def _narrowed(self) -> list[_Heading | OperationRow]:
        shown: list[_Heading | OperationRow] = []
        group = None
        for row in self._rows:
            if not self._fits(row):
                continue
            if row.group != group:
                group = row.group
                shown.append(_Heading(group))
            shown.append(row)
        return shown

    def _fits(self, row: OperationRow) -> bool:
        hay = f"{row.method} {row.title} {row.path} {row.operation_id} {row.group}".casefold()
        return all(word in hay for word in self._needle.split())
