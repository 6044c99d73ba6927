"""The five panes, each made with its presenter when its tab is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.shell import Tab

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.presenters.pages import Pages
    from ui.presenters.programs import Programs
    from ui.presenters.vault_pages import VaultPages


class TabPanes(QObject):
    """Makes the panes and leads from each to the pages that it wants.

    Signals:
        called: a test call was answered; args: its Exchange, its price in dollars.
        paste_wanted: a value is to be pasted into the App on the desk; arg: the row's key.
    """

    called = Signal(object, object)
    paste_wanted = Signal(str)

    def __init__(
        self,
        desk: Desk,
        window: MainWindow,
        pages: Pages,
        vault: VaultPages,
        programs: Callable[[], Programs],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._pages = pages
        self._vault = vault
        self._programs = programs
        self._makers = {
            Tab.KEYS: self._keys_pane,
            Tab.REQUESTS: self._requests_pane,
            Tab.LIMITS: self._limits_pane,
            Tab.ACTIVITY: self._activity_pane,
            Tab.SETTINGS: self._settings_pane,
        }

    def make(self, tab: Tab) -> QWidget:
        """Return a new pane for the tab, with its presenter."""
        return self._makers[tab]()

    def _keys_pane(self) -> QWidget:
        from ui.presenters.keys_and_tokens import KeysPresenter
        from ui.presenters.keys_notes import KeysNotes
        from ui.presenters.set_up import SetUp
        from ui.views.keys_and_tokens import KeysAndTokensView

        view = KeysAndTokensView()
        presenter = KeysPresenter(self._desk, view)
        presenter.sign_in_wanted.connect(self._pages.show_sign_in)
        presenter.sign_in_pair_wanted.connect(self._pages.show_pair_sign_in)
        presenter.paste_wanted.connect(self.paste_wanted)
        notes = KeysNotes(self._desk, view)
        SetUp(self._desk, view.set_up)
        notes.hand_over_wanted.connect(self._pages.show_hand_over)
        notes.replace_wanted.connect(self._pages.show_replace)
        self._pages.used_by_asked.connect(notes.ask_used_by)
        self._pages.receipt_asked.connect(notes.show_receipt)
        return view

    def _requests_pane(self) -> QWidget:
        from ui.presenters.requests import RequestsPresenter
        from ui.views.requests import RequestsPane

        pane = RequestsPane()
        presenter = RequestsPresenter(self._desk, pane)
        presenter.sign_in_wanted.connect(self._pages.show_sign_in)
        presenter.call_made.connect(self.called)
        return pane

    def _limits_pane(self) -> QWidget:
        from ui.presenters.limits import LimitsPresenter
        from ui.views.limits import LimitsView

        view = LimitsView()
        LimitsPresenter(self._desk, view)
        return view

    def _activity_pane(self) -> QWidget:
        from ui.presenters.activity import ActivityPresenter
        from ui.views.activity import ActivityView

        view = ActivityView()
        ActivityPresenter(self._desk, view)
        return view

    def _settings_pane(self) -> QWidget:
        from ui.presenters.allowed_programs import AllowedPrograms
        from ui.presenters.browser_sessions import BrowserSessionsPresenter
        from ui.presenters.network import NetworkPresenter
        from ui.presenters.settings import SettingsPresenter
        from ui.presenters.settings_requests import SettingsRequests
        from ui.presenters.settings_vault import SettingsVault
        from ui.views.settings import SettingsView

        view = SettingsView()
        SettingsPresenter(self._desk, view)
        view.lock_wanted.connect(self._vault.locking.lock)
        BrowserSessionsPresenter(self._desk, view.sessions)
        NetworkPresenter(self._desk, view.network)
        AllowedPrograms(self._desk, view.programs, self._programs())
        SettingsVault(self._desk, view.vault_part, self._vault.care, self._vault.locking)
        SettingsRequests(self._desk, view.request_rules)
        return view
