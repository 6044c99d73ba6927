"""Import: reads another tool's file on a worker, shows the plan, and saves it if it is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from core.environment import Environment
from core.errors import BadInput
from core.ports import CancelToken
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.presenters.page_job import PageJob
from ui.views.import_file import FoundApp, ImportState, ImportView
from ui.widgets import Choice, NoticeState

if TYPE_CHECKING:
    from core.importers.plan import PlannedApp
    from core.portable import Imported

_X: Final = "x"
_SANDBOX: Final = "sandbox"


class ImportPresenter(QObject):
    """Fills one Import page. The file is read once, and stays as it is.

    Signals:
        saved: arg: the id of the first App that got something.
        left: the page is done with.
    """

    saved = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, view: ImportView, sandbox_origin: str = "") -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._sandbox_origin = sandbox_origin
        self._environment = _X
        self._name = ""
        self._file = ""
        self._leaves = False
        self._imported: Imported | None = None
        self._planned: tuple[PlannedApp, ...] = ()
        self._warnings: tuple[str, ...] = ()
        self._job = PageJob(desk, self)
        self._job.changed.connect(self.render)
        view.name_typed.connect(self._type_name)
        view.environment_chosen.connect(self._choose_environment)
        view.leaves_toggled.connect(self._choose_holder)
        view.file_wanted.connect(self.choose_file)
        view.save_wanted.connect(self._save)
        view.left.connect(self._leave)
        self.render()

    def render(self) -> None:
        """Make the page look like what was read and chosen."""
        imported = self._imported
        self._view.render_state(
            ImportState(
                file=self._file,
                source=self._source(),
                environments=self._environments(),
                environment=self._environment,
                asks_name=imported is not None and len(imported.apps) == 1,
                holder=self._holder(),
                leaves_refreshing=self._leaves,
                apps=tuple(self._found(app) for app in self._planned),
                warnings=self._warnings,
                can_save=any(app.nouns for app in self._planned),
                busy=self._job.busy,
                notice=self._job.notice,
            )
        )

    # --- the file ----------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file and read it."""
        name, _ = QFileDialog.getOpenFileName(
            self._view, self.tr("File of another tool"), "", self.tr(".env, xurl, twurl, JSON (*)")
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Read a file, or xurl's folder, and show what it would add."""
        from core.importers import read_foreign
        from core.importers.plan import named_after_folder
        from core.importers.reading import read_file

        self._file = path.name
        self._imported, self._planned, self._warnings = None, (), ()

        def work(_cancel: CancelToken) -> Imported:
            return named_after_folder(read_foreign(read_file(path)), path)

        self._run(work, self.tr("Reading…")).succeeded.connect(self._read)

    def _read(self, imported: Imported) -> None:
        self._imported = imported
        self._plan()

    def _plan(self) -> None:
        from core.importers.plan import plan_import, warnings_of

        imported, holder = self._imported, self._holder() if self._leaves else ""
        if imported is None:
            return
        world, environment, name = self._desk.world, self._chosen(), self._name.strip()
        self._warnings = warnings_of(imported, holder)

        def work(_cancel: CancelToken) -> tuple[PlannedApp, ...]:
            here = world.vault if world.vault.status().state in {"open", "session"} else None
            return plan_import(imported, here, environment, world.clock.now(), name, holder)

        job = self._run(work, "")
        job.succeeded.connect(lambda planned: self._show_plan(job, planned))

    def _show_plan(self, job: Job, planned: tuple[PlannedApp, ...]) -> None:
        if not self._job.is_latest(job):
            return  # another name was typed meanwhile
        self._planned = planned
        if planned and not any(app.nouns for app in planned):
            self._job.notice = NoticeState(
                self.tr("Everything in it is here already."), self.tr("Nothing to save."), "info"
            )

    # --- what is chosen ----------------------------------------------------------------------

    def _type_name(self, name: str) -> None:
        self._name = name
        self._plan()

    def _choose_environment(self, key: str) -> None:
        self._environment = key
        self._plan()

    def _choose_holder(self, leaves: bool) -> None:
        self._leaves = leaves
        self._plan()

    def _chosen(self) -> Environment:
        if self._environment == _SANDBOX:
            return Environment.sandbox(self._sandbox_origin, embedded=True)
        return Environment.x()

    def _environments(self) -> tuple[Choice, ...]:
        choices = [Choice(_X, self.tr("X"))]
        if self._sandbox_origin:
            choices.append(Choice(_SANDBOX, self.tr("Sandbox of this window")))
        return tuple(choices)

    def _holder(self) -> str:
        apps = self._imported.apps if self._imported is not None else ()
        if not any(user.refresh_token for app in apps for user in app.users):
            return ""
        is_xurl = self._imported is not None and self._imported.source == "xurl"
        return "xurl" if is_xurl else self.tr("the other program")

    def _source(self) -> str:
        if self._imported is None:
            return ""
        names = {
            "env": self.tr("A file of names and values, as .env."),
            "xurl": self.tr("A store of xurl."),
            "twurl": self.tr("A store of twurl."),
            "postman": self.tr("A Postman environment."),
            "json": self.tr("Plain JSON."),
        }
        stays = self.tr("The file stays as it is; delete it yourself once you trust the copy.")
        return f"{names[self._imported.source]} {stays}"

    def _found(self, app: PlannedApp) -> FoundApp:
        what = self.tr("a new App") if app.is_new else self.tr("is here already")
        return FoundApp(app.name, what, app.added, app.kept)

    # --- saving ------------------------------------------------------------------------------

    def _save(self) -> None:
        if self._chosen().is_loopback:
            self._write()
        else:
            self._desk.keep(self._write)

    def _write(self) -> None:
        if not isValid(self._view) or self._imported is None:
            return  # the person left the page while the keyring was asked
        from core.importers.plan import plan_import
        from core.model import App

        world, imported = self._desk.world, self._imported
        environment, name = self._chosen(), self._name.strip()
        holder = self._holder() if self._leaves else ""

        def work(_cancel: CancelToken) -> str:
            vault = world.vault
            if vault.status().state == "none":
                vault.start_session()
            # Planned once more: a vault may have been opened since the page was made.
            planned = plan_import(imported, vault, environment, world.clock.now(), name, holder)
            nouns = [noun for app in planned for noun in app.nouns]
            if nouns:
                vault.save(*nouns)
            return next((noun.app_id for noun in nouns if isinstance(noun, App)), "")

        job = self._job.run(work, self.tr("Saving…"), self._failure, changes=True)
        job.succeeded.connect(lambda app_id: self.saved.emit(str(app_id)))

    def _run(self, work: Work, busy: str) -> Job:
        self._job.cancel()  # another file, name or place was chosen meanwhile
        return self._job.run(work, busy, self._failure)

    def _failure(self, error: object) -> NoticeState:
        if isinstance(error, BadInput) and error.where == "FILE":
            return NoticeState(
                self.tr("This file was not read: {why}.").format(why=error.detail),
                self.tr("Nothing was changed."),
                "error",
            )
        return notice_for(error, "save")

    def _leave(self) -> None:
        self._job.cancel()
        self.left.emit()
