"""Add App's free checks: alive or dead, before anything is kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from core.environment import Environment
from core.field_checks import Life, Tried, can_try, try_fields
from core.pasted import LABELS
from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Job
from ui.views.add_app import AddAppView
from ui.widgets import Status


class FieldChecks(QObject):
    """Offers the checks below what was found, and shows what they told."""

    def __init__(
        self,
        desk: Desk,
        view: AddAppView,
        fields: Callable[[], dict[str, Secret]],
        environment: Callable[[], Environment],
    ) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._fields = fields
        self._environment = environment
        self._job: Job | None = None
        view.check_wanted.connect(self._check)
        view.check_stop_wanted.connect(self._stop)
        view.changed.connect(lambda _name, _text: self.offer())

    def offer(self) -> None:
        """Offer the checks for what stands in the fields now; what was told before is gone."""
        self._view.show_checks((), can_check=can_try(self._fields()))

    def _check(self) -> None:
        if self._job is not None:
            return
        world, fields, environment = self._desk.world, self._fields(), self._environment()
        job = self._desk.submit(
            lambda cancel: try_fields(world.transport, world.clock, environment, fields, cancel)
        )
        self._job = job
        job.succeeded.connect(self._show)
        job.finished.connect(self._over)
        busy = self.tr("Checking with free calls…")
        self._view.show_checks((), can_check=False, busy=busy)

    def _show(self, tried: tuple[Tried, ...]) -> None:
        self._view.show_checks(tuple(self._status(each) for each in tried), can_check=True)

    def _over(self) -> None:
        self._job = None
        self._view.end_check()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.offer()

    def _status(self, tried: Tried) -> Status:
        label = LABELS[tried.field]
        if tried.field == "access_token":
            label = self.tr("Access Token and Secret")
        if tried.life is Life.ALIVE:
            whose = self.tr(" for {account}").format(account=tried.account) if tried.account else ""
            text = self.tr("{label}{whose}: works, the check was free")
            return Status(text.format(label=label, whose=whose), "ok")
        if tried.life is Life.DEAD:
            text = self.tr("{label}: X answered 401, it is dead")
            if tried.field == "access_token":
                text = self.tr("{label}: X answered 401, dead or of another App than the API Key")
            return Status(text.format(label=label), "bad")
        if tried.status:
            text = self.tr("{label}: X answered {status}, which tells neither")
            return Status(text.format(label=label, status=tried.status), "warn")
        return Status(self.tr("{label}: no answer came").format(label=label), "warn")
