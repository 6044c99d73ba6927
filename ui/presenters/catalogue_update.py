"""Update catalogue: reads a newer file of X's operations on a worker, and uses it if wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from core.errors import BadAnswer, BadInput
from core.field_family import FAMILY_SETTING, POST, TWEET, choose_family, chosen_family
from core.model import Setting
from core.ports import CancelToken
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.presenters.page_job import PageJob
from ui.views.catalogue_update import CatalogueState, CatalogueView, ChangeGroup
from ui.widgets import Choice, NoticeState

if TYPE_CHECKING:
    from core.catalogue_update import Preview

_MOST_LINES: Final = 60


class CatalogueUpdatePresenter(QObject):
    """Fills one page of *Update catalogue*. Nothing is asked of X before a button is.

    Signals:
        left: the page is done with.
    """

    left = Signal()

    def __init__(self, desk: Desk, view: CatalogueView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._updates = desk.world.catalogue_updates
        self._preview: Preview | None = None
        self._job = PageJob(desk, self)
        self._job.changed.connect(self.render)
        view.read_wanted.connect(lambda: self.read(self._address()))
        view.file_wanted.connect(self._choose_file)
        view.use_wanted.connect(self._use)
        view.back_wanted.connect(self._go_back)
        view.family_chosen.connect(self._choose_family)
        view.cancel_wanted.connect(self._job.cancel)
        view.notice_closed.connect(lambda: self._job.say(None))
        view.left.connect(self._leave)
        self.render()

    def render(self) -> None:
        """Make the page look like what is in use and what was read."""
        preview = self._preview
        is_sandbox = bool(self._address())
        self._view.render_state(
            CatalogueState(
                in_use=self._in_use(),
                read_label=self.tr("Read from the sandbox")
                if is_sandbox
                else self.tr("Read from X"),
                found=self._found(),
                groups=self._groups(),
                can_use=preview is not None and not preview.difference.is_empty,
                can_go_back=not self._updates.is_built_in,
                families=(
                    Choice(TWEET, self.tr("tweet.fields, as X documents them")),
                    Choice(POST, self.tr("post.fields, as X's newest API file has them")),
                ),
                family=chosen_family(),
                busy=self._job.busy,
                notice=self._job.notice,
            )
        )

    def read(self, source: str) -> None:
        """Read a file or an address, "" for X's own, and show what would change."""
        updates, self._preview = self._updates, None

        def work(cancel: CancelToken) -> Preview:
            return updates.preview(source, cancel)

        self._run(work, self.tr("Reading…")).succeeded.connect(self._show)

    def _show(self, preview: Preview) -> None:
        self._preview = preview

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._view, self.tr("OpenAPI file of X"), "", self.tr("JSON (*.json);;All files (*)")
        )
        if name:
            self.read(name)

    def _use(self) -> None:
        updates, preview = self._updates, self._preview
        if preview is None:
            return

        def work(_cancel: CancelToken) -> None:
            updates.accept(preview)

        job = self._run(work, self.tr("Saving…"))
        job.succeeded.connect(lambda _: self._changed())

    def _go_back(self) -> None:
        updates = self._updates

        def work(_cancel: CancelToken) -> bool:
            return updates.go_back()

        job = self._run(work, self.tr("Going back…"))
        job.succeeded.connect(lambda _: self._changed())

    def _choose_family(self, family: str) -> None:
        choose_family(family)
        vault = self._desk.world.vault
        if vault.status().state in {"open", "session"}:
            setting = Setting(FAMILY_SETTING, family)
            self._desk.submit(lambda _cancel: vault.save(setting))
        self.render()

    def _changed(self) -> None:
        self._preview = None
        self._job.notice = NoticeState(
            self.tr("These operations are in use now."),
            self.tr("Requests lists them."),
            "ok",
        )
        self._desk.snapshot_changed.emit()  # all that shows operations looks again

    # --- words ---------------------------------------------------------------------------------

    def _address(self) -> str:
        """Return the sandbox's address where the chosen App lives there, "" for X's own."""
        app = self._desk.app
        if app is None or not app.environment.is_loopback:
            return ""
        return f"{app.environment.api_url}/2/openapi.json"

    def _in_use(self) -> str:
        if self._updates.is_built_in:
            told = self.tr("In use: the operations Keypane came with, from X's file {version}.")
        else:
            told = self.tr("In use: the operations of X's file {version}, taken from a newer file.")
        return told.format(version=self._updates.version)

    def _found(self) -> str:
        preview = self._preview
        if preview is None:
            return ""
        told = self.tr("The file {version} has {count} operations.")
        if preview.difference.is_empty:
            told = self.tr("The file {version} says the same about all {count} operations.")
        return told.format(version=preview.version, count=preview.operations)

    def _groups(self) -> tuple[ChangeGroup, ...]:
        if self._preview is None:
            return ()
        told = self._preview.difference
        changed = [f"{each.operation}: {'; '.join(each.changes)}" for each in told.changed]
        groups = (
            (self.tr("New: {count}"), told.added),
            (self.tr("Missing: {count}"), told.removed),
            (self.tr("Different: {count}"), changed),
        )
        return tuple(
            ChangeGroup(title.format(count=len(lines)), self._lines(tuple(lines)))
            for title, lines in groups
            if lines
        )

    def _lines(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        if len(lines) <= _MOST_LINES:
            return lines
        rest = self.tr("… and {count} more").format(count=len(lines) - _MOST_LINES)
        return (*lines[:_MOST_LINES], rest)

    # --- jobs ----------------------------------------------------------------------------------

    def _run(self, work: Work, busy: str) -> Job:
        self._job.cancel()
        return self._job.run(work, busy, self._failure)

    def _failure(self, error: object) -> NoticeState:
        if isinstance(error, BadInput | BadAnswer):
            return NoticeState(
                self.tr("This file was not taken: {why}.").format(why=error.detail),
                self.tr("The operations in use stay as they are."),
                "error",
            )
        return notice_for(error, "request")

    def _leave(self) -> None:
        self._job.cancel()
        self.left.emit()
