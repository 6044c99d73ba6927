"""Drawing X's page without the graphics card: offered after trouble, remembered, taken back."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal

from ui.browser.chromium import is_chromium_loaded
from ui.desk import Desk
from ui.widgets import ConfirmState, NoticeState

log = logging.getLogger(__name__)

SOFTWARE_KEY: Final = "software"


class SoftwareDrawing(QObject):
    """Remembers the choice for this computer and lets it take effect.

    Signals:
        ready: the next page of this program is drawn in software; open it.
    """

    ready = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def choose(self) -> None:
        """Draw in software from now on; ask first where the program must start again for it."""
        if not is_chromium_loaded():
            self._remember(restart=False)
            return
        sentences = [
            _tr("Keypane closes and opens again, and the sign-in starts over."),
            _tr("This computer remembers it; Settings takes it back."),
        ]
        if self._desk.world.vault.status().state == "session":
            sentences.insert(0, _tr("Keys that are kept until quit only are forgotten by that."))
        self._desk.confirm(
            ConfirmState(
                _tr("Restart with software drawing?"),
                tuple(sentences),
                _tr("Restart"),
                is_dangerous=False,
            ),
            lambda: self._remember(restart=True),
        )

    def _remember(self, *, restart: bool) -> None:
        drawing = self._desk.world.drawing
        log.info("pages are drawn in software on this computer from now on")
        job = self._desk.submit(lambda _cancel: drawing.choose_software(wanted=True))
        job.finished.connect(self._desk.restart_wanted if restart else self.ready)


def died_before_notice() -> NoticeState:
    """Return what is said where the last program died while it drew a page."""
    return NoticeState(
        _tr("The last time, Keypane ended while it drew X's page."),
        _tr(
            "Mostly that is the graphics driver. Draw without the graphics card on this computer, "
            "or continue in your browser."
        ),
        "warn",
        _tr("Draw in software"),
        SOFTWARE_KEY,
    )


def died_again_notice() -> NoticeState:
    """Return what is said where the renderer died more than once."""
    return NoticeState(
        _tr("The process that draws the page ended again."),
        _tr(
            "Mostly that is the graphics driver. Restart without the graphics card, or continue "
            "in your browser."
        ),
        "warn",
        _tr("Restart with software drawing…"),
        SOFTWARE_KEY,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("browser", text)
