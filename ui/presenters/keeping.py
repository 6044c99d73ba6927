"""Where keys are kept: asked once, before the first real credential is written down."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.secret import Secret
from core.vault.vault import VaultStatus
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.keyring_wait import KeyringWait


class Keeping(QObject):
    """Holds back what wants to keep a credential until there is a place for it.

    Signals:
        vault_wanted: there is a vault; open it, then call `run_waiting`.
        created: there is a place now; arg: its VaultStatus.
    """

    vault_wanted = Signal()
    created = Signal(object)

    def __init__(self, desk: Desk, window: QWidget, keyring: KeyringWait, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window
        self._keyring = keyring
        self._waiting: list[Callable[[], None]] = []
        self._session_is_chosen = False

    def keep(self, then: Callable[[], None]) -> None:
        """Run `then` once real credentials can be kept; ask the person where, the first time."""
        status = self._desk.world.vault.status()
        if status.state == "open" or (status.state == "session" and self._session_is_chosen):
            then()
            return
        self._waiting.append(then)
        if status.state == "locked":
            self.vault_wanted.emit()
        elif len(self._waiting) == 1:
            self._look_for_keyring()

    def run_waiting(self) -> None:
        """Run what waited: there is a place now."""
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def drop_waiting(self) -> None:
        """Forget what waited: there will be no place."""
        self._waiting.clear()

    def _look_for_keyring(self) -> None:
        keys = self._desk.world.keys
        job = self._keyring.ask(keys.probe)
        job.succeeded.connect(lambda _none: self._ask_where(keys.label, has_keyring=True))
        job.failed.connect(lambda _error: self._ask_where("", has_keyring=False))
        job.cancelled.connect(lambda: self._ask_where("", has_keyring=False))

    def _ask_where(self, label: str, *, has_keyring: bool) -> None:
        passphrase = self.tr(
            "Passphrase: Keypane asks at each start. Forget on quit: nothing is written, and "
            "closing the window forgets the keys."
        )
        if has_keyring:
            title = self.tr("Keep your keys in {keyring}?").format(keyring=label)
            text = self.tr("Yes: they open with your login, in an encrypted file of yours.")
        else:
            title = self.tr("Where should your keys be kept?")
            text = self.tr("No keyring of this desktop answers, so choose one of these.")
        from ui.views.keyring_question import KeyringQuestion, KeyringQuestionState

        state = KeyringQuestionState(title, f"{text} {passphrase}", can_use_keyring=has_keyring)
        dialog = KeyringQuestion(state, self._window)
        vault = self._desk.world.vault
        dialog.keyring_chosen.connect(lambda: self._create(vault.create_with_keyring))
        dialog.passphrase_chosen.connect(
            lambda text: self._create(lambda: vault.create_with_passphrase(Secret(text)))
        )
        dialog.session_chosen.connect(self._choose_session)
        dialog.rejected.connect(self.drop_waiting)
        dialog.open()

    def _choose_session(self) -> None:
        self._session_is_chosen = True
        self._create(self._desk.world.vault.start_session)

    def _create(self, how: Callable[[], VaultStatus]) -> None:
        job = self._keyring.ask(how)
        job.succeeded.connect(self.created)
        job.failed.connect(self._not_created)
        job.cancelled.connect(self._stopped)

    def _stopped(self) -> None:
        self.drop_waiting()
        self._desk.toast(self.tr("Stopped waiting. Nothing was kept; you can save again."), 12)

    def _not_created(self, error: object) -> None:
        self.drop_waiting()
        notice = notice_for(error, "open")
        self._desk.toast(f"{notice.title} {notice.text}", 12)
