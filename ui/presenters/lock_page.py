"""The page of a locked vault, led: opening it, and the ways out where nothing opens it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from ui.views.unlock import UnlockState, UnlockView

if TYPE_CHECKING:
    from core.vault.vault import VaultStatus
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.presenters.opening import Opening
    from ui.presenters.vault_care import VaultCare
    from ui.widgets import NoticeState


class LockPage(QObject):
    """Shows the page while the vault is locked, and hides what was shown before."""

    def __init__(self, desk: Desk, window: MainWindow, opening: Opening, care: VaultCare) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._opening = opening
        self._care = care
        self._view: UnlockView | None = None
        self._must_ask = False
        self._state = UnlockState("")
        opening.unlocking.connect(self._unlocking)
        care.busy_changed.connect(lambda words: self._render(busy=words))

    @property
    def is_shown(self) -> bool:
        """Whether the page is the window's page at this moment."""
        view = self._view
        return view is not None and isValid(view) and self._window.page is view

    def show(self, notice: NoticeState) -> None:
        """Show why the vault is closed, and how to open it."""
        status, waits = self._desk.world.vault.status(), notice.key == "stop_waiting"
        asks = status.key == "passphrase" or (status.passphrase and self._must_ask)
        self._must_ask = False
        self._state = UnlockState(
            notice.title,
            notice.text,
            asks=asks and not waits,
            can_ask=status.passphrase and not asks and not waits,
            action=notice.action,
            key=notice.key,
            can_help=not waits,
        )
        if not self.is_shown:
            self._view = self._made()
            self._window.show_page(self._view, hides_header=True)
        self._render()

    def ask(self) -> None:
        """Have the page ask for a passphrase, though a keyring should open the vault."""
        self._must_ask = True
        self._opening.stay_locked()

    def _made(self) -> UnlockView:
        view = UnlockView()
        view.unlock_wanted.connect(self._opening.try_passphrase)
        view.stop_wanted.connect(self._opening.stop_unlocking)
        view.action_wanted.connect(self._act)
        view.passphrase_wanted.connect(self.ask)
        view.restore_wanted.connect(self._care.restoring.restore_file)
        view.erase_wanted.connect(self._care.erase)
        return view

    def _act(self, key: str) -> None:
        if key == "stop_waiting":
            self._opening.stop_waiting()
        else:
            self._opening.open_vault()

    def _unlocking(self, error: str, busy: str) -> None:
        self._state = replace(self._state, error=error)
        self._render(busy=busy)

    def _render(self, *, busy: str = "") -> None:
        if self.is_shown and self._view is not None:
            self._view.render_state(replace(self._state, busy=busy))


def hide_all(window: MainWindow, status: VaultStatus) -> None:
    """Take everything of a vault that is no longer open off the screen, and out of the widgets."""
    if status.state in {"open", "session"}:
        return
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()
    window.drop_page()
    window.forget_panes()
    window.toast.close_now()
    window.show_notice(None)
