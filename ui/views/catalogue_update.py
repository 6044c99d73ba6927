"""Update catalogue: what a newer file of X's operations would change, before it is used."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    Choice,
    ComboBox,
    Label,
    NoticeState,
    PageView,
    end_widgets,
    line_of,
)


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """One kind of change.

    Attributes:
        title: as "3 operations are new". lines: one for each, in words.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """All that the page shows.

    Attributes:
        in_use: which operations are in use.
        read_label: of the button that asks X's, or the sandbox's, address.
        found: what was read, "" before anything was.
        groups: how it differs from what is in use.
        can_use: whether *Use these operations* can be clicked.
        can_go_back: whether a newer file is in use.
        families, family: which names of fields requests are composed under, and the chosen one.
        busy, notice: as everywhere.
    """

    in_use: str = ""
    read_label: str = ""
    found: str = ""
    groups: tuple[ChangeGroup, ...] = ()
    can_use: bool = False
    can_go_back: bool = False
    families: tuple[Choice, ...] = ()
    family: str = ""
    busy: str = ""
    notice: NoticeState | None = None


class CatalogueView(PageView):
    """Shows a CatalogueState; decides nothing.

    Signals:
        read_wanted: from the address. file_wanted: from a file to be chosen.
        family_chosen: arg is the family's key.
        use_wanted, back_wanted, cancel_wanted, notice_closed, left: the other buttons.
    """

    read_wanted = Signal()
    file_wanted = Signal()
    family_chosen = Signal(str)
    use_wanted = Signal()
    back_wanted = Signal()
    cancel_wanted = Signal()
    notice_closed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Update catalogue"))
        self._in_use = Label("", "body", wraps=True)
        self._notice = Banner()
        self._found = Label("", "body", wraps=True)
        self._groups = QVBoxLayout()
        self._groups.setSpacing(12)
        self._shown: tuple[ChangeGroup, ...] = ()
        explained = self.tr(
            "Keypane knows X's operations from X's own API file. A newer file is checked whole and "
            "shown here before it is used; nothing but the file is asked for."
        )
        self.arrange(
            Label(self.tr("Update catalogue"), "title", wraps=True),
            Label(explained, "dim", wraps=True),
            self._in_use,
            self._sources(),
            self._notice,
            self._found,
            self._groups,
            self._foot(),
            self._names(),
        )
        self.setFocusProxy(self._read)

    def render_state(self, state: CatalogueState) -> None:
        """Make the page look like `state`."""
        self._in_use.setText(state.in_use)
        self._read.setText(state.read_label)
        self._read.setAccessibleName(state.read_label)
        self._read.setEnabled(not state.busy)
        self._file.setEnabled(not state.busy)
        self._back.setVisible(state.can_go_back)
        self._back.setEnabled(not state.busy)
        self._notice.render_state(state.notice)
        self._found.show_text(state.found)
        self._render_groups(state.groups)
        self._family.show_choices(state.families, state.family)
        self._use.setVisible(bool(state.found))
        self._use.setEnabled(state.can_use and not state.busy)
        self._busy.render_state(state.busy)

    def _render_groups(self, groups: tuple[ChangeGroup, ...]) -> None:
        if groups == self._shown:
            return
        self._shown = groups
        end_widgets(self._groups)
        for group in groups:
            self._groups.addWidget(self._card(group))

    def _card(self, group: ChangeGroup) -> Card:
        card = Card(group.title)
        card.setAccessibleName(group.title)
        inside = card.inside(4)
        for line in group.lines:
            inside.addWidget(Label(line, "small", wraps=True))
        return card

    def _names(self) -> Card:
        card = Card(self.tr("Names of fields"))
        self._family = ComboBox(self.tr("Names of fields"))
        self._family.chosen.connect(self.family_chosen)
        explained = self.tr(
            "X's newest API file says post.fields where its documentation, its tools and its "
            "streams say tweet.fields. Names that X refuses are tried once under the other family."
        )
        inside = card.inside()
        inside.addWidget(Label(explained, "dim", wraps=True))
        inside.addWidget(self._family)
        return card

    def _sources(self) -> QHBoxLayout:
        self._read = Button("")
        self._file = Button(self.tr("Read a file…"))
        self._back = Button(self.tr("Go back to the built-in operations"))
        self._read.clicked.connect(self.read_wanted)
        self._file.clicked.connect(self.file_wanted)
        self._back.clicked.connect(self.back_wanted)
        return line_of(self._read, self._file, self._back, None)

    def _foot(self) -> QHBoxLayout:
        self._use = Button(self.tr("Use these operations"), "primary")
        leave = Button(self.tr("Back"), "ghost")
        self._busy = BusyIndicator(self.tr("update"))
        self._notice.close_wanted.connect(lambda _: self.notice_closed.emit())
        self._use.clicked.connect(self.use_wanted)
        leave.clicked.connect(self.left)
        self._busy.cancel_wanted.connect(self.cancel_wanted)
        return line_of(self._use, leave, self._busy, None)
