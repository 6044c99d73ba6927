"""What people paste."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.pasted import FIELDS, app_id_of_bearer, field_named, read_pasted, shape_of
from core.secret import Secret

API_KEY = "k" * 24 + "1"
API_SECRET = "s" * 50
CLIENT_ID = base64.urlsafe_b64encode(b"abcdefghijklmnopqrst:1:ci").decode().rstrip("=")
ACCESS = "1733410282-" + "a" * 39
BEARER = "A" * 22 + "x" * 60


def values(text: str) -> dict[str, str]:
    return {name: value.reveal() for name, value in read_pasted(text).fields.items()}


def test_the_contracts_json_is_read() -> None:
    fields = {
        "api_key": API_KEY,
        "api_secret": API_SECRET,
        "client_id": CLIENT_ID,
        "client_secret": "c" * 50,
        "redirect_uri": "http://127.0.0.1:8739/callback",
        "access_token": ACCESS,
        "access_token_secret": "t" * 45,
        "bearer_token": BEARER,
    }
    pasted = read_pasted(json.dumps(fields))

    assert values(json.dumps(fields)) == fields
    assert set(fields) == set(FIELDS)
    assert pasted.warnings == ()
    assert pasted.unknown == ()


def test_dot_env_lines_are_read_with_quotes_comments_and_export() -> None:
    text = f"""
# my keys
export X_API_KEY="{API_KEY}"   # from the console
TWITTER_API_KEY_SECRET='{API_SECRET}'
CLIENT_ID={CLIENT_ID} # trailing
PORT=8080
"""

    assert values(text) == {"api_key": API_KEY, "api_secret": API_SECRET, "client_id": CLIENT_ID}
    assert read_pasted(text).unknown == ("PORT",)


def test_the_consoles_text_is_read_label_above_value() -> None:
    text = f"Consumer Key\n{API_KEY}\nConsumer Secret\n{API_SECRET}\n\nBearer Token\n{BEARER}\n"

    assert values(text) == {
        "api_key": API_KEY,
        "api_secret": API_SECRET,
        "bearer_token": BEARER,
    }


def test_lines_with_a_colon_are_read() -> None:
    text = f"API Key: {API_KEY}\nCallback URI / Redirect URL: http://127.0.0.1:1/cb"

    assert values(text) == {"api_key": API_KEY, "redirect_uri": "http://127.0.0.1:1/cb"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("BEARER_TOKEN", "bearer_token"),
        ("X_API_BEARER_TOKEN", "bearer_token"),
        ("APP_ACCESS_TOKEN", "bearer_token"),
        ("CONSUMER_KEY", "api_key"),
        ("TWITTER_APP_KEY", "api_key"),
        ("API_SECRET_KEY", "api_secret"),
        ("TWITTER_API_SECRET_KEY", "api_secret"),
        ("X_API_SECRET", "api_secret"),
        ("X_API_KEY", "api_key"),
        ("X_ACCESS_SECRET", "access_token_secret"),
        ("TOKEN_SECRET", "access_token_secret"),
        ("X_OAUTH1_TOKEN", "access_token"),
        ("x-client-secret", "client_secret"),
        ("USER_ACCESS_TOKEN", "user_access_token"),
        ("X_REFRESH_TOKEN", "refresh_token"),
        ("DATABASE_URL", None),
        ("X_", None),
    ],
)
def test_the_spellings_in_use_are_known(name: str, field: str | None) -> None:
    assert field_named(name) == field


def test_access_token_is_told_apart_by_its_value() -> None:
    user = base64.urlsafe_b64encode(b"rnd:1690000000000:1:1:at:1").decode().rstrip("=")

    assert values(f"ACCESS_TOKEN={user}") == {"user_access_token": user}
    assert values(f"ACCESS_TOKEN={ACCESS}") == {"access_token": ACCESS}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"CLIENT_ID={API_KEY}", "looks like the API Key"),
        (f"API_KEY={CLIENT_ID}", "looks like the Client ID"),
        (f"BEARER_TOKEN={ACCESS}", "looks like the Access Token"),
        ("BEARER_TOKEN=hello", "begins with a run of A"),
        (f"API_KEY={API_KEY}", "without the API Key Secret"),
        (f"API_KEY={API_KEY}\nAPI_SECRET=short", "unusual length"),
        (f"API_KEY={API_KEY}\u200b\nAPI_SECRET={API_SECRET}", "Invisible characters"),
        (f"API_KEY={API_KEY}\nCONSUMER_KEY={'z' * 25}", "stands there twice"),
        ("REDIRECT_URI=http://localhost:1/cb", "127.0.0.1 instead of localhost"),
        ("API_SECRET=two words here", "no credential of X has"),
    ],
)
def test_odd_shapes_are_warned_of_and_taken(text: str, words: str) -> None:
    pasted = read_pasted(text)

    assert words in " ".join(pasted.warnings)
    assert len(pasted.fields) >= 1


def test_values_are_trimmed_where_they_enter() -> None:
    assert values(f"\ufeffAPI_KEY= {API_KEY}\u00a0 \r\n") == {"api_key": API_KEY}


@pytest.mark.parametrize("text", ["{", '{"api_key": [1]}', '{"api_key": true}', "x" * 2_000_000])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_pasted(text)


def test_what_the_sandbox_prints_can_be_piped_in() -> None:
    line = {"origin": "http://127.0.0.1:1", "api_key": API_KEY, "users": [{"id": "1"}]}

    assert read_pasted(json.dumps(line)).unknown == ()


@given(st.text(max_size=300))
def test_no_text_is_too_odd_and_no_warning_holds_a_value(text: str) -> None:
    try:
        pasted = read_pasted(text)
    except BadInput:
        return
    for value in pasted.fields.values():
        assert len(value) < 8 or value.reveal() not in " ".join(pasted.warnings)


def test_a_bearer_of_the_documentation_tells_its_app() -> None:
    sample = base64.b64encode(bytes(16) + (7922114).to_bytes(8, "little") + bytes(20)).decode()

    assert app_id_of_bearer(Secret(sample.replace("=", "%3D") + "rest")) == "7922114"
    assert app_id_of_bearer(Secret("AAAA")) == ""


def test_a_shape_that_tells_nothing_is_none() -> None:
    assert shape_of("hello") is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("SOME_OTHER_NAME=1", "SOME_OTHER_NAME"),
        ("some_other_name: 1", "some_other_name"),
        ("Canary7value0hunter2hunter2 CLIENT_ID = abc", ""),
        ("kkkkkkkkkkkkkkkkkkkkkkkkk=ssss", ""),
        ('{"1733410282-AbCdEfGhIjKlMnOpQrStUvWxYz": "x"}', ""),
        ("a sentence of mine: hello", ""),
    ],
)
def test_what_may_be_half_a_secret_is_not_told_as_a_name(line: str, told: str) -> None:
    assert read_pasted(line).unknown == (told,)


@pytest.mark.parametrize("text", [r'{"client_id": "a\ud800b"}', r'{"\udfff": "x"}'])
def test_half_a_character_in_json_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput, match="halves of characters"):
        read_pasted(text)
