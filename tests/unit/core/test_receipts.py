"""Receipts: what a finished revocation leaves for an incident ticket."""

from core.checks import proof_of
from core.model import CredentialState, HttpResponse
from core.notes import Receipt, clean_places, receipt_text, subject_id
from tests.fakes.clock import START
from tests.fakes.fake_transport import answer
from tests.unit.core.service_bench import APP_ID, UNAUTHORIZED, Bench, no_answer

REVOKED = {"revoked": True}


def unauthorized(transaction: str = "5f0c2d") -> HttpResponse:
    headers = {"content-type": "application/json", "x-transaction-id": transaction}
    return HttpResponse(401, headers, answer(UNAUTHORIZED, 401).body)


def receipts(bench: Bench) -> list[Receipt]:
    return list(bench.vault.all(Receipt))


def test_a_revoked_bearer_token_leaves_a_receipt_with_xs_transaction_id(bench: Bench) -> None:
    bench.keep_bearer("A" * 60 + "8avbi")
    bench.will(answer({"access_token": "AAAA/old8avbi"}), unauthorized())

    bench.bearers.revoke(APP_ID, bench.cancel)

    (receipt,) = receipts(bench)
    assert receipt.subject_id == subject_id(APP_ID, "bearer")
    assert (receipt.tail, receipt.proof_status) == ("8avbi", 401)
    assert receipt.transaction_id == "5f0c2d"


def test_a_proof_without_an_answer_is_said_in_the_receipt(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(answer({"access_token": "x"}))
    bench.transport.will(no_answer)

    bench.bearers.revoke(APP_ID, bench.cancel)

    (receipt,) = receipts(bench)
    assert receipt.proof_status is None
    assert "got no answer" in receipt_text(receipt, "Acme Bot")


def test_a_token_that_still_works_leaves_no_receipt(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(answer({"access_token": "x"}), answer({"data": {}}))

    ended = bench.bearers.revoke(APP_ID, bench.cancel)

    assert ended.state is CredentialState.UNCERTAIN
    assert receipts(bench) == []


def test_a_token_that_a_check_finds_dead_leaves_one_receipt_however_often(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(unauthorized(), unauthorized())

    bench.bearers.check(APP_ID, bench.cancel)
    bench.bearers.check(APP_ID, bench.cancel)

    assert len(receipts(bench)) == 1


def test_a_revoked_users_grant_leaves_a_receipt(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer(REVOKED), answer(REVOKED), unauthorized("99aa"))

    bench.sign_in.revoke("user-1", bench.cancel)

    (receipt,) = receipts(bench)
    assert (receipt.subject, receipt.transaction_id) == ("@acme", "99aa")


def test_a_receipt_reads_as_a_ticket_wants_it() -> None:
    receipt = Receipt("r", "a", "a:bearer", "Bearer Token", "8avbi", START, 401, START, "5f0c2d")

    text = receipt_text(receipt, "Acme Bot")

    assert "Bearer Token of Acme Bot" in text
    assert "ends in 8avbi" in text
    assert "answered 401" in text
    assert "transaction id: 5f0c2d" in text


def test_a_transaction_id_that_is_none_is_dropped() -> None:
    assert proof_of(unauthorized("a\nb")).transaction_id == ""
    assert proof_of(unauthorized("a" * 200)).transaction_id == ""


def test_places_are_kept_trimmed_and_once() -> None:
    assert clean_places((" fly.io  acme ", "", "fly.io acme", "CI")) == ("fly.io acme", "CI")
