"""One strict reader for the answers of X: JSON that holds, and refusals that say what X meant.

What X answers is outside our power, and a captive portal may answer in its place. So
bytes become facts here or nowhere: strict UTF-8, strict JSON, no duplicate names, no
endless nesting. No error raised here quotes a body.

Shapes of refusals as of August 2026 (x-platform notes §§1.2, 2.4, 6, 7): OAuth errors,
problem+json, the 400 wrapper around `errors`, the older `errors` list with codes, and
whatever a gateway says in HTML or plain text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NoReturn, TypeGuard
from urllib.parse import parse_qsl, urlsplit

from core.errors import (
    ApiRefused,
    BadAnswer,
    Forbidden,
    KeypaneError,
    OAuthRefused,
    PaymentRequired,
    RateLimited,
    ServerFault,
    Unauthorized,
)
from core.redaction import learn
from core.retry_after import reset_at
from core.secret import Secret

Facts = dict[str, Any]

_DEEPEST: Final = 64
_LONGEST_NUMBER: Final = 30
_LONGEST_TOKEN: Final = 4096
_LONGEST_TEXT: Final = 200
_LONGEST_FORM: Final = 8192
_LONGEST_LIFE_SECONDS: Final = 10 * 366 * 86_400
_BRACKET_OR_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_QUOTED: Final = re.compile(r"\[([^\]]{61,})\]", re.DOTALL)
_LONGEST_QUOTE: Final = 40
_PARAMETER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")
_MOST_NAMED: Final = 3
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_OAUTH_CODE: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_SECRET_RUN: Final = re.compile(
    r"(?=[A-Za-z0-9_%+/=~.-]*[0-9])(?=[A-Za-z0-9_%+/=~.-]*[A-Za-z])[A-Za-z0-9_%+/=~.-]{20,}"
)
_CREDIT_PROBLEMS: Final = frozenset({"credits", "credits-depleted"})
_BY_STATUS: Final[dict[int, type[ApiRefused]]] = {
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    429: RateLimited,
}


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What a token endpoint granted.

    Attributes:
        expires_in_seconds: None where X named no end, as for the Bearer Token.
        scopes: None where the answer named none; then those that were asked for hold.
    """

    access_token: Secret
    refresh_token: Secret | None = None
    expires_in_seconds: int | None = None
    scopes: tuple[str, ...] | None = field(default=None)


def read_json(body: bytes, content_type: str = "", status: int = 200) -> Facts:
    """Return the JSON object that `body` is.

    An absent content type is taken for JSON; a foreign one is refused before parsing.

    Raises:
        BadAnswer: it is not one JSON object as RFC 8259 §§4-8 would have it sent between
            programs: UTF-8 without a mark, unique names, finite numbers, at most 64 deep.
    """
    _expect_json_type(body, content_type, status)
    text = _decoded(body, status)
    if _depth(text) > _DEEPEST:
        raise BadAnswer("the JSON is nested too deeply", status=status)
    try:
        facts = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_finite,
        )
    except _Unacceptable as fault:
        raise BadAnswer(str(fault), status=status) from None
    except (ValueError, RecursionError):
        raise BadAnswer("the answer is not JSON", status=status) from None
    if not isinstance(facts, dict):
        raise BadAnswer("the JSON is not an object", status=status)
    if _SURROGATE_ESCAPE.search(text) and not _is_encodable(facts):
        raise BadAnswer("the JSON holds half a character", status=status)
    return facts


def read_form(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Return the names and values of a form-encoded answer, as OAuth 1.0a endpoints give.

    The content type is not looked at: X labels these as HTML.

    Raises:
        Refused, ServerFault, BadAnswer: as `raise_for`.
        BadAnswer: it is not a form, or names a thing twice.
    """
    raise_for(status, headers, body)
    if len(body) > _LONGEST_FORM:
        raise BadAnswer("the form is too long", status=status)
    try:
        pairs = parse_qsl(body.decode("ascii").strip(), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise BadAnswer("the answer is not a form", status=status) from None
    if not pairs:
        raise BadAnswer("the form is empty", status=status)
    if len(dict(pairs)) != len(pairs):
        raise BadAnswer("the form names a thing twice", status=status)
    return dict(pairs)


def raise_for(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None
) -> None:
    """Do nothing for a 2xx; raise what `refusal` makes of anything else."""
    if not 200 <= status < 300:
        raise refusal(status, headers, body, now)


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None
) -> KeypaneError:
    """Return what an answer other than 2xx says, as an error to raise.

    Args:
        status: the HTTP status.
        headers: names in lower case.
        body: as it came; it is never quoted whole.
        now: the moment that `RateLimited.reset_at` counts from; the present if not given.

    Returns:
        A Refused for a definite no; ServerFault for a 5xx; BadAnswer for a redirect, for
        HTML, and for JSON that does not hold.
    """
    if status >= 500:
        return ServerFault(f"X answered {status}", status=status)
    if status < 400:
        return _redirected(status, headers)
    error = _read_refusal(status, headers, body)
    if isinstance(error, RateLimited):
        error.reset_at = reset_at(headers, now or datetime.now(UTC))
    return error


def expect_oauth(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None
) -> TokenAnswer:
    """Return what a token endpoint granted (RFC 6749 §5.1); `now` as in `refusal`.

    Raises:
        Refused, ServerFault, BadAnswer: as `raise_for`.
        BadAnswer: the answer holds no bearer token, or one that cannot be a token.
    """
    raise_for(status, headers, body, now)
    facts = read_json(body, headers.get("content-type", ""), status)
    if str(facts.get("token_type", "")).lower() != "bearer":
        raise BadAnswer("the answer holds no bearer token", status=status)
    token = expect_token(facts, "access_token", status)
    refresh = expect_token(facts, "refresh_token", status) if facts.get("refresh_token") else None
    return TokenAnswer(token, refresh, _lifetime(facts, status), _scopes(facts, status))


def expect_token(facts: Mapping[str, object], name: str, status: int = 200) -> Secret:
    """Return a token of an answer.

    Raises:
        BadAnswer: it is absent, not text, over 4,096 characters, or holds anything but
            visible ASCII (RFC 6749 appendix A.12).
    """
    text = facts.get(name)
    if not isinstance(text, str) or not text:
        raise BadAnswer(f"the answer holds no {name}", status=status)
    if len(text) > _LONGEST_TOKEN or not _TOKEN.fullmatch(text):
        raise BadAnswer(f"the {name} cannot be a token", status=status)
    learn(text)
    return Secret(text)


def clean(text: object) -> str:
    """Return X's words fit to be shown and logged: printable, short, long codes masked."""
    if not isinstance(text, str):
        return ""
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST_TEXT])
    words = _SECRET_RUN.sub("…", " ".join(printable.split()))
    return words if len(words) <= _LONGEST_TEXT else words[: _LONGEST_TEXT - 1] + "…"


# --- JSON --------------------------------------------------------------------------------------


class _Unacceptable(Exception):
    """JSON that parses but that we do not take. Its text is ours."""


def _expect_json_type(body: bytes, content_type: str, status: int) -> None:
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if looks_like_html(body, kind):
        raise BadAnswer("HTML instead of JSON: not from X?", status=status)
    if kind and kind != "application/json" and not re.fullmatch(r"application/.+\+json", kind):
        raise BadAnswer("the answer does not call itself JSON: not from X?", status=status)
    charset = re.search(r"charset\s*=\s*\"?([^\";\s]*)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise BadAnswer("the answer is not UTF-8", status=status)


def looks_like_html(body: bytes, kind: str = "") -> bool:
    """Return whether this is a page for a browser, whatever it calls itself."""
    start = body[:256].lstrip().lower()
    return kind in {"text/html", "application/xhtml+xml"} or start.startswith(
        (b"<!doctype html", b"<html", b"<head", b"<body")
    )


def _decoded(body: bytes, status: int) -> str:
    if not body.strip():
        raise BadAnswer("the answer is empty", status=status)
    if body.startswith(b"\xef\xbb\xbf"):
        raise BadAnswer("the JSON starts with a byte order mark", status=status)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadAnswer("the answer is not UTF-8", status=status) from None


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                deepest = max(deepest, depth)
            case "]" | "}":
                depth -= 1
    return deepest


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Facts:
    facts = dict(pairs)
    if len(facts) != len(pairs):
        raise _Unacceptable("the JSON names a thing twice")
    return facts


def _refuse_constant(_name: str) -> NoReturn:
    raise _Unacceptable("the JSON holds a number that is none")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _Unacceptable("the JSON holds an endless number")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if len(digits) > 2 * _LONGEST_NUMBER or number in {float("inf"), float("-inf")}:
        raise _Unacceptable("the JSON holds an endless number")
    return number


def _is_encodable(root: object) -> bool:
    waiting = [root]
    while waiting:
        match waiting.pop():
            case dict() as facts:
                waiting += [*facts.keys(), *facts.values()]
            case list() as items:
                waiting += items
            case str() as text if any("\ud800" <= c <= "\udfff" for c in text):
                return False
    return True


# --- refusals ----------------------------------------------------------------------------------


def _redirected(status: int, headers: Mapping[str, str]) -> BadAnswer:
    try:
        host = urlsplit(headers.get("location", "")).hostname or ""
    except ValueError:
        host = ""
    # A host name is shown so that a captive portal can be recognised; nothing else of a URL is.
    whereto = f" to {host}" if re.fullmatch(r"[a-z0-9.:-]{1,100}", host) else ""
    fact = f"a redirect{whereto} instead of an answer" if status >= 300 else "no final answer"
    return BadAnswer(f"{fact}: not from X?", status=status)


def _read_refusal(status: int, headers: Mapping[str, str], body: bytes) -> KeypaneError:
    try:
        facts = read_json(body, headers.get("content-type", ""), status)
    except BadAnswer as fault:
        return _without_facts(status, headers, body, fault)
    code = facts.get("error")
    if isinstance(code, str) and _OAUTH_CODE.fullmatch(code) and status != 429:
        return OAuthRefused(code, clean(facts.get("error_description")), status=status)
    return _api_refused(status, facts)


def _without_facts(
    status: int, headers: Mapping[str, str], body: bytes, fault: BadAnswer
) -> KeypaneError:
    """X has answered with empty and with plain bodies; there the status is all it said."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status == 429:
        return RateLimited(f"X answered {status}", status=status)
    if not looks_like_html(body, kind) and (not body.strip() or kind == "text/plain"):
        return _BY_STATUS.get(status, ApiRefused)(f"X answered {status}", status=status)
    return fault


def _api_refused(status: int, facts: Facts) -> ApiRefused:
    first = _first_error(facts)
    detail = clean(facts.get("detail")) or clean(first.get("detail"))
    message = _named(first, clean(_shortened(first.get("message"))))
    title = clean(facts.get("title")) or clean(first.get("title")) or message
    problem = _last_segment(facts.get("type")) or _last_segment(first.get("type"))
    code = first.get("code")
    kind = _BY_STATUS.get(status, ApiRefused)
    if problem in _CREDIT_PROBLEMS:
        kind = PaymentRequired  # seen as 402 and as 403
    return kind(
        " ".join(dict.fromkeys(part for part in (detail, message) if part)) or title,
        status=status,
        title=title or clean(facts.get("error")),
        code=code if isinstance(code, int) and not isinstance(code, bool) else None,
        problem=problem,
        reason=_word(facts.get("reason")) or _word(first.get("reason")),
    )


def _first_error(facts: Facts) -> Facts:
    errors = facts.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return first if isinstance(first, dict) else {}


def _shortened(message: object) -> object:
    """Return X's message with what it quotes cut short: its end says what is wrong."""
    if not isinstance(message, str):
        return message
    return _QUOTED.sub(lambda found: f"[{found[1][:_LONGEST_QUOTE]}…]", message)


def _named(first: Facts, message: str) -> str:
    """Return the message behind the name of the parameter that it is about."""
    parameters = first.get("parameters")
    names = [_PARAMETER.fullmatch(name) for name in parameters] if _is_object(parameters) else []
    told = [name[0] for name in names if name is not None and name[0] not in message]
    return f"{', '.join(told[:_MOST_NAMED])}: {message}" if told and message else message


def _is_object(value: object) -> TypeGuard[Facts]:
    return isinstance(value, dict)


def _last_segment(kind: object) -> str:
    """X moved its problem types from one host to another; the last segment stayed."""
    if not isinstance(kind, str) or kind == "about:blank":
        return ""
    return _word(kind.rstrip("/").rpartition("/")[2])


def _word(text: object) -> str:
    return text if isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) else ""


# --- token answers -----------------------------------------------------------------------------


def _lifetime(facts: Facts, status: int) -> int | None:
    seconds = facts.get("expires_in")
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise BadAnswer("the token's lifetime is not a number", status=status)
    if not 0 < seconds <= _LONGEST_LIFE_SECONDS:
        raise BadAnswer("the token's lifetime cannot be", status=status)
    return seconds


def _scopes(facts: Facts, status: int) -> tuple[str, ...] | None:
    text = facts.get("scope")
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > _LONGEST_TOKEN or not text.isprintable():
        raise BadAnswer("the scopes are not text", status=status)
    return tuple(dict.fromkeys(text.split()))
