"""What X counts per App and day, as a chart of the last thirty days."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QLocale

from ui.views.limits_state import UsageState
from ui.widgets.bar_chart import Bar, Cap

_DAYS: Final = 30
_DAYS_OF_A_CAP: Final = 30
_MOST: Final = 10**15  # more is no count of Posts, and nothing that a picture can show


def usage_of(document: Mapping[str, Any], now: datetime) -> UsageState:
    """Return the answer of `GET /2/usage/tweets` as a chart, oldest day first.

    X's numbers arrive as strings, and days without a Post may be left out (x-platform notes
    §6): they are shown as days without a bar, so that the days stand where they belong.

    Args:
        document: the decoded answer; what is missing or absurd in it counts as 0.
        now: the present moment, UTC.
    """
    facts = _object(document.get("data"))
    days = _object(facts.get("daily_project_usage")).get("usage")
    bars = _bars(days if isinstance(days, list) else [], now.astimezone(UTC).date())
    used, cap = _number(facts.get("project_usage")), _number(facts.get("project_cap"))
    highest = max((bar.value for bar in bars), default=0)
    daily = cap // _DAYS_OF_A_CAP
    words = _tr("The cap allows {n} a day").format(n=_shown(daily)) if daily else ""
    return UsageState(
        bars,
        _shown(used),
        _month(used, cap, facts.get("cap_reset_day")),
        _days_words(len(bars), highest),
        Cap(daily, words),
        _tr("{cap}, far above these bars.").format(cap=words) if words else "",
    )


def _bars(rows: Iterable[object], today: date) -> tuple[Bar, ...]:
    """Return thirty days up to today; where X names no day that can be read, none."""
    counted: dict[date, int] = {}
    for row in rows:
        facts = _object(row)
        day = _date(facts.get("date"))
        if day is not None:
            counted[day] = counted.get(day, 0) + _number(facts.get("usage"))
    if not counted:
        return ()
    days = [today - timedelta(days=ago) for ago in range(_DAYS - 1, -1, -1)]
    return tuple(Bar(counted.get(day, 0), _label(day, today)) for day in days)


def _label(day: date, today: date) -> str:
    return _tr("today") if day == today else f"{day:%d %b}".lstrip("0")


def _month(used: int, cap: int, reset_day: object) -> str:
    words = _tr("this month")
    if cap:
        share = f" ({used / cap:.2%})"
        words = _tr("of {cap} this month{share}").format(cap=_shown(cap), share=share)
    if reset_day is not None:
        words += _tr(" · resets on day {day}").format(day=_number(reset_day))
    return words


def _days_words(days: int, highest: int) -> str:
    text = _tr("{days} days, at most {n} Posts a day")
    return text.format(days=days, n=_shown(highest)) if days else _tr("X named no day.")


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    try:
        found = int(str(value))
    except ValueError:
        return 0
    return found if 0 <= found <= _MOST else 0


def _date(value: object) -> date | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def _shown(number: int) -> str:
    return QLocale().toString(number)


def _tr(text: str) -> str:
    return QCoreApplication.translate("limits", text)
