"""Export: references by default; the values only after the person said so, and never shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from core.errors import BadInput
from core.exporters.exporting import NOT_IGNORED, TOOLS, export_text, warnings_of
from core.exporters.portable_app import portable_app
from core.exporters.writing import is_exposed, write_private
from core.model import App
from core.ports import CancelToken
from core.secret import Secret, reveal
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters.page_job import PageJob
from ui.presenters.place_words import place_name, target_label
from ui.views.export_app import ExportState, ExportView
from ui.widgets import Choice, ConfirmState, NoticeState

_SUFFIX: Final = {"env": ".env", "xurl": ".yml", "twurl": ".twurlrc"} | dict.fromkeys(
    ("postman", "json"), ".json"
)


@dataclass(frozen=True, slots=True)
class _Written:
    """What an export would be: its text, as a secret where values stand in it."""

    text: Secret
    warnings: tuple[str, ...]


class ExportPresenter(QObject):
    """Fills one Export page.

    Signals:
        left: the page is done with.
    """

    left = Signal()

    def __init__(self, desk: Desk, view: ExportView, app: App) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._app = app
        self._tool = TOOLS[0]
        self._target = ""
        self._reveals = False
        self._written: _Written | None = None
        self._job = PageJob(desk, self)
        self._job.changed.connect(self.render)
        view.tool_chosen.connect(self._choose_tool)
        view.target_typed.connect(self._type_target)
        view.reveal_toggled.connect(self._toggle_reveal)
        view.copy_wanted.connect(self._copy)
        view.save_wanted.connect(self._choose_file)
        view.left.connect(self.left)
        self._write()

    def render(self) -> None:
        """Make the page look like what was chosen."""
        self._view.render_state(
            ExportState(
                app=self._app.name,
                tools=tuple(Choice(tool, place_name(tool)) for tool in TOOLS),
                tool=self._tool,
                target_label=target_label(self._tool),
                reveals=self._reveals,
                text=self._text(),
                warnings=self._written.warnings if self._written else (),
                can_use=self._written is not None,
                busy=self._job.busy,
                notice=self._job.notice,
            )
        )

    def _text(self) -> str:
        if self._written is None:
            return ""
        if not self._reveals:
            return reveal(self._written.text)
        lines = len(reveal(self._written.text).splitlines())
        return self.tr("{n} lines with the values. They are not shown here.").format(n=lines)

    # --- what is chosen ----------------------------------------------------------------------

    def _choose_tool(self, tool: str) -> None:
        self._tool = tool
        self._write()

    def _type_target(self, text: str) -> None:
        self._target = text.strip()
        self._write()

    def _toggle_reveal(self, wanted: bool) -> None:
        if not wanted:
            self._reveals = False
            self._write()
            return
        self.render()  # the box stays empty until the question is answered
        self._desk.confirm(
            ConfirmState(
                self.tr("Export the values of {app}?").format(app=self._app.name),
                (
                    self.tr("Whoever reads the copy can act as this App and its users."),
                    self.tr("Keypane cannot take it back: only revoking ends what left."),
                ),
                self.tr("Export the values"),
            ),
            self._reveal,
        )

    def _reveal(self) -> None:
        self._reveals = True
        self._write()

    def _write(self) -> None:
        vault, app = self._desk.world.vault, self._app
        tool, target = self._tool, self._target if target_label(self._tool) else ""
        with_values = self._reveals

        def work(_cancel: CancelToken) -> _Written:
            portable = portable_app(vault, app)
            text = export_text(portable, tool, target, reveal=with_values)
            return _Written(Secret(text), warnings_of(portable, tool, reveal=with_values))

        self._written = None
        job = self._job.run(work, "", self._failure)
        job.succeeded.connect(lambda written: self._show(job, written))

    def _show(self, job: Job, written: _Written) -> None:
        if self._job.is_latest(job):
            self._written = written

    # --- where it goes -----------------------------------------------------------------------

    def _copy(self) -> None:
        if self._written is None:
            return
        label = self.tr("the export")
        text = self._written.text if self._reveals else reveal(self._written.text)
        self._desk.copied.emit(text, label)

    def _choose_file(self) -> None:
        stem = "".join(sign if sign.isalnum() else "-" for sign in self._app.name.lower())
        start = Path.home() / f"{stem}{_SUFFIX.get(self._tool, '.sh')}"
        name, _ = QFileDialog.getSaveFileName(self._view, self.tr("File of the export"), str(start))
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write the file, over one whose name the person just chose."""
        written, with_values = self._written, self._reveals
        if written is None:
            return

        def work(_cancel: CancelToken) -> bool:
            write_private(path, reveal(written.text), over=True)
            return with_values and is_exposed(path)

        job = self._job.run(work, self.tr("Saving…"), self._failure)
        job.succeeded.connect(self._saved)

    def _saved(self, exposed: bool) -> None:
        self._job.notice = NoticeState(
            self.tr("Written, readable by you alone."),
            NOT_IGNORED if exposed else "",
            "warn" if exposed else "ok",
        )

    def _failure(self, error: object) -> NoticeState:
        if isinstance(error, BadInput):
            return NoticeState(
                self.tr("Not exported: {why}.").format(why=error.detail), "", "error"
            )
        return notice_for(error, "export")
