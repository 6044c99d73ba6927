"""What happened in a sign-in by OAuth 1.0a is told step by step, in the window and in Activity."""

import pytest

from core.errors import ConnectFailed, KeypaneError, SignInRefused, StateMismatch
from core.pair_attempt import OUT_OF_BAND, PairAttempt
from core.three_legged import PairSignIn
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import APP_ID, Bench, no_answer
from tests.unit.core.test_pair_sign_in import HTML, WHO, begun, granted, pairs, redirect

__all__ = ["pairs"]  # a fixture


def steps_of(attempt: PairAttempt) -> list[str]:
    return [step.what for step in attempt.timeline.steps]


def told(bench: Bench) -> list[str]:
    """Return the steps that the newest sign-in in Activity keeps."""
    newest = next(line for line in bench.vault.activities(APP_ID) if line.what == "sign_in")
    return [name.removeprefix("step:") for name, _ in newest.facts if name.startswith("step:")]


@pytest.mark.parametrize(("callback", "how"), [(None, "verifier"), (OUT_OF_BAND, "pin")])
def test_a_sign_in_that_went_well_is_told_to_its_end(
    bench: Bench, pairs: PairSignIn, callback: str | None, how: str
) -> None:
    attempt = begun(bench, pairs, callback)
    bench.will(granted(), WHO)

    pairs.complete(attempt, redirect() if how == "verifier" else "1234567", bench.cancel)

    exchanged = ["request_token", how, "verifier_sent", "pair_answered"]
    assert steps_of(attempt) == [*exchanged, "pair_stored", "level"]
    assert told(bench) == exchanged
    assert "1234567" not in str(attempt.timeline.as_facts())


def test_a_pair_whose_level_is_not_told_says_so(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs)
    bench.will(granted(), answer({"title": "no"}, 503))

    pairs.complete(attempt, redirect(), bench.cancel)

    assert steps_of(attempt)[-1] == "levelless"


def test_a_no_of_the_person_is_told_and_kept_once(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs)

    for _ in range(2):
        with pytest.raises(SignInRefused):
            pairs.complete(
                attempt,
                redirect(oauth_token="-", oauth_verifier="-", denied="request-token"),
                bench.cancel,
            )

    assert steps_of(attempt) == ["request_token", "denied"]
    assert told(bench) == ["request_token", "denied"]
    assert bench.activities() == [("sign_in", "refused")]


def test_a_redirect_with_another_request_token_is_told_as_dropped(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)

    with pytest.raises(StateMismatch):
        pairs.complete(attempt, redirect(oauth_token="another"), bench.cancel)

    assert steps_of(attempt) == ["request_token", "other_token"]
    assert bench.activities() == []


def test_a_refused_pin_is_told_with_xs_status(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs, OUT_OF_BAND)
    bench.will(answer(b"Error processing your OAuth request: Invalid verifier", 401, HTML))

    with pytest.raises(KeypaneError):
        pairs.complete(attempt, "1234567", bench.cancel)

    last = attempt.timeline.steps[-1]
    assert (last.what, last.status) == ("pair_answered", 401)
    assert told(bench)[-1] == "pair_answered"


def test_where_nothing_was_sent_the_steps_say_that_the_attempt_goes_on(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)
    bench.transport.will(no_connection)

    with pytest.raises(ConnectFailed):
        pairs.complete(attempt, redirect(), bench.cancel)

    assert steps_of(attempt)[-1] == "unsent"


@pytest.mark.expected_log("outcome of exchange_pair")
def test_an_exchange_without_an_answer_is_told_as_silence(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs)
    bench.transport.will(no_answer)

    with pytest.raises(KeypaneError):
        pairs.complete(attempt, redirect(), bench.cancel)

    assert steps_of(attempt)[-1] == "silence"
    assert told(bench)[-1] == "verifier_sent"
