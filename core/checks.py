"""The free calls that show whether a credential works, and what they tell.

One for the App (`GET /2/usage/tweets`), one for a user (`GET /2/users/me`). The same call
proves a revocation: then it must answer 401.
Source: x-platform notes §§6 and 11, public threads read in autumn 2026: both are served
at zero credits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.answers import raise_for, read_json
from core.environment import Environment
from core.errors import BadAnswer, Cancelled, KeypaneError
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken, Transport
from core.secret import Secret
from core.vault.journal import Answer

APP_CHECK_PATH: Final = "/2/usage/tweets"
USER_CHECK_PATH: Final = "/2/users/me"
PROVEN: Final = 401


@dataclass(frozen=True, slots=True)
class Account:
    """Who a user credential acts for."""

    user_id: str
    username: str


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
    """Return the status of a call that must answer 401, None where no answer came.

    A proof is a courtesy after the fact, so its own failures, a cancel included, raise nothing.
    """
    try:
        return transport.send(request, cancel).status
    except (KeypaneError, Cancelled):
        return None


def headers_of(answer: Answer) -> Mapping[str, str]:
    """Return the headers that the journal kept of an answer."""
    return {"content-type": answer.content_type} if answer.content_type else {}


def _api_get(environment: Environment, path: str, token: Secret | None) -> HttpRequest:
    return HttpRequest(
        "GET",
        environment.api_url + path,
        authorization=bearer_authorization(token) if token else None,
    )
