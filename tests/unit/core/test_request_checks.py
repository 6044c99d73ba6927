"""What may stand in a request that a person composed."""

import pytest

from core.errors import BadInput
from core.request_checks import checked_body, checked_path, target_in


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"text": "a", "text": "b"}', 'names "text" twice'),
        ('{"poll": {"options": [], "options": []}}', 'names "options" twice'),
        ("{\n  text: 1}", "line 2, column 3"),
        ("@post.json", "line 1, column 1"),
        ("NaN", "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": -1e999}', "too large"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"),
        ('{"a": "\udcff"}', "not JSON"),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_body(text)

    assert why in refused.value.detail
    assert refused.value.where == "-d"


def test_a_body_is_sent_as_it_was_typed() -> None:
    assert checked_body(' {"text":  "é"}\n') == ' {"text":  "é"}\n'.encode()
    assert checked_body("  ") is None


@pytest.mark.parametrize(
    "path",
    [
        "/oauth2/token",
        "/2/oauth2/token",
        "/2/%6fauth2/token",
        "/2/OAuth2/revoke",
        "/2//oauth2/token",
        "/%32/oauth2/token",
        "/1.1/oauth/invalidate_token",
    ],
)
def test_tokens_are_asked_for_by_their_own_commands_however_the_path_is_written(path: str) -> None:
    with pytest.raises(BadInput, match="commands of their own"):
        checked_path(path)


@pytest.mark.parametrize(
    "path", ["2/tweets", "//evil.example/2", "/%2Fevil", "/2/../oauth", "/2/%2e%2e/x", "/2/a%00b",
             "/2/a%0d%0ab", "/2\\tweets", "https://api.x.com/2/tweets", "/2/tweets#x"]
)  # fmt: skip
def test_a_path_stays_below_the_apis_address(path: str) -> None:
    with pytest.raises(BadInput):
        checked_path(path)


def test_letters_in_a_path_are_encoded_once() -> None:
    assert checked_path("/2/users/by/username/é%20x") == "/2/users/by/username/%C3%A9%20x"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://api.x.com/2/tweets?ids=20", "/2/tweets?ids=20"),
        ("https://api.twitter.com/2/users/me", "/2/users/me"),
        ("http://127.0.0.1:8123/2/users/me", "/2/users/me"),
        ("/2/tweets", "/2/tweets"),
        ("https://api.x.com.evil.example/2/tweets", "https://api.x.com.evil.example/2/tweets"),
        ("https://api.x.com@evil.example/2", "https://api.x.com@evil.example/2"),
        ("http://api.x.com/2/tweets", "http://api.x.com/2/tweets"),
    ],
)
def test_a_copied_address_of_xs_means_the_same_call_and_no_other_host_does(
    address: str, target: str
) -> None:
    assert target_in(address, "http://127.0.0.1:8123") == target
