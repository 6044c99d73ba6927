"""Import: what another tool's file would add here, before anything is kept."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    CheckBox,
    Choice,
    ComboBox,
    Field,
    Label,
    LineEdit,
    NoticeState,
    PageView,
    end_widgets,
    line_of,
)


@dataclass(frozen=True, slots=True)
class FoundApp:
    """One App of the file.

    Attributes:
        name: as it will be or is called here.
        what: as "a new App" or "is here already".
        added: what it gets; kept: what it has and keeps.
    """

    name: str
    what: str
    added: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportState:
    """All that the page shows, but for the name being typed.

    Attributes:
        file: its name. source: whose it is, as "A store of xurl".
        environments, environment: where new Apps live, and the one chosen.
        asks_name: whether a name can be typed, for a file of one App.
        holder: who could go on refreshing its users, "" where there is nothing to refresh.
        leaves_refreshing: whether that was chosen.
        apps: what would happen to each App.
        warnings: sentences to read before saving.
        can_save, busy, notice: as everywhere.
    """

    file: str = ""
    source: str = ""
    environments: tuple[Choice, ...] = ()
    environment: str = ""
    asks_name: bool = False
    holder: str = ""
    leaves_refreshing: bool = False
    apps: tuple[FoundApp, ...] = ()
    warnings: tuple[str, ...] = ()
    can_save: bool = False
    busy: str = ""
    notice: NoticeState | None = None


class ImportView(PageView):
    """Shows an ImportState; decides nothing.

    Signals:
        name_typed: arg is the text. environment_chosen: arg is the key.
        leaves_toggled: arg is whether the other tool goes on refreshing.
        file_wanted: choose another file. save_wanted, left: the buttons.
    """

    name_typed = Signal(str)
    environment_chosen = Signal(str)
    leaves_toggled = Signal(bool)
    file_wanted = Signal()
    save_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Import"))
        self._title = Label(self.tr("Import"), "title", wraps=True)
        self._source = Label("", "dim", wraps=True)
        self._notice = Banner()
        self._warnings = Label("", "warning", wraps=True)
        self._apps = QVBoxLayout()
        self._apps.setSpacing(12)
        self._shown: tuple[FoundApp, ...] = ()
        self.arrange(
            self._title,
            self._source,
            self._notice,
            self._form(),
            self._warnings,
            self._apps,
            self._foot(),
        )
        self.setFocusProxy(self._choose)

    def render_state(self, state: ImportState) -> None:
        """Make the page look like `state`; a name being typed stays."""
        self._title.setText(self.tr("Import {file}").format(file=state.file).strip())
        self._source.show_text(state.source)
        self._notice.render_state(state.notice)
        self._card.setVisible(bool(state.apps))
        self._name_field.setVisible(state.asks_name)
        self._environment.show_choices(state.environments, state.environment)
        self._leaves.setVisible(bool(state.holder))
        self._leaves.setText(
            self.tr("Let {tool} go on refreshing the users; only list them here").format(
                tool=state.holder
            )
        )
        self._leaves.setAccessibleName(self._leaves.text())
        self._leaves.setChecked(state.leaves_refreshing)
        self._warnings.show_text("\n\n".join(state.warnings))
        self._render_apps(state.apps)
        self._save.setEnabled(state.can_save and not state.busy)
        self._busy.render_state(state.busy)

    def _render_apps(self, apps: tuple[FoundApp, ...]) -> None:
        if apps == self._shown:
            return
        self._shown = apps
        end_widgets(self._apps)
        for app in apps:
            self._apps.addWidget(self._found(app))

    def _found(self, app: FoundApp) -> Card:
        card = Card(app.name, app.what)
        inside = card.inside(4)
        for thing in app.added:
            inside.addWidget(Label(self.tr("+ {thing}").format(thing=thing), "body", wraps=True))
        for thing in app.kept:
            stays = self.tr("= {thing} stays as it is here").format(thing=thing)
            inside.addWidget(Label(stays, "dim", wraps=True))
        return card

    def _form(self) -> Card:
        self._card = card = Card()
        self._name = LineEdit(self.tr("Name"), placeholder=self.tr("As the file says"))
        self._name.setMaxLength(100)
        self._name.textEdited.connect(self.name_typed)
        self._name_field = Field(self.tr("Name"), self._name)
        self._environment = ComboBox(self.tr("Environment"))
        self._environment.chosen.connect(self.environment_chosen)
        self._leaves = CheckBox("")
        self._leaves.clicked.connect(self.leaves_toggled)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self._name_field, 1)
        line.addWidget(Field(self.tr("Environment of new Apps"), self._environment), 1)
        inside = card.inside(10)
        inside.addLayout(line)
        inside.addWidget(self._leaves)
        return card

    def _foot(self) -> QHBoxLayout:
        self._save = Button(self.tr("Save"), "primary")
        self._choose = Button(self.tr("Choose another file…"))
        leave = Button(self.tr("Cancel"), "ghost")
        self._busy = BusyIndicator(self.tr("import"))
        self._save.clicked.connect(self.save_wanted)
        self._choose.clicked.connect(self.file_wanted)
        leave.clicked.connect(self.left)
        self._busy.cancel_wanted.connect(self.left)
        return line_of(self._save, self._choose, leave, self._busy, None)
