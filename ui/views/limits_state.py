"""What *Limits and usage* shows."""

from dataclasses import dataclass, field
from datetime import datetime

from ui.widgets import NoticeState
from ui.widgets.bar_chart import Bar, Cap


@dataclass(frozen=True, slots=True)
class LimitState:
    """What is left of one rate limit.

    Attributes:
        endpoint: as "GET /2/tweets". credential: "Bearer Token" or "@acme".
        left, limit: as written, "3,498" and "3,500".
        share: how much is left, from 0.0 to 1.0.
        kind: colour of the gauge, accent, warn or bad.
        blocked: words where nothing is left, as "Blocked until 12:41".
        resets_at: when the window begins anew, a UTC moment.
        forecast: words where the present pace will not last, as "At this pace none by 12:38".
    """

    endpoint: str
    credential: str
    left: str
    limit: str
    share: float
    kind: str = "accent"
    blocked: str = ""
    resets_at: datetime | None = None
    forecast: str = ""


@dataclass(frozen=True, slots=True)
class UsageState:
    """Posts read per day by the whole App, as X counts them, oldest first.

    `count` is this month's number as written, `month` the words that follow it, `cap` what
    a day may have of the month's cap, `cap_words` the same where it would not fit the scale.
    """

    bars: tuple[Bar, ...]
    count: str
    month: str
    description: str = ""
    cap: Cap = field(default_factory=Cap)
    cap_words: str = ""


@dataclass(frozen=True, slots=True)
class FigureState:
    """A number with its name above it and quiet words after it."""

    label: str
    value: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class LimitsState:
    """All that the pane shows.

    `limits` comes in the order to show, fewest left first. `usage` is None until X
    was asked; `usage_text` says why. `spent` counts this computer only. `published` are the
    lines of X's own table: endpoint, per App, per user.
    """

    limits: tuple[LimitState, ...] = ()
    usage: UsageState | None = None
    usage_text: str = ""
    usage_busy: str = ""
    can_ask: bool = True
    spent: tuple[FigureState, ...] = ()
    spent_hint: str = ""
    notice: NoticeState | None = None
    published: tuple[tuple[str, ...], ...] = ()
    published_hint: str = ""
