"""Following a stream: its events, and when it is opened again."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from core.errors import (
    BadAnswer,
    Cancelled,
    ConnectFailed,
    Forbidden,
    KeypaneError,
    NoCredential,
    PaymentRequired,
    RateLimited,
    ServerFault,
    TimedOut,
    Unauthorized,
)
from core.model import HttpRequest
from core.ports import CancelToken, OpenStream
from core.streams import BackOff, Connected, KeepAlive, Lines, StreamEvent, Waiting, follow
from tests.fakes.clock import START, FakeClock
from tests.fakes.fake_transport import FakeTransport, Reply, Streamed, answer

REQUEST = HttpRequest("GET", "https://api.x.com/2/tweets/search/stream")


class Followed:
    """A stream on a fake transport; it is stopped after so many waits."""

    def __init__(self, *replies: Reply | Streamed, most_waits: int = 3) -> None:
        self.transport = FakeTransport(*replies)
        self.cancel = CancelToken()
        self.waits: list[float] = []
        self._most_waits = most_waits

    def events(self) -> list[StreamEvent]:
        found: list[StreamEvent] = []
        try:
            for event in follow(self.open, self.cancel, FakeClock(), self.wait):
                found.append(event)  # noqa: PERF402 - what came before an error counts
        except Cancelled:
            pass
        return found

    def open(self) -> AbstractContextManager[OpenStream]:
        return self.transport.stream(REQUEST, self.cancel)

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return len(self.waits) >= self._most_waits


def kinds(events: list[StreamEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_lines_and_keep_alives_are_told_apart() -> None:
    followed = Followed(Streamed(((b"1", b"", b"2"), (b"",), (b"3",))), most_waits=1)

    events = followed.events()

    assert kinds(events) == ["Connected", "Lines", "KeepAlive", "Lines", "Waiting"]
    assert [event.lines for event in events if isinstance(event, Lines)] == [
        (b"1", b"2"),
        (b"3",),
    ]


def test_a_stream_that_x_ends_is_opened_again() -> None:
    followed = Followed(Streamed(((b"1",),)), Streamed(((b"2",),)), most_waits=2)

    events = followed.events()

    assert [event.lines for event in events if isinstance(event, Lines)] == [(b"1",), (b"2",)]
    assert len(followed.transport.seen) == 2


def test_a_page_for_browsers_is_no_stream_and_is_not_opened_again() -> None:
    page = Streamed(((b"<html>Sign in to this WiFi</html>",),), {"content-type": "Text/HTML; x=y"})
    followed = Followed(page, page)

    with pytest.raises(BadAnswer, match="not from X"):
        followed.events()

    assert len(followed.transport.seen) == 1


def test_the_wait_begins_anew_once_something_came() -> None:
    broken = TimedOut("broken", host="api.x.com", reason="broken")
    followed = Followed(broken, broken, Streamed(((b"",), broken)), broken, broken, most_waits=5)

    followed.events()

    assert followed.waits == [0.25, 0.5, 0.25, 0.5, 0.75]


def test_a_connection_without_a_line_does_not_begin_the_wait_anew() -> None:
    broken = TimedOut("broken", host="api.x.com", reason="broken")
    followed = Followed(*[Streamed((broken,))] * 3)

    followed.events()

    assert followed.waits == [0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    ("failure", "waits"),
    [
        (None, [0.25, 0.5, 0.75, 1.0]),
        (ConnectFailed("no"), [0.25, 0.5, 0.75, 1.0]),
        (ServerFault("503", status=503), [5.0, 10.0, 20.0, 40.0]),
        (BadAnswer("HTML", status=502), [5.0, 10.0, 20.0, 40.0]),
        (RateLimited(status=429), [60.0, 120.0, 240.0, 480.0]),
    ],
    ids=["ended", "network", "fault", "gateway", "busy"],
)
def test_each_kind_of_failure_has_its_own_waits(
    failure: KeypaneError | None, waits: list[float]
) -> None:
    back_off = BackOff()

    assert [back_off.after(failure, START) for _ in waits] == waits


@pytest.mark.parametrize(
    ("failure", "most"),
    [
        (ConnectFailed("no"), 16.0),
        (ServerFault("503", status=503), 320.0),
        (RateLimited(status=429), 960.0),
    ],
)
def test_no_wait_grows_without_end(failure: KeypaneError, most: float) -> None:
    back_off = BackOff()

    waits = [back_off.after(failure, START) for _ in range(2_000)]

    assert waits[-1] == most
    assert back_off.attempt == 2_000


@pytest.mark.parametrize(
    ("reset_in", "wait"),
    [(600, 600.0), (30, 60.0), (-5, 60.0), (10**9, 960.0), (None, 60.0)],
    ids=["sane", "sooner", "past", "absurd", "none"],
)
def test_a_429_waits_for_its_reset_within_reason(reset_in: int | None, wait: float) -> None:
    refused = RateLimited(status=429)
    refused.reset_at = None if reset_in is None else START + timedelta(seconds=reset_in)

    assert BackOff().after(refused, START) == wait


def test_another_kind_of_failure_begins_its_own_row() -> None:
    back_off = BackOff()
    fault, broken = ServerFault("500", status=500), ConnectFailed("no")

    waits = [back_off.after(each, START) for each in (fault, fault, broken, fault)]

    assert waits == [5.0, 10.0, 0.25, 5.0]
    assert back_off.attempt == 4


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"title": "Unauthorized"}, Unauthorized),
        (403, {"title": "Forbidden"}, Forbidden),
        (402, {"title": "CreditsDepleted"}, PaymentRequired),
    ],
)
def test_a_refusal_that_would_come_again_ends_it(
    status: int, body: dict[str, str], kind: type[KeypaneError]
) -> None:
    followed = Followed(answer(body, status))

    with pytest.raises(kind):
        followed.events()

    assert followed.waits == []


def test_a_missing_credential_ends_it_before_anything_is_sent() -> None:
    def no_credential() -> AbstractContextManager[OpenStream]:
        raise NoCredential("bearer", "absent")

    with pytest.raises(NoCredential):
        list(follow(no_credential, CancelToken(), FakeClock()))


def test_a_429_waits_and_tells_why() -> None:
    followed = Followed(answer({"title": "ConnectionException"}, 429), most_waits=1)

    (waiting,) = followed.events()

    assert isinstance(waiting, Waiting)
    assert isinstance(waiting.why, RateLimited)
    assert (waiting.seconds, waiting.attempt) == (60.0, 1)


def test_a_cancel_between_connections_ends_the_wait() -> None:
    followed = Followed(Streamed(((b"1",),)), most_waits=1)

    with pytest.raises(Cancelled):
        list(follow(followed.open, followed.cancel, FakeClock(), followed.wait))


def test_a_cancel_while_reading_ends_it() -> None:
    def raise_it(cancel: CancelToken) -> None:
        cancel.cancel()

    followed = Followed(Streamed(((b"1",), raise_it, (b"2",))))
    events: list[StreamEvent] = []

    stream = follow(followed.open, followed.cancel, FakeClock())
    with pytest.raises(Cancelled):
        events.extend(stream)

    assert kinds(events) == ["Connected", "Lines"]


def test_lines_are_never_in_a_repr() -> None:
    event = Lines((b"private words",))
    connected = Connected(answer({"text": "private words"}))

    assert "private" not in repr(event)
    assert "private" not in repr(connected)
    assert repr(KeepAlive()) == "KeepAlive()"
