"""Several notices above each other: the first few, the others behind one button."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets import Banner, Button, NoticeState

MOST_SHOWN: Final = 3
"""More would push what the pane is for out of a low window."""


class NoticeStack(QWidget):
    """Shows notices in their order. Beyond three, the third place is a button for the rest.

    Signals:
        action_wanted, close_wanted: as `Banner` says them; arg is the notice's key.
    """

    action_wanted = Signal(str)
    close_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: tuple[NoticeState, ...] = ()
        self._banners: list[Banner] = []
        self._is_unfolded = False
        self._fold = Button("", "ghost")
        self._fold.clicked.connect(self._toggle)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.render_notices(())

    def render_notices(self, notices: tuple[NoticeState, ...]) -> None:
        """Show these; what is folded away stays so."""
        self._notices = notices
        is_long = len(notices) > MOST_SHOWN
        shown = notices if self._is_unfolded or not is_long else notices[: MOST_SHOWN - 1]
        while len(self._banners) < len(shown):
            self._add_banner()
        for place, banner in enumerate(self._banners):
            banner.render_state(shown[place] if place < len(shown) else None)
        rest = len(notices) - MOST_SHOWN + 1
        more = self.tr("Show {n} more notices").format(n=rest)
        self._fold.relabel(self.tr("Show fewer notices") if self._is_unfolded else more)
        self._fold.setVisible(is_long)
        self.setVisible(bool(notices))

    @property
    def stops(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        return [*(stop for banner in self._banners for stop in banner.stops), self._fold]

    def _add_banner(self) -> None:
        banner = Banner()
        banner.action_wanted.connect(self.action_wanted)
        banner.close_wanted.connect(self.close_wanted)
        self._column.insertWidget(len(self._banners), banner)
        self._banners.append(banner)

    def _toggle(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self.render_notices(self._notices)
