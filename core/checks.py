"""The free calls that show whether a credential works, and what they tell.

One for the App (`GET /2/usage/tweets`), one for a user (`GET /2/users/me`). The same call
proves a revocation: then it must answer 401.
Source: x-platform notes §§6 and 11, public threads read in autumn 2026: both are served
at zero credits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from core.answers import raise_for, read_json, refusal
from core.environment import Environment
from core.errors import ApiRefused, BadAnswer, Cancelled, KeypaneError
from core.model import App, HttpRequest, HttpResponse
from core.notes import Enrolment, Receipt, subject_id
from core.ports import CancelToken, Transport
from core.readiness import learnt
from core.secret import Secret
from core.vault.journal import Answer
from core.vault.vault import Vault

APP_CHECK_PATH: Final = "/2/usage/tweets"
USER_CHECK_PATH: Final = "/2/users/me"
PROVEN: Final = 401
_TRANSACTION: Final = "x-transaction-id"
_TAIL_CHARACTERS: Final = 5


@dataclass(frozen=True, slots=True)
class Account:
    """Who a user credential acts for."""

    user_id: str
    username: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The call that had to answer 401 after a revocation.

    Attributes:
        transaction_id: X's own id of the call, "" where it sent none.
    """

    status: int
    transaction_id: str = ""


def app_check(environment: Environment, token: Secret | None = None) -> HttpRequest:
    """Return the call that shows whether a Bearer Token works."""
    return _api_get(environment, APP_CHECK_PATH, token)


def user_check(environment: Environment, token: Secret | None = None) -> HttpRequest:
    """Return the call that shows whether a user's token works; without one, to be signed."""
    return _api_get(environment, USER_CHECK_PATH, token)


def bearer_authorization(token: Secret) -> Secret:
    """Return the Authorization value of a token, which goes on the wire exactly as X gave it."""
    return Secret(f"Bearer {token.reveal()}")


def read_account(response: HttpResponse) -> Account:
    """Return whom `GET /2/users/me` named.

    Raises:
        Refused, ServerFault, BadAnswer: it named nobody.
    """
    raise_for(response.status, response.headers, response.body)
    facts = read_json(response.body, response.headers.get("content-type", ""), response.status)
    data = facts.get("data")
    user_id = data.get("id") if isinstance(data, dict) else None
    username = data.get("username") if isinstance(data, dict) else None
    if not isinstance(user_id, str) or not isinstance(username, str) or not user_id:
        raise BadAnswer("the answer names no account", status=response.status)
    return Account(user_id, username)


def prove_dead(transport: Transport, request: HttpRequest, cancel: CancelToken) -> int | None:
    """Return the status of a call that must answer 401, None where no answer came."""
    proof = prove(transport, request, cancel)
    return proof.status if proof else None


def prove(transport: Transport, request: HttpRequest, cancel: CancelToken) -> Proof | None:
    """Make the call that must answer 401; None where no answer came.

    A proof is a courtesy after the fact, so its own failures, a cancel included, raise nothing.
    """
    try:
        return proof_of(transport.send(request, cancel))
    except (KeypaneError, Cancelled):
        return None


def proof_of(response: HttpResponse) -> Proof:
    """Return what an answer proves."""
    sent = response.headers.get(_TRANSACTION, "")
    is_id = sent.isascii() and sent.isprintable() and len(sent) <= 128
    return Proof(response.status, sent if is_id else "")


def receipt_of(
    app_id: str,
    key: str,
    subject: str,
    token: Secret,
    revoked_at: datetime,
    proof: Proof | None,
    now: datetime,
) -> Receipt:
    """Return the receipt of a revocation, to be kept with its proof.

    Args:
        app_id: whose it was.
        key: "bearer", "owner" or the id of a user's token.
        subject: as a person names it.
        token: the one that ended; only its last characters are kept.
        revoked_at: when X said yes.
        proof: the proving call, None where it got no answer.
        now: when it was proven.
    """
    return Receipt(
        receipt_id=uuid4().hex,
        app_id=app_id,
        subject_id=subject_id(app_id, key),
        subject=subject,
        tail=token.tail(_TAIL_CHARACTERS),
        revoked_at=revoked_at,
        proof_status=proof.status if proof else None,
        proven_at=now if proof else None,
        transaction_id=proof.transaction_id if proof else "",
    )


def proof_facts(proof: Proof | None) -> tuple[tuple[str, str], ...]:
    """Return what Activity keeps of a proving call."""
    if proof is None:
        return ()
    sent = (("transaction_id", proof.transaction_id),) if proof.transaction_id else ()
    return (("status", str(proof.status)), *sent)


def note_answer(vault: Vault, app: App, url: str, response: HttpResponse, now: datetime) -> None:
    """Keep what an answer of X's API tells about the App's package and credits.

    Only X has packages and credits. A failing vault raises nothing: the call went well.
    """
    if app.environment.kind != "x":
        return
    reason = ""
    if not 200 <= response.status < 300:
        refused = refusal(response.status, response.headers, response.body)
        if isinstance(refused, ApiRefused):
            reason = refused.reason or refused.problem
    try:
        known = vault.get(Enrolment, app.app_id)
        path = urlsplit(url).path
        news = learnt(known, app.app_id, path, response.status, reason, now)
        if news is not None:
            vault.save(news)
    except KeypaneError:
        return


def headers_of(answer: Answer) -> Mapping[str, str]:
    """Return the headers that the journal kept of an answer."""
    headers = {"content-type": answer.content_type} if answer.content_type else {}
    if answer.again_at is not None:
        headers["x-rate-limit-reset"] = f"{answer.again_at.timestamp():.0f}"
    return headers


def _api_get(environment: Environment, path: str, token: Secret | None) -> HttpRequest:
    return HttpRequest(
        "GET",
        environment.api_url + path,
        authorization=bearer_authorization(token) if token else None,
    )
