"""Pictures of *Requests* for `gallery.py`: one function per state.

What they show is made by the program's own functions from sample drafts and answers, so the
words in the pictures are those of the program.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from PySide6.QtWidgets import QApplication, QWidget

from core.catalogue import Operation, catalogue
from core.errors import RateLimited
from core.forecast import forecast
from core.page_walk import Ended, Progress
from core.preflight import CAN, Fix, Verdict, verdict_for_bearer
from core.request_draft import Draft
from core.snippets import BEARER, LANGUAGES, call_of, code, offered
from core.stream_tail import TailState
from scripts import gallery_answers as answers
from scripts import gallery_states as samples
from ui.main_window import MainWindow
from ui.presenters import requests_rows as rows
from ui.presenters.requests_price import Asked, price_words
from ui.presenters.requests_question import question
from ui.presenters.requests_run import stream_over, stream_run, walk_run
from ui.shell import Tab
from ui.views.answer_run import RunState
from ui.views.answer_state import AnswerPhase, AnswerState, AnswerTab, CodeState, Language
from ui.views.requests import RequestsPane
from ui.views.requests_book_state import BookRow, BookState, BookTone, SaveState
from ui.views.requests_bounds import BoundsState
from ui.views.requests_state import BodyState, CredentialOption, RequestsState
from ui.widgets import ToastState

_IDS: Final = ("1261326399320715264", "1278347468690915330", "20")
_ORIGIN: Final = "https://api.x.com"
_CREDENTIALS: Final = (
    CredentialOption("bearer", "Bearer Token", "Acts for the App, read-only"),
    CredentialOption("user:acme", "@acme", "tweet.read, users.read"),
    CredentialOption("oauth1", "OAuth 1.0a", "@acme · Read and write"),
)
_BUSY: Final = AnswerState(AnswerPhase.BUSY, busy_text="Waiting for X…")
_OPENING: Final = AnswerState(AnswerPhase.BUSY, busy_text="Opening the stream…", is_stream=True)
_MISSING: Final = Verdict(
    can_call=False,
    reason="Needs {scopes}, which this sign-in was not granted.",
    fix=Fix.SIGN_IN_WITH_SCOPES,
    scopes=("tweet.write",),
)


def _operation(identity: str) -> Operation:
    found = catalogue().by_id(identity)
    if found is None:
        raise LookupError(identity)
    return found


_POSTS: Final = Draft(
    _operation("getPostsByIds"),
    {
        "ids": _IDS,
        "tweet.fields": ("created_at", "public_metrics"),
        "expansions": ("author_id",),
    },
)
_SEARCH: Final = Draft(
    _operation("searchPostsRecent"),
    {"query": ("(from:acme OR #XAPI) lang:en",), "max_results": ("100",)},
)
_WRITE: Final = Draft(
    _operation("createPosts"),
    body='{\n  "text": "Hello from Keypane",\n  "reply_settings": "following"\n}',
)
_SAMPLE: Final = Draft(_operation("streamPosts"), {"tweet.fields": ("created_at",)})
_USER: Final = Draft(_operation("getUsersByUsername"), {"username": ("PracticeDevs",)})


def _state(
    draft: Draft,
    answer: AnswerState | None = None,
    *,
    verdict: Verdict = CAN,
    credential: str = "bearer",
    touched: bool = False,
    **more: Any,
) -> RequestsState:
    """Return the pane's state, composed as the presenter composes it."""
    body_error, line = draft.body_problem()
    short, detail = price_words(forecast(draft.operation, draft.values, draft.body), "x")
    body = BodyState(draft.body, "", body_error, line) if draft.operation.body else None
    state = RequestsState(
        operations=rows.operation_rows(_judged(credential)),
        chosen=draft.operation.operation_id,
        credentials=_CREDENTIALS,
        credential=credential,
        method=draft.operation.method,
        url=_ORIGIN + draft.target(),
        price=short,
        price_detail=detail,
        send_label="Read stream" if draft.operation.streaming else "",
        more_ways=(("save", "Save this request…"),),
        parameters=rows.parameter_states(draft, touched=touched),
        body=body,
        preflight=rows.preflight_problem(draft.operation, verdict),
        remarks=rows.remarks(draft.operation),
        answer=replace(answer or AnswerState(), code=_code(draft)),
    )
    return replace(state, **more)


def _judged(credential: str) -> Callable[[Operation], Verdict]:
    if credential == "bearer":
        return lambda operation: verdict_for_bearer(operation, has_token=True)
    return lambda _operation: CAN


def _code(draft: Draft) -> CodeState:
    languages = tuple(Language(key, LANGUAGES[key][0]) for key in offered(BEARER))
    text = code("curl", call_of(draft, _ORIGIN, BEARER))
    note = "The secret is read from the environment and never stands in the code."
    return CodeState(languages, "curl", text, note)


def _window(state: RequestsState, tab: AnswerTab = AnswerTab.CARDS) -> MainWindow:
    pane = RequestsPane()
    window = MainWindow(dict.fromkeys(Tab, lambda: pane))
    window.render_state(samples.SHELL)
    window.header.tabs.blockSignals(True)
    window.show_tab(Tab.REQUESTS)
    window.show()
    pane.render_state(state)
    pane.answer.tabs.setCurrentIndex(tuple(AnswerTab).index(tab))
    return window


def _pane(window: MainWindow) -> RequestsPane:
    pane = window.pane(Tab.REQUESTS)
    assert isinstance(pane, RequestsPane)
    return pane


def _running(draft: Draft, answer: AnswerState, run: RunState, lines: int = 0) -> MainWindow:
    window = _window(_state(draft, answer, is_busy=True))
    pane = _pane(window)
    if lines:
        pane.answer.add_lines(answers.stream_lines(lines))
    pane.answer.render_run(run)
    return window


def _posts(document: object = answers.POSTS) -> AnswerState:
    return answers.answered(_POSTS.operation, document)


def _refused(body: object, status: int, reason: str, **more: Any) -> MainWindow:
    return _window(_state(_POSTS, answers.answered(_POSTS.operation, body, status, reason, **more)))


def _broken(body: bytes, kind: str = "application/json") -> MainWindow:
    return _window(_state(_POSTS, answers.answered(_POSTS.operation, body, kind=kind)))


def _walked(ended: Ended, words: str) -> MainWindow:
    answer = replace(answers.walked(_SEARCH.operation, ended, 4, "1.500"), can_walk=True)
    window = _window(_state(_SEARCH, answer))
    window.show_toast(ToastState(words))
    return window


def _stream(state: TailState, *, is_paused: bool = False, lines: int = 40) -> MainWindow:
    return _running(_SAMPLE, _OPENING, stream_run(state, is_paused=is_paused), lines)


_LIVE: Final = TailState(
    is_open=True, total=12_480, kept=1_000, rate=18.4, connections=1, dollars=Decimal("62.400")
)


def _history() -> BookState:
    return BookState(
        history=(
            BookRow("1", "GET", "Posts by IDs", "200 · 14:03 · ids 3", BookTone.OK),
            BookRow("2", "GET", "Search Posts, last 7 days", "429 · 13:58 · cats", BookTone.WARN),
            BookRow("3", "POST", "Create a Post", "403 · 13:40", BookTone.BAD),
            BookRow("4", "GET", "User by username", "no answer · 22 Nov 18:20 · acme"),
        ),
        saved=(
            BookRow("1", "GET", "Two Posts for the demo", "With authors and metrics."),
            BookRow("2", "GET", "Mentions of @acme", "/2/users/7/mentions?max_results=100"),
            BookRow("3", "POST", "Announce a release", "Changes the version by hand"),
        ),
    )


def _side(tab: str, book: BookState | None = None) -> MainWindow:
    window = _window(_state(_POSTS, _posts()))
    side = _pane(window).side
    side.show_tab(tab)
    side.render_book(book or BookState())
    chosen = side.saved if tab == "saved" else side.history
    if chosen.model.rowCount():
        chosen.list.setCurrentIndex(chosen.model.index(0))
    return window


def _bounds(error: str = "", count: str = "10") -> BoundsState:
    price = forecast(_SEARCH.operation, _SEARCH.values)
    return BoundsState(
        "Fetch all pages?",
        (f"Each page costs up to ${price.most:.3f} by X's price list of {price.read_at}.",),
        "Fetch",
        "Stop after pages",
        count,
        "1.00",
        error,
    )


def _picked(name: str, button: str) -> MainWindow:
    """Return the form of a search with the popup that a button of a parameter opens."""
    from ui.widgets import Button

    draft = _SEARCH.with_value("start_time", "2026-11-20T00:00:00Z")
    window = _window(_state(draft, AnswerState()))
    window.resize(1240, 900)
    for _ in range(8):
        QApplication.processEvents()
    label = f"{button} {name}"
    found = [b for b in _pane(window).findChildren(Button) if label in b.accessibleName()]
    found[0].click()
    return window


def _wrong(text: str, error: str) -> MainWindow:
    return _window(_state(_POSTS, url=text, url_error=error))


def _narrow(answer: AnswerState) -> MainWindow:
    window = _window(_state(_POSTS, answer))
    window.resize(960, 600)
    return window


def _no_operation() -> MainWindow:
    window = _window(_state(_POSTS))
    _pane(window).operations.search.setText("spaceships")
    return window


def _asked(draft: Draft, why: Asked, who: str) -> MainWindow:
    price = forecast(draft.operation, draft.values, draft.body)
    asked = question(draft, who, price, why, "x")
    return _window(_state(draft, confirmation=asked, can_stop_asking=why is Asked.WRITE))


def _stream_over() -> MainWindow:
    window = _window(_state(_SAMPLE, stream_over(replace(_LIVE, is_open=False), "posts", None)))
    _pane(window).answer.add_lines(answers.stream_lines(40))
    return window


_DAYS: Final = {"start_time": ("2026-11-20T00:00:00Z",), "query": ("lang:en",)}
SCENES: Final[dict[str, Callable[[], QWidget]]] = {
    "empty": lambda: _window(_state(_POSTS)),
    "busy": lambda: _window(_state(_POSTS, _BUSY, is_busy=True)),
    "posts": lambda: _window(_state(_POSTS, _posts())),
    "posts_partial": lambda: _window(_state(_POSTS, _posts(answers.PARTIAL))),
    "posts_rich": lambda: _window(_state(_SEARCH, replace(_posts(answers.RICH), can_walk=True))),
    "users": lambda: _window(_state(_USER, answers.answered(_USER.operation, answers.USERS))),
    "nothing_found": lambda: _window(
        _state(_SEARCH, answers.answered(_SEARCH.operation, answers.EMPTY))
    ),
    "json": lambda: _window(_state(_POSTS, _posts(answers.PARTIAL)), AnswerTab.JSON),
    "headers": lambda: _window(_state(_POSTS, _posts()), AnswerTab.HEADERS),
    "timing": lambda: _window(_state(_POSTS, _posts()), AnswerTab.TIMING),
    "code": lambda: _window(_state(_POSTS), AnswerTab.CODE),
    "refused_401": lambda: _refused(answers.BAD_TOKEN, 401, "Unauthorized"),
    "refused_402": lambda: _refused(answers.NO_CREDITS, 402, "Payment Required"),
    "refused_403": lambda: _refused(answers.NOT_ENROLLED, 403, "Forbidden"),
    "refused_429": lambda: _refused(answers.TOO_MANY, 429, "Too Many Requests", left=0),
    "refused_503": lambda: _refused(b"", 503, "Service Unavailable", kind="text/plain"),
    "no_connection": lambda: _window(_state(_POSTS, answers.unreachable())),
    "no_answer": lambda: _window(_state(_POSTS, answers.silent())),
    "html": lambda: _broken(answers.HTML, "text/html"),
    "truncated": lambda: _broken(answers.CUT_OFF),
    "repeated_key": lambda: _broken(answers.REPEATED),
    "too_deep": lambda: _broken(answers.DEEP),
    "pages_running": lambda: _running(
        _SEARCH, _BUSY, walk_run(Progress(3, 300, Decimal("1.500"), 90_000), is_paused=False)
    ),
    "pages_paused": lambda: _running(
        _SEARCH, _BUSY, walk_run(Progress(3, 300, Decimal("1.500"), 90_000), is_paused=True)
    ),
    "pages_price": lambda: _walked(
        Ended.PRICE, "Stopped before the sum was passed: 4 pages · 12 results · $1.500."
    ),
    "pages_refused": lambda: _walked(
        Ended.REFUSED, "X refused a page. What came is kept: 4 pages · 12 results · $1.500."
    ),
    "stream_opening": lambda: _stream(TailState(), lines=0),
    "stream_live": lambda: _stream(_LIVE),
    "stream_paused": lambda: _stream(_LIVE, is_paused=True),
    "stream_stalled": lambda: _stream(replace(_LIVE, rate=0.0, quiet_seconds=14, keep_alives=3)),
    "stream_waiting": lambda: _stream(
        replace(_LIVE, is_open=False, attempt=2, waiting_seconds=32, why=RateLimited())
    ),
    "stream_over": _stream_over,
    "stream_refused": lambda: _window(
        _state(
            _SAMPLE,
            replace(
                answers.answered(_SAMPLE.operation, answers.TOO_MANY, 429, "Too Many Requests"),
                is_stream=True,
            ),
        )
    ),
    "saved": lambda: _side("saved", _history()),
    "saved_empty": lambda: _side("saved"),
    "history": lambda: _side("history", _history()),
    "history_empty": lambda: _side("history"),
    "save": lambda: _side(
        "saved", replace(_history(), save=SaveState("Save this request", "Save", "Posts by IDs"))
    ),
    "bounds": lambda: _window(_state(_SEARCH, bounds=_bounds())),
    "bounds_wrong": lambda: _window(
        _state(
            _SEARCH,
            bounds=_bounds("Whole numbers and sums of money, or nothing for no bound.", "ten"),
        )
    ),
    "write": lambda: _window(_state(_WRITE, credential="user:acme")),
    "write_wrong": lambda: _window(
        _state(
            replace(_WRITE, body='{\n  "text": "Hello",\n  "reply_settings" "following"\n}'),
            credential="user:acme",
        )
    ),
    "write_confirm": lambda: _asked(_WRITE, Asked.WRITE, "@acme"),
    "price_confirm": lambda: _asked(_SEARCH, Asked.PRICE, "the Bearer Token"),
    "needs_user": lambda: _window(
        _state(_WRITE, verdict=verdict_for_bearer(_WRITE.operation, has_token=True))
    ),
    "needs_scopes": lambda: _window(_state(_WRITE, verdict=_MISSING, credential="user:acme")),
    "enterprise": lambda: _window(
        _state(Draft(_operation("likePost"), {"id": ("7",)}, body='{"tweet_id": "20"}'))
    ),
    "exclusive": lambda: _window(_state(replace(_SEARCH, values=_DAYS))),
    "form_wrong": lambda: _window(
        _state(
            replace(
                _SEARCH,
                values={"max_results": ("1000",), "start_time": ("yesterday",)},
            ),
            touched=True,
        )
    ),
    "date_picker": lambda: _picked("start_time", "Pick"),
    "chooser": lambda: _picked("expansions", "Add"),
    "address_wrong": lambda: _wrong(
        "https://api.x.com/2/nothing", "X has no such operation. Choose it in the list."
    ),
    "no_operation": _no_operation,
    "narrow": lambda: _narrow(_posts(answers.PARTIAL)),
    "narrow_refused": lambda: _narrow(
        answers.answered(_POSTS.operation, answers.TOO_MANY, 429, "Too Many Requests")
    ),
}
