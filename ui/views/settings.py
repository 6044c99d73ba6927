"""Settings: those of this App above, those of the whole program below, clearly parted."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.views.settings_auth import AuthCard, AuthSettings
from ui.views.settings_network import NetworkCard
from ui.views.settings_programs import ProgramsCard
from ui.views.settings_requests import RequestRulesCard
from ui.views.settings_sessions import SessionsCard
from ui.views.settings_vault import VaultPart
from ui.widgets import (
    Banner,
    Button,
    Card,
    Choice,
    ComboBox,
    ElidedLabel,
    Label,
    LineEdit,
    NoticeState,
    PageView,
    Row,
    Status,
    StatusChip,
    stops_in,
)

MOST_REDIRECT_URIS: Final = 10
"""X registers up to ten per App (docs.x.com, developer apps, read 2026-08-22)."""


@dataclass(frozen=True, slots=True)
class AppSettings:
    """What belongs to one App.

    Attributes:
        name: as it is called here. environment: "X", "sandbox" or a custom one's name.
        environment_detail: its addresses, as "api.x.com".
        auth: the record of X's User authentication settings.
        redirect_uris: those registered at X, to the letter; the first is used.
        uri_warnings: what X dislikes about each of them, "" where it looks fine.
        redirect_warning: what is wrong about the one being typed.
        remove_text: what *Remove App* does and does not do.
    """

    name: str
    environment: str
    environment_detail: str = ""
    auth: AuthSettings = field(default_factory=AuthSettings)
    redirect_uris: tuple[str, ...] = ()
    uri_warnings: tuple[str, ...] = ()
    redirect_warning: str = ""
    remove_text: str = ""


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """What belongs to the whole program.

    Attributes:
        themes, theme: what *Theme* offers, and the one worn.
        vault: its state, as "Unlocked with GNOME Keyring".
        vault_place: where the encrypted file is.
        can_lock: whether *Lock* can be clicked.
    """

    themes: tuple[Choice, ...] = ()
    theme: str = ""
    vault: str = ""
    vault_place: str = ""
    can_lock: bool = False


@dataclass(frozen=True, slots=True)
class SettingsState:
    """All that the pane shows; `app` is None where no App is chosen."""

    app: AppSettings | None = None
    program: ProgramSettings = ProgramSettings()
    notice: NoticeState | None = None


class SettingsView(PageView):
    """Shows a SettingsState; says what was changed. Decides nothing.

    Attributes:
        vault_part: what opens the vault, backups and erasing, led by a presenter of its own.
        network: the card of proxy and certificates, led by a presenter of its own.
        sessions: the card of the browser sessions, likewise.
        programs: the card of the helper socket, likewise.

    Signals:
        name_changed: arg is the App's new name.
        permission_chosen, kind_chosen: arg is the choice's key. website_changed: the text.
        redirect_uri_typed, redirect_uri_added, redirect_uri_preferred,
            redirect_uri_removed, redirect_uri_copied: arg is the URI.
        console_wanted, export_wanted, remove_app_wanted: buttons of the App's part.
        theme_chosen: arg is the theme's key.
        lock_wanted, folder_wanted: buttons of the program's part.
        notice_action_wanted: arg is the notice's key.
    """

    name_changed = Signal(str)
    permission_chosen = Signal(str)
    kind_chosen = Signal(str)
    website_changed = Signal(str)
    redirect_uri_typed = Signal(str)
    redirect_uri_added = Signal(str)
    redirect_uri_preferred = Signal(str)
    redirect_uri_removed = Signal(str)
    redirect_uri_copied = Signal(str)
    console_wanted = Signal()
    export_wanted = Signal()
    remove_app_wanted = Signal()
    theme_chosen = Signal(str)
    lock_wanted = Signal()
    folder_wanted = Signal()
    notice_action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, max_width=840)
        self._uri_rows: list[Row] = []
        self._notice = Banner()
        self._notice.action_wanted.connect(self.notice_action_wanted)
        self._app_part = QWidget()
        part = QVBoxLayout(self._app_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(16)
        self._app_title = ElidedLabel("", "large")
        auth_title = Label(self.tr("User authentication settings, as noted here"), "large")
        self._auth = AuthCard()
        self._auth.permission_chosen.connect(self.permission_chosen)
        self._auth.kind_chosen.connect(self.kind_chosen)
        self._auth.website_changed.connect(self.website_changed)
        self._auth.console_wanted.connect(self.console_wanted)
        cards = (self._app_card(), auth_title, self._auth, self._uris_card())
        for piece in (self._app_title, *cards):
            part.addWidget(piece)
        part.addSpacing(16)
        self.vault_part = VaultPart()
        self.request_rules = RequestRulesCard()
        self.network = NetworkCard()
        self.sessions = SessionsCard()
        self.programs = ProgramsCard()
        self.arrange(
            self._notice,
            self._app_part,
            Label(self.tr("Keypane, for all Apps"), "large"),
            self._program_card(),
            self.request_rules,
            self.vault_part,
            self.network,
            self.sessions,
            self.programs,
        )

    def render_state(self, state: SettingsState) -> None:
        """Make the pane look like `state`; a name being typed stays."""
        self._notice.render_state(state.notice)
        self._app_part.setVisible(state.app is not None)
        if state.app is not None:
            self._render_app(state.app)
        program = state.program
        self._theme.show_choices(program.themes, program.theme)
        self._vault.sub.show_text(program.vault_place)
        self._vault_text.setText(program.vault)
        self._lock.setEnabled(program.can_lock)

    def _app_card(self) -> Card:
        card = Card()
        name = Row(self.tr("Name"), self.tr("Only here; X keeps its own"))
        self._name = LineEdit(self.tr("Name"))
        self._name.setMinimumWidth(280)
        self._name.editingFinished.connect(self._name_edited)
        name.values.addWidget(self._name)
        self._environment = Row(self.tr("Environment"))
        self._environment_text = Label("", "body")
        self._environment.values.addWidget(self._environment_text)
        export = Row(self.tr("Other tools"), self.tr("By reference, or with the values"))
        tools = self.tr(".env, xurl, Postman, GitHub Actions, fly.io, Docker, Kubernetes")
        export.values.addWidget(Label(tools, "small", wraps=True))
        export_button = Button(self.tr("Export…"))
        export_button.clicked.connect(self.export_wanted)
        export.buttons.addWidget(export_button)
        self._remove = Row(self.tr("Remove App"))
        self._remove_text = Label("", "small", wraps=True)
        self._remove_text.setMinimumWidth(320)
        self._remove.values.addWidget(self._remove_text)
        remove = Button(self.tr("Remove App…"))
        remove.clicked.connect(self.remove_app_wanted)
        self._remove.buttons.addWidget(remove)
        for row in (name, self._environment, export, self._remove):
            card.add_row(row)
        return card

    def _uris_card(self) -> Card:
        self._uris = Card(
            self.tr("Redirect URIs"),
            self.tr("as registered at X, to the letter; the first is used"),
        )
        self._console = Button(
            self.tr("Edit in console"), owner=self.tr("redirect URIs"), icon_name="external"
        )
        self._console.clicked.connect(self.console_wanted)
        self._uris.add_head_button(self._console)
        self._new_uri = LineEdit(
            self.tr("New redirect URI"), kind="mono", placeholder="http://127.0.0.1:8739/callback"
        )
        self._new_uri.textChanged.connect(self.redirect_uri_typed)
        self._new_uri.returnPressed.connect(self._add_uri)
        self._add = Button(self.tr("Add"), owner=self.tr("redirect URI"))
        self._add.clicked.connect(self._add_uri)
        self._uri_warning = Label("", "warning", wraps=True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._new_uri, 1)
        line.addWidget(self._add)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(4)
        foot.addLayout(line)
        foot.addWidget(self._uri_warning)
        self._uris.body.addLayout(foot)
        return self._uris

    def _program_card(self) -> Card:
        card = Card()
        look = Row(self.tr("Theme"))
        self._theme = ComboBox(self.tr("Theme"))
        self._theme.setMinimumWidth(200)
        self._theme.chosen.connect(self.theme_chosen)
        look.values.addWidget(self._theme)
        self._vault = Row(self.tr("Vault"))
        self._vault.sub.setWordWrap(True)
        self._vault_text = Label("", "body")
        self._vault.values.addWidget(self._vault_text)
        folder = Button(self.tr("Open folder"), "ghost")
        self._lock = Button(self.tr("Lock"))
        folder.clicked.connect(self.folder_wanted)
        self._lock.clicked.connect(self.lock_wanted)
        for button in (folder, self._lock):
            self._vault.buttons.addWidget(button)
        card.add_row(look)
        card.add_row(self._vault)
        return card

    def _render_app(self, app: AppSettings) -> None:
        self._app_title.setText(self.tr("This App: {name}").format(name=app.name))
        if not self._name.hasFocus():
            self._name.setText(app.name)
            self._name.setCursorPosition(0)  # a long name is shown from its beginning
        self._environment_text.setText(app.environment)
        self._environment.sub.show_text(app.environment_detail)
        self._remove_text.setText(app.remove_text)
        self._auth.render_state(app.auth)
        self._console.setVisible(app.auth.has_console)
        self._render_uris(app)
        self._uri_warning.show_text(app.redirect_warning)
        has_room = len(app.redirect_uris) < MOST_REDIRECT_URIS
        self._new_uri.setEnabled(has_room)
        self._add.setEnabled(has_room)

    def _render_uris(self, app: AppSettings) -> None:
        if [row.label.toolTip() for row in self._uri_rows] == list(app.redirect_uris):
            return
        for row in self._uri_rows:
            self._uris.remove_row(row)
        warnings = dict(zip(app.redirect_uris, app.uri_warnings, strict=False))
        self._uri_rows = [
            self._uri_row(uri, warnings.get(uri, ""), is_first=place == 0)
            for place, uri in enumerate(app.redirect_uris)
        ]
        for row in self._uri_rows:
            self._uris.add_row(row)
        stops = [stop for row in self._uri_rows for stop in stops_in(row)]
        for before, after in pairwise((self._console, *stops, self._new_uri, self._add)):
            QWidget.setTabOrder(before, after)

    def _uri_row(self, uri: str, warning: str, *, is_first: bool) -> Row:
        row = Row("", label_width=0)
        value = Label(uri, "mono")
        row.label.setToolTip(uri)
        row.values.addWidget(value)
        if warning:
            chip = StatusChip(row)
            chip.render_state(Status(warning, "warn"))
            row.values.addWidget(chip)
        if not is_first:
            first = Button(self.tr("Make first"), owner=uri)
            first.clicked.connect(lambda: self.redirect_uri_preferred.emit(uri))
            row.buttons.addWidget(first)
        copy = Button(self.tr("Copy"), owner=uri)
        remove = Button(self.tr("Remove"), owner=uri)
        copy.clicked.connect(lambda: self.redirect_uri_copied.emit(uri))
        remove.clicked.connect(lambda: self.redirect_uri_removed.emit(uri))
        row.buttons.addWidget(copy)
        row.buttons.addWidget(remove)
        return row

    def _add_uri(self) -> None:
        uri = self._new_uri.text().strip()
        if uri:
            self._new_uri.clear()
            self.redirect_uri_added.emit(uri)

    def _name_edited(self) -> None:
        if self._name.isModified():
            self._name.setModified(False)
            self.name_changed.emit(self._name.text())
