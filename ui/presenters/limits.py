"""Limits and usage: what the answers told, and what X says when it is asked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QLocale, QObject

from core.answers import raise_for, read_json
from core.ports import CancelToken
from core.rate_limits import KnownLimit
from core.requester import BEARER, RequestSpec
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.views.limits import FigureState, LimitsState, LimitState, LimitsView, UsageState
from ui.widgets import NoticeState
from ui.widgets.bar_chart import Bar

_USAGE_QUERY = (
    ("days", "30"),
    ("usage.fields", "cap_reset_day,daily_project_usage,project_cap,project_id,project_usage"),
)
_LOW_SHARE = 0.2


class LimitsPresenter(QObject):
    """Shows gauges from the last answers, the usage on demand, and this computer's spend."""

    def __init__(self, desk: Desk, view: LimitsView, spent: Decimal = Decimal(0)) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._usage: dict[str, UsageState] = {}
        self._busy = ""
        self._notice: NoticeState | None = None
        self._spent = spent
        self._job: Job | None = None
        desk.exchange_done.connect(self._note)
        desk.snapshot_changed.connect(self.render)
        desk.app_changed.connect(lambda _app_id: self._turn())
        view.usage_wanted.connect(self._ask)
        view.cancel_wanted.connect(self._cancel)
        self.render()

    def render(self) -> None:
        """Make the pane look like what is known."""
        app_id = self._desk.app_id
        known = self._desk.world.requester.limits.known(app_id)
        now = self._desk.world.clock.now()
        ordered = sorted(known, key=lambda limit: _share(limit, now))
        bearer = self._desk.snapshot.bearer(app_id)
        can_ask = bearer is not None and bearer.token is not None and not self._busy
        self._view.render_state(
            LimitsState(
                limits=tuple(self._limit(limit, now) for limit in ordered),
                usage=self._usage.get(app_id),
                usage_text=self.tr("X counts per App and day; asking is free.")
                if can_ask
                else self.tr("Asking X needs the Bearer Token."),
                usage_busy=self._busy,
                can_ask=can_ask,
                spent=(
                    FigureState(
                        self.tr("Since start"),
                        f"${self._spent:.3f}",
                        self.tr("this window's calls"),
                    ),
                ),
                spent_hint=self.tr("from this computer only, by prices X published in August 2026"),
                notice=self._notice,
            )
        )

    def _limit(self, known: KnownLimit, now: datetime) -> LimitState:
        limit = known.rate_limit
        left = limit.remaining_at(now)
        share = _share(known, now)
        reset = limit.reset_at.astimezone()
        blocked = self.tr("Blocked until {time}").format(time=f"{reset:%H:%M}") if left == 0 else ""
        return LimitState(
            known.endpoint,
            self._credential(known.credential),
            QLocale().toString(left),
            QLocale().toString(limit.limit),
            share,
            "bad" if left == 0 else "warn" if share < _LOW_SHARE else "accent",
            blocked,
            limit.reset_at if limit.reset_at > now else None,
        )

    def _credential(self, key: str) -> str:
        if key == BEARER.key:
            return self.tr("Bearer Token")
        token = self._desk.snapshot.user(key)
        if token is not None:
            return token.label
        pair = self._desk.snapshot.pair(key)
        name = self.tr("OAuth 1.0a")
        return f"{name} {pair.label}" if pair is not None and pair.label else name

    def _note(self, spent: Decimal) -> None:
        self._spent = spent
        self.render()

    def _turn(self) -> None:
        self._cancel()
        self._notice = None
        self.render()

    def _ask(self) -> None:
        app_id = self._desk.app_id
        requester = self._desk.world.requester
        spec = RequestSpec(app_id, "GET", "/2/usage/tweets", BEARER, _USAGE_QUERY)

        def work(cancel: CancelToken) -> UsageState:
            response = requester.send(spec, cancel).response
            raise_for(response.status, response.headers, response.body)
            kind = response.headers.get("content-type", "")
            return _usage_of(read_json(response.body, kind, response.status))

        self._busy = self.tr("Asking X…")
        self._notice = None
        job = self._desk.submit(work)
        self._job = job
        job.succeeded.connect(lambda usage: self._usage.__setitem__(app_id, usage))
        job.failed.connect(self._fail)
        job.finished.connect(self._over)
        self.render()

    def _fail(self, error: object) -> None:
        self._notice = notice_for(error, "request")

    def _over(self) -> None:
        self._busy = ""
        self._job = None
        self.render()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()


def _share(known: KnownLimit, now: datetime) -> float:
    limit = known.rate_limit
    return limit.remaining_at(now) / limit.limit if limit.limit else 0.0


def _usage_of(document: dict[str, Any]) -> UsageState:
    """Return the usage per day; X's numbers arrive as strings (x-platform notes §6)."""
    data = document.get("data")
    facts: dict[str, Any] = data if isinstance(data, dict) else {}
    daily = facts.get("daily_project_usage")
    days = daily.get("usage") if isinstance(daily, dict) else None
    bars = tuple(
        Bar(_number(day.get("usage")), _day(str(day.get("date", ""))))
        for day in (days if isinstance(days, list) else [])
        if isinstance(day, dict)
    )
    used, cap = _number(facts.get("project_usage")), _number(facts.get("project_cap"))
    share = f" ({used / cap:.2%})" if cap else ""
    month = f"{QLocale().toString(used)} of {QLocale().toString(cap)} this month{share}"
    reset_day = facts.get("cap_reset_day")
    if reset_day is not None:
        month += f" · resets on day {reset_day}"
    highest = max((bar.value for bar in bars), default=0)
    return UsageState(bars, month, f"{len(bars)} days, at most {highest} Posts a day")


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


def _day(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return text
    return f"{moment:%d %b}".lstrip("0")
