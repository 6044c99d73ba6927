"""Failures in a text: bodies of X, status lines, error lines of programs, words of the system."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from core.answers import refusal
from core.errors import (
    ApiRefused,
    BadAnswer,
    ConnectFailed,
    Forbidden,
    KeypaneError,
    OAuthRefused,
    RateLimited,
    TimedOut,
    Unauthorized,
)
from core.explain import Explanation, explain, explain_card
from core.inspector.model import Piece
from core.words_model import mark

_CONTEXT: Final = "words"
_STATUS: Final = re.compile(
    r"HTTP/[\d.]{1,3}\"?\s+(?P<a>[1-5]\d\d)\b"
    r"|\b(?:status|status_code|code|error|HTTP)[\"']?\s{0,3}[:=]?\s{0,3}(?P<b>[45]\d\d)\b"
    r"|\b(?P<c>[45]\d\d)[: ]+(?:Client|Server|Unauthorized|Forbidden|Payment|Too Many|Bad Request"
    r"|Not Found|Internal|Service|Bad Gateway)",
    re.IGNORECASE,
)
_OLD_CODE: Final = re.compile(r"(?m)^\s*(\d{2,3}) - |\bcode[\"']?\s{0,2}[:=]\s{0,2}(\d{2,3})\b")
_HEADER: Final = re.compile(
    r"(?mi)^[<\s]*(x-rate-limit-reset|retry-after|location)\s*:\s*(\S{1,200})"
)
_PAGE: Final = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
_CARD: Final = re.compile(r"able to give access to the App", re.IGNORECASE)
_BESIDE_A_TITLE: Final = frozenset({"type", "detail", "reason", "status"})
_EITHER_END: Final = 6 << 10
_CODES_TOLD: Final = frozenset({32, 88, 89, 99, 135, 187, 215, 220, 326, 348, 415, 416, 417, 453})


def _api(status: int, **more: Any) -> Callable[[], KeypaneError]:
    kind = {401: Unauthorized, 403: Forbidden}.get(status, ApiRefused)
    return lambda: kind("", status=status, **more)


def _oauth(error: str, description: str = "", status: int = 400) -> Callable[[], KeypaneError]:
    return lambda: OAuthRefused(error, description, status=status)


def _unsent(reason: str) -> Callable[[], KeypaneError]:
    return lambda: ConnectFailed(reason=reason)


# Words by which programs and X tell a failure, without the body that came with it.
_SAID: Final[tuple[tuple[str, Callable[[], KeypaneError]], ...]] = (
    (r"client-not-enrolled|attached to a Project", _api(403, reason="client-not-enrolled")),
    (r"user-not-enrolled", _api(403, reason="user-not-enrolled")),
    (r"official-client-forbidden", _api(403, reason="official-client-forbidden")),
    (r"Credits ?Depleted|credits-depleted|does not have any credits", _api(402, problem="credits")),
    (r"Spend ?Cap ?Reached", _api(403, title="SpendCapReached")),
    (r"Usage ?Cap ?Exceeded|usage-capped", _api(429, problem="usage-capped")),
    (
        r"Application-Only is forbidden",
        _api(403, problem="unsupported-authentication", title="Application-Only is forbidden"),
    ),
    (
        r"unsupported.authentication|Unsupported Authentication",
        _api(403, problem="unsupported-authentication"),
    ),
    (r"oauth1.{0,3}app permissions|oauth1-permissions", _api(403, problem="oauth1-permissions")),
    (r"duplicate content", _api(403, title="duplicate content")),
    (r"Rate limit exceeded|Too Many Requests|rate-limit-exceeded", lambda: RateLimited(status=429)),
    (r"Could not authenticate you", _api(401, code=32)),
    (r"Invalid or expired token", _api(401, code=89)),
    (r"Unable to verify your credentials|authenticity_token_error", _api(403, code=99)),
    (r"Timestamp out of bounds", _api(401, code=135)),
    (r"Bad Authentication data", _api(400, code=215)),
    (r"credentials do not allow access", _api(403, code=220)),
    (r"not permitted to (?:to )?invalidate", _api(403, code=348)),
    (r"Callback URL not approved", _api(403, code=415)),
    (r"subset of .{0,20}API|access to a subset", _api(403, code=453)),
    (r"Missing valid authorization header", _oauth("unauthorized_client", status=401)),
    (r"unauthorized_client", _oauth("unauthorized_client", status=401)),
    (r"authorization code was invalid", _oauth("invalid_request", "authorization code")),
    (r"code verifier did not match", _oauth("invalid_request", "verifier did not match")),
    (r"redirect uri did not match", _oauth("invalid_request", "redirect uri")),
    (r"Grant type should be one of", _oauth("invalid_request", "grant type")),
    (r"passed for the token was invalid|invalid_grant", _oauth("invalid_grant")),
    (r"invalid_client", _oauth("invalid_client", status=401)),
    (r"invalid_scope", _oauth("invalid_scope")),
    (r"access_denied", _oauth("access_denied")),
    (
        r"CERTIFICATE.VERIFY.FAILED|certificate problem|SELF_SIGNED_CERT|get local issuer",
        _unsent("tls"),
    ),
    (r"Tunnel connection failed|\b407\b|ProxyError|Proxy Authentication", _unsent("proxy")),
    (r"ECONNREFUSED|Connection refused|Failed to connect to", _unsent("refused")),
    (
        r"ENOTFOUND|not resolve host|Name or service not known|getaddrinfo|EAI_AGAIN",
        _unsent("dns"),
    ),
    (r"Network is unreachable|ENETUNREACH|No route to host", _unsent("offline")),
    (r"Read timed out|ReadTimeout|Operation timed out", lambda: TimedOut(reason="timeout")),
    (r"ETIMEDOUT|ConnectTimeout|Connection timed out", _unsent("timeout")),
    (
        r"ECONNRESET|Connection reset|Remote end closed|RemoteDisconnected|socket hang up",
        lambda: TimedOut(reason="broken"),
    ),
)
_PATTERNS: Final = tuple((re.compile(pattern, re.IGNORECASE), make) for pattern, make in _SAID)


def failures_in(text: str, documents: list[dict[str, Any]]) -> list[Piece]:
    """Return the failures that a text and the JSON objects in it tell of, each once.

    Of a long log its beginning and its end are read, where the error stands.
    """
    if len(text) > 2 * _EITHER_END:
        text = f"{text[:_EITHER_END]}\n{text[-_EITHER_END:]}"
    status, headers = _status_of(text), _headers_of(text)
    found = [explanation for body in documents if (explanation := _of_body(body, status, headers))]
    if _CARD.search(text):
        found.append(explain_card())
    elif _PAGE.match(text):
        found.append(explain(BadAnswer("HTML instead of JSON: not from X?", status=status)))
    if not found:
        found = _of_words(text, status, headers)
    told = {explanation.key: explanation for explanation in found}
    return [_piece(explanation) for explanation in told.values()]


def _piece(explanation: Explanation) -> Piece:
    return Piece("failure", mark(_CONTEXT, "Failure"), explanation=explanation)


def _of_body(body: dict[str, Any], status: int, headers: dict[str, str]) -> Explanation | None:
    """Return the explanation of a refusal's body, None for any other document."""
    is_oauth = isinstance(body.get("error"), str)
    has_errors = isinstance(body.get("errors"), list) and bool(body["errors"])
    is_problem = isinstance(body.get("title"), str) and bool(_BESIDE_A_TITLE & body.keys())
    if not (is_oauth or has_errors or is_problem):
        return None
    own = body.get("status")
    if isinstance(own, int) and not isinstance(own, bool) and 400 <= own < 600:
        status = own
    if status < 400:
        status = 200 if "data" in body else _usual_status(body)
    if status < 400:
        return None
    raw = json.dumps(body).encode("utf-8", "replace")
    return explain(refusal(status, headers, raw), operation="request")


def _usual_status(body: dict[str, Any]) -> int:
    first = body["errors"][0] if isinstance(body.get("errors"), list) and body["errors"] else {}
    code = first.get("code") if isinstance(first, dict) else None
    usual = {32: 401, 89: 401, 135: 401, 88: 429, 215: 400}
    if isinstance(code, int):
        return usual.get(code, 403)
    kind = f"{body.get('type', '')} {body.get('title', '')}".lower()
    for word, status in (("credits", 402), ("capped", 429), ("invalid", 400), ("not-found", 404)):
        if word in kind:
            return status
    return 400 if isinstance(body.get("error"), str) else 403


def _of_words(text: str, status: int, headers: dict[str, str]) -> list[Explanation]:
    for pattern, make in _PATTERNS:
        if pattern.search(text):
            return [explain(make(), operation="request")]
    old = _OLD_CODE.search(text)
    code = int(old[1] or old[2]) if old is not None else 0
    if code in _CODES_TOLD and status >= 0:
        facts = {"errors": [{"code": code, "message": ""}]}
        status = status if status >= 400 else _usual_status(facts)
        body = json.dumps(facts).encode()
        return [explain(refusal(status, headers, body), operation="request")]
    if status >= 300:
        return [explain(refusal(status, headers, b""), operation="request")]
    return []


def _status_of(text: str) -> int:
    """Return the last status of 300 or more that a text names, 0 for none."""
    found = [int(m["a"] or m["b"] or m["c"]) for m in _STATUS.finditer(text)]
    return next((status for status in reversed(found) if status >= 300), 0)


def _headers_of(text: str) -> dict[str, str]:
    return {name.lower(): value for name, value in _HEADER.findall(text)}
