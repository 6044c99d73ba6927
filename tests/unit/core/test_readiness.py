"""The readiness line: what is here and what calls told, never a call of its own."""

from typing import Any

import pytest

from core.environment import Environment
from core.errors import PaymentRequired, Refused
from core.exchange import RequestSpec
from core.model import CredentialState, HttpResponse
from core.notes import Enrolment
from core.readiness import Step, StepKey, StepState, learnt, steps_of
from tests.fakes.clock import START
from tests.fakes.fake_transport import answer
from tests.fakes.nouns import app, bearer, user
from tests.unit.core.service_bench import APP_ID, Bench

NOT_ENROLLED = {
    "title": "Client Forbidden",
    "status": 403,
    "reason": "client-not-enrolled",
    "type": "https://api.twitter.com/2/problems/client-forbidden",
}
NO_CREDITS = {"title": "CreditsDepleted", "status": 402, "type": "about:blank"}


def states(*steps: Step) -> dict[str, str]:
    return {str(step.key): str(step.state) for step in steps}


def told(**facts: Any) -> Enrolment:
    return Enrolment("app-1", facts.get("package", ""), facts.get("credits", ""), START)


def test_a_new_app_on_x_knows_its_keys_and_nothing_of_package_and_credits() -> None:
    assert states(*steps_of(app(redirect_uris=()), None, ())) == {
        "keys": "done",
        "package": "unknown",
        "credits": "unknown",
        "callback": "open",
        "user": "open",
    }


def test_a_sandbox_has_neither_package_nor_credits() -> None:
    sandbox = app(environment=Environment.sandbox("http://127.0.0.1:8123"))

    assert states(*steps_of(sandbox, None, ())) == {
        "keys": "done",
        "callback": "done",
        "user": "open",
    }


def test_the_line_ends_once_all_is_done() -> None:
    assert steps_of(app(), None, (user(),), told(package="ok", credits="ok")) == ()


@pytest.mark.parametrize("state", [CredentialState.REVOKED, CredentialState.NEEDS_SIGN_IN])
def test_a_user_who_must_sign_in_again_leaves_the_step_open(state: CredentialState) -> None:
    found = steps_of(app(), None, (user(state=state),), told(package="ok", credits="ok"))

    assert Step(StepKey.USER, StepState.OPEN) in found


def test_a_bearer_token_alone_is_keys_enough_until_it_is_revoked() -> None:
    alive = steps_of(app(consumer=None), bearer(), ())
    dead = steps_of(app(consumer=None), bearer(state=CredentialState.REVOKED), ())

    assert Step(StepKey.KEYS, StepState.DONE) in alive
    assert Step(StepKey.KEYS, StepState.OPEN) in dead


@pytest.mark.parametrize(
    ("path", "status", "reason", "package", "money"),
    [
        ("/2/usage/tweets", 200, "", "ok", ""),
        ("/2/users/me", 200, "", "ok", ""),
        ("/2/tweets", 200, "", "ok", "ok"),
        ("/2/tweets", 402, "", "ok", "open"),
        ("/2/usage/tweets", 403, "client-not-enrolled", "open", ""),
        ("/2/users/me", 403, "user-not-enrolled", "open", ""),
    ],
)
def test_an_answer_tells_of_package_and_credits(
    path: str, status: int, reason: str, package: str, money: str
) -> None:
    news = learnt(None, "app-1", path, status, reason, START)

    assert news is not None
    assert (news.package, news.credits) == (package, money)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 503])
def test_other_answers_tell_nothing(status: int) -> None:
    assert learnt(told(package="ok"), "app-1", "/2/tweets", status, "", START) is None


def test_what_was_known_already_is_no_news() -> None:
    assert learnt(told(package="ok"), "app-1", "/2/users/me", 200, "", START) is None


def test_a_free_call_does_not_take_back_what_402_said() -> None:
    assert (
        learnt(told(package="ok", credits="open"), "a", "/2/usage/tweets", 200, "", START) is None
    )


def test_the_free_check_of_a_bearer_token_is_remembered(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(HttpResponse(200, {"content-type": "application/json"}, b'{"data": {}}'))

    bench.bearers.check(APP_ID, bench.cancel)

    kept = bench.vault.get(Enrolment, APP_ID)
    assert kept is not None
    assert (kept.package, kept.credits) == ("ok", "")


def test_a_check_that_x_refuses_for_want_of_a_package_is_remembered(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(answer(NOT_ENROLLED, 403))

    with pytest.raises(Refused):
        bench.bearers.check(APP_ID, bench.cancel)

    kept = bench.vault.get(Enrolment, APP_ID)
    assert kept is not None
    assert kept.package == "open"


def test_a_check_of_a_user_that_wants_credits_is_remembered(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer(NO_CREDITS, 402))

    with pytest.raises(PaymentRequired):
        bench.sign_in.check("user-1", bench.cancel)

    kept = bench.vault.get(Enrolment, APP_ID)
    assert kept is not None
    assert (kept.package, kept.credits) == ("ok", "open")


def test_a_call_that_costs_shows_that_there_are_credits(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(answer({"data": []}))

    bench.requester.send(
        RequestSpec(APP_ID, "GET", "/2/tweets", query=(("ids", "20"),)), bench.cancel
    )

    kept = bench.vault.get(Enrolment, APP_ID)
    assert kept is not None
    assert kept.credits == "ok"
