"""What the window shows while the vault opens, waits, is locked, fails or was erased."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from ui.presenters.locking import Locking
from ui.theme import FOLLOW_SYSTEM, THEME_SETTING, Scheme, theme
from ui.widgets import NoticeState, ToastState

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.presenters.lock_page import LockPage
    from ui.presenters.opening import Opening
    from ui.presenters.pages import Pages
    from ui.presenters.shell import ShellPresenter
    from ui.presenters.vault_care import VaultCare

_LONG_TOAST_SECONDS: Final = 12
_KEYRING_SECONDS: Final = 60  # as long as the keyring itself is waited for


class VaultPages(QObject):
    """Follows the opening of the vault, and lets nothing that was typed go with a page.

    Attributes:
        locking: locks the vault, by hand and by itself.
    """

    def __init__(
        self,
        desk: Desk,
        window: MainWindow,
        opening: Opening,
        pages: Pages,
        shell: ShellPresenter,
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._opening = opening
        self._pages = pages
        self._shell = shell
        self.locking = Locking(desk, window)
        opening.empty.connect(pages.show_welcome)
        opening.failed.connect(self._cannot_open)
        opening.waiting.connect(self._wait_for_keyring)
        opening.asked.connect(self._ask_passphrase)
        opening.settings_read.connect(self._wear)
        opening.settings_read.connect(self.locking.take)
        opening.opened.connect(self._opened)

    def _opened(self) -> None:
        if self._window.page is not None and not self._pages.is_at_work:
            if self._desk.snapshot.apps:
                self._window.close_page()
            else:
                self._pages.show_welcome()  # afresh: what it said of a closed vault is over
        self._shell.render()

    def _wear(self, settings: dict[str, str]) -> None:
        if family := settings.get("field_family"):  # its module loads the catalogue
            from core.field_family import choose_family

            choose_family(family)
        choice = settings.get(THEME_SETTING, theme().choice)
        if choice != theme().choice and choice in {FOLLOW_SYSTEM, *Scheme}:
            theme().choose(choice)

    @cached_property
    def care(self) -> VaultCare:
        """Backups, what opens the vault, and erasing."""
        from ui.presenters.vault_care import VaultCare

        care = VaultCare(self._desk, self._window)
        care.reopened.connect(self._opening.made)
        care.erased.connect(self._erased)
        return care

    @cached_property
    def lock_page(self) -> LockPage:
        """The page of a locked vault."""
        from ui.presenters.lock_page import LockPage

        return LockPage(self._desk, self._window, self._opening, self.care)

    def _ask_passphrase(self) -> None:
        """Ask on the page of the locked vault; over a page with work on it, in a dialog."""
        if self._pages.is_at_work:
            self._opening.ask_passphrase()
        else:
            self.lock_page.ask()

    def _erased(self, notice: NoticeState) -> None:
        theme().choose(FOLLOW_SYSTEM)
        self._desk.vault_changed.emit(self._desk.world.vault.status())
        self._pages.show_welcome(notice)

    def _cannot_open(self, notice: NoticeState) -> None:
        self._shell.render()
        if self._pages.is_at_work:
            # What was typed there must not go with the page.
            self._desk.toast(f"{notice.title} {notice.text}", _LONG_TOAST_SECONDS)
        else:
            self._show_closed(notice)

    def _show_closed(self, notice: NoticeState) -> None:
        if self._desk.world.vault.status().state == "locked":
            self.lock_page.show(notice)
        else:
            self._pages.show_welcome(notice)

    def _wait_for_keyring(self, notice: NoticeState | None) -> None:
        if notice is None:
            self._window.toast.close_now()
        elif self._desk.snapshot.apps or self._pages.is_at_work:
            text = f"{notice.title} {notice.text}"
            self._window.show_toast(ToastState(text, _KEYRING_SECONDS, notice.action, notice.key))
        else:
            self._show_closed(notice)
