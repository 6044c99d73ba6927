"""The strict reader: what passes, what does not, and what X's refusals are taken to mean."""

import contextlib
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.answers import (
    clean,
    expect_oauth,
    expect_token,
    raise_for,
    read_form,
    read_json,
    refusal,
)
from core.errors import (
    ApiRefused,
    BadAnswer,
    Forbidden,
    KeypaneError,
    OAuthRefused,
    PaymentRequired,
    RateLimited,
    Refused,
    ServerFault,
    Unauthorized,
)
from tests.timing import within

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8"}
PROBLEM = {"content-type": "application/problem+json"}


def refused(status: int, facts: object, headers: dict[str, str] | None = None) -> KeypaneError:
    return refusal(status, {**JSON, **(headers or {})}, json.dumps(facts).encode(), NOW)


# --- JSON --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b' \n{"a": [1, -2.5, 1e3, true, null, "\\u00e9\\ud83d\\ude00"]}\n',
        b'{"a":"[[[[{{{{\\"]]"}',
        b'{"deep":' + b"[" * 63 + b"]" * 63 + b"}",
        b'{"id":12345678901234567890}',
    ],
)
def test_decent_json_is_taken(body: bytes) -> None:
    assert read_json(body, "application/json") == json.loads(body)


BAD_JSON: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "a duplicate name": b'{"a":1,"a":1}',
    "a duplicate name inside": b'{"x":[{"a":1,"\\u0061":2}]}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "an endless exponent": b'{"a":1e999}',
    "an endless integer": b'{"a":' + b"9" * 5000 + b"}",
    "an endless fraction": b'{"a":0.' + b"9" * 5000 + b"}",
    "65 deep": b'{"deep":' + b"[" * 64 + b"]" * 64 + b"}",
    "100,000 deep": b"[" * 100_000,
    "objects 100,000 deep": b'{"a":' * 100_000,
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a":1}'.encode("utf-16-le"),
    "a broken UTF-8": b'{"a":"\xff"}',
    "an overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "an encoded surrogate": b'{"a":"\xed\xa0\x80"}',
    "half a character": b'{"a":"\\ud800"}',
    "the other half": b'{"a":["\\uDC00x"]}',
    "half a character as a name": b'{"\\ud83d":1}',
    "trailing bytes": b"{} {}",
    "a trailing NUL": b"{}\0",
    "a comment": b"{}//",
    "single quotes": b"{'a':1}",
    "a control character": b'{"a":"\n"}',
    "a list": b"[]",
    "a string": b'"a"',
    "a number": b"1",
    "null": b"null",
    "cut off": b'{"a":',
    "an open string": b'{"a":"' + b'\\"' * 50_000,
    "text": b"Service unavailable",
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_json_that_does_not_hold_is_a_bad_answer_at_once(name: str) -> None:
    began = time.monotonic()

    with pytest.raises(BadAnswer) as caught:
        read_json(BAD_JSON[name], "application/json", 200)

    assert within(1, since=began)
    assert caught.value.status == 200


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "Application/JSON; Charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/problem+json",
    ],
)
def test_json_by_any_of_its_names_is_taken(kind: str) -> None:
    assert read_json(b"{}", kind) == {}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "text/json", "application/jsonp", "application/json; charset=utf-16", "x/+json"],
)
def test_what_does_not_call_itself_json_is_not_from_x(kind: str) -> None:
    with pytest.raises(BadAnswer):
        read_json(b"{}", kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><title>Sign in to the hotel</title>", "application/json"),
        (b"\n <HTML>", ""),
        (b"{}", "text/html; charset=utf-8"),
    ],
)
def test_a_captive_portal_is_recognised(body: bytes, kind: str) -> None:
    with pytest.raises(BadAnswer, match=r"HTML.*not from X"):
        read_json(body, kind)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), _json, max_size=4))
def test_what_json_writes_is_read_back(facts: dict[str, Any]) -> None:
    assert read_json(json.dumps(facts).encode()) == facts
    assert read_json(json.dumps(facts, ensure_ascii=False).encode()) == facts


@settings(max_examples=400, deadline=None)
@given(
    st.integers(100, 599),
    st.binary(max_size=200) | _json.map(lambda v: json.dumps(v).encode()),
    st.sampled_from(
        ["", "application/json", "text/html", "text/plain", "application/problem+json"]
    ),
)
def test_no_answer_whatever_makes_the_reader_fall_over(status: int, body: bytes, kind: str) -> None:
    headers = {"content-type": kind, "retry-after": "x", "location": body.decode("latin-1")}

    with contextlib.suppress(Refused, BadAnswer, ServerFault):
        expect_oauth(status, headers, body)

    assert isinstance(refusal(status, headers, body, NOW), Refused | BadAnswer | ServerFault)


def test_an_error_quotes_nothing_of_a_body_that_is_not_understood() -> None:
    body = b'{"access_token":"hunter2hunter2hunter2", oops'

    with pytest.raises(BadAnswer) as caught:
        read_json(body, "application/json")

    assert "hunter2" not in repr(caught.value) + repr(caught.value.__cause__)
    assert caught.value.__suppress_context__


# --- refusals ----------------------------------------------------------------------------------


def test_an_oauth_error_keeps_code_and_description() -> None:
    text = "Value passed for the authorization code was invalid."

    error = refused(400, {"error": "invalid_request", "error_description": text})

    assert isinstance(error, OAuthRefused)
    assert (error.error, error.description, error.status) == ("invalid_request", text, 400)


def test_a_401_of_a_token_endpoint_is_an_oauth_error() -> None:
    facts = {
        "error": "unauthorized_client",
        "error_description": "Missing valid authorization header",
    }

    assert isinstance(refused(401, facts), OAuthRefused)


def test_an_error_that_is_a_sentence_is_no_oauth_code() -> None:
    error = refused(401, {"error": "Not authorized."})

    assert isinstance(error, Unauthorized)
    assert error.title == "Not authorized."


def test_the_older_list_keeps_its_code() -> None:
    error = refused(403, {"errors": [{"code": 99, "label": "x", "message": "Unable to verify"}]})

    assert isinstance(error, Forbidden)
    assert (error.code, error.title, error.detail) == (99, "Unable to verify", "Unable to verify")


@pytest.mark.parametrize(
    "kind",
    [
        "https://api.twitter.com/2/problems/client-forbidden",
        "https://api.x.com/2/problems/client-forbidden/",
    ],
)
def test_a_problem_is_known_by_the_last_segment_of_its_type(kind: str) -> None:
    facts = {
        "title": "Client Forbidden",
        "type": kind,
        "reason": "client-not-enrolled",
        "status": 403,
    }

    error = refusal(403, PROBLEM, json.dumps(facts).encode())

    assert isinstance(error, Forbidden)
    assert (error.problem, error.reason) == ("client-forbidden", "client-not-enrolled")


def test_the_400_wrapper_tells_the_parameter_and_the_problem() -> None:
    error = refused(
        400,
        {
            "errors": [
                {"parameters": {"ids": ["x"]}, "message": "The `ids` value [x] is not valid"}
            ],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": "https://api.twitter.com/2/problems/invalid-request",
        },
    )

    assert type(error) is ApiRefused
    assert (error.problem, error.title) == ("invalid-request", "Invalid Request")
    assert "`ids`" in error.detail


def test_a_problem_inside_a_list_is_found() -> None:
    error = refused(
        403, {"errors": [{"title": "T", "detail": "D", "type": "a/b/unsupported-authentication"}]}
    )

    assert isinstance(error, Forbidden)
    assert (error.problem, error.title, error.detail) == ("unsupported-authentication", "T", "D")


@pytest.mark.parametrize("status", [402, 403])
@pytest.mark.parametrize("problem", ["credits", "credits-depleted"])
def test_missing_credits_are_recognised_under_either_status(status: int, problem: str) -> None:
    facts = {"title": "CreditsDepleted", "type": f"https://api.x.com/2/problems/{problem}"}

    assert isinstance(refused(status, facts), PaymentRequired)


def test_a_blank_problem_type_is_none() -> None:
    error = refused(401, {"title": "Unauthorized", "type": "about:blank", "status": 401})

    assert isinstance(error, Unauthorized)
    assert error.problem == ""


@pytest.mark.parametrize(
    "facts", [{}, {"errors": []}, {"errors": ["x"]}, {"errors": 1, "title": 2}]
)
def test_a_refusal_that_says_nothing_is_known_by_its_status(facts: object) -> None:
    assert isinstance(refused(403, facts), Forbidden)


@pytest.mark.parametrize(("body", "kind"), [(b"", ""), (b"Forbidden", "text/plain; charset=utf-8")])
def test_empty_and_plain_refusals_are_known_by_their_status(body: bytes, kind: str) -> None:
    error = refusal(401, {"content-type": kind}, body)

    assert isinstance(error, Unauthorized)
    assert error.detail == "X answered 401"


def test_what_x_quotes_is_cut_short_so_that_its_verdict_is_heard() -> None:
    message = f"The `query` query parameter value [{'a' * 4097}] is longer than 512 characters"

    error = refused(400, {"errors": [{"message": message}], "title": "Invalid Request"})

    assert error.detail.endswith("…] is longer than 512 characters")


def test_a_message_that_names_no_parameter_gets_its_name() -> None:
    bare = {"parameters": {"ids": ["x"], "a b": ["y"]}, "message": "That cannot be"}
    named = {"parameters": {"ids": ["x"]}, "message": "The `ids` cannot be"}

    assert refused(400, {"errors": [bare]}).detail == "ids: That cannot be"
    assert refused(400, {"errors": [named]}).detail == "The `ids` cannot be"
    assert refused(400, {"errors": [{"parameters": ["ids"], "message": "No"}]}).detail == "No"


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_a_page_of_html_is_never_taken_for_a_refusal_of_x(status: int) -> None:
    headers = {"content-type": "text/html"}
    with pytest.raises(BadAnswer):
        expect_oauth(status, headers, b"<html>Sign in to the hotel</html>")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_5xx_leaves_the_outcome_open_whatever_it_says(status: int) -> None:
    error = refusal(status, {"content-type": "text/html"}, b"<html>")

    assert isinstance(error, ServerFault)
    assert error.status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_names_the_host_and_nothing_else(status: int) -> None:
    error = refusal(status, {"location": "https://evil.example/path?token=hunter2"}, b"")

    assert isinstance(error, BadAnswer)
    assert "evil.example" in error.detail
    assert "path" not in error.detail
    assert "hunter2" not in error.detail


@pytest.mark.parametrize("location", ["http://[:::", "//\x1b[31m/", "", "/relative"])
def test_a_redirect_to_nowhere_is_a_bad_answer_too(location: str) -> None:
    assert isinstance(refusal(302, {"location": location}, b""), BadAnswer)


def test_success_raises_nothing() -> None:
    raise_for(204, {}, b"")


# --- too many requests -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}, 60),
        ({"retry-after": "30"}, 30),
        ({"retry-after": "Tue, 01 Sep 2026 12:02:00 GMT"}, 120),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 60), "retry-after": "5"}, 60),
        ({"x-rate-limit-reset": "soon", "retry-after": "5"}, 5),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) - 999)}, 1),
        ({"x-rate-limit-reset": "99999999999"}, 86_400),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "999999999"}, 86_400),
        (
            {
                "x-rate-limit-reset": str(int(NOW.timestamp()) + 60),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": str(int(NOW.timestamp()) + 7200),
            },
            7200,
        ),
    ],
)
def test_the_end_of_a_rate_limit_is_read_and_clamped(headers: dict[str, str], seconds: int) -> None:
    error = refused(429, {"title": "Too Many Requests"}, headers)

    assert isinstance(error, RateLimited)
    assert error.reset_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"retry-after": "soon"},
        {"retry-after": "-1"},
        {"x-rate-limit-reset": "1" * 40},
        {"retry-after": "٣"},
    ],
)
def test_a_limit_without_a_readable_end_has_none(headers: dict[str, str]) -> None:
    error = refused(429, {}, headers)

    assert isinstance(error, RateLimited)
    assert error.reset_at is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b'{"error":"too_many_requests"}'])
def test_a_429_is_a_rate_limit_whatever_it_says(body: bytes) -> None:
    assert isinstance(refusal(429, {"content-type": "text/html"}, body), RateLimited)


# --- token answers -----------------------------------------------------------------------------


def token(**facts: object) -> bytes:
    return json.dumps({"token_type": "bearer", "access_token": "AAAA%2Fb%3D", **facts}).encode()


def test_a_bearer_token_is_read_with_its_escapes() -> None:
    answer = expect_oauth(200, JSON, token(token_type="Bearer"))

    assert answer.access_token.reveal() == "AAAA%2Fb%3D"
    assert (answer.refresh_token, answer.expires_in_seconds, answer.scopes) == (None, None, None)
    assert "AAAA" not in repr(answer)


def test_a_user_token_is_read_whole() -> None:
    body = token(expires_in=7200, refresh_token="r-1", scope="users.read tweet.read users.read")

    answer = expect_oauth(200, JSON, body)

    assert answer.refresh_token is not None
    assert answer.refresh_token.reveal() == "r-1"
    assert answer.expires_in_seconds == 7200
    assert answer.scopes == ("users.read", "tweet.read")


@pytest.mark.parametrize(
    "facts",
    [
        {"token_type": "mac"},
        {"token_type": None},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": ["a"]},
        {"access_token": "a b"},
        {"access_token": "a\n"},
        {"access_token": "ä"},
        {"access_token": "a" * 4097},
        {"refresh_token": 7},
        {"refresh_token": "a\u200b"},
        {"expires_in": "7200"},
        {"expires_in": 0},
        {"expires_in": -1},
        {"expires_in": True},
        {"expires_in": 7200.5},
        {"expires_in": 10**12},
        {"scope": ["users.read"]},
        {"scope": "a\u0000b"},
    ],
)
def test_a_token_answer_that_cannot_be_is_a_bad_answer(facts: dict[str, object]) -> None:
    with pytest.raises(BadAnswer):
        expect_oauth(200, JSON, token(**facts))


def test_a_token_of_the_greatest_length_is_taken() -> None:
    assert len(expect_token({"t": "a" * 4096}, "t")) == 4096


# --- forms -------------------------------------------------------------------------------------


def test_a_form_is_read_under_the_type_that_x_gives_it() -> None:
    body = b"oauth_token=a%2Fb&oauth_token_secret=c&oauth_callback_confirmed=true"

    facts = read_form(200, {"content-type": "text/html;charset=utf-8"}, body)

    assert facts["oauth_token"] == "a/b"


@pytest.mark.parametrize("body", [b"", b"<html>", b"a=1&a=2", b"a", b"\xff=1", b"a=" + b"x" * 9000])
def test_what_is_no_form_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_form(200, {}, body)


# --- X's words ---------------------------------------------------------------------------------


def test_words_of_x_are_made_printable_short_and_free_of_codes() -> None:
    said = "Bad\x00\x1b[31m token Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA \u202e and  more " + "x " * 300

    shown = clean(said)

    assert shown.isprintable()
    assert len(shown) <= 200
    assert "Zm9v" not in shown
    assert shown.startswith("Bad [31m token …")


@pytest.mark.parametrize("said", [None, 7, [], {}])
def test_what_is_not_text_is_no_words(said: object) -> None:
    assert clean(said) == ""


def test_ordinary_sentences_of_x_stay_as_they_are() -> None:
    text = "Value passed for the redirect uri did not match the uri of the authorization code."

    assert clean(text) == text
