"""The timeline of a sign-in: every step, no value."""

from datetime import timedelta

import pytest

from core.errors import ConnectFailed, OAuthRefused, SignInRefused, StateMismatch, TimedOut
from core.model import Activity
from core.secret import Secret
from core.timeline import EXPLANATIONS, STEP, Step, Timeline, masked, parameter_names, title_of_fact
from tests.fakes.clock import START
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    ME,
    SCOPES,
    Bench,
    no_answer,
    redirect_of,
    token_answer,
)

CODE = "a-code-that-is-long-enough-a1b2"


def steps(timeline: Timeline) -> list[str]:
    """Return what happened, in order."""
    return [step.what for step in timeline.steps]


def lines(bench: Bench) -> tuple[Activity, ...]:
    """Return the lines of Activity, oldest first."""
    return tuple(reversed(bench.vault.activities(APP_ID)))


def test_a_sign_in_tells_each_step_with_host_and_status(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), answer(ME))

    bench.sign_in.complete(attempt, redirect_of(attempt, code=CODE), bench.cancel)

    assert [(step.what, step.host, step.status) for step in attempt.timeline.steps] == [
        ("begun", "x.com", 0),
        ("redirect", "127.0.0.1:8739", 0),
        ("sent", "api.x.com", 0),
        ("answered", "api.x.com", 200),
        ("stored", "", 0),
        ("whoami", "api.x.com", 200),
    ]


def test_no_step_holds_a_value(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer("access-token-value", "refresh-token-value"), answer(ME))

    bench.sign_in.complete(attempt, redirect_of(attempt, code=CODE), bench.cancel)

    told = repr(attempt.timeline.steps) + repr(lines(bench))
    assert "…a1b2 (masked, 31 characters)" in told
    for secret in (CODE, attempt.state.reveal(), attempt.verifier.reveal(), "token-value"):
        assert secret not in told
    assert "client secret" not in told


def test_the_lines_of_activity_carry_the_steps_once(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), answer(ME))

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    signed_in, checked = lines(bench)
    names = [name.removeprefix(STEP) for name, _ in (*signed_in.facts, *checked.facts)]
    assert names == steps(attempt.timeline)
    assert names[: len(signed_in.facts)] == ["begun", "redirect", "sent", "answered"]


def test_a_foreign_redirect_is_told_and_the_attempt_goes_on(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, redirect_of(attempt, state="foreign"), bench.cancel)
    bench.will(token_answer(), answer(ME))

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert steps(attempt.timeline)[:4] == ["begun", "foreign", "redirect", "sent"]
    assert "foreign" not in repr(attempt.timeline.steps[1].facts)


def test_cancel_at_x_is_told_once_and_stands_in_activity(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    back = redirect_of(attempt, code="-", error="access_denied")

    for _ in range(2):
        with pytest.raises(SignInRefused):
            bench.sign_in.complete(attempt, back, bench.cancel)

    assert steps(attempt.timeline) == ["begun", "refused"]
    (line,) = lines(bench)
    assert (line.what, line.outcome) == ("sign_in", "refused")
    assert line.facts[-1][1].endswith("error access_denied")


def test_a_refused_exchange_tells_its_status(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(answer({"error": "invalid_request", "error_description": "Value passed"}, 400))

    with pytest.raises(OAuthRefused):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert (attempt.timeline.steps[-1].what, attempt.timeline.steps[-1].status) == ("answered", 400)


@pytest.mark.expected_log("the outcome of exchange")
def test_silence_and_a_lost_connection_are_told_apart(bench: Bench) -> None:
    silent, unsent = (bench.sign_in.begin(bench.app, SCOPES) for _ in range(2))
    bench.transport.will(no_answer, no_connection)

    with pytest.raises(TimedOut):
        bench.sign_in.complete(silent, redirect_of(silent), bench.cancel)
    with pytest.raises(ConnectFailed):
        bench.sign_in.complete(unsent, redirect_of(unsent), bench.cancel)

    assert steps(silent.timeline)[-1] == "silence"
    assert steps(unsent.timeline)[-1] == "unsent"


def test_an_account_that_x_does_not_name_is_told(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), answer({"title": "Unavailable"}, 503))

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert steps(attempt.timeline)[-2:] == ["stored", "nameless"]


def test_a_step_is_one_line_of_time_host_status_and_facts() -> None:
    step = Step(START + timedelta(seconds=1.25), "answered", "api.x.com", 200, (("scopes", "2"),))

    assert step.line(START) == "+1.2 s · api.x.com · 200 · scopes 2"


def test_an_unknown_step_is_refused_and_every_known_one_teaches() -> None:
    with pytest.raises(KeyError):
        Timeline().note(START, "unheard of")

    assert all(each.title and each.why.endswith(".") for each in EXPLANATIONS.values())


def test_only_a_host_is_kept_of_an_address() -> None:
    timeline = Timeline()

    timeline.note(START, "opened_system", "https://user:pass@x.com/i/oauth2?state=hidden")

    assert timeline.steps[0].host == "x.com"


def test_only_known_parameters_are_named() -> None:
    assert parameter_names("http://h/?code=1&state=2&evil%20text=3") == "code, state, 1 more"
    assert parameter_names("http://[") == ""


def test_a_short_secret_shows_nothing_of_itself() -> None:
    assert masked(Secret("short")) == "… (masked, 5 characters)"


def test_facts_that_are_no_step_have_no_title() -> None:
    assert title_of_fact("step:begun") == "An attempt began"
    assert title_of_fact("begun") == title_of_fact("step:unheard") == ""
