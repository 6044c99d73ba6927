"""The panes: builds the window, gives each pane its presenter, and leads from one to another."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.model import App
from core.readiness import StepKey
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.presenters.locking import Locking
from ui.presenters.opening import Opening
from ui.presenters.session_watch import SessionWatch
from ui.presenters.shell import ShellPresenter
from ui.shell import Tab
from ui.theme import FOLLOW_SYSTEM, THEME_SETTING, Scheme, theme
from ui.widgets import NoticeState, ToastState

if TYPE_CHECKING:
    from core.explain import Explanation
    from core.requester import Exchange
    from core.vault.vault import VaultStatus
    from ui.presenters.lock_page import LockPage
    from ui.presenters.programs import Programs
    from ui.presenters.vault_care import VaultCare

_LONG_TOAST_SECONDS: Final = 12
_SERVE_AFTER_MS: Final = 400
_KEYRING_SECONDS: Final = 60  # as long as the keyring itself is waited for


class Panes(QObject):
    """Knows which page follows which; the presenters know only their own.

    Attributes:
        window: the shell with its panes.
        opening: what happens at start.
        shell: the shell's presenter.

    Signals:
        call_made: a test call was answered; arg: its status.
    """

    call_made = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._spent = Decimal(0)
        self._page_for_nothing: QWidget | None = None
        self._serving = QTimer(self)
        self._serving.setSingleShot(True)
        self._serving.timeout.connect(lambda: self.programs.start())  # noqa: PLW0108 - made late
        self._page_end: tuple[QWidget, Callable[[], None]] | None = None
        self.window = MainWindow(
            {
                Tab.KEYS: self._keys_pane,
                Tab.REQUESTS: self._requests_pane,
                Tab.LIMITS: self._limits_pane,
                Tab.ACTIVITY: self._activity_pane,
                Tab.SETTINGS: self._settings_pane,
            }
        )
        desk.vault_changed.connect(self._hide)  # before anybody shows anything in its place
        self.shell = ShellPresenter(desk, self.window)
        SessionWatch(desk)
        self.opening = Opening(desk, self.window)
        self.locking = Locking(desk, self.window)
        self.opening.empty.connect(self.show_welcome)
        self.opening.failed.connect(self._cannot_open)
        self.opening.waiting.connect(self._wait_for_keyring)
        self.opening.asked.connect(self._ask_passphrase)
        self.opening.settings_read.connect(self._wear)
        self.opening.settings_read.connect(self.locking.take)
        self.opening.opened.connect(self._opened)
        self.opening.opened.connect(self._serve_programs)
        self.window.add_app_wanted.connect(self.show_add_app)
        self.window.step_wanted.connect(self._fix_step)
        self.window.files_dropped.connect(self._files_dropped)
        self.window.toast_action_wanted.connect(self._notice_action)
        self.window.why_wanted.connect(self._show_doctor_over)
        self.window.page_closing.connect(self._end_page)
        self.window.text_dropped.connect(lambda text: self.show_add_app(paste=text))
        desk.snapshot_changed.connect(self._follow)
        desk.pane_wanted.connect(self._pane_wanted)
        self._offer_commands()

    def end(self) -> None:
        """Close what holds a browser or a dialog before the window goes; make nothing new."""
        self._serving.stop()
        self.locking.stop()
        self.window.drop_page()
        self.window.close()

    # --- panes, made when they are first shown --------------------------------------------------

    def _keys_pane(self) -> QWidget:
        from ui.presenters.keys_and_tokens import KeysPresenter
        from ui.presenters.keys_notes import KeysNotes
        from ui.presenters.set_up import SetUp
        from ui.views.keys_and_tokens import KeysAndTokensView

        view = KeysAndTokensView()
        presenter = KeysPresenter(self._desk, view)
        presenter.sign_in_wanted.connect(self.show_sign_in)
        presenter.sign_in_pair_wanted.connect(self.show_pair_sign_in)
        presenter.paste_wanted.connect(self._paste_value)
        self._notes = KeysNotes(self._desk, view)
        SetUp(self._desk, view.set_up)
        self._notes.hand_over_wanted.connect(self.show_hand_over)
        self._notes.replace_wanted.connect(self.show_replace)
        self._keys = presenter
        return view

    def _requests_pane(self) -> QWidget:
        from ui.presenters.requests import RequestsPresenter
        from ui.views.requests import RequestsPane

        pane = RequestsPane()
        presenter = RequestsPresenter(self._desk, pane)
        presenter.sign_in_wanted.connect(self.show_sign_in)
        presenter.call_made.connect(self._note_call)
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
        view.lock_wanted.connect(self.locking.lock)
        BrowserSessionsPresenter(self._desk, view.sessions)
        NetworkPresenter(self._desk, view.network)
        AllowedPrograms(self._desk, view.programs, self.programs)
        SettingsVault(self._desk, view.vault_part, self.care, self.locking)
        SettingsRequests(self._desk, view.request_rules)
        return view

    # --- pages -------------------------------------------------------------------------------

    def show_welcome(self, notice: NoticeState | None = None) -> None:
        """Show the four doors."""
        from ui.views.welcome import WelcomeView

        view = WelcomeView()
        view.have_keys_wanted.connect(lambda: self.show_add_app())  # noqa: PLW0108 - no arguments
        view.no_app_wanted.connect(self._walk_to_console)
        view.import_wanted.connect(self._import_file)
        view.sandbox_wanted.connect(self.opening.start_sandbox)
        view.notice_action_wanted.connect(self._notice_action)
        view.show_notice(notice)
        self._page_for_nothing = None if self._desk.snapshot.apps else view
        self.window.show_page(view, hides_header=True)

    def show_add_app(self, paste: str = "") -> None:
        """Show Add App, with something pasted already."""
        from ui.presenters.add_app import AddAppPresenter
        from ui.views.add_app import AddAppView

        view = AddAppView()
        presenter = AddAppPresenter(self._desk, view, self.opening.sandbox_origin)
        presenter.saved.connect(self._app_saved)
        presenter.left.connect(self._leave_page)
        view.import_wanted.connect(self._import_file)
        self.window.show_page(view, hides_header=True)
        if paste:
            presenter.paste(paste)

    def show_import(self, file: Path | None = None) -> None:
        """Show what a file of another tool would add; without a file, ask for one."""
        from ui.presenters.import_file import ImportPresenter
        from ui.views.import_file import ImportView

        view = ImportView()
        presenter = ImportPresenter(self._desk, view, self.opening.sandbox_origin)
        presenter.saved.connect(self._app_saved)
        presenter.left.connect(lambda: self._leave_view(view))
        self.window.show_page(view, hides_header=True)
        if file is None:
            presenter.choose_file()
        else:
            presenter.read(file)

    def show_export(self) -> None:
        """Show what other tools need of the App on the desk."""
        from ui.presenters.export_app import ExportPresenter
        from ui.views.export_app import ExportView

        app = self._desk.app
        if app is None:
            return
        view = ExportView()
        presenter = ExportPresenter(self._desk, view, app)
        presenter.left.connect(lambda: self._leave_view(view))
        self.window.show_page(view)

    def show_catalogue_update(self) -> None:
        """Show what a newer file of X's operations would change."""
        from ui.presenters.catalogue_update import CatalogueUpdatePresenter
        from ui.views.catalogue_update import CatalogueView

        view = CatalogueView()
        presenter = CatalogueUpdatePresenter(self._desk, view)
        presenter.left.connect(lambda: self._leave_view(view))
        self.window.show_page(view)

    def show_sign_in(self, scopes: tuple[str, ...] = ()) -> None:
        """Show the sign-in of a user for the App on the desk."""
        from ui.presenters.sign_in import SignInPresenter
        from ui.views.sign_in import SignInView

        app = self._desk.app
        if app is None:
            return
        self.window.show_tab(Tab.KEYS)
        view = SignInView()
        presenter = SignInPresenter(self._desk, view)
        presenter.hand_over_wanted.connect(self.show_hand_over)
        presenter.left.connect(lambda: self._leave_view(view))
        self.window.show_page(view)
        self._page_end = (view, presenter.end)
        presenter.start(app, scopes)

    def show_pair_sign_in(self, with_pin: bool = False) -> None:
        """Show the sign-in of an account by OAuth 1.0a for the App on the desk."""
        from ui.presenters.sign_in_pair import SignInPairPresenter
        from ui.views.sign_in_pair import SignInPairView

        app = self._desk.app
        if app is None:
            return
        self.window.show_tab(Tab.KEYS)
        view = SignInPairView()
        presenter = SignInPairPresenter(self._desk, view)
        presenter.left.connect(lambda: self._leave_view(view))
        self.window.show_page(view)
        self._page_end = (view, presenter.end)
        presenter.start(app, with_pin=with_pin)

    def show_hand_over(self, token_id: str) -> None:
        """Show how a user's token is handed over to another program."""
        from ui.presenters.hand_over import HandOverPresenter
        from ui.views.hand_over import HandOverView

        app = self._desk.app
        if app is None:
            return
        view = HandOverView()
        presenter = HandOverPresenter(self._desk, view, app, token_id)
        presenter.left.connect(lambda: self._leave_view(view))
        self.window.show_page(view)

    def show_replace(self, key: str, leaked: bool) -> None:
        """Show how a credential is replaced, step by step."""
        from ui.presenters.replace import ReplacePresenter
        from ui.views.guide import GuideView

        app = self._desk.app
        if app is None:
            return
        view = GuideView()
        presenter = ReplacePresenter(self._desk, view, app, key, leaked=leaked)
        presenter.left.connect(lambda: self._leave_view(view))
        presenter.used_by_wanted.connect(lambda row: self._notes.ask_used_by(view, row))
        presenter.sign_in_wanted.connect(self.show_sign_in)
        presenter.sign_in_pair_wanted.connect(self.show_pair_sign_in)
        self.window.show_page(view)

    def show_doctor(self) -> None:
        """Show the checks of the App on the desk, and the box to paste anything into."""
        from ui.presenters.doctor import show_doctor

        presenter = show_doctor(self._desk, self.window)
        presenter.left.connect(self._leave_page)
        presenter.add_wanted.connect(lambda text: self.show_add_app(paste=text))

    def _show_doctor_over(self, told: Explanation | None = None) -> None:
        from ui.presenters.doctor import open_doctor_over

        open_doctor_over(self._desk, self.window, told)

    def _end_page(self, page: QWidget) -> None:
        """Have a sign-in let go of its listener and its browser, whatever closes its page."""
        ending, self._page_end = self._page_end, None
        if ending is not None and ending[0] is page:
            ending[1]()

    def _leave_view(self, view: QWidget) -> None:
        if self.window.page is view:
            self._leave_page()

    def _leave_page(self) -> None:
        if self._desk.snapshot.apps:
            self.window.close_page()
        elif self._desk.world.vault.status().state == "locked":
            self.window.drop_page()
            self.opening.stay_locked()
        else:
            self.show_welcome()

    def _app_saved(self, app_id: str) -> None:
        self._desk.start_looking()
        self._desk.choose(app_id)
        self.window.close_page()
        self.window.show_tab(Tab.KEYS)
        self._desk.toast(self.tr("Saved. Next: generate or check the Bearer Token."))

    def _walk_to_console(self) -> None:
        from ui.presenters.walks import FirstAppWalk
        from ui.views.guide import GuideView

        view = GuideView()
        walk = FirstAppWalk(self._desk, view)
        walk.pasted.connect(lambda text: self.show_add_app(paste=text))
        walk.left.connect(self._leave_page)
        self.window.show_page(view, hides_header=True)

    # --- the readiness line ------------------------------------------------------------------

    def _fix_step(self, key: str) -> None:
        match StepKey(key):
            case StepKey.KEYS:
                self.window.show_tab(Tab.KEYS)
                self._paste_value("api_key")
            case StepKey.CALLBACK:
                self.window.show_tab(Tab.KEYS if self._wants_set_up() else Tab.SETTINGS)
            case StepKey.USER:
                self.show_sign_in()
            case step:
                self._show_fix(step)

    def _wants_set_up(self) -> bool:
        app = self._desk.app
        return app is not None and app.redirect_uri is None

    def _show_fix(self, step: StepKey) -> None:
        from ui.presenters.walks import ReadinessFix
        from ui.views.guide import GuideView

        view = GuideView()
        fix = ReadinessFix(self._desk, view, step)
        fix.left.connect(lambda: self._leave_view(view))
        fix.requests_wanted.connect(lambda: self.window.show_tab(Tab.REQUESTS))
        self.window.show_page(view)

    def _import_file(self) -> None:
        self.show_import()

    def _files_dropped(self, paths: list[str]) -> None:
        self.show_import(Path(paths[0]))
        if len(paths) > 1:
            self._desk.toast(self.tr("One file at a time: this is the first of them."))

    # --- what happens ------------------------------------------------------------------------

    def _opened(self) -> None:
        if self.window.page is not None and not self._is_working():
            if self._desk.snapshot.apps:
                self.window.close_page()
            else:
                self.show_welcome()  # afresh: what it said of a closed vault is over
        self.shell.render()

    def _serve_programs(self) -> None:
        # A while later, so that a start waits for nothing of it.
        self._serving.start(_SERVE_AFTER_MS)

    @cached_property
    def programs(self) -> Programs:
        """Other programs that ask for tokens."""
        from ui.presenters.programs import Programs

        return Programs(self._desk, self.window)

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

        care = VaultCare(self._desk, self.window)
        care.reopened.connect(self.opening.made)
        care.erased.connect(self._erased)
        return care

    @cached_property
    def lock_page(self) -> LockPage:
        """The page of a locked vault."""
        from ui.presenters.lock_page import LockPage

        return LockPage(self._desk, self.window, self.opening, self.care)

    def _hide(self, status: VaultStatus) -> None:
        if status.state not in {"open", "session"}:
            from ui.presenters.lock_page import hide_all

            hide_all(self.window, status)

    def _ask_passphrase(self) -> None:
        """Ask on the page of the locked vault; over a page with work on it, in a dialog."""
        if self._is_page_at_work():
            self.opening.ask_passphrase()
        else:
            self.lock_page.ask()

    def _erased(self, notice: NoticeState) -> None:
        theme().choose(FOLLOW_SYSTEM)
        self._desk.vault_changed.emit(self._desk.world.vault.status())
        self.show_welcome(notice)

    def _is_working(self) -> bool:
        from ui.views.unlock import UnlockView
        from ui.views.welcome import WelcomeView

        return not isinstance(self.window.page, WelcomeView | UnlockView)

    def _follow(self) -> None:
        page = self.window.page
        if not self._desk.snapshot.apps:
            if page is None:
                self.show_welcome()
        elif page is not None and page is self._page_for_nothing:
            self.window.close_page()

    def _cannot_open(self, notice: NoticeState) -> None:
        self.shell.render()
        if self._is_page_at_work():
            # What was typed there must not go with the page.
            self._desk.toast(f"{notice.title} {notice.text}", _LONG_TOAST_SECONDS)
        else:
            self._show_closed(notice)

    def _show_closed(self, notice: NoticeState) -> None:
        if self._desk.world.vault.status().state == "locked":
            self.lock_page.show(notice)
        else:
            self.show_welcome(notice)

    def _wait_for_keyring(self, notice: NoticeState | None) -> None:
        if notice is None:
            self.window.toast.close_now()
        elif self._desk.snapshot.apps or self._is_page_at_work():
            text = f"{notice.title} {notice.text}"
            self.window.show_toast(ToastState(text, _KEYRING_SECONDS, notice.action, notice.key))
        else:
            self._show_closed(notice)

    def _is_page_at_work(self) -> bool:
        return self.window.page is not None and self._is_working()

    def _notice_action(self, key: str) -> None:
        match key:
            case "open_again":
                self.opening.open_vault()
            case "stop_waiting":
                self.opening.stop_waiting()
            case _ if key.startswith("receipt:"):
                self._notes.show_receipt(self.window, key.removeprefix("receipt:"))

    def _pane_wanted(self, name: str) -> None:
        if name == "doctor":
            self.show_doctor()
        elif name == "doctor_over":
            self._show_doctor_over()
        elif name in set(Tab):
            self.window.show_tab(Tab(name))
        elif name == "stop_everything":
            self.window.drop_page()
            self.opening.stop_sandbox()
        elif name == "export":
            self.show_export()
        elif name == "catalogue":
            self.show_catalogue_update()

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
            ("sign_in", self.tr("Sign in a user"), lambda: self._with_app(self.show_sign_in)),
            ("bearer", self.tr("Generate Bearer Token"), lambda: self._key_act("generate_wanted")),
            ("check", self.tr("Check Bearer Token"), lambda: self._key_act("check_wanted")),
            ("doctor", self.tr("Doctor"), self.show_doctor),
            ("inspect", self.tr("Inspect something pasted"), self.show_doctor),
            ("import", self.tr("Import…"), self._import_file),
            ("export", self.tr("Export…"), self.show_export),
            ("catalogue", self.tr("Update catalogue…"), self.show_catalogue_update),
            ("sandbox", self.tr("Start the sandbox"), self.opening.start_sandbox),
            ("welcome", self.tr("Show the welcome page"), self.show_welcome),
            ("lock", self.tr("Lock the vault"), self.locking.lock),
            ("back_up", self.tr("Back up to a file"), lambda: self.care.back_up()),  # noqa: PLW0108 - made late
            ("restore", self.tr("Restore a backup"), lambda: self.care.restore_file()),  # noqa: PLW0108
        )
        for key, label, act in offers:
            self.shell.offer(key, label, act)

    def _with_app(self, act: Callable[[], None]) -> None:
        if self._desk.app is not None:
            act()

    def _key_act(self, signal: str) -> None:
        app: App | None = self._desk.app
        if app is None:
            return
        self.window.show_tab(Tab.KEYS)
        view = self.window.pane(Tab.KEYS)
        getattr(view, signal).emit("bearer")
