"""Settings' list of the programs that get tokens without a question, each to be withdrawn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.ports import CancelToken
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.shown_path import shown_path
from ui.views.settings_programs import AllowedProgram, ProgramsCard, ProgramsState

if TYPE_CHECKING:
    from core.consents import Consent
    from ui.presenters.programs import Programs


class AllowedPrograms(QObject):
    """Fills the card and withdraws what is asked of it."""

    def __init__(self, desk: Desk, card: ProgramsCard, programs: Programs) -> None:
        super().__init__(card)
        self._desk = desk
        self._card = card
        self._programs = programs
        self._consents: tuple[Consent, ...] = ()
        desk.snapshot_changed.connect(self._look)
        desk.vault_changed.connect(self.render)
        programs.changed.connect(self.render)
        card.withdraw_wanted.connect(self._withdraw)
        self._look()
        self.render()

    def render(self) -> None:
        """Make the card look like what the vault holds and who serves."""
        from core.helper import address_of

        known = {app.app_id: app.name for app in self._desk.snapshot.apps}
        self._card.render_state(
            ProgramsState(
                shown_path(address_of(self._desk.world.home)),
                self._serving(),
                tuple(
                    self._allowed(consent, known[consent.app_id])
                    for consent in self._consents
                    if consent.app_id in known
                ),
            )
        )

    def _serving(self) -> str:
        if self._programs.trouble:
            return self._programs.trouble
        if self._desk.world.vault.status().state not in {"open", "session"}:
            return self.tr("Nobody gets a token while the vault is locked.")
        if self._programs.is_serving:
            return self.tr(
                "They ask here for tokens that work now; you are asked the first time. The manual "
                "shows how."
            )
        return self.tr("keypane agent or another window answers them now.")

    def _allowed(self, consent: Consent, app: str) -> AllowedProgram:
        from core.consents import ANY_PROGRAM

        key = f"{consent.app_id}\n{consent.program}"
        if consent.program == ANY_PROGRAM:
            return AllowedProgram(key, self.tr("All programs"), self.tr("whichever asks"), app)
        name = os.path.basename(consent.program.replace("\\", "/"))  # noqa: PTH119 - of any system
        return AllowedProgram(key, name, consent.program, app)

    def _look(self) -> None:
        vault = self._desk.world.vault

        def work(_cancel: CancelToken) -> tuple[Consent, ...]:
            from core.consents import remembered

            return remembered(vault) if vault.status().state in {"open", "session"} else ()

        job = self._desk.submit(work)
        job.succeeded.connect(self._looked)

    def _looked(self, consents: tuple[Consent, ...]) -> None:
        self._consents = consents
        self.render()

    def _withdraw(self, key: str) -> None:
        app_id, _, program = key.partition("\n")
        vault = self._desk.world.vault

        def work(_cancel: CancelToken) -> None:
            from core.consents import Consent, withdraw

            withdraw(vault, Consent(app_id, program))

        job = self._desk.submit(work)
        job.succeeded.connect(lambda _none: self._withdrawn())
        job.failed.connect(lambda error: self._desk.toast(notice_for(error, "save").title, 10))

    def _withdrawn(self) -> None:
        self._desk.toast(self.tr("Withdrawn. Keypane asks when the program asks again."))
        self._desk.look()
