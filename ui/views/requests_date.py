"""The picker of a moment: a calendar, the time of day in UTC, and shortcuts.

X takes RFC 3339 in UTC, so nothing here is local time: the day that is picked is a UTC day.
"""

from typing import Final

from PySide6.QtCore import QDateTime, QPoint, Qt, QTime, QTimeZone, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.theme import icon, theme
from ui.widgets import Button, Label, LineEdit
from ui.widgets.assistive import let_be_found

_WIDTH: Final = 320
_HEIGHT: Final = 216
_HOUR: Final = 3_600
_DAY: Final = 86_400
_TIMES: Final = ("HH:mm:ss", "HH:mm", "H:mm")


def as_text(moment: QDateTime) -> str:
    """Return a moment as X writes it, in UTC to the second."""
    return moment.toUTC().toString("yyyy-MM-ddTHH:mm:ss") + "Z"


def as_moment(text: str) -> QDateTime | None:
    """Return the moment that a text in RFC 3339 means, None where it means none."""
    found = QDateTime.fromString(text.strip(), Qt.DateFormat.ISODate)
    return found.toUTC() if found.isValid() else None


class DatePicker(QFrame):
    """A small window below a button: choose a day and a time, or a shortcut. Esc closes it.

    Signals:
        picked: arg is the moment as X writes it, "" to unset it.
    """

    picked = Signal(str)

    def __init__(self, name: str, value: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("paletteBox")
        let_be_found(self, self.tr("Moment for {name}, in UTC").format(name=name))
        moment = as_moment(value) or _now()
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName(self.tr("Calendar for {name}").format(name=name))
        self.calendar.setGridVisible(False)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setSelectedDate(moment.date())
        self._days = self.tr("Day for {name}, in UTC").format(name=name)
        self._dress()
        theme().changed.connect(self._dress)
        self.time = LineEdit(self.tr("Time of day for {name}, in UTC").format(name=name))
        self.time.setText(moment.time().toString("HH:mm:ss"))
        self.time.setMaximumWidth(theme().px(96))
        self._error = Label("", "error", wraps=True)
        self._error.hide()
        self.calendar.activated.connect(lambda _day: self.take())
        self.time.returnPressed.connect(self.take)
        self._lay_out(name)
        self.setFixedWidth(theme().px(_WIDTH))

    def open_below(self, anchor: QWidget) -> None:
        """Show the picker below `anchor`, their right edges in line, inside the screen."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        room = anchor.screen().availableGeometry()
        corner.setX(max(room.left(), min(corner.x(), room.right() - self.width())))
        if corner.y() + self.height() > room.bottom():
            corner.setY(max(room.top(), anchor.mapToGlobal(QPoint(0, -self.height() - 4)).y()))
        self.move(corner)
        self.show()
        self.calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def take(self) -> None:
        """Use the chosen day and the typed time, and close."""
        typed = self.time.text().strip()
        times = (QTime.fromString(typed, form) for form in _TIMES)
        time = next((each for each in times if each.isValid()), None)
        if time is None:
            self._error.show_text(self.tr("A time of day such as 14:03:00 is needed."))
            self.time.setFocus()
            return
        self._give(QDateTime(self.calendar.selectedDate(), time, QTimeZone.utc()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _lay_out(self, name: str) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Label(self.tr("Time, UTC"), "small"))
        line.addWidget(self.time)
        line.addStretch(1)
        unset = Button(self.tr("Unset"), "ghost", owner=name)
        unset.clicked.connect(lambda: self._say(""))
        use = Button(self.tr("Use"), "primary", owner=name)
        use.clicked.connect(self.take)
        line.addWidget(unset)
        line.addWidget(use)
        quick = QGridLayout()
        quick.setSpacing(4)
        shortcuts = (
            (self.tr("Now"), 0),
            (self.tr("An hour ago"), _HOUR),
            (self.tr("A day ago"), _DAY),
            (self.tr("A week ago"), 7 * _DAY),
        )
        for place, (words, seconds) in enumerate(shortcuts):
            button = Button(words, "ghost", owner=name)
            button.clicked.connect(
                lambda _on=False, back=seconds: self._give(_now().addSecs(-back))
            )
            quick.addWidget(button, place // 2, place % 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self.calendar)
        column.addLayout(quick)
        column.addLayout(line)
        column.addWidget(self._error)

    def _dress(self) -> None:
        _dress(self.calendar, self._days)

    def _give(self, moment: QDateTime) -> None:
        self._say(as_text(moment))

    def _say(self, text: str) -> None:
        self.picked.emit(text)
        self.close()


def _now() -> QDateTime:
    return QDateTime.currentDateTimeUtc()


def _dress(calendar: QCalendarWidget, days: str) -> None:
    """Give Qt's calendar the palette's colours, names, arrows and room for six weeks."""
    current = theme()
    day = QTextCharFormat()
    day.setForeground(QBrush(current.colour("text")))
    for each in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(each, day)
    head = QTextCharFormat()
    head.setForeground(QBrush(current.colour("dim")))
    head.setBackground(QBrush(current.colour("panel")))
    calendar.setHeaderTextFormat(head)
    panel, text = current.colour("panel").name(), current.colour("text").name()
    calendar.setStyleSheet(
        f"#qt_calendar_navigationbar {{ background: {panel}; }}"
        f"QToolButton {{ background: {panel}; color: {text}; border: none; padding: 4px 8px; }}"
        f"QToolButton:focus {{ border: 1px solid {current.colour('accent').name()}; }}"
    )
    words = {
        "qt_calendar_prevmonth": (calendar.tr("Previous month"), "chevron-left"),
        "qt_calendar_nextmonth": (calendar.tr("Next month"), "chevron-right"),
    }
    for name, (label, picture) in words.items():
        button = calendar.findChild(QToolButton, name)
        if isinstance(button, QToolButton):
            button.setIcon(icon(picture, "text"))
            button.setAccessibleName(label)
            button.setToolTip(label)
    table = calendar.findChild(QTableView, "qt_calendar_calendarview")
    if isinstance(table, QTableView):
        table.setAccessibleName(days)
    calendar.setMinimumHeight(current.px(_HEIGHT))
