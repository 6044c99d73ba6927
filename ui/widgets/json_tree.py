"""A decoded JSON document as a tree whose branches are made when they are opened.

A long list is cut into ranges of a hundred ("0 … 99"), as browsers do, so that
opening a list of ten thousand makes a hundred branches and not ten thousand.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

_Index = QModelIndex | QPersistentModelIndex
Key: TypeAlias = str | int
Path: TypeAlias = tuple[Key, ...]
RANGE: Final = 100
_LONGEST_VALUE: Final = 2_000


class Node:
    """One branch or leaf. `children` is None until somebody looks.

    Attributes:
        key: the name or place in the parent; None for the root and for ranges.
        value: the decoded JSON below it.
        first: for a range, the place of its first item; else None.
    """

    __slots__ = ("children", "first", "key", "parent", "row", "value")

    def __init__(
        self,
        value: object,
        key: Key | None = None,
        parent: "Node | None" = None,
        row: int = 0,
        first: int | None = None,
    ) -> None:
        self.value = value
        self.key = key
        self.parent = parent
        self.row = row
        self.first = first
        self.children: list[Node] | None = None

    @property
    def size(self) -> int:
        """How many children there are, without making them."""
        if isinstance(self.value, dict):
            return len(self.value)
        if not isinstance(self.value, list):
            return 0
        count = len(self.value)
        return -(-count // RANGE) if self.first is None and count > RANGE else count

    def child(self, row: int) -> "Node":
        """Return the child of a row, making all children the first time."""
        if self.children is None:
            self.children = list(self._make())
        return self.children[row]

    def label(self) -> str:
        """Return the key as it is shown."""
        if self.first is not None:
            count = len(self.value) if isinstance(self.value, list) else 0
            return f"{self.first} … {self.first + count - 1}"
        return "" if self.key is None else str(self.key)

    def path(self) -> Path:
        """Return the keys from the root to here; ranges are no part of it."""
        keys: list[Key] = []
        node: Node | None = self
        while node is not None:
            if node.key is not None:
                keys.append(node.key)
            node = node.parent
        return tuple(reversed(keys))

    def _make(self) -> Iterator["Node"]:
        if isinstance(self.value, dict):
            for row, (key, value) in enumerate(self.value.items()):
                yield Node(value, str(key), self, row)
        elif isinstance(self.value, list):
            if self.first is None and len(self.value) > RANGE:
                for row, start in enumerate(range(0, len(self.value), RANGE)):
                    yield Node(self.value[start : start + RANGE], None, self, row, start)
                return
            offset = self.first or 0
            for row, value in enumerate(self.value):
                yield Node(value, offset + row, self, row)


class JsonTreeModel(QAbstractItemModel):
    """The document, read-only. `DisplayRole` is "key: value" on one line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node(None)
        self._before = self._root

    def set_document(self, document: object) -> None:
        """Show another document; a bare value stands as the only leaf."""
        self.beginResetModel()
        # Indexes point into the old tree until the reset is over.
        self._before = self._root
        is_branch = isinstance(document, dict | list)
        self._root = Node(document if is_branch or document is None else [document])
        self.endResetModel()

    def node(self, index: _Index) -> Node:
        """Return the node of an index, the root's for an invalid one."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    def index_of(self, path: Sequence[Key]) -> QModelIndex:
        """Return the index of a path, making the branches on the way."""
        here = QModelIndex()
        for key in path:
            node = self.node(here)
            if isinstance(node.value, list) and node.first is None and len(node.value) > RANGE:
                here = self.index(int(key) // RANGE, 0, here)
                here = self.index(int(key) % RANGE, 0, here)
            elif isinstance(node.value, dict):
                here = self.index(list(node.value).index(key), 0, here)
            else:
                here = self.index(int(key), 0, here)
        return here

    def index(self, row: int, column: int, parent: _Index | None = None) -> QModelIndex:
        """Return the index of a child."""
        above = self._root if parent is None else self.node(parent)
        if column or not 0 <= row < above.size:
            return QModelIndex()
        return self.createIndex(row, column, above.child(row))

    def parent(self, index: _Index) -> QModelIndex:  # type: ignore[override]
        """Return the index of the parent."""
        above = self.node(index).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many children there are."""
        return (self._root if parent is None else self.node(parent)).size

    def columnCount(self, _parent: _Index | None = None) -> int:
        """Return the one column."""
        return 1

    def hasChildren(self, parent: _Index | None = None) -> bool:
        """Say whether there are children, without making them."""
        return self.rowCount(parent) > 0

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return key and value in one line, and the path as a tooltip."""
        if not index.isValid():
            return None
        node = self.node(index)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return ": ".join(filter(None, (node.label(), value_text(node))))
        if role == Qt.ItemDataRole.ToolTipRole:
            return path_text(node.path())
        return None


def value_text(node: Node) -> str:
    """Return a leaf's value as JSON, and of a branch how much is in it."""
    if isinstance(node.value, dict):
        return f"{{{len(node.value)}}}"
    if isinstance(node.value, list):
        return "" if node.first is not None else f"[{len(node.value)}]"
    return json.dumps(node.value, ensure_ascii=False)[:_LONGEST_VALUE]


def path_text(path: Sequence[Key]) -> str:
    """Return a path as JSONPath (RFC 9535) writes it: `$.data[0].author_id`."""
    words = ["$"]
    for key in path:
        if isinstance(key, int):
            words.append(f"[{key}]")
        elif key.isidentifier():
            words.append(f".{key}")
        else:
            words.append(f"[{json.dumps(key, ensure_ascii=False)}]")
    return "".join(words)


def find_paths(document: object, needle: str) -> Iterator[Path | None]:
    """Walk the document in reading order.

    Yields:
        The path of each key or leaf that holds `needle`, in any case, and None for
        each step in between, so that a caller can pause wherever it likes.
    """
    wanted = needle.casefold()
    stack: list[tuple[Path, object]] = [((), document)]
    while stack:
        path, value = stack.pop()
        is_key = bool(path) and isinstance(path[-1], str) and wanted in str(path[-1]).casefold()
        if isinstance(value, dict | list):
            pairs: list[tuple[Key, object]] = (
                [(str(key), below) for key, below in value.items()]
                if isinstance(value, dict)
                else list(enumerate(value))
            )
            stack.extend(((*path, key), below) for key, below in reversed(pairs))
            yield path if is_key else None
        else:
            text = value if isinstance(value, str) else json.dumps(value)
            yield path if is_key or wanted in text.casefold() else None
