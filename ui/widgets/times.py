"""Times in words: how long is left, how long ago, and the absolute time for a tooltip."""

import re
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_MINUTE = 60
_HOUR = 3600
_DAY = 86400


def time_left(seconds: float) -> str:
    """Return a span in words: "1 h 32 min", "6 min", "45 s"."""
    whole = max(int(seconds), 0)
    if whole >= 2 * _DAY:
        return _tr("{n} days").format(n=whole // _DAY)
    if whole >= _HOUR:
        hours, rest = divmod(whole, _HOUR)
        return _tr("{h} h {m} min").format(h=hours, m=rest // _MINUTE)
    if whole >= _MINUTE:
        return _tr("{m} min").format(m=whole // _MINUTE)
    return _tr("{s} s").format(s=whole)


def time_ago(seconds: float) -> str:
    """Return how long ago something was, in words: "just now", "2 min ago", "3 days ago"."""
    whole = max(int(seconds), 0)
    if whole < 10:
        return _tr("just now")
    if whole >= _HOUR:
        # The minutes of a time hours ago help nobody.
        whole -= whole % (_DAY if whole >= _DAY else _HOUR)
        if whole < _DAY:
            return _tr("{h} h ago").format(h=whole // _HOUR)
        if whole < 2 * _DAY:
            return _tr("1 day ago")
    return _tr("{span} ago").format(span=time_left(whole))


def absolute(moment: datetime) -> str:
    """Return a UTC moment as local date and time in the person's own format."""
    local, locale = moment.astimezone(), QLocale()
    day = QDate(local.year, local.month, local.day)
    # Without the zone's name: it is the person's own, and Qt reads all zones of the world for it.
    clock = re.sub(r"\(?\bt+\b\)?", "", locale.timeFormat(QLocale.FormatType.LongFormat)).strip()
    time = locale.toString(QTime(local.hour, local.minute, local.second), clock)
    return f"{locale.toString(day, QLocale.FormatType.LongFormat)} {time}"


def seconds_until(moment: datetime) -> float:
    """Return the seconds from now until `moment`, negative when it has passed."""
    return (moment - datetime.now(UTC)).total_seconds()


def next_change_ms(seconds: float) -> int:
    """Return after how many milliseconds the words for such a span change."""
    step = 1 if abs(seconds) < _MINUTE + 1 else _MINUTE
    return max(int((abs(seconds) % step) * 1000) + 50, 250) if step > 1 else 1000


def _tr(text: str) -> str:
    return QCoreApplication.translate("times", text)
