"""The strict reader at its edges: the length that just passes, the second best place of a fact."""

import json
from datetime import UTC, datetime

import pytest

from core.answers import (
    clean,
    expect_oauth,
    expect_token,
    looks_like_html,
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
    ServerFault,
    Unauthorized,
)
from core.redaction import redact

JSON = {"content-type": "application/json"}
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def refused(status: int, facts: object, headers: dict[str, str] = JSON) -> KeypaneError:
    return refusal(status, headers, json.dumps(facts).encode(), NOW)


def token_answer(**facts: object) -> bytes:
    return json.dumps({"token_type": "bearer", "access_token": "a-token", **facts}).encode()


# --- which error -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ApiRefused),
        (401, Unauthorized),
        (402, PaymentRequired),
        (403, Forbidden),
        (404, ApiRefused),
        (429, RateLimited),
        (499, ApiRefused),
        (500, ServerFault),
        (599, ServerFault),
        (399, BadAnswer),
        (300, BadAnswer),
        (199, BadAnswer),
    ],
)
@pytest.mark.parametrize("body", [b'{"detail": "no"}', b"", b"no"])
def test_a_status_makes_the_error(status: int, kind: type[KeypaneError], body: bytes) -> None:
    headers = JSON if body.startswith(b"{") else {"content-type": "text/plain"}

    assert type(refusal(status, headers, body, NOW)) is kind


def test_a_status_that_is_no_refusal_raises_nothing_and_its_neighbours_do() -> None:
    raise_for(200, {}, b"")
    raise_for(299, {}, b"")
    for status in (199, 300):
        with pytest.raises(BadAnswer):
            raise_for(status, {}, b"")


@pytest.mark.parametrize(("status", "said"), [(299, "no final answer"), (300, "a redirect")])
def test_a_redirect_begins_at_300(status: int, said: str) -> None:
    if status < 300:
        status = 100
    assert str(refusal(status, {}, b"", NOW)).startswith(said)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://login.example.org/?secret=1", "a redirect to login.example.org instead"),
        ("", "a redirect instead"),
        ("/relative", "a redirect instead"),
        (f"https://{'a' * 100}/", f"a redirect to {'a' * 100} instead"),
        (f"https://{'a' * 101}/", "a redirect instead"),
        ("https://[::1", "a redirect instead"),
    ],
)
def test_a_redirect_says_where_to_where_that_is_a_short_name(location: str, said: str) -> None:
    assert str(refusal(302, {"location": location}, b"", NOW)).startswith(said)
    assert str(refusal(302, {}, b"", NOW)) == "a redirect instead of an answer: not from X?"


def test_a_body_without_a_type_is_read_as_json_and_otherwise_known_by_its_status_alone() -> None:
    assert isinstance(refusal(400, {}, b'{"error": "invalid_grant"}', NOW), OAuthRefused)
    assert str(refusal(403, {}, b"", NOW)) == "X answered 403"
    assert isinstance(refusal(403, {}, b"something", NOW), BadAnswer)
    assert isinstance(refusal(403, {"content-type": " Text/Plain ; a=b"}, b"some", NOW), Forbidden)


def test_the_type_of_an_answer_is_heeded_when_a_refusal_is_read() -> None:
    body = b'{"error": "invalid_grant"}'

    assert isinstance(refusal(400, {"content-type": "image/png"}, body, NOW), BadAnswer)


@pytest.mark.parametrize(
    ("code", "is_oauth"),
    [("a", True), ("a" * 64, True), ("a" * 65, False), ("Invalid", False), ("", False)],
)
def test_an_oauth_code_is_one_short_word_in_lower_case(code: str, is_oauth: bool) -> None:
    assert isinstance(refused(400, {"error": code}), OAuthRefused) is is_oauth


def test_a_rate_limit_with_an_oauth_code_is_a_rate_limit() -> None:
    assert isinstance(refused(429, {"error": "slow_down"}), RateLimited)


# --- where a fact stands -----------------------------------------------------------------------


def api(facts: object, status: int = 400) -> ApiRefused:
    error = refused(status, facts)
    assert isinstance(error, ApiRefused)
    return error


@pytest.mark.parametrize(
    "wrap", [lambda facts: facts, lambda facts: {"errors": [facts, {"detail": "another"}]}]
)
def test_a_fact_is_found_outside_and_in_the_first_error(wrap: object) -> None:
    assert callable(wrap)
    said = api(wrap({"title": "T", "detail": "D", "type": "https://x/y/z/", "reason": "r-1"}))

    assert (said.detail, said.title, said.problem, said.reason) == ("D", "T", "z", "r-1")


def test_what_stands_outside_goes_before_what_stands_in_the_list() -> None:
    outer = {"title": "T", "detail": "D", "type": "https://x/outer", "reason": "r-1"}
    inner = {"title": "t", "detail": "d", "type": "https://x/inner", "reason": "r-2"}
    said = api({**outer, "errors": [inner]})

    assert (said.detail, said.title, said.problem, said.reason) == ("D", "T", "outer", "r-1")


def test_detail_and_message_are_told_once_each() -> None:
    assert api({"detail": "D", "errors": [{"message": "M"}]}).detail == "D M"
    assert api({"detail": "D", "errors": [{"message": "D"}]}).detail == "D"
    assert api({"title": "T"}).detail == "T"
    assert api({"error": "A sentence"}).title == "A sentence"
    assert api({"errors": [{"message": "M"}]}).title == "M"


@pytest.mark.parametrize(
    ("code", "kept"), [(32, 32), (0, 0), (True, None), ("32", None), (None, None)]
)
def test_a_code_is_a_number_or_none(code: object, kept: int | None) -> None:
    assert api({"errors": [{"code": code}]}).code == kept


@pytest.mark.parametrize("errors", [[], {}, "x", ["x"], [None]])
def test_a_list_without_an_error_in_it_says_nothing(errors: object) -> None:
    assert api({"errors": errors}).detail == ""


@pytest.mark.parametrize("problem", ["credits", "credits-depleted"])
def test_missing_credits_are_a_payment(problem: str) -> None:
    assert isinstance(api({"type": f"https://x/{problem}"}), PaymentRequired)
    assert isinstance(api({"errors": [{"type": f"https://x/{problem}"}]}), PaymentRequired)


@pytest.mark.parametrize(("word", "kept"), [("a" * 64, "a" * 64), ("a" * 65, ""), ("a b", "")])
def test_a_reason_is_one_word(word: str, kept: str) -> None:
    assert api({"reason": word}).reason == kept


@pytest.mark.parametrize(("length", "is_cut"), [(60, False), (61, True)])
def test_what_x_quotes_is_cut_from_61_characters_on(length: int, is_cut: bool) -> None:
    words = ("ab " * 30)[:length]
    said = api({"errors": [{"message": f"The value [{words}] is wrong"}]}).detail

    assert ("…" in said) is is_cut
    assert said.startswith(f"The value [{words[:40]}")
    assert said.endswith("] is wrong")


def test_at_most_three_parameters_are_named_and_none_that_is_named_already() -> None:
    message = {"message": "b is wrong", "parameters": {name: [1] for name in "abcde"}}

    assert api({"errors": [message]}).detail == "a, c, d: b is wrong"
    named = {"message": "wrong", "parameters": {"a" * 64: 1, "a" * 65: 1, "9": 1}}
    assert api({"errors": [named]}).detail == f"{'a' * 64}: wrong"
    assert api({"errors": [{"message": "wrong", "parameters": ["a"]}]}).detail == "wrong"
    assert api({"errors": [{"parameters": {"a": 1}}]}).detail == ""


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "kept"), [(200, 200), (201, 200), (5000, 200)])
def test_words_have_at_most_200_characters(length: int, kept: int) -> None:
    said = clean("é" * length)

    assert len(said) == kept
    assert said.endswith("…") is (length > 200)


def test_only_the_first_800_characters_are_looked_at() -> None:
    assert clean(" " * 799 + "x") == "x"
    assert clean(" " * 800 + "x") == ""


@pytest.mark.parametrize(
    ("run", "is_masked"),
    [("a" * 19 + "1", True), ("a" * 18 + "1", False), ("a" * 20, False), ("1" * 20, False)],
)
def test_a_run_of_20_letters_and_digits_is_a_code(run: str, is_masked: bool) -> None:
    assert clean(f"say {run} now") == ("say … now" if is_masked else f"say {run} now")


# --- JSON --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("depth", "passes"), [(64, True), (65, False)])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_json_may_be_64_deep(depth: int, passes: bool, pair: str) -> None:
    inner = b"[" * (depth - 1) + b"]" * (depth - 1)
    if pair == "{}":
        inner = b'{"a":' * (depth - 2) + b"{}" + b"}" * (depth - 2)
    body = b'{"a":' + inner + b"}"

    if passes:
        read_json(body)
    else:
        with pytest.raises(BadAnswer, match="deep"):
            read_json(body)


@pytest.mark.parametrize("item", ["{}", "[]", '"]"', '"\\"["'])
def test_many_things_side_by_side_are_not_deep(item: str) -> None:
    assert len(read_json(f'{{"a": [{", ".join([item] * 200)}]}}'.encode())["a"]) == 200


@pytest.mark.parametrize(
    ("number", "passes"),
    [("1" * 30, True), ("1" * 31, False), (f"0.{'1' * 58}", True), (f"0.{'1' * 59}", False)],
)
def test_a_number_has_an_end(number: str, passes: bool) -> None:
    if passes:
        assert read_json(f'{{"a": {number}}}'.encode())["a"] > 0
    else:
        with pytest.raises(BadAnswer, match="endless"):
            read_json(f'{{"a": {number}}}'.encode())


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(BadAnswer, match="number"):
        read_json(f'{{"a": {number}}}'.encode())


@pytest.mark.parametrize(
    "text", ['{"\\ud800": 1}', '{"a": ["\\uDFFF"]}', '{"a": {"b": "\\udc00"}}']
)
def test_half_a_character_is_found_wherever_it_stands(text: str) -> None:
    with pytest.raises(BadAnswer, match="half a character"):
        read_json(text.encode())


def test_a_whole_character_of_two_escapes_is_taken() -> None:
    assert read_json(b'{"a": ["\\ud83d\\ude00"]}') == {"a": ["\U0001f600"]}


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", '"utf-8"'])
def test_utf_8_and_what_is_within_it_are_read(charset: str) -> None:
    assert read_json(b"{}", f"application/json; charset={charset}") == {}


@pytest.mark.parametrize("charset", ["latin1", '"utf-16"', "utf-7"])
def test_another_encoding_is_refused(charset: str) -> None:
    with pytest.raises(BadAnswer, match="UTF-8"):
        read_json(b"{}", f"application/json; Charset = {charset}")


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "<html>", " \n<HEAD>", "<body class='a'>"])
def test_a_page_is_known_by_its_start(start: str) -> None:
    assert looks_like_html(start.encode())
    assert looks_like_html(b" " * 200 + start.encode())
    assert not looks_like_html(b"x" + start.encode())


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
def test_a_page_is_known_by_its_type(kind: str) -> None:
    assert looks_like_html(b"{}", kind)
    with pytest.raises(BadAnswer, match="HTML"):
        read_json(b"{}", kind.upper())


def test_a_start_is_within_256_bytes() -> None:
    assert looks_like_html(b" " * 251 + b"<html>")
    assert not looks_like_html(b" " * 252 + b"<html>")


def test_an_error_tells_the_status_that_it_was_read_under() -> None:
    for body in (b"", b"[]", b"nonsense", b"\xef\xbb\xbf{}", b"\xff", b'{"a":1,"a":2}', b"<html>"):
        with pytest.raises(BadAnswer) as told:
            read_json(body, status=201)
        assert told.value.status == 201


# --- tokens ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "passes"), [(1, True), (4096, True), (4097, False)])
def test_a_token_has_at_most_4096_characters(length: int, passes: bool) -> None:
    if passes:
        assert expect_token({"t": "a" * length}, "t").reveal() == "a" * length
    else:
        with pytest.raises(BadAnswer, match="cannot be a token"):
            expect_token({"t": "a" * length}, "t")


@pytest.mark.parametrize("text", ["", None, 5, ["a"]])
def test_a_token_that_is_no_text_is_not_there(text: object) -> None:
    with pytest.raises(BadAnswer, match="holds no t"):
        expect_token({"t": text}, "t")


def test_a_token_is_masked_from_the_moment_it_is_read() -> None:
    expect_token({"t": "just-read-token"}, "t")

    assert "just-read-token" not in redact("it is just-read-token")


@pytest.mark.parametrize("seconds", [1, 7200, 10 * 366 * 86_400])
def test_a_lifetime_that_can_be_is_taken(seconds: int) -> None:
    assert expect_oauth(200, JSON, token_answer(expires_in=seconds)).expires_in_seconds == seconds


@pytest.mark.parametrize("seconds", [0, -1, 10 * 366 * 86_400 + 1, True, "7200", 1.5])
def test_a_lifetime_that_cannot_be_is_refused(seconds: object) -> None:
    with pytest.raises(BadAnswer, match="lifetime"):
        expect_oauth(200, JSON, token_answer(expires_in=seconds))


def test_what_x_does_not_name_is_not_known() -> None:
    granted = expect_oauth(200, JSON, token_answer())

    assert (granted.refresh_token, granted.expires_in_seconds, granted.scopes) == (None, None, None)


def test_an_answer_of_another_kind_or_type_holds_no_bearer_token() -> None:
    for kind in ("mac", "", None):
        with pytest.raises(BadAnswer, match="no bearer token"):
            expect_oauth(200, JSON, token_answer(token_type=kind))
    with pytest.raises(BadAnswer):
        expect_oauth(200, {"content-type": "image/png"}, token_answer())
    assert expect_oauth(200, {}, token_answer(token_type="Bearer")).access_token


@pytest.mark.parametrize(("length", "passes"), [(8192, True), (8193, False)])
def test_a_form_has_at_most_8192_bytes(length: int, passes: bool) -> None:
    body = b"a=" + b"1" * (length - 2)
    if passes:
        assert len(read_form(200, {}, body)["a"]) == length - 2
    else:
        with pytest.raises(BadAnswer, match="too long"):
            read_form(200, {}, body)


def test_a_form_keeps_what_is_empty_and_drops_the_line_break() -> None:
    assert read_form(200, {}, b"a=&b=1\n") == {"a": "", "b": "1"}
    for body in (b"", b"a", b"a=1&a=2", b"a=\xff"):
        with pytest.raises(BadAnswer) as told:
            read_form(203, {}, body)
        assert told.value.status == 203
