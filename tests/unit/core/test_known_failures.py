"""Every failure that X is known to give, as its bodies were seen, is told in its own words.

The rows follow the notes on X's platform: §1.2 and §1.3 the Bearer Token, §2.2 the consent page,
§2.3 and §3 OAuth 1.0a, §2.4 the token endpoint, §6 limits, money, enrolment and problem types.
A row whose explanation is a common one, or lacks a cause or a next step, is red.
"""

import json
from typing import Any

import pytest

from core.answers import refusal
from core.errors import KeypaneError, SignInRefused
from core.explain import Explanation, explain, explain_answer, explain_card
from tests.unit.core.test_explain import VAGUE

JSON = {"content-type": "application/json; charset=utf-8"}
OLD, NEW = "https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/"


def coded(code: int, message: str, **more: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, **more}]}


def oauth(error: str, description: str) -> dict[str, Any]:
    return {"error": error, "error_description": description}


APP_ONLY = (
    "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported "
    "authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
)
UNSUPPORTED = {
    "title": "Unsupported Authentication",
    "detail": APP_ONLY,
    "type": f"{OLD}unsupported-authentication",
    "status": 403,
}
ENROLMENT = {
    "client_id": "28145902",
    "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use keys.",
    "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
    "title": "Client Forbidden",
    "required_enrollment": "Appropriate Level of API Access",
    "type": f"{OLD}client-forbidden",
}
GRANTS = (
    "Value passed for the grant type was invalid. Grant type should be one of "
    "[authorization_code, refresh_token]."
)

Row = tuple[str, int, object, str]
BEARER: list[Row] = [
    (
        "1.2 wrong keys",
        403,
        coded(99, "Unable to verify your credentials", label="authenticity_token_error"),
        "code-99",
    ),
    ("1.2 dead bearer, v1", 401, coded(89, "Invalid or expired token"), "code-89"),
    (
        "1.2 dead bearer, v2",
        401,
        {
            "title": "Unauthorized",
            "type": "about:blank",
            "status": 401,
            "detail": "Unauthorized",
        },
        "dead-credential",
    ),
    (
        "1.2 bearer where a user is wanted, v1",
        403,
        coded(220, "Your credentials do not allow access to this resource"),
        "code-220",
    ),
    ("1.2 bearer where a user is wanted, v2", 403, UNSUPPORTED, "bearer-where-user"),
    (
        "1.2 the same, wrapped",
        403,
        {"errors": [UNSUPPORTED]},
        "bearer-where-user",
    ),
    (
        "1.3 invalidate refused",
        403,
        coded(348, "Client application is not permitted to to invalidate this token."),
        "code-348",
    ),
]
TOKEN: list[Row] = [
    (
        "2.4 dead code",
        400,
        oauth("invalid_request", "Value passed for the authorization code was invalid."),
        "code-dead",
    ),
    (
        "2.4 verifier",
        400,
        oauth(
            "invalid_request",
            "Value passed for the code verifier did not match the code challenge.",
        ),
        "verifier-mismatch",
    ),
    (
        "2.4 no verifier",
        400,
        oauth("invalid_request", "Missing required parameter [code_verifier]."),
        "parameter-missing",
    ),
    (
        "2.4 no Client ID",
        400,
        oauth("invalid_request", "Missing required parameter [client_id]."),
        "client-id-missing",
    ),
    (
        "2.4 redirect URI",
        400,
        oauth(
            "invalid_request",
            "Value passed for the redirect uri did not match the uri of the authorization code.",
        ),
        "redirect-mismatch",
    ),
    (
        "2.4 dead refresh token",
        400,
        oauth("invalid_request", "Value passed for the token was invalid."),
        "refresh-token-dead",
    ),
    (
        "2.4 the same by its RFC name",
        400,
        oauth("invalid_grant", "Value passed for the token was invalid."),
        "refresh-token-dead",
    ),
    (
        "2.4 client authentication",
        401,
        oauth("unauthorized_client", "Missing valid authorization header"),
        "client-authentication",
    ),
    ("2.4 unknown client, 400", 400, oauth("invalid_client", "no such client"), "client-unknown"),
    ("2.4 unknown client, 401", 401, oauth("invalid_client", ""), "client-unknown"),
    ("2.4 grant type", 400, oauth("invalid_request", GRANTS), "grant-type"),
    ("2.4 fault", 500, "oops", "x-fault"),
    ("2.4 overloaded", 503, "", "x-overloaded"),
    ("2.4 gateway", 504, "<html>504</html>", "x-gateway"),
]
SIGNED: list[Row] = [
    (
        "2.3 callback",
        403,
        coded(415, "Callback URL not approved for this client application."),
        "code-415",
    ),
    ("3 suspended App", 403, coded(416, "suspended"), "code-416"),
    ("3 no PIN", 403, coded(417, "oob not allowed"), "code-417"),
    ("3 could not authenticate", 401, coded(32, "Could not authenticate you."), "code-32"),
    ("3 timestamp", 401, coded(135, "Timestamp out of bounds."), "code-135"),
    ("3 duplicate", 403, coded(187, "Status is a duplicate."), "duplicate"),
    ("3 bad authentication data", 400, coded(215, "Bad Authentication data."), "code-215"),
    ("3 locked", 403, coded(326, "locked"), "code-326"),
    ("3 access level", 403, coded(453, "subset of X API V2"), "code-453"),
]
API: list[Row] = [
    ("6 429, v1", 429, coded(88, "Rate limit exceeded"), "rate-limited"),
    (
        "6 429, v2",
        429,
        {
            "title": "Too Many Requests",
            "detail": "Too Many Requests",
            "type": "about:blank",
            "status": 429,
        },
        "rate-limited",
    ),
    (
        "6 cap",
        429,
        {
            "title": "UsageCapExceeded",
            "detail": "Usage cap exceeded: Monthly product cap",
            "period": "Monthly",
            "scope": "Product",
            "type": f"{OLD}usage-capped",
        },
        "usage-capped",
    ),
    (
        "6 cap as 403",
        403,
        {"title": "UsageCapExceeded", "type": f"{NEW}usage-capped"},
        "usage-capped",
    ),
    (
        "6 credits, older",
        402,
        {
            "account_id": 1,
            "title": "CreditsDepleted",
            "detail": "Your enrolled account [1] does not have any credits.",
            "type": f"{OLD}credits",
        },
        "credits",
    ),
    (
        "6 credits, newer",
        402,
        {
            "title": "Payment Required",
            "detail": "credits depleted",
            "status": 402,
            "type": f"{NEW}credits-depleted",
        },
        "credits",
    ),
    ("6 credits as 403", 403, {"title": "CreditsDepleted", "type": f"{OLD}credits"}, "credits"),
    ("6 402 without words", 402, {}, "credits"),
    ("6 spending cap", 403, {"title": "SpendCapReached", "detail": "until 1 Dec"}, "spend-cap"),
    (
        "6 no package",
        403,
        {**ENROLMENT, "reason": "client-not-enrolled"},
        "client-not-enrolled",
    ),
    (
        "11 user not enrolled",
        403,
        {**ENROLMENT, "reason": "user-not-enrolled"},
        "user-not-enrolled",
    ),
    (
        "6 X's own keys",
        403,
        {**ENROLMENT, "reason": "official-client-forbidden"},
        "official-client-forbidden",
    ),
    (
        "6 permissions",
        403,
        {
            "title": "Forbidden",
            "type": f"{OLD}oauth1-permissions",
            "detail": "Your client app is not configured with the appropriate oauth1 app "
            "permissions for this endpoint.",
        },
        "oauth1-permissions",
    ),
    (
        "6 duplicate",
        403,
        {
            "title": "Forbidden",
            "type": "about:blank",
            "detail": "You are not allowed to create a Tweet with duplicate content.",
        },
        "duplicate",
    ),
    (
        "6 one stream too many",
        429,
        {
            "title": "ConnectionException",
            "detail": "This stream is currently at the maximum allowed connection limit.",
            "connection_issue": "TooManyConnections",
            "type": f"{OLD}streaming-connection",
        },
        "streaming-connection",
    ),
    ("7 plain 404", 404, "Not Found", "status-404"),
    ("7 captive portal", 403, "<!doctype html><title>Hotel</title>", "html-answer"),
]
# §6: problem types, by their last segment, whichever host stands before it.
PROBLEMS = [
    "resource-not-found",
    "invalid-request",
    "not-authorized-for-resource",
    "not-authorized-for-field",
    "field-unauthorized",
    "field-hydration-failure",
    "resource-unavailable",
    "disallowed-resource",
    "internal-error",
    "client-disconnected",
    "client-forbidden",
    "conflict",
    "duplicate-rules",
    "invalid-rules",
    "noncompliant-rules",
    "operational-disconnect",
    "rule-cap",
    "streaming-connection",
    "usage-capped",
    "oauth1-permissions",
]
ROWS = [*BEARER, *TOKEN, *SIGNED, *API]


def error_of(status: int, body: object) -> KeypaneError:
    raw = body if isinstance(body, str) else json.dumps(body)
    return refusal(status, headers_of(body), raw.encode())


def headers_of(body: object) -> dict[str, str]:
    if not isinstance(body, str):
        return JSON
    return {"content-type": "text/html" if body.startswith("<") else "text/plain"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_is_told_in_its_own_words(row: Row) -> None:
    _, status, body, key = row

    told = explain(error_of(status, body), operation="request")

    assert told.key == key
    is_complete(told)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("host", [OLD, NEW], ids=["twitter", "x"])
def test_each_problem_type_is_told_apart_on_either_host(problem: str, host: str) -> None:
    body = json.dumps({"title": "T", "detail": "d", "type": host + problem}).encode()

    told = explain_answer(400, JSON, body)

    assert told.key == problem
    is_complete(told)


def test_the_consent_pages_two_ways_to_fail_are_told_apart() -> None:
    card, cancelled = explain_card(), explain(SignInRefused("access_denied"))

    assert (card.key, cancelled.key) == ("card-without-reason", "cancelled-at-x")
    is_complete(card)
    is_complete(cancelled)


def is_complete(told: Explanation) -> None:
    assert told.key not in VAGUE
    facts = told.facts()
    assert all(facts[part] for part in ("message", "cause", "next_step"))


def test_what_is_told_alike_is_one_failure() -> None:
    causes: dict[str, set[str]] = {}
    for _, status, body, key in ROWS:
        causes.setdefault(explain(error_of(status, body)).cause, set()).add(key)

    assert [keys for keys in causes.values() if len(keys) > 1] == []
