"""Notices across a pane: what happened, then what to do, with a button that does it.

A notice about a failure has *Why?* too. Its click rises through the widgets above, as events
do, to the first that can tell: so no pane on the way needs to know of it.
"""

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from ui.theme import Mark, draw_mark, theme
from ui.widgets.basics import Label, set_kind
from ui.widgets.buttons import Button


@dataclass(frozen=True, slots=True)
class NoticeState:
    """A sentence for the person.

    Attributes:
        title: what happened, in a few words that stand out.
        text: the rest, with the next step.
        kind: info, ok, warn or error.
        action: the label of the button that takes the next step, if there is one.
        key: goes out with `action_wanted`, so that its reader knows which notice.
        owner: ends the button's accessible name where the label alone is ambiguous.
        can_close: whether the person may put the notice away.
        why: the failure behind it, for `TellsWhy`; None where there is nothing more to tell.
    """

    title: str
    text: str = ""
    kind: str = "warn"
    action: str = ""
    key: str = ""
    owner: str = ""
    can_close: bool = False
    why: object = None


@runtime_checkable
class TellsWhy(Protocol):
    """A widget that can tell what is behind a failure; the main window is one."""

    def tell_why(self, failure: object) -> None:
        """Tell it; `failure` is the `why` of a NoticeState."""


_MARKS: Final = {
    "warn": (Mark.TRIANGLE, "warn"),
    "error": (Mark.SQUARE, "bad"),
    "ok": (Mark.CHECK, "ok"),
    "info": (Mark.DISC, "accent"),
}


class _Words(Label):
    """The words of a notice, with its mark beside their first line."""

    _MARK_SIZE = 11

    def __init__(self) -> None:
        super().__init__("", "banner-warn", wraps=True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._kind = "warn"
        self._words_height = 0
        theme().changed.connect(self.update)

    def render_state(self, state: NoticeState) -> None:
        self._kind = state.kind
        set_kind(self, f"banner-{state.kind}")
        # Bold and plain in one flow of words need HTML, so theirs is made harmless.
        from html import escape  # knows two thousand names of characters

        self.setText(f"<b>{escape(state.title)}</b>&ensp;{escape(state.text)}")
        self.setAccessibleName(f"{state.title} {state.text}".strip())
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        # Measuring lays rich text out anew and asks for another paint, so it is not done
        # while painting: the window would never come to rest.
        self._words_height = self.heightForWidth(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        mark, colour = _MARKS[self._kind]
        line = self.fontMetrics().lineSpacing()
        first = (self.height() - max(self._words_height, line)) / 2
        size = theme().px(self._MARK_SIZE)
        painter = QPainter(self)
        box = QRectF(0, first + (line - size) / 2, size, size)
        draw_mark(painter, mark, box, theme().colour(colour))
        painter.end()


class Banner(QFrame):
    """Shows a NoticeState; with `square` it spans a pane edge to edge.

    `about` ends the accessible name of *Why?*, where several notices may stand in one pane.

    Signals:
        action_wanted: the button was clicked; arg is the notice's key.
        close_wanted: the person put it away; arg is the notice's key.
    """

    action_wanted = Signal(str)
    close_wanted = Signal(str)

    def __init__(
        self, parent: QWidget | None = None, *, square: bool = False, about: str = ""
    ) -> None:
        super().__init__(parent)
        self.setProperty("square", square)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._state: NoticeState | None = None
        self._words = _Words()
        self._why = Button(self.tr("Why?"), "ghost", owner=about)
        self._action = Button(icon_name="")
        self._close = Button("", "icon", name=self.tr("Close"), icon_name="close")
        self._why.clicked.connect(self._ask_why)
        self._action.clicked.connect(lambda: self.action_wanted.emit(self._key()))
        self._close.clicked.connect(lambda: self.close_wanted.emit(self._key()))
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 16, 8)
        line.setSpacing(10)
        line.addWidget(self._words, 1)
        line.addWidget(self._why)
        line.addWidget(self._action)
        line.addWidget(self._close)
        self.hide()

    @property
    def stops(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        return [self._why, self._action, self._close]

    @property
    def last_stop(self) -> QWidget:
        """What the Tab key stops at last."""
        return self._close

    def render_state(self, state: NoticeState | None) -> None:
        """Show `state`, or vanish when there is none."""
        if state == self._state:
            return
        self._state = state
        if state is None:
            self.hide()
            return
        set_kind(self, state.kind)
        self._words.render_state(state)
        self._why.setVisible(state.why is not None)
        self._action.relabel(state.action, state.owner)
        self._action.setVisible(bool(state.action))
        self._close.setVisible(state.can_close)
        self.setAccessibleName(f"{state.title} {state.text}".strip())
        self.show()

    def _key(self) -> str:
        return self._state.key if self._state else ""

    def _ask_why(self) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, TellsWhy):
            above = above.parentWidget()
        if above is not None and self._state is not None:
            above.tell_why(self._state.why)


class SandboxBand(QFrame):
    """The coloured band that says: this is not X."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Label("", "band", wraps=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 6, 24, 6)
        line.addWidget(self._words)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show these words, or vanish when there are none."""
        self._words.setText(text)
        self.setVisible(bool(text))
