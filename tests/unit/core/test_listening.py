"""One attempt and its listener: which redirect URI, in which order, and what counts as answer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from core.authorization import ATTEMPT_SECONDS, begin
from core.errors import BadInput, ListenFailed, SignInRefused
from core.listening import SystemBrowserSignIn
from core.ports import CancelToken, Listener
from tests.unit.core.service_bench import REDIRECT_URI, SCOPES, Bench, redirect_of

HOSTED = "https://example.com/callback"
FIRST = "http://127.0.0.1:8739/callback"
SECOND = "http://localhost:9000/cb"


class FakeListener:
    def wait(self, cancel: CancelToken) -> str | None:
        return None

    def close(self) -> None:
        return


@dataclass
class FakeListen:
    """Binds whatever is not busy, and remembers in which order it was asked."""

    busy: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    is_answer: Callable[[str], bool] | None = None
    seconds: float = 0

    def __call__(
        self, redirect_uri: str, is_answer: Callable[[str], bool], seconds: float
    ) -> Listener:
        self.asked.append(redirect_uri)
        if redirect_uri in self.busy:
            raise ListenFailed(urlsplit(redirect_uri).port or 0, "busy")
        self.is_answer, self.seconds = is_answer, seconds
        return FakeListener()


def test_the_first_redirect_uri_on_this_computer_is_listened_at(bench: Bench) -> None:
    listen = FakeListen()
    app = replace(bench.app, redirect_uris=(HOSTED, FIRST, SECOND))

    attempt, listener = SystemBrowserSignIn(bench.sign_in, listen, bench.clock).begin(app, SCOPES)

    assert listener is not None
    assert listen.asked == [FIRST]
    assert attempt.redirect_uri == FIRST
    assert listen.seconds == ATTEMPT_SECONDS


def test_a_busy_port_leads_to_the_next_one_that_is_registered(bench: Bench) -> None:
    listen = FakeListen(busy=(FIRST,))
    app = replace(bench.app, redirect_uris=(FIRST, SECOND))

    attempt, listener = SystemBrowserSignIn(bench.sign_in, listen, bench.clock).begin(app, SCOPES)

    assert listener is not None
    assert listen.asked == [FIRST, SECOND]
    assert attempt.redirect_uri == SECOND
    assert "redirect_uri=http%3A%2F%2Flocalhost%3A9000%2Fcb&" in attempt.authorize_url


def test_when_all_are_busy_the_first_is_named(bench: Bench) -> None:
    listen = FakeListen(busy=(FIRST, SECOND))
    app = replace(bench.app, redirect_uris=(FIRST, SECOND))

    with pytest.raises(ListenFailed) as caught:
        SystemBrowserSignIn(bench.sign_in, listen, bench.clock).begin(app, SCOPES)

    assert (caught.value.port, caught.value.reason) == (8739, "busy")


def test_without_a_redirect_uri_on_this_computer_nobody_listens(bench: Bench) -> None:
    listen = FakeListen()
    app = replace(bench.app, redirect_uris=(HOSTED,))

    attempt, listener = SystemBrowserSignIn(bench.sign_in, listen, bench.clock).begin(app, SCOPES)

    assert listener is None
    assert listen.asked == []
    assert attempt.redirect_uri == HOSTED


def test_an_attempt_under_way_keeps_all_it_has_and_only_the_rest_of_its_time(bench: Bench) -> None:
    listen = FakeListen()
    browser_sign_in = SystemBrowserSignIn(bench.sign_in, listen, bench.clock)
    app = replace(bench.app, redirect_uris=(FIRST, SECOND))
    attempt = bench.sign_in.begin(app, SCOPES)
    bench.clock.advance(100)

    assert browser_sign_in.listen_for(attempt) is not None

    assert listen.asked == [FIRST]
    assert listen.seconds == ATTEMPT_SECONDS - 100
    assert listen.is_answer is not None
    assert listen.is_answer(redirect_of(attempt))


def test_the_listener_is_told_what_an_answer_is_until_the_deadline(bench: Bench) -> None:
    listen = FakeListen()
    app = replace(bench.app, redirect_uris=(FIRST,))
    attempt, _ = SystemBrowserSignIn(bench.sign_in, listen, bench.clock).begin(app, SCOPES)
    assert listen.is_answer is not None

    assert listen.is_answer(redirect_of(attempt))
    assert listen.is_answer(redirect_of(attempt, error="access_denied", code="-"))
    for foreign in (
        redirect_of(attempt, state="foreign"),
        redirect_of(attempt, state="-"),
        redirect_of(attempt, error="access_denied", state="-", code="-"),
        redirect_of(attempt, code="-"),
        redirect_of(attempt, code=""),
        redirect_of(attempt, iss="https://evil.example"),
        f"{redirect_of(attempt)}&code=another",
        redirect_of(attempt).replace("127.0.0.1", "localhost"),
    ):
        assert not listen.is_answer(foreign)
    bench.clock.advance(ATTEMPT_SECONDS)
    assert not listen.is_answer(redirect_of(attempt))


def test_asking_whether_it_is_an_answer_settles_nothing(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    refusal = redirect_of(attempt, error="access_denied", code="-")

    assert attempt.is_answer(refusal, bench.clock.now())
    assert not attempt.gate.is_settled

    with pytest.raises(SignInRefused):
        attempt.code_of(refusal, bench.clock.now())
    assert attempt.gate.is_settled


def test_only_a_registered_redirect_uri_can_be_asked_for(bench: Bench) -> None:
    with pytest.raises(BadInput):
        bench.sign_in.begin(bench.app, SCOPES, "http://127.0.0.1:1/other")


def test_an_attempt_lives_for_five_minutes(bench: Bench) -> None:
    attempt = begin(bench.app, SCOPES, bench.clock.now())

    assert attempt.redirect_uri == REDIRECT_URI
    assert attempt.deadline_at - attempt.started_at == timedelta(minutes=5)
