"""The panes and pages of the window, joined: what one wants, another does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.readiness import StepKey
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.presenters.opening import Opening
from ui.presenters.pages import Pages
from ui.presenters.session_watch import SessionWatch
from ui.presenters.shell import ShellPresenter
from ui.presenters.tab_panes import TabPanes
from ui.presenters.vault_pages import VaultPages
from ui.shell import Tab

if TYPE_CHECKING:
    from core.exchange import Exchange
    from core.vault.vault import VaultStatus
    from ui.presenters.programs import Programs

_SERVE_AFTER_MS: Final = 400


class Panes(QObject):
    """Leads from one pane or page to another; the presenters know only their own.

    Attributes:
        window: the shell with its panes.
        opening: what happens at start.
        pages: opens the pages over the panes.
        vault: what is shown while the vault opens or is locked.
        shell: the shell's presenter.

    Signals:
        call_made: a test call was answered; arg: its status.
    """

    call_made = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._spent = Decimal(0)
        self._serving = QTimer(self)
        self._serving.setSingleShot(True)
        self._serving.timeout.connect(lambda: self.programs.start())  # noqa: PLW0108 - made late
        self.window = MainWindow({tab: partial(self._make, tab) for tab in Tab})
        desk.vault_changed.connect(self._hide)  # before anybody shows anything in its place
        self.shell = ShellPresenter(desk, self.window)
        SessionWatch(desk)
        self.opening = Opening(desk, self.window)
        self.pages = Pages(desk, self.window, self.opening)
        self.vault = VaultPages(desk, self.window, self.opening, self.pages, self.shell)
        self._tabs = TabPanes(desk, self.window, self.pages, self.vault, lambda: self.programs)
        self._tabs.called.connect(self._note_call)
        self._tabs.paste_wanted.connect(self._paste_value)
        self.opening.opened.connect(self._serve_programs)
        self.pages.notice_acted.connect(self._notice_action)
        self.window.step_wanted.connect(self.fix_step)
        self.window.toast_action_wanted.connect(self._notice_action)
        desk.pane_wanted.connect(self._pane_wanted)
        self._offer_commands()

    def end(self) -> None:
        """Close what holds a browser or a dialog before the window goes; make nothing new."""
        self._serving.stop()
        self.vault.locking.stop()
        self.window.drop_page()
        self.window.close()

    def _make(self, tab: Tab) -> QWidget:
        return self._tabs.make(tab)

    # --- the readiness line ------------------------------------------------------------------

    def fix_step(self, key: str) -> None:
        """Lead to where an open step of the readiness line is done; `key` is its StepKey."""
        match StepKey(key):
            case StepKey.KEYS:
                self.window.show_tab(Tab.KEYS)
                self._paste_value("api_key")
            case StepKey.CALLBACK:
                self.window.show_tab(Tab.KEYS if self._wants_set_up() else Tab.SETTINGS)
            case StepKey.USER:
                self.pages.show_sign_in()
            case step:
                self.pages.show_fix(step)

    def _wants_set_up(self) -> bool:
        app = self._desk.app
        return app is not None and app.redirect_uri is None

    # --- what happens ------------------------------------------------------------------------

    def _serve_programs(self) -> None:
        # A while later, so that a start waits for nothing of it.
        self._serving.start(_SERVE_AFTER_MS)

    @cached_property
    def programs(self) -> Programs:
        """Other programs that ask for tokens."""
        from ui.presenters.programs import Programs

        return Programs(self._desk, self.window)

    def _hide(self, status: VaultStatus) -> None:
        if status.state not in {"open", "session"}:
            from ui.presenters.lock_page import hide_all

            hide_all(self.window, status)

    def _notice_action(self, key: str) -> None:
        match key:
            case "open_again":
                self.opening.open_vault()
            case "stop_waiting":
                self.opening.stop_waiting()
            case _ if key.startswith("receipt:"):
                self.pages.receipt_asked.emit(self.window, key.removeprefix("receipt:"))

    def _pane_wanted(self, name: str) -> None:
        if name == "doctor":
            self.pages.show_doctor()
        elif name == "doctor_over":
            self.pages.show_doctor_over()
        elif name in set(Tab):
            self.window.show_tab(Tab(name))
        elif name == "stop_everything":
            self.window.drop_page()
            self.opening.stop_sandbox()
        elif name == "export":
            self.pages.show_export()
        elif name == "catalogue":
            self.pages.show_catalogue_update()

    def _note_call(self, exchange: Exchange, dollars: Decimal) -> None:
        self._spent += dollars
        limit = exchange.rate_limit
        words = ""
        if limit is not None:
            words = self.tr("{endpoint} {left} of {limit} left · resets {time}").format(
                endpoint=exchange.endpoint,
                left=f"{limit.remaining:,}",
                limit=f"{limit.limit:,}",
                time=f"{limit.reset_at.astimezone():%H:%M}",
            )
        self.shell.show_call(words, self._spent_words())
        self._desk.exchange_done.emit(self._spent)
        self.call_made.emit(exchange.response.status)

    def _spent_words(self) -> str:
        if not self._spent:
            return ""
        return self.tr("Spent since start ${sum}").format(sum=f"{self._spent:.3f}")

    def _paste_value(self, key: str) -> None:
        from ui.presenters.paste_value import ask_value

        app = self._desk.app
        if app is not None:
            ask_value(self._desk, self.window, app, key)

    # --- the palette -------------------------------------------------------------------------

    def _offer_commands(self) -> None:
        offers: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("sign_in", self.tr("Sign in a user"), lambda: self._with_app(self.pages.show_sign_in)),
            ("bearer", self.tr("Generate Bearer Token"), lambda: self._key_act("generate_wanted")),
            ("check", self.tr("Check Bearer Token"), lambda: self._key_act("check_wanted")),
            ("doctor", self.tr("Doctor"), self.pages.show_doctor),
            ("inspect", self.tr("Inspect something pasted"), self.pages.show_doctor),
            ("import", self.tr("Import…"), self.pages.show_import),
            ("export", self.tr("Export…"), self.pages.show_export),
            ("catalogue", self.tr("Update catalogue…"), self.pages.show_catalogue_update),
            ("sandbox", self.tr("Start the sandbox"), self.opening.start_sandbox),
            ("welcome", self.tr("Show the welcome page"), self.pages.show_welcome),
            ("lock", self.tr("Lock the vault"), self.vault.locking.lock),
            ("back_up", self.tr("Back up to a file"), self._back_up),
            ("restore", self.tr("Restore a backup"), self._restore),
        )
        for key, label, act in offers:
            self.shell.offer(key, label, act)

    def _back_up(self) -> None:
        self.vault.care.back_up()  # made when it is first asked for

    def _restore(self) -> None:
        self.vault.care.restoring.restore_file()

    def _with_app(self, act: Callable[[], None]) -> None:
        if self._desk.app is not None:
            act()

    def _key_act(self, signal: str) -> None:
        if self._desk.app is None:
            return
        self.window.show_tab(Tab.KEYS)
        view = self.window.pane(Tab.KEYS)
        getattr(view, signal).emit("bearer")
