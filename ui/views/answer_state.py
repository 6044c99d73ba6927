"""All that the answer area of the Requests pane shows, as frozen values."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.card_model import CardsState


class AnswerPhase(StrEnum):
    """The four drawn states of the area."""

    EMPTY = "empty"
    BUSY = "busy"
    FAILED = "failed"  # a refusal or no answer: the problem stands above what came
    DONE = "done"


class StatusKind(StrEnum):
    """The colour of a status: 2xx, 4xx that waiting or money solves, other failures."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    OFF = "off"


class AnswerTab(StrEnum):
    """The tabs, by the words that `tab_chosen` carries."""

    CARDS = "cards"
    JSON = "json"
    HEADERS = "headers"
    TIMING = "timing"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Action:
    """A button with a meaning: `key` goes out with `action_wanted`."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, then what to do.

    Attributes:
        title: in a few words, such as "Forbidden".
        sentence: the cause.
        next_step: what to do about it.
        actions: buttons, the best first.
        details: lines for people who want X's own words, such as
            ("Type", "https://…/problems/client-forbidden").
        is_warning: True for what time or money solves (429, 402), painted amber.
        steps: what to press in X's console, in order.
    """

    title: str
    sentence: str = ""
    next_step: str = ""
    actions: tuple[Action, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    is_warning: bool = False
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartialBanner:
    """The line above a partial answer: "1 of 3 not returned." and why."""

    headline: str
    text: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class TimingBar:
    """One step of the exchange. `start_ms` None: it did not happen (kept-alive)."""

    label: str
    start_ms: float | None
    duration_ms: float = 0.0
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the Code tab."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class CodeState:
    """The call as a program; secrets stand in it as environment variables."""

    languages: tuple[Language, ...] = ()
    language: str = ""
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnswerState:
    """The whole area below the form.

    Attributes:
        status: as a person reads it, such as "200 OK"; also its accessible name.
        facts: "182 ms · 3.1 kB · $0.020"; facts_detail: the same in full sentences.
        busy_text: such as "Waiting for X"; shown while the phase is BUSY.
        cards: what the first tab shows; `document` the decoded JSON, or None when the
            body was no JSON; `raw_text` the body as it came. All three are compared
            by identity: hand the same object over again for the same answer.
        headers: of the answer, in the order they came; request_headers without any
            credential.
        next_page: label of the button for the next page, "" when there is none.
        can_walk: whether *All pages…* is offered beside it.
        is_stream: the first tab shows lines as they come (`AnswerView.add_lines`), and a
            problem only while there is none.
        holds_nothing: the answer is whole, and nothing was found.
        code: shown in every phase, since it needs no answer.
    """

    phase: AnswerPhase = AnswerPhase.EMPTY
    status: str = ""
    status_kind: StatusKind = StatusKind.OFF
    facts: str = ""
    facts_detail: str = ""
    busy_text: str = ""
    banner: PartialBanner | None = None
    problem: Problem | None = None
    cards: CardsState = field(default_factory=CardsState)
    document: object = field(default=None, repr=False)
    raw_text: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    timing: tuple[TimingBar, ...] = ()
    next_page: str = ""
    can_walk: bool = False
    is_stream: bool = False
    holds_nothing: bool = False
    code: CodeState = field(default_factory=CodeState)
