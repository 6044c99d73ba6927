"""What goes wrong with a Bearer Token or a user token is said in the row, and nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.model import App, ConsumerKeys, CredentialState
from core.secret import Secret
from tests.conftest import Canaries
from tests.e2e.window.bench import Bench
from tests.timing import within

HTML = "<html><body>Welcome to the hotel's network</body></html>"
TOKEN = "/oauth2/token"
USER_TOKEN = "/2/oauth2/token"
USER_REVOKE = "/2/oauth2/revoke"


def is_alive(bench: Bench) -> None:
    """Act once more: the window still works."""
    bench.sandbox.faults.clear()
    bench.generate()


def with_keys(bench: Bench, key: str, secret: str) -> None:
    app = replace(bench.app, consumer=ConsumerKeys(Secret(key), Secret(secret)))
    bench.vault.save(app)
    wanted = app.consumer
    bench.person.wait(
        lambda: (shown := bench.program.desk.app) and shown.consumer == wanted, "the new keys"
    )


@pytest.mark.parametrize("wrong", ["key", "secret"])
def test_wrong_keys_are_named_and_compared_with_the_console(
    bench: Bench, canaries: Canaries, wrong: str
) -> None:
    ready = bench.sandbox.ready_app
    bad = canaries.secret().reveal()[:25]
    right = bench.app.consumer
    with_keys(
        bench,
        bad if wrong == "key" else ready.api_key,
        bad * 2 if wrong == "secret" else ready.api_secret,
    )

    bench.person.press("Generate Bearer Token")

    bench.person.reads(
        "X did not accept the API Key and API Key Secret",
        "Nothing changed at X or here.",
        "Compare both with the console of X.",
    )
    assert bench.bearer is None
    assert right is not None
    with_keys(bench, right.api_key.reveal(), right.api_secret.reveal())
    is_alive(bench)


# What X may answer to a call that changes something, and what the row says then: what is
# known about X, what is kept, and what comes next.
REFUSALS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (
        {"status": 403, "body": {"errors": [{"code": 99, "message": "Unable to verify"}]}},
        ("X did not accept the API Key", "Nothing changed at X or here.", "Compare both"),
    ),
    (
        {"status": 401, "body": {"errors": [{"code": 32, "message": "Could not authenticate"}]}},
        ("X could not recognise the credential", "Nothing changed", "Copy all four"),
    ),
    (
        {"status": 429},
        ("X was asked too often", "Nothing changed at X or here.", "Try again after"),
    ),
]


@pytest.mark.parametrize(("fault", "sentences"), REFUSALS, ids=["403", "401", "429"])
def test_a_refused_generation_says_what_is_known_and_what_to_do(
    bench: Bench, fault: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    bench.sandbox.faults.add("POST", TOKEN, **fault)

    bench.person.press("Generate Bearer Token")

    bench.person.reads(*sentences)
    assert bench.bearer is None
    assert len(bench.asked(TOKEN)) == 1
    is_alive(bench)


@pytest.mark.expected_log("the outcome of generate")
@pytest.mark.parametrize(
    ("fault", "sentences"),
    [
        ({"status": 503}, ("X had a fault of its own (HTTP 503).",)),
        ({"status": 200, "body": HTML}, ("The answer does not seem to come from X",)),
        ({"drop": "after"}, ("The connection to 127.0.0.1",)),
    ],
    ids=["503", "html", "cut"],
)
def test_a_generation_without_a_usable_answer_is_uncertain_until_it_is_repeated(
    bench: Bench, fault: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    bench.sandbox.faults.add("POST", TOKEN, **fault)

    bench.person.press("Generate Bearer Token")

    bench.person.reads(*sentences, "It is not known whether X acted.", "Uncertain")
    assert bench.bearer is not None
    assert bench.bearer.state is CredentialState.UNCERTAIN
    is_alive(bench)
    settled = bench.bearer
    assert settled is not None
    assert settled.state is CredentialState.OK


def test_a_refused_connection_sent_nothing_and_changes_nothing(bench: Bench) -> None:
    first = bench.generate()
    bench.sandbox.stop()

    bench.person.press("Check Bearer Token")
    bench.person.reads(
        "127.0.0.1",
        "refused the connection.",
        "Nothing was sent to X, and nothing changed.",
        "start it. Then try again.",
    )

    bench.person.press("Revoke Bearer Token")
    bench.person.press("Revoke")
    bench.person.wait(lambda: bench.person.can_press("Revoke Bearer Token"), "the end of it")
    bench.person.reads("Nothing was sent to X, and nothing changed.")
    assert bench.bearer == first


@pytest.mark.expected_log("the outcome of invalidate")
def test_silence_ends_at_the_deadline_and_the_row_says_uncertain(bench: Bench) -> None:
    first = bench.generate()
    bench.transport.deadline_seconds = 0.4
    bench.sandbox.hold.clear()

    bench.person.press("Revoke Bearer Token")
    bench.person.press("Revoke")

    bench.person.reads(
        "took the request and did not answer in time.",
        "It is not known whether X acted. Keypane keeps the tokens that it has.",
        "Check the Bearer Token.",
        "Uncertain",
    )
    assert bench.bearer is not None
    assert bench.bearer.token == first.token
    bench.sandbox.hold.set()
    bench.transport.deadline_seconds = None

    bench.person.wait(lambda: bench.sandbox.bearer_token is None, "the late effect at X")
    bench.person.press("Check Bearer Token")
    bench.person.reads("Revoked · proven, X answered 401")


@pytest.mark.expected_log("the outcome of invalidate")
def test_cancel_stops_the_wait_at_once_and_the_row_says_uncertain(bench: Bench) -> None:
    import time

    bench.generate()
    bench.sandbox.hold.clear()
    bench.person.press("Revoke Bearer Token")
    bench.person.press("Revoke")
    bench.person.wait(lambda: bench.asked("/oauth2/invalidate_token"), "the call")
    button = "Cancel Bearer Token"
    bench.person.wait(lambda: bench.person.can_press(button), button)

    began = time.monotonic()
    bench.person.press(button)
    bench.person.reads("Stopped waiting.")
    assert within(0.5, since=began)

    bench.person.reads("Uncertain")
    assert bench.bearer is not None
    assert bench.bearer.token is not None
    bench.sandbox.hold.set()


@pytest.mark.expected_log("the outcome of refresh")
@pytest.mark.parametrize(
    ("fault", "next_step"),
    [
        ({"status": 500, "effect": "before"}, "Refresh again"),
        ({"status": 200, "body": HTML, "effect": "before"}, "check the credential and try again"),
        ({"drop": "before"}, "Refresh again"),
    ],
    ids=["500", "html", "cut"],
)
def test_a_refresh_without_an_answer_keeps_the_pair_and_is_tried_once_more(
    bench: Bench, fault: dict[str, Any], next_step: str
) -> None:
    first = bench.sign_in()
    bench.sandbox.faults.add("POST", USER_TOKEN, **fault)

    bench.person.press("Refresh @acme")

    bench.person.reads("It is not known whether X acted.", next_step, "Uncertain")
    kept = bench.users[0]
    assert kept.refresh_token == first.refresh_token
    assert kept.access_token == first.access_token

    bench.person.press("Refresh @acme")
    bench.person.reads("Refreshed. The new pair is stored.")
    assert bench.users[0].state is CredentialState.OK
    assert bench.sandbox.state()["replays"] == 0


@pytest.mark.expected_log("the outcome of refresh")
def test_a_refresh_whose_answer_was_lost_ends_in_sign_in_again_and_says_why(
    bench: Bench,
) -> None:
    bench.sign_in()
    bench.sandbox.faults.add("POST", USER_TOKEN, drop="after")
    bench.person.press("Refresh @acme")
    bench.person.reads("Uncertain")

    bench.person.press("Refresh @acme")

    bench.person.reads("Needs sign-in", "@acme needs to sign in again.", "Sign the user in again")
    assert len(bench.asked(USER_TOKEN)) == 3  # the exchange, and each try once


@pytest.mark.expected_log("the outcome of revoke")
def test_a_fault_in_the_middle_of_a_revocation_is_finished_by_revoking_again(
    bench: Bench,
) -> None:
    bench.sign_in()
    bench.sandbox.faults.add("POST", USER_REVOKE, status=502)

    bench.person.press("Revoke @acme")
    bench.person.press("Revoke")
    bench.person.reads(
        "X had a fault of its own (HTTP 502).",
        "It is not known whether X acted.",
        "Revoke again: doing it twice does no harm.",
        "Uncertain",
    )
    assert bench.users[0].access_token is not None

    bench.person.press("Revoke @acme")
    bench.person.press("Revoke")
    bench.person.reads("Revoked · proven, X answered 401")
    assert bench.sandbox.state()["users"] == []


def test_a_wrong_client_secret_is_named_and_the_pair_stays(
    bench: Bench, canaries: Canaries
) -> None:
    first = bench.sign_in()
    wrong = canaries.secret()
    bench.vault.update(App, bench.app.app_id, _with_client_secret(wrong))

    bench.person.press("Refresh @acme")

    bench.person.reads("Nothing changed at X or here.", "Client Secret")
    assert bench.users[0].refresh_token == first.refresh_token
    assert bench.users[0].state is CredentialState.OK


def _with_client_secret(wrong: Secret) -> Callable[[App], App]:
    def change(app: App) -> App:
        assert app.client is not None
        return replace(app, client=replace(app.client, client_secret=wrong))

    return change


def test_what_went_wrong_can_be_put_away(bench: Bench) -> None:
    bench.sandbox.faults.add("POST", TOKEN, status=429)
    bench.person.press("Generate Bearer Token")
    bench.person.reads("X was asked too often")

    bench.person.press("Close")

    bench.person.wait(lambda: not bench.person.sees("X was asked too often"), "a quiet row")
