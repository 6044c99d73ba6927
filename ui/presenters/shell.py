"""The shell's presenter: sidebar, header, status bar, toasts, dialogs, and which page shows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from core.model import App, CredentialState
from core.secret import Secret
from core.vault.vault import VaultStatus
from ui.clipboard import CLEAR_AFTER_SECONDS, Clipboard
from ui.desk import Desk
from ui.presenters.shell_words import header_state, status_words
from ui.shell import HeaderState, ShellState, StatusBarState
from ui.widgets import ConfirmState, ToastState
from ui.widgets.app_list import AppEntry
from ui.widgets.offers import Command

if TYPE_CHECKING:
    from ui.main_window import MainWindow

log = logging.getLogger(__name__)


class ShellPresenter(QObject):
    """Renders the shell from the desk's snapshot and answers what the shell wants."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._clipboard = Clipboard(self)
        self._status: VaultStatus = desk.world.vault.status()
        self._rate_limit = ""
        self._spent = ""
        self._commands: dict[str, tuple[str, Callable[[], None]]] = {}
        window.app_selected.connect(self._select)
        window.console_wanted.connect(self._open_console)
        window.command_wanted.connect(self._run_command)
        window.cancel_wanted.connect(desk.runner.cancel_all)
        window.closing.connect(self._clipboard.clear)
        desk.snapshot_changed.connect(self._follow)
        desk.app_changed.connect(lambda _app_id: self.render())
        desk.vault_changed.connect(self._vault_changed)
        desk.toast_wanted.connect(window.show_toast)
        desk.notice_wanted.connect(window.show_notice)
        desk.confirm_wanted.connect(self._confirm)
        desk.copied.connect(self._copy)

    def offer(self, key: str, label: str, act: Callable[[], None]) -> None:
        """Add a command to the palette."""
        self._commands[key] = (label, act)
        self._window.set_commands(
            tuple(Command(name, text) for name, (text, _) in self._commands.items())
        )

    def show_call(self, rate_limit: str, spent: str) -> None:
        """Show what the last call left of its limit and what the day has cost."""
        self._rate_limit, self._spent = rate_limit, spent
        self.render()

    def render(self) -> None:
        """Make the shell look like the desk."""
        app = self._desk.app
        self._window.render_state(
            ShellState(
                apps=tuple(self._entry(app) for app in self._ordered()),
                current=self._desk.app_id,
                header=self._header(app) if app else None,
                sandbox_text=self._band(app),
                status=StatusBarState(status_words(self._status), self._rate_limit, self._spent),
            )
        )

    def _header(self, app: App) -> HeaderState:
        from core.readiness import StepState, steps_of
        from ui.presenters.readiness_words import readiness_step

        snapshot = self._desk.snapshot
        bearer = snapshot.bearer(app.app_id)
        users, known = snapshot.users_of(app.app_id), snapshot.enrolment(app.app_id)
        steps = (
            readiness_step(
                step.key,
                is_done=step.state is StepState.DONE,
                is_open=step.state is StepState.OPEN,
            )
            for step in steps_of(app, bearer, users, known)
        )
        return header_state(app, bearer, tuple(steps))

    def _ordered(self) -> list[App]:
        rank = {"x": 0, "custom": 1, "sandbox": 2}
        return sorted(self._desk.snapshot.apps, key=lambda app: rank[app.environment.kind])

    def _entry(self, app: App) -> AppEntry:
        snapshot = self._desk.snapshot
        users = snapshot.users_of(app.app_id)
        bearer = snapshot.bearer(app.app_id)
        troubled = [
            u
            for u in users
            if u.state in {CredentialState.NEEDS_SIGN_IN, CredentialState.UNCERTAIN}
        ]
        alive = [u for u in users if u.state in {CredentialState.OK, CredentialState.HELD}]
        if bearer is not None and bearer.state is CredentialState.UNCERTAIN:
            state, note, words = "warn", self.tr("check"), self.tr("Bearer Token uncertain")
        elif troubled:
            state, note, words = "warn", self.tr("sign-in"), self.tr("needs sign-in")
        elif alive or (bearer is not None and bearer.state is CredentialState.OK):
            note = self._count(len(alive))
            state, words = "ok", note or self.tr("has a Bearer Token")
        else:
            state, note, words = "off", "", self.tr("no token yet")
        return AppEntry(app.app_id, app.name, self._group(app), state, note, words)

    def _count(self, users: int) -> str:
        if not users:
            return ""
        return self.tr("1 user") if users == 1 else self.tr("{n} users").format(n=users)

    def _group(self, app: App) -> str:
        names = {"x": self.tr("Live"), "sandbox": self.tr("Sandbox")}
        return names.get(app.environment.kind, self.tr("Custom"))

    def _band(self, app: App | None) -> str:
        if app is None or app.environment.kind != "sandbox":
            return ""
        return self.tr(
            "Sandbox: a pretend X on this computer. Nothing reaches X, and nothing costs money."
        )

    def _follow(self) -> None:
        apps = self._desk.snapshot.apps
        if self._desk.app is None:
            self._desk.choose(apps[0].app_id if apps else "")
        self.render()

    def _select(self, app_id: str) -> None:
        self._window.close_page()
        self._desk.choose(app_id)

    def _open_console(self) -> None:
        app = self._desk.app
        if app is not None and app.environment.console_url:
            QDesktopServices.openUrl(QUrl(app.environment.console_url))

    def _run_command(self, key: str) -> None:
        if key in self._commands:
            self._commands[key][1]()

    def _vault_changed(self, status: VaultStatus) -> None:
        self._status = status
        if status.state not in {"open", "session"}:
            self._clipboard.clear()
        self.render()
        self._desk.look()

    def _confirm(self, state: ConfirmState, then: Callable[[], None]) -> None:
        from ui.widgets import ConfirmDialog

        if isinstance(QApplication.activeModalWidget(), ConfirmDialog):
            return  # a screen reader can press what lies behind a question
        dialog = ConfirmDialog(state, self._window)
        dialog.accepted.connect(then)
        dialog.open()

    def _copy(self, value: Secret | str, label: str) -> None:
        if isinstance(value, Secret):
            self._clipboard.copy_secret(value)
            text = self.tr("Copied {label}. It leaves the clipboard in {{left}} s.")
            self._window.show_toast(ToastState(text.format(label=label), CLEAR_AFTER_SECONDS))
        else:
            self._clipboard.copy_plain(value)
            self._window.show_toast(ToastState(self.tr("Copied {label}.").format(label=label)))
