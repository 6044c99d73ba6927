"""Settings: the person's own record of an App, the theme, and where secrets are."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from core.app_permissions import mismatch
from core.model import Activity, App, ClientCredentials, Setting
from core.ports import CancelToken
from core.redirects import check_redirect_uri, check_website
from core.vault.vault import VaultStatus
from ui.desk import Desk
from ui.notices import in_their_language, notice_for
from ui.presenters.keys_rows import level_words
from ui.presenters.shell_words import status_words
from ui.presenters.shown_path import shown_path
from ui.theme import FOLLOW_SYSTEM, THEME_SETTING, Scheme, theme
from ui.views.settings import (
    MOST_REDIRECT_URIS,
    AppSettings,
    ProgramSettings,
    SettingsState,
    SettingsView,
)
from ui.views.settings_auth import AuthSettings
from ui.widgets import Choice, ConfirmState, NoticeState

_CONFIDENTIAL: Final = frozenset({"web", "bot"})


class SettingsPresenter(QObject):
    """Fills the pane and writes what was changed."""

    def __init__(self, desk: Desk, view: SettingsView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._status: VaultStatus = desk.world.vault.status()
        self._warning = ""
        self._notice: NoticeState | None = None
        desk.snapshot_changed.connect(self.render)
        desk.app_changed.connect(self._turn)
        desk.vault_changed.connect(self._vault_changed)
        view.name_changed.connect(self._rename)
        view.permission_chosen.connect(self._choose_permission)
        view.kind_chosen.connect(self._choose_kind)
        view.website_changed.connect(self._change_website)
        view.redirect_uri_typed.connect(self._type_uri)
        view.redirect_uri_added.connect(self._add_uri)
        view.redirect_uri_preferred.connect(self._prefer_uri)
        view.redirect_uri_removed.connect(self._remove_uri)
        view.redirect_uri_copied.connect(lambda uri: desk.copied.emit(uri, self.tr("redirect URI")))
        view.console_wanted.connect(self._open_console)
        view.export_wanted.connect(lambda: desk.pane_wanted.emit("export"))
        view.remove_app_wanted.connect(self._ask_remove)
        view.theme_chosen.connect(self._choose_theme)
        view.folder_wanted.connect(self._open_folder)
        theme().changed.connect(self.render)
        self.render()

    def render(self) -> None:
        """Make the pane look like the App and the program."""
        app = self._desk.app
        self._view.render_state(
            SettingsState(
                app=self._app_settings(app) if app else None,
                program=self._program_settings(),
                notice=self._notice,
            )
        )

    def _app_settings(self, app: App) -> AppSettings:
        return AppSettings(
            name=app.name,
            environment=app.environment.name,
            environment_detail=app.environment.api_url,
            auth=self._auth(app),
            redirect_uris=app.redirect_uris,
            uri_warnings=tuple(_told(check_redirect_uri(uri)) for uri in app.redirect_uris),
            redirect_warning=self._warning,
            remove_text=self.tr(
                "Deletes what Keypane keeps of this App. At X nothing ends; revoke first what "
                "must die."
            ),
        )

    def _auth(self, app: App) -> AuthSettings:
        return AuthSettings(
            permissions=(
                Choice("", self.tr("Not noted")),
                Choice("read", self.tr("Read")),
                Choice("read-write", self.tr("Read and write")),
                Choice("read-write-directmessages", self.tr("Read and write and Direct message")),
            ),
            permission=app.permissions,
            permission_warning=self._permission_warning(app),
            kinds=(
                Choice("native", self.tr("Native App")),
                Choice("single_page", self.tr("Single page App")),
                Choice("web", self.tr("Web App")),
                Choice("bot", self.tr("Automated App or Bot")),
            ),
            kind=app.app_type,
            kind_note=self._kind_note(app),
            website=app.website,
            website_warning=_told(check_website(app.website)) if app.website else "",
            has_console=bool(app.environment.console_url),
        )

    def _permission_warning(self, app: App) -> str:
        found = mismatch(app, self._desk.snapshot.owners)
        if found is None:
            return ""
        whose = found.pair.label or self.tr("the owner")
        seen, noted = level_words(found.seen), level_words(found.noted)
        if found.is_less:
            told = self.tr(
                "X's answers say {seen} for the Access Token of {account}, not {noted}: it was "
                "made before the permissions were changed, or they were not saved at X."
            )
            click = self.tr(
                "In the console: Edit settings, App permissions, Save; then Keys & Tokens, OAuth "
                "1.0 Keys, Access Token, Regenerate."
            )
            if not found.pair.is_owners:
                click = self.tr(
                    "In the console: Edit settings, App permissions, Save; then this account signs "
                    "in again."
                )
        else:
            told = self.tr(
                "X's answers say {seen} for the Access Token of {account}, more than {noted}."
            )
            click = self.tr(
                "In the console: Edit settings shows App permissions; choose the same here, or "
                "lower them there and regenerate the token."
            )
        return f"{told.format(seen=seen, account=whose, noted=noted)} {click}"

    def _kind_note(self, app: App) -> str:
        if app.app_type in _CONFIDENTIAL:
            return self.tr("Confidential client")
        if app.app_type:
            return self.tr("Public client, no secret")
        return self.tr("As set at X")

    def _program_settings(self) -> ProgramSettings:
        names = {
            FOLLOW_SYSTEM: self.tr("Follow the system"),
            Scheme.LIGHT: self.tr("Light"),
            Scheme.DARK: self.tr("Dark"),
            Scheme.CONTRAST: self.tr("High contrast"),
        }
        is_open = self._status.state == "open"
        return ProgramSettings(
            themes=tuple(Choice(str(key), label) for key, label in names.items()),
            theme=theme().choice,
            vault=status_words(self._status),
            vault_place=shown_path(self._status.directory),
            can_lock=is_open,
        )

    def _turn(self) -> None:
        self._warning = ""
        self._notice = None
        self.render()

    def _vault_changed(self, status: VaultStatus) -> None:
        self._status = status
        self.render()

    # --- the App -----------------------------------------------------------------------------

    def _update(self, how: object, what: str) -> None:
        app = self._desk.app
        if app is None or not callable(how):
            return
        vault, clock = self._desk.world.vault, self._desk.world.clock

        def work(_cancel: CancelToken) -> None:
            vault.update(App, app.app_id, how)
            vault.save(Activity(app.app_id, clock.now(), what, "app", "ok"))

        job = self._desk.submit(work, changes=True)
        job.failed.connect(self._fail)

    def _fail(self, error: object) -> None:
        self._notice = notice_for(error, "save")
        self.render()

    def _rename(self, name: str) -> None:
        if name.strip() and self._desk.app and name.strip() != self._desk.app.name:
            self._update(lambda app: replace(app, name=name.strip()), "renamed")

    def _choose_kind(self, kind: str) -> None:
        app = self._desk.app
        if app is None or kind == app.app_type:
            return
        has_secret = app.client is not None and app.client.is_confidential
        self._notice = None
        if kind in _CONFIDENTIAL and not has_secret:
            self._notice = NoticeState(
                self.tr("A confidential client needs its Client Secret."),
                self.tr("Paste it under Keys and tokens, or sign-in will be refused."),
                "info",
                can_close=True,
            )
        if kind not in _CONFIDENTIAL and has_secret:
            self._ask_public(kind)
        else:
            self._update(lambda app: replace(app, app_type=kind), "type_of_app")
        self.render()

    def _choose_permission(self, permission: str) -> None:
        app = self._desk.app
        if app is not None and permission != app.permissions:
            self._update(lambda app: replace(app, permissions=permission), "permissions")

    def _change_website(self, website: str) -> None:
        app, text = self._desk.app, website.strip()
        if app is not None and text != app.website:
            self._update(lambda app: replace(app, website=text), "website")

    def _ask_public(self, kind: str) -> None:
        self._desk.confirm(
            ConfirmState(
                self.tr("Make it a public client here?"),
                (
                    self.tr("Keypane forgets the Client Secret, because a public client has none."),
                    self.tr("Set Native App in the console as well, or X refuses the sign-in."),
                ),
                self.tr("Forget"),
                is_dangerous=False,
            ),
            lambda: self._update(lambda app: _made_public(app, kind), "type_of_app"),
        )

    def _type_uri(self, uri: str) -> None:
        self._warning = _told(check_redirect_uri(uri.strip())) if uri.strip() else ""
        self.render()

    def _add_uri(self, uri: str) -> None:
        app = self._desk.app
        text = uri.strip()
        if app is None or not text or len(app.redirect_uris) >= MOST_REDIRECT_URIS:
            return
        self._warning = ""
        self._prefer_uri(text)

    def _prefer_uri(self, uri: str) -> None:
        """Put a redirect URI first, where sign-in uses it; a new one is added there."""
        self._update(
            lambda app: replace(
                app,
                redirect_uris=(uri, *(known for known in app.redirect_uris if known != uri)),
            ),
            "redirect_uri",
        )

    def _remove_uri(self, uri: str) -> None:
        self._update(
            lambda app: replace(
                app, redirect_uris=tuple(known for known in app.redirect_uris if known != uri)
            ),
            "redirect_uri",
        )

    def _open_console(self) -> None:
        app = self._desk.app
        if app is not None and app.environment.console_url:
            QDesktopServices.openUrl(QUrl(app.environment.console_url))

    def _ask_remove(self) -> None:
        app = self._desk.app
        if app is None:
            return
        vault = self._desk.world.vault
        app_id = app.app_id

        def remove() -> None:
            job = self._desk.submit(lambda _cancel: vault.forget_app(app_id), changes=True)
            job.failed.connect(self._fail)

        self._desk.confirm(
            ConfirmState(
                self.tr("Forget {app} here?").format(app=app.name),
                (
                    self.tr("Its keys, tokens and sign-ins leave this computer."),
                    self.tr("At X nothing ends: tokens that are alive stay alive."),
                ),
                self.tr("Forget"),
                is_dangerous=False,
            ),
            remove,
        )

    # --- the program -------------------------------------------------------------------------

    def _choose_theme(self, choice: str) -> None:
        theme().choose(choice)
        vault = self._desk.world.vault
        if self._status.state in {"open", "session"}:
            self._desk.submit(lambda _cancel: vault.save(Setting(THEME_SETTING, choice)))
        self.render()

    def _open_folder(self) -> None:
        folder = Path(self._status.directory)
        if folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _told(warnings: tuple[str, ...]) -> str:
    return " ".join(map(in_their_language, warnings))


def _made_public(app: App, kind: str) -> App:
    client = app.client
    public = ClientCredentials(client.client_id) if client is not None else None
    return replace(app, app_type=kind, client=public)
