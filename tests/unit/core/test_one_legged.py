"""The owner's Access Token and Secret."""

import threading

import pytest

from core.errors import Forbidden, NoCredential, TimedOut, Unauthorized
from core.model import AccessTokenPair, CredentialState, HttpResponse
from core.notes import Receipt, receipt_text
from tests.fakes.fake_transport import answer
from tests.unit.core.service_bench import (
    APP_ID,
    ME,
    UNAUTHORIZED,
    Bench,
    authorization,
    no_answer,
)


def stored(bench: Bench) -> AccessTokenPair:
    pair = bench.vault.get(AccessTokenPair, APP_ID)
    assert pair is not None
    return pair


def test_a_check_tells_whose_the_pair_is_and_what_it_may_do(bench: Bench) -> None:
    bench.keep_pair()
    bench.will(answer(ME, headers={"x-access-level": "read-write"}))

    pair = bench.owners.check(APP_ID, bench.cancel)

    assert authorization(bench.transport.seen[0]).startswith("OAuth ")
    assert (pair.username, pair.user_id) == ("acme", "1733410282")
    assert pair.access_level == "read-write"
    assert pair.checked_at == bench.clock.now()


def test_whoami_names_the_account(bench: Bench) -> None:
    bench.keep_pair()
    bench.will(answer(ME))

    assert bench.owners.whoami(APP_ID, bench.cancel).username == "acme"


def _coded(code: int) -> HttpResponse:
    return answer({"errors": [{"code": code, "message": "no"}]}, 401)


REQUEST_TOKEN = b"oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true"


def test_a_pair_that_ended_elsewhere_is_found_dead_by_a_check(bench: Bench) -> None:
    bench.keep_pair()
    bench.will(_coded(89))

    pair = bench.owners.check(APP_ID, bench.cancel)

    assert (pair.state, pair.proof_status) == (CredentialState.REVOKED, 401)
    assert stored(bench) == pair
    assert bench.activities() == [("check", "refused")]
    assert [receipt.proof_status for receipt in bench.vault.all(Receipt)] == [401]


@pytest.mark.parametrize(
    "told",
    [
        answer(REQUEST_TOKEN, 200, {"content-type": "text/html"}),
        answer({"errors": [{"code": 417, "message": "no PIN"}]}, 403),
    ],
    ids=["granted", "no PIN allowed"],
)
def test_a_401_without_a_reason_means_the_pair_where_the_apps_keys_are_taken(
    bench: Bench, told: HttpResponse
) -> None:
    bench.keep_pair()
    bench.will(answer(UNAUTHORIZED, 401), told)

    pair = bench.owners.check(APP_ID, bench.cancel)

    assert bench.paths == ["/2/users/me", "/oauth/request_token"]
    assert "oauth_token=" not in authorization(bench.transport.seen[1])
    assert pair.state is CredentialState.REVOKED


@pytest.mark.parametrize(
    "told",
    [_coded(32), _coded(135), answer(b"<html>hotel</html>", 200), answer({}, 503), no_answer],
    ids=["keys", "clock", "portal", "503", "silence"],
)
def test_a_401_that_may_be_the_keys_or_the_clock_says_nothing_of_the_pair(
    bench: Bench, told: HttpResponse
) -> None:
    bench.keep_pair()
    before = stored(bench)
    bench.transport.will(answer(UNAUTHORIZED, 401), told)

    with pytest.raises(Unauthorized):
        bench.owners.check(APP_ID, bench.cancel)

    assert stored(bench) == before


@pytest.mark.parametrize("code", [32, 135, 215])
def test_a_401_with_another_reason_says_nothing_of_the_pair(bench: Bench, code: int) -> None:
    bench.keep_pair()
    bench.will(_coded(code))

    with pytest.raises(Unauthorized):
        bench.owners.check(APP_ID, bench.cancel)

    assert stored(bench).state is CredentialState.OK
    assert bench.paths == ["/2/users/me"]


def test_without_a_pair_nothing_is_sent(bench: Bench) -> None:
    with pytest.raises(NoCredential):
        bench.owners.check(APP_ID, bench.cancel)

    assert bench.transport.seen == []


def test_the_pair_is_revoked_with_itself_and_that_is_proven(bench: Bench) -> None:
    bench.keep_pair()
    bench.will(answer({"access_token": "17-pair"}), answer(UNAUTHORIZED, 401))

    pair = bench.owners.revoke(APP_ID, bench.cancel)

    assert bench.paths == ["/1.1/oauth/invalidate_token.json", "/2/users/me"]
    assert 'oauth_token="17-pair"' in authorization(bench.transport.seen[0])
    assert (pair.state, pair.proof_status) == (CredentialState.REVOKED, 401)
    with pytest.raises(NoCredential):
        bench.owners.check(APP_ID, bench.cancel)


def test_a_revoked_pair_leaves_a_receipt_without_the_token(bench: Bench) -> None:
    bench.keep_pair()
    proof = answer(UNAUTHORIZED, 401, {"x-transaction-id": "abc123"})
    bench.will(answer({"access_token": "17-pair"}), proof)

    bench.owners.revoke(APP_ID, bench.cancel)

    (receipt,) = bench.vault.all(Receipt)
    assert receipt.subject_id == f"{APP_ID}:owner"
    assert (receipt.proof_status, receipt.transaction_id) == (401, "abc123")
    assert "17-pair" not in receipt_text(receipt, "Acme Bot")


def test_a_revocation_without_a_proving_answer_says_so(bench: Bench) -> None:
    bench.keep_pair()
    bench.transport.will(answer({"access_token": "17-pair"}), no_answer)

    pair = bench.owners.revoke(APP_ID, bench.cancel)

    assert (pair.state, pair.proof_status) == (CredentialState.REVOKED, None)
    assert [receipt.proof_status for receipt in bench.vault.all(Receipt)] == [None]


def test_a_pair_that_survives_is_uncertain(bench: Bench) -> None:
    bench.keep_pair()
    bench.will(answer({"access_token": "17-pair"}), answer(ME))

    assert bench.owners.revoke(APP_ID, bench.cancel).state is CredentialState.UNCERTAIN
    assert bench.vault.all(Receipt) == ()


def test_a_refused_revocation_changes_nothing(bench: Bench) -> None:
    bench.keep_pair()
    before = stored(bench)
    bench.will(answer({"errors": [{"code": 348, "message": "no"}]}, 403))

    with pytest.raises(Forbidden):
        bench.owners.revoke(APP_ID, bench.cancel)

    assert stored(bench) == before
    assert bench.activities() == [("revoke", "refused")]


@pytest.mark.expected_log("outcome of revoke_pair")
def test_an_unknown_revocation_is_repeated_safely(bench: Bench) -> None:
    bench.keep_pair()
    bench.transport.will(no_answer, answer({}), answer(UNAUTHORIZED, 401))
    with pytest.raises(TimedOut):
        bench.owners.revoke(APP_ID, bench.cancel)
    assert stored(bench).state is CredentialState.UNCERTAIN

    assert bench.owners.revoke(APP_ID, bench.cancel).proof_status == 401
    assert bench.vault.open_operations() == ()


def in_doubt(bench: Bench) -> None:
    bench.keep_pair()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.owners.revoke(APP_ID, bench.cancel)


@pytest.mark.expected_log("outcome of revoke_pair")
def test_a_check_settles_a_revocation_that_took_place(bench: Bench) -> None:
    in_doubt(bench)
    bench.will(answer(UNAUTHORIZED, 401))

    assert bench.owners.check(APP_ID, bench.cancel).state is CredentialState.REVOKED
    assert bench.vault.open_operations() == ()
    assert [receipt.proof_status for receipt in bench.vault.all(Receipt)] == [401]


@pytest.mark.expected_log("outcome of revoke_pair")
def test_a_check_settles_a_revocation_that_did_not_take_place(bench: Bench) -> None:
    in_doubt(bench)
    bench.will(answer(ME))

    assert bench.owners.check(APP_ID, bench.cancel).state is CredentialState.OK
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of revoke_pair")
def test_a_check_says_nothing_about_a_pair_that_another_process_is_revoking(bench: Bench) -> None:
    in_doubt(bench)
    bench.will(answer(ME))
    done: list[CredentialState] = []
    check = threading.Thread(
        target=lambda: done.append(bench.owners.check(APP_ID, bench.cancel).state)
    )

    with bench.vault.lock(f"owner:{APP_ID}", bench.cancel):
        check.start()
        check.join(30)
    assert done == [CredentialState.UNCERTAIN]
    assert len(bench.vault.open_operations()) == 1


@pytest.mark.expected_log("outcome of revoke_pair")
def test_a_pair_that_the_first_attempt_ended_is_revoked_though_x_refuses_the_second(
    bench: Bench,
) -> None:
    in_doubt(bench)
    bench.will(answer(UNAUTHORIZED, 401), answer(UNAUTHORIZED, 401))

    assert bench.owners.revoke(APP_ID, bench.cancel).state is CredentialState.REVOKED
    assert bench.vault.open_operations() == ()


def test_a_pair_that_x_does_not_know_is_not_called_revoked_by_the_first_attempt(
    bench: Bench,
) -> None:
    bench.keep_pair()
    bench.will(answer(UNAUTHORIZED, 401))

    with pytest.raises(Unauthorized):
        bench.owners.revoke(APP_ID, bench.cancel)
    assert stored(bench).state is CredentialState.OK
