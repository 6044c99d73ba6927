"""The lines of the table of rate limits."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.limits_state import LimitState
from ui.widgets import ElidedLabel, Gauge, Label, Status, StatusChip, repolish

_ENDPOINT, _CREDENTIAL, _GAUGE, _LEFT, _RESETS = 246, 126, 236, 190, 104


class LimitLine(QFrame):
    """One line of the table; the heading is one too."""

    def __init__(self, widgets: tuple[QWidget, ...]) -> None:
        super().__init__()
        self.setObjectName("tableLine")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(0)
        endpoint, credential, gauge, left, resets = (_held(widget) for widget in widgets)
        endpoint.setMinimumWidth(150)
        credential.setMinimumWidth(theme().px(80))
        line.addWidget(endpoint, _ENDPOINT)
        line.addWidget(credential, _CREDENTIAL)
        line.addWidget(gauge, _GAUGE)
        gauge.setMinimumWidth(40)
        line.addSpacing(16)
        for holder, width in ((left, _LEFT), (resets, _RESETS)):
            holder.setFixedWidth(theme().px(width))
            line.addWidget(holder)


class LimitRow(LimitLine):
    """Shows a LimitState."""

    def __init__(self) -> None:
        self._endpoint = ElidedLabel("", "mono")
        self._credential = ElidedLabel("", "small")
        self._gauge = Gauge()
        self._left = Label("", "small")
        self._left.setTextFormat(Qt.TextFormat.RichText)
        self._blocked = StatusChip()
        self._resets = StatusChip()
        self._forecast = Label("", "meta")
        left = QWidget()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 4, 0, 4)
        inside.setSpacing(0)
        for part in (self._left, self._blocked, self._forecast):
            inside.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        super().__init__((self._endpoint, self._credential, self._gauge, left, self._resets))
        self.setMinimumHeight(theme().px(39))
        self.setProperty("divided", True)
        repolish(self)

    def render_state(self, state: LimitState) -> None:
        """Show this limit."""
        words = self.tr("{left} of {limit} left").format(left=state.left, limit=state.limit)
        self._endpoint.setText(state.endpoint)
        self._credential.setText(state.credential)
        self._gauge.setAccessibleName(f"{state.endpoint}, {state.credential}")
        self._gauge.render_share(state.share, state.kind, state.blocked or words)
        # Only our own figures get here, never a text of X's.
        figure = f'<span style="color:{theme().palette.text}">{state.left}</span>'
        shown = self.tr("{left} of {limit} left").format(left=figure, limit=state.limit)
        self._left.setText("" if state.blocked else shown)
        self._left.setAccessibleName(words)
        self._left.setVisible(not state.blocked)
        self._blocked.render_state(Status(state.blocked, "bad") if state.blocked else None)
        self._forecast.show_text(state.forecast)
        after = self.tr("now")
        resets = Status("{left}", "plain", at=state.resets_at, text_after=after)
        self._resets.render_state(resets if state.resets_at else None)


def _held(widget: QWidget) -> QWidget:
    """Return the widget in a holder, so that it may be narrower than its column."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(widget)
    if not isinstance(widget, Gauge):
        line.addStretch(1)
    return holder
