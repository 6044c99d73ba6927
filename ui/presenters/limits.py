"""Limits and usage: what the answers told, and what X says when it is asked."""

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QLocale, QObject

from core.answers import raise_for, read_json
from core.catalogue import Quota, catalogue, published
from core.exchange import RequestSpec
from core.model import BEARER
from core.ports import CancelToken
from core.rate_limits import USUAL_WINDOW_SECONDS, KnownLimit
from core.spending import Spent, price_read_at
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters.limits_usage import usage_of
from ui.views.limits import LimitsView
from ui.views.limits_state import FigureState, LimitsState, LimitState, UsageState
from ui.widgets import NoticeState

_USAGE_QUERY = (
    ("days", "30"),
    ("usage.fields", "cap_reset_day,daily_project_usage,project_cap,project_id,project_usage"),
)
_LOW_SHARE = 0.2


class LimitsPresenter(QObject):
    """Shows gauges from the last answers, the usage on demand, and this computer's spend."""

    def __init__(self, desk: Desk, view: LimitsView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._usage: dict[str, UsageState] = {}
        self._busy = ""
        self._notice: NoticeState | None = None
        self._spent: dict[str, Spent] = {}
        self._job: Job | None = None
        desk.exchange_done.connect(self._look)
        desk.snapshot_changed.connect(self.render)
        desk.app_changed.connect(self._turn)
        view.usage_wanted.connect(self._ask)
        view.cancel_wanted.connect(self._cancel)
        self._look()

    def _look(self) -> None:
        """Read what was spent, which waits for the disk, and then show it all."""
        app_id, spending = self._desk.app_id, self._desk.world.spending
        if app_id:
            job = self._desk.submit(lambda _cancel: spending.spent(app_id))
            job.succeeded.connect(lambda spent: self._spent.__setitem__(app_id, spent))
            job.finished.connect(self.render)
        self.render()

    def render(self) -> None:
        """Make the pane look like what is known."""
        app_id = self._desk.app_id
        known = self._desk.world.requester.limits.known(app_id)
        now = self._desk.world.clock.now()
        ordered = sorted(known, key=lambda limit: _share(limit, now))
        bearer = self._desk.snapshot.bearer(app_id)
        has_bearer = bearer is not None and bearer.token is not None
        can_ask = has_bearer and not self._busy
        self._view.render_state(
            LimitsState(
                limits=tuple(self._limit(limit, now) for limit in ordered),
                usage=self._usage.get(app_id),
                usage_text=self._usage_text(app_id, has_bearer=has_bearer),
                usage_busy=self._busy,
                can_ask=can_ask,
                spent=self._figures(self._spent.get(app_id, Spent())),
                spent_hint=self.tr(
                    "from this computer only, an estimate by X's prices of {day}"
                ).format(day=price_read_at()),
                notice=self._notice,
                published=_published_lines(),
                published_hint=self.tr("by X's table of {day}; answers tell the true ones").format(
                    day=published().dates.get("limits", published().read_at)
                ),
            )
        )

    def _usage_text(self, app_id: str, *, has_bearer: bool) -> str:
        """Return what stands where there is no usage to show."""
        if self._busy or app_id in self._usage:
            return ""
        if not has_bearer:
            return self.tr("Asking X needs the Bearer Token.")
        return self.tr("X counts per App and day; asking is free.")

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
            self._forecast(known, now),
        )

    def _forecast(self, known: KnownLimit, now: datetime) -> str:
        at = known.rate_limit.used_up_at(now, _window_of(known))
        if at is None:
            return ""
        return self.tr("at this pace none by {time}").format(time=f"{at.astimezone():%H:%M}")

    def _figures(self, spent: Spent) -> tuple[FigureState, ...]:
        many = self.tr("{count} calls").format(count=spent.calls_today)
        calls = self.tr("1 call") if spent.calls_today == 1 else many
        return (
            FigureState(self.tr("Since start"), _dollars(spent.session), self.tr("this window")),
            FigureState(self.tr("Today (UTC)"), _dollars(spent.today), calls),
            FigureState(self.tr("Repeats not charged today"), _dollars(spent.saved_today)),
            FigureState(
                self.tr("A month at this pace"),
                _dollars(spent.month),
                self.tr("by the days of the last week with calls"),
            ),
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

    def _turn(self) -> None:
        self._cancel()
        self._notice = None
        self._look()

    def _ask(self) -> None:
        app_id = self._desk.app_id
        requester, clock = self._desk.world.requester, self._desk.world.clock
        spec = RequestSpec(app_id, "GET", "/2/usage/tweets", BEARER, _USAGE_QUERY)

        def work(cancel: CancelToken) -> UsageState:
            response = requester.send(spec, cancel).response
            raise_for(response.status, response.headers, response.body)
            kind = response.headers.get("content-type", "")
            return usage_of(read_json(response.body, kind, response.status), clock.now())

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


def _window_of(known: KnownLimit) -> float:
    """Return the length of a limit's window in seconds: the published one, else 15 minutes."""
    method, _, path = known.endpoint.partition(" ")
    operation = catalogue().find(method, path)
    pool = "app" if known.credential == BEARER.key else "user"
    quotas = published().quotas(operation.operation_id, pool) if operation else ()
    fitting = [quota.seconds for quota in quotas if quota.calls == known.rate_limit.limit]
    return float(fitting[0]) if fitting else USUAL_WINDOW_SECONDS


def _published_lines() -> tuple[tuple[str, ...], ...]:
    known = published()
    lines = []
    for operation in catalogue().operations:
        pools = [known.quotas(operation.operation_id, pool) for pool in ("app", "user")]
        if any(pools):
            lines.append((f"{operation.method} {operation.path}", *map(_quota_words, pools)))
    return tuple(lines)


def _quota_words(quotas: tuple[Quota, ...]) -> str:
    return ", ".join(f"{quota.calls:,} / {_span(quota.seconds)}" for quota in quotas) or "–"


def _span(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _dollars(sum_of: Decimal) -> str:
    return f"${sum_of:.3f}"
