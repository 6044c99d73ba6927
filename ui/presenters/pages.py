"""The pages over the panes: each is made when it is wanted, and knows its way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.readiness import StepKey
from ui.shell import Tab
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from core.explain import Explanation
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.presenters.opening import Opening


class Pages(QObject):
    """Opens a page over the panes and closes it; the presenters know only their own page.

    Signals:
        notice_acted: the button of the welcome page's notice; arg is the notice's key.
        used_by_asked: where a credential is used is to be asked; args: over what, the row's key.
        receipt_asked: a receipt is to be shown; args: over what, the receipt's key.
    """

    notice_acted = Signal(str)
    used_by_asked = Signal(object, str)
    receipt_asked = Signal(object, str)

    def __init__(self, desk: Desk, window: MainWindow, opening: Opening) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._opening = opening
        self._welcome: QWidget | None = None
        self._page_end: tuple[QWidget, Callable[[], None]] | None = None
        window.add_app_wanted.connect(self.show_add_app)
        window.text_dropped.connect(lambda text: self.show_add_app(paste=text))
        window.files_dropped.connect(self._files_dropped)
        window.why_wanted.connect(self.show_doctor_over)
        window.page_closing.connect(self._end_page)
        desk.snapshot_changed.connect(self._follow)

    @property
    def is_at_work(self) -> bool:
        """Whether the open page may hold what a person typed or began."""
        from ui.views.unlock import UnlockView
        from ui.views.welcome import WelcomeView

        page = self._window.page
        return page is not None and not isinstance(page, WelcomeView | UnlockView)

    # --- to begin with -----------------------------------------------------------------------

    def show_welcome(self, notice: NoticeState | None = None) -> None:
        """Show the four doors."""
        from ui.views.welcome import WelcomeView

        view = WelcomeView()
        view.have_keys_wanted.connect(lambda: self.show_add_app())  # noqa: PLW0108 - no arguments
        view.no_app_wanted.connect(self.walk_to_console)
        view.import_wanted.connect(self.show_import)
        view.sandbox_wanted.connect(self._opening.start_sandbox)
        view.notice_action_wanted.connect(self.notice_acted)
        view.show_notice(notice)
        self._welcome = None if self._desk.snapshot.apps else view
        self._window.show_page(view, hides_header=True)

    def show_add_app(self, paste: str = "") -> None:
        """Show Add App, with something pasted already."""
        from ui.presenters.add_app import AddAppPresenter
        from ui.views.add_app import AddAppView

        view = AddAppView()
        presenter = AddAppPresenter(self._desk, view, self._opening.sandbox_origin)
        presenter.saved.connect(self._app_saved)
        presenter.left.connect(self._leave_page)
        view.import_wanted.connect(self.show_import)
        self._window.show_page(view, hides_header=True)
        if paste:
            presenter.paste(paste)

    def show_import(self, file: Path | None = None) -> None:
        """Show what a file of another tool would add; without a file, ask for one."""
        from ui.presenters.import_file import ImportPresenter
        from ui.views.import_file import ImportView

        view = ImportView()
        presenter = ImportPresenter(self._desk, view, self._opening.sandbox_origin)
        presenter.saved.connect(self._app_saved)
        presenter.left.connect(lambda: self._leave_view(view))
        self._window.show_page(view, hides_header=True)
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
        self._window.show_page(view)

    def show_catalogue_update(self) -> None:
        """Show what a newer file of X's operations would change."""
        from ui.presenters.catalogue_update import CatalogueUpdatePresenter
        from ui.views.catalogue_update import CatalogueView

        view = CatalogueView()
        presenter = CatalogueUpdatePresenter(self._desk, view)
        presenter.left.connect(lambda: self._leave_view(view))
        self._window.show_page(view)

    def show_sign_in(self, scopes: tuple[str, ...] = ()) -> None:
        """Show the sign-in of a user for the App on the desk."""
        from ui.presenters.sign_in import SignInPresenter
        from ui.views.sign_in import SignInView

        app = self._desk.app
        if app is None:
            return
        self._window.show_tab(Tab.KEYS)
        view = SignInView()
        presenter = SignInPresenter(self._desk, view)
        presenter.hand_over_wanted.connect(self.show_hand_over)
        presenter.left.connect(lambda: self._leave_view(view))
        self._window.show_page(view)
        self._page_end = (view, presenter.end)
        presenter.start(app, scopes)

    def show_pair_sign_in(self, with_pin: bool = False) -> None:
        """Show the sign-in of an account by OAuth 1.0a for the App on the desk."""
        from ui.presenters.sign_in_pair import SignInPairPresenter
        from ui.views.sign_in_pair import SignInPairView

        app = self._desk.app
        if app is None:
            return
        self._window.show_tab(Tab.KEYS)
        view = SignInPairView()
        presenter = SignInPairPresenter(self._desk, view)
        presenter.left.connect(lambda: self._leave_view(view))
        self._window.show_page(view)
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
        self._window.show_page(view)

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
        presenter.used_by_wanted.connect(lambda row: self.used_by_asked.emit(view, row))
        presenter.sign_in_wanted.connect(self.show_sign_in)
        presenter.sign_in_pair_wanted.connect(self.show_pair_sign_in)
        self._window.show_page(view)

    def show_doctor(self) -> None:
        """Show the checks of the App on the desk, and the box to paste anything into."""
        from ui.presenters.doctor import show_doctor

        presenter = show_doctor(self._desk, self._window)
        presenter.left.connect(self._leave_page)
        presenter.add_wanted.connect(lambda text: self.show_add_app(paste=text))

    def show_doctor_over(self, told: Explanation | None = None) -> None:
        """Show the checks over the open page, and what is behind a failure if that is given."""
        from ui.presenters.doctor import open_doctor_over

        open_doctor_over(self._desk, self._window, told)

    def _end_page(self, page: QWidget) -> None:
        """Have a sign-in let go of its listener and its browser, whatever closes its page."""
        ending, self._page_end = self._page_end, None
        if ending is not None and ending[0] is page:
            ending[1]()

    def _leave_view(self, view: QWidget) -> None:
        if self._window.page is view:
            self._leave_page()

    def _leave_page(self) -> None:
        if self._desk.snapshot.apps:
            self._window.close_page()
        elif self._desk.world.vault.status().state == "locked":
            self._window.drop_page()
            self._opening.stay_locked()
        else:
            self.show_welcome()

    def _app_saved(self, app_id: str) -> None:
        self._desk.start_looking()
        self._desk.choose(app_id)
        self._window.close_page()
        self._window.show_tab(Tab.KEYS)
        self._desk.toast(self.tr("Saved. Next: generate or check the Bearer Token."))

    def walk_to_console(self) -> None:
        """Show the walk through X's console to a first App, which ends where keys are pasted."""
        from ui.presenters.walks import FirstAppWalk
        from ui.views.guide import GuideView

        view = GuideView()
        walk = FirstAppWalk(self._desk, view)
        walk.pasted.connect(lambda text: self.show_add_app(paste=text))
        walk.left.connect(self._leave_page)
        self._window.show_page(view, hides_header=True)

    def show_fix(self, step: StepKey) -> None:
        """Show what to do about an open step of the readiness line."""
        from ui.presenters.walks import ReadinessFix
        from ui.views.guide import GuideView

        view = GuideView()
        fix = ReadinessFix(self._desk, view, step)
        fix.left.connect(lambda: self._leave_view(view))
        fix.requests_wanted.connect(lambda: self._window.show_tab(Tab.REQUESTS))
        self._window.show_page(view)

    def _files_dropped(self, paths: list[str]) -> None:
        self.show_import(Path(paths[0]))
        if len(paths) > 1:
            self._desk.toast(self.tr("One file at a time: this is the first of them."))

    def _follow(self) -> None:
        page = self._window.page
        if not self._desk.snapshot.apps:
            if page is None:
                self.show_welcome()
        elif page is not None and page is self._welcome:
            self._window.close_page()
