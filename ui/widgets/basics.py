"""The smallest pieces: labels by kind, pills, hairlines and scrolling pages."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import GAP, PAGE_MARGIN, TextSize, theme


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget one of its looks; the style sheet knows which there are."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    repolish(widget)


def repolish(widget: QWidget) -> None:
    """Have the style sheet look at the widget's properties again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.updateGeometry()
    widget.update()


def draw_words(painter: QPainter, room: QRect, words: str) -> None:
    """Draw one line at the left of `room`, in the painter's font; an ellipsis ends what is cut.

    The words' own direction orders them, as in a label: names come in any script.
    """
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    before = painter.layoutDirection()
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | left, shown)
    painter.setLayoutDirection(before)


class Label(QLabel):
    """Plain text in one of the kinds of the style sheet.

    Kinds: title, large, heading, strong, body, dim, small, meta, group, mono,
    warning, error, figure, key. Text is never read as HTML, whoever wrote it.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "body",
        *,
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        if kind == "mono":
            self.setFont(theme().font(TextSize.SMALL, mono=True))
        self.setWordWrap(wraps)
        self.setText(text)

    def show_text(self, text: str) -> None:
        """Show `text`, or vanish when there is none."""
        self.setText(text)
        self.setVisible(bool(text))


class ElidedLabel(Label):
    """A label that ends in an ellipsis where the room ends; the tooltip has it all."""

    def __init__(self, text: str = "", kind: str = "body", parent: QWidget | None = None) -> None:
        self._full = text
        super().__init__(text, kind, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Keep the whole text and show what fits."""
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    def sizeHint(self) -> QSize:
        """Ask for room for the whole text."""
        self.ensurePolished()
        wanted = self.fontMetrics().horizontalAdvance(self._full) + 2
        return QSize(wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Need room for a few letters only."""
        few = self.fontMetrics().averageCharWidth() * 4
        return QSize(min(few, self.sizeHint().width()), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text to the new width."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._full, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        super().setText(shown)
        self.setToolTip("" if shown == self._full else self._full)


def give_keyboard(page: QWidget) -> None:
    """Put the keyboard where a page says that it begins: on its focus proxy, or else on itself.

    The proxy ends with that. While a page has one, the Tab key goes straight to it and passes
    over all that stands before (seen with Qt 6.11).
    """
    first = page.focusProxy() or page
    page.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes none, its stub forgets it
    first.setFocus(Qt.FocusReason.OtherFocusReason)


def stops_in(root: QWidget) -> list[QWidget]:
    """Return what the Tab key can stop at inside, in the order in which it was made."""
    tab = Qt.FocusPolicy.TabFocus
    inside = root.findChildren(QWidget)
    return [each for each in inside if each.focusPolicy() & tab and each.focusProxy() is None]


class Pill(QLabel):
    """A small rounded word on a tint, such as "Live". Kinds: "" and sandbox."""

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_sandbox(self, *, is_sandbox: bool) -> None:
        """Wear the sandbox's colour, or that of the real X."""
        set_kind(self, "sandbox" if is_sandbox else "")


class Hairline(QFrame):
    """A one-pixel line that divides and means nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hairline")
        self.setFixedHeight(1)


class Page(QScrollArea):
    """A pane's body: one column of cards that scrolls when it must.

    Attributes:
        column: the layout to add cards to; keep the stretch at its end.
    """

    def __init__(self, parent: QWidget | None = None, *, max_width: int = 0) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        # The pane scrolls by what is in it, so the frame itself takes no focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("page")
        self.column = QVBoxLayout()
        self.column.setSpacing(GAP)
        self._outer = outer = QVBoxLayout(inside)
        self._fit_margins()
        self.verticalScrollBar().rangeChanged.connect(self._fit_margins)
        if max_width:
            holder = QWidget()
            holder.setMaximumWidth(theme().px(max_width))
            holder.setLayout(self.column)
            self.column.setContentsMargins(0, 0, 0, 0)
            line = QHBoxLayout()
            line.addStretch(1)
            # All the room there is, up to its maximum; only the rest goes beside it.
            line.addWidget(holder, 1000)
            line.addStretch(1)
            outer.addLayout(line)
        else:
            outer.addLayout(self.column)
        outer.addStretch(1)
        self.setWidget(inside)

    def _fit_margins(self) -> None:
        """Let the scroll bar take its room from the margin, so that no card moves."""
        bar = self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() > bar.minimum() else 0
        self._outer.setContentsMargins(PAGE_MARGIN, 20, PAGE_MARGIN - taken, PAGE_MARGIN)
