"""The vault's passphrase: asked for until the vault opens or the person gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.errors import BadInput
from core.secret import Secret
from ui.ahead import Found, by_passphrase
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for

if TYPE_CHECKING:
    from ui.views.keyring_question import UnlockDialog


class Unlocking(QObject):
    """Tries what was typed, in the dialog or on the page of a locked vault.

    Signals:
        unlocked: arg: what was Found in the vault.
        said: what is wrong with the passphrase, what is under way; "" for nothing.
        given_up: the person closed the dialog.
    """

    unlocked = Signal(object)
    said = Signal(str, str)
    given_up = Signal()

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window
        self._dialog: UnlockDialog | None = None
        self._job: Job | None = None

    def ask(self) -> None:
        """Ask in a dialog, unless one is open."""
        if self._dialog is not None:
            return
        from ui.views.keyring_question import UnlockDialog

        self._dialog = UnlockDialog(self._window)
        self._dialog.unlock_wanted.connect(self.attempt)
        self._dialog.stop_wanted.connect(self.stop)
        self._dialog.rejected.connect(self.given_up)
        self._dialog.open()

    def attempt(self, text: str) -> None:
        """Unlock the vault with what was typed, on a worker."""
        work = by_passphrase(self._desk.world, Secret(text), may_create=False)
        self._say("", self.tr("Unlocking…"))
        self._job = self._desk.submit(work)
        self._job.succeeded.connect(self._succeeded)
        self._job.failed.connect(self.refuse)
        self._job.cancelled.connect(lambda: self._say(""))

    def stop(self) -> None:
        """Wait for the unlocking under way no longer."""
        if self._job is not None:
            self._job.cancel()

    def refuse(self, error: object) -> None:
        """Say why the passphrase opened nothing."""
        if isinstance(error, BadInput):
            self._say(self.tr("That is not the passphrase. The vault stays locked."))
        else:
            notice = notice_for(error, "open")
            self._say(f"{notice.title} {notice.text}")

    def forget_dialog(self) -> None:
        """Know of no dialog any more: it was closed."""
        self._dialog = None

    def _succeeded(self, found: Found) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.accept()
        self.unlocked.emit(found)

    def _say(self, error: str, busy: str = "") -> None:
        self.said.emit(error, busy)
        if self._dialog is not None:
            self._dialog.render_state(error=error, busy=busy)
