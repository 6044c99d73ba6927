"""What a pasted thing is: named, dated, matched with its neighbours, and never shown."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.inspector import Piece, inspect

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
API_KEY = "xvz1evFS4wEEPTGEFPHBog12A"
API_SECRET = "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOgL8qq9PZyR"
CLIENT_ID = base64.urlsafe_b64encode(b"abcdefghij0123456789:1:ci").decode().rstrip("=")
PAIR = "1733410282-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"
PAIR_SECRET = "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"
# In the shape of X's: 44 bytes whose middle is the App ID 7922114.
_INSIDE = bytes(16) + (7922114).to_bytes(8, "little") + bytes(20)
BEARER = base64.b64encode(_INSIDE).decode().rstrip("=") + "%3DzW9sTqK3vB7nXcLm2PdRfGhJ8wQe"


def stamped(kind: str, at: datetime) -> str:
    inside = f"abcDEF123456789abcDEF123456789abcDE:{int(at.timestamp() * 1000)}:1:0:{kind}:1"
    return base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")


ACCESS = stamped("at", NOW - timedelta(hours=1))
OLD_ACCESS = stamped("at", NOW - timedelta(hours=3))
REFRESH = stamped("rt", NOW - timedelta(hours=1))
CODE = stamped("ac", NOW - timedelta(seconds=10))


def only(text: str) -> Piece:
    found = [piece for piece in inspect(text, NOW) if piece.kind != "together"]
    assert len(found) == 1, [piece.kind for piece in found]
    return found[0]


def of_kind(text: str, kind: str) -> Piece:
    return next(piece for piece in inspect(text, NOW) if piece.kind == kind)


def said(piece: Piece) -> str:
    return " ".join(note.in_english() for note in piece.notes)


@pytest.mark.parametrize(
    ("value", "kind", "is_sure"),
    [
        (BEARER, "bearer_token", True),
        (ACCESS, "user_access_token", True),
        (REFRESH, "refresh_token", True),
        (CODE, "code", True),
        (CLIENT_ID, "client_id", True),
        (PAIR, "access_token", True),
        (API_KEY, "api_key", False),
        (API_SECRET, "api_secret", False),
        (PAIR_SECRET + "ab12", "access_token_secret", False),
        ("1261326399320715264", "id", False),
        ("hello", "unknown", False),
    ],
)
def test_a_bare_value_is_named_by_its_shape(value: str, kind: str, is_sure: bool) -> None:
    piece = only(value)

    assert (piece.kind, piece.is_sure) == (kind, is_sure)


def test_a_bearer_token_tells_its_app_id() -> None:
    assert "7922114" in said(only(BEARER))


def test_an_access_token_of_oauth1_tells_its_user() -> None:
    assert "1733410282" in said(only(PAIR))


def test_a_users_token_tells_when_it_was_issued_and_whether_it_lives() -> None:
    alive, dead = only(ACCESS), only(OLD_ACCESS)

    assert alive.issued_at == NOW - timedelta(hours=1)
    assert alive.expires_at == NOW + timedelta(hours=1)
    assert not alive.is_warning
    assert dead.is_warning
    assert "Expired" in said(dead)


def test_a_value_in_the_wrong_field_is_told() -> None:
    piece = of_kind(f"API_KEY={CLIENT_ID}", "api_key")

    assert piece.is_warning
    assert "looks like: Client ID" in said(piece)


def test_console_text_env_lines_and_json_give_the_same_fields() -> None:
    console = f"API Key\n{API_KEY}\nAPI Key Secret\n{API_SECRET}\nBearer Token\n{BEARER}"
    env = f"X_API_KEY={API_KEY}\nexport X_API_SECRET='{API_SECRET}'\nX_BEARER_TOKEN={BEARER}"
    document = json.dumps({"api_key": API_KEY, "api_secret": API_SECRET, "bearer_token": BEARER})

    found = [[p.field for p in inspect(text, NOW)] for text in (console, env, document)]

    assert found[0] == found[1] == found[2] == ["api_key", "api_secret", "bearer_token"]


def test_a_token_answer_and_its_halves_are_understood() -> None:
    answer = {
        "token_type": "bearer",
        "expires_in": 7200,
        "access_token": ACCESS,
        "scope": "users.read tweet.read offline.access",
        "refresh_token": REFRESH,
    }
    text = json.dumps(answer)

    assert {p.kind for p in inspect(text, NOW)} == {
        "user_access_token", "refresh_token", "document", "together",
    }  # fmt: skip
    assert "same answer" in said(of_kind(text, "together"))
    assert "tweet.read" in said(of_kind(text, "document"))


def test_halves_of_two_answers_are_told_apart() -> None:
    text = f"ACCESS_TOKEN={OLD_ACCESS}\nREFRESH_TOKEN={REFRESH}"

    assert "two different answers" in said(of_kind(text, "together"))


def test_a_missing_half_is_told() -> None:
    assert "came without" in said(of_kind(f"CONSUMER_KEY={API_KEY}", "together"))


def test_xurls_file_is_read() -> None:
    text = f"""apps:
  my-app:
    client_id: {CLIENT_ID}
    oauth2_tokens:
      alice: {{"oauth2": {{"access_token": "{ACCESS}", "refresh_token": "{REFRESH}"}}}}
    bearer_token: {BEARER}
"""

    kinds = {p.kind for p in inspect(text, NOW)}

    assert {"client_id", "user_access_token", "refresh_token", "bearer_token"} <= kinds


def test_a_redirect_gives_its_code_and_the_parts_that_x_compares() -> None:
    text = f"http://127.0.0.1:8739/callback?state=s-1&code={CODE}"
    piece = of_kind(text, "redirect")

    assert "http://127.0.0.1:8739/callback" in said(piece)
    assert of_kind(text, "code").expires_at == NOW + timedelta(seconds=20)


def test_a_refused_redirect_is_explained() -> None:
    piece = of_kind("http://127.0.0.1:8739/callback?error=access_denied&state=x", "redirect")

    assert piece.explanation is not None
    assert piece.explanation.key == "cancelled-at-x"


def test_redirect_and_sign_in_address_are_matched() -> None:
    begun = (
        "https://x.com/i/oauth2/authorize?response_type=code&scope=tweet.read%20offline.access"
        f"&client_id={CLIENT_ID}&redirect_uri=http%3A%2F%2F127.0.0.1%3A8739%2Fcallback"
        "&state=s-1&code_challenge=x&code_challenge_method=S256"
    )
    good = f"{begun}\nhttp://127.0.0.1:8739/callback?state=s-1&code={CODE}"
    bad = f"{begun}\nhttp://127.0.0.1:8739/callback/?state=s-2&code={CODE}"

    assert "state it began with" in said(of_kind(good, "together"))
    assert not of_kind(begun, "authorize").is_warning
    assert "not that of this sign-in" in said(of_kind(bad, "together"))
    assert "another address" in said(of_kind(bad, "together"))


def test_an_api_key_as_client_id_in_a_sign_in_address_is_told() -> None:
    url = f"https://x.com/i/oauth2/authorize?response_type=code&client_id={API_KEY}&state=1"

    assert "API Key instead" in said(of_kind(url, "authorize"))


def test_a_blocked_redirect_uri_is_told() -> None:
    assert "does not accept" in said(only("ftp://host/callback"))


CALLS = {
    "secret in the query": (
        f'curl "https://api.x.com/2/tweets?ids=20&access_token={BEARER}"',
        "stands in the address",
        "-H \"Authorization: Bearer $X_BEARER_TOKEN\" 'https://api.x.com/2/tweets?ids=20'",
    ),
    "no word Bearer": (
        f"curl -H 'Authorization: {BEARER}' https://api.x.com/2/tweets?ids=20",
        "word Bearer is missing",
        "Bearer $X_BEARER_TOKEN",
    ),
    "token behind Basic": (
        f"curl -H 'Authorization: Basic {BEARER}' https://api.x.com/2/tweets?ids=20",
        "behind Basic",
        "Bearer $X_BEARER_TOKEN",
    ),
    "Bearer Token for a user's operation": (
        f'curl https://api.x.com/2/users/me \\\n  -H "Authorization: Bearer {BEARER}"',
        "gets 403",
        "Bearer $X_USER_ACCESS_TOKEN",
    ),
    "Refresh Token as a token": (
        f'curl https://api.x.com/2/users/me -H "authorization: Bearer {REFRESH}"',
        "A Refresh Token stands behind Bearer",
        "Bearer $X_USER_ACCESS_TOKEN",
    ),
    "OAuth 1.0a token as a token": (
        f'curl https://api.x.com/2/users/me -H "Authorization: Bearer {PAIR}"',
        "OAuth 1.0a Access Token stands behind Bearer",
        "Bearer $X_USER_ACCESS_TOKEN",
    ),
    "wrong address for a Bearer Token": (
        (
            f"curl -u {API_KEY}:{API_SECRET} https://api.x.com/2/oauth2/token "
            "-d grant_type=client_credentials"
        ),
        "without the 2",
        "'https://api.x.com/oauth2/token'",
    ),
    "Client ID at the wrong door": (
        (
            f"curl -u {CLIENT_ID}:{API_SECRET} https://api.x.com/oauth2/token "
            "--data grant_type=client_credentials"
        ),
        "use the API Key",
        "$X_API_KEY:$X_API_SECRET",
    ),
    "secret in the body": (
        (
            "curl -X POST https://api.x.com/2/oauth2/token "
            f"-d 'grant_type=refresh_token&refresh_token={REFRESH}&client_secret={API_SECRET}'"
        ),
        "Client Secret in the body",
        "$X_CLIENT_ID:$X_CLIENT_SECRET",
    ),
    "old host, no check of certificates": (
        f'curl -sk http://api.twitter.com/2/tweets?ids=20 -H "Authorization: Bearer {BEARER}"',
        "X takes https only. api.twitter.com is the older name",
        "https://api.x.com/2/tweets?ids=20",
    ),
    "no credential": (
        "curl https://api.x.com/2/tweets?ids=20",
        "no Authorization header",
        "Bearer $X_BEARER_TOKEN",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_curl_command_is_judged_and_corrected(name: str) -> None:
    command, fault, right = CALLS[name]

    piece = of_kind(command, "curl")

    assert fault in said(piece)
    assert right in piece.corrected


def test_a_good_curl_command_is_left_alone() -> None:
    command = f'curl https://api.x.com/2/tweets?ids=20 -H "Authorization: Bearer {BEARER}"'

    assert of_kind(command, "curl").corrected == ""
    assert not of_kind(command, "curl").is_warning


FAILURES = {
    "tweepy.errors.Forbidden: 403 Forbidden\n453 - You have access to a subset": "code-453",
    '127.0.0.1 - - "GET /2/tweets HTTP/1.1" 429 0': "rate-limited",
    "< HTTP/2 401\n< content-length: 0": "dead-credential",
    '{"errors":[{"code":99,"message":"Unable to verify your credentials"}]}': "code-99",
    'ERROR got {"title":"CreditsDepleted","type":"https://api.twitter.com/2/problems/credits"}':
        "credits",
    '{"error":"invalid_request","error_description":"Value passed for the token was invalid."}':
        "refresh-token-dead",
    "You weren’t able to give access to the App. Go back and try logging in again.":
        "card-without-reason",
    "You weren't able to give access to the App.": "card-without-reason",
    "ssl.SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED": "connect-tls",
    "Error: getaddrinfo ENOTFOUND api.x.com": "connect-dns",
    "ProxyError('Tunnel connection failed: 407')": "connect-proxy",
    "read ECONNRESET": "answer-broken",
    "<html><title>Hotel</title></html>": "html-answer",
    "reason: client-not-enrolled": "client-not-enrolled",
}  # fmt: skip


@pytest.mark.parametrize("text", FAILURES)
def test_an_error_line_is_explained(text: str) -> None:
    piece = of_kind(text, "failure")

    assert piece.explanation is not None
    assert piece.explanation.key == FAILURES[text]


def test_a_call_with_its_answer_gives_both() -> None:
    text = (
        f'$ curl https://api.x.com/2/users/me -H "Authorization: Bearer {BEARER}"\n'
        '{"title":"Unsupported Authentication","detail":"Authenticating with OAuth 2.0 '
        'Application-Only is forbidden for this endpoint.","status":403,'
        '"type":"https://api.twitter.com/2/problems/unsupported-authentication"}'
    )

    failure, call = of_kind(text, "failure"), of_kind(text, "curl")

    assert failure.explanation is not None
    assert failure.explanation.key == "bearer-where-user"
    assert "X_USER_ACCESS_TOKEN" in call.corrected


# --- promises for any text -----------------------------------------------------------------------

_LETTERS = st.sampled_from("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
secrets = st.one_of(
    # As X's are: with small and capital letters and digits.
    st.lists(_LETTERS, min_size=22, max_size=60).map(lambda signs: "aB3" + "".join(signs)),
    st.sampled_from([BEARER, ACCESS, REFRESH, CODE, PAIR, API_SECRET, PAIR_SECRET]),
)
frames = st.sampled_from(
    [
        "{}",
        "API_KEY={}",
        "BEARER_TOKEN: {}",
        '{{"access_token":"{}","token_type":"bearer"}}',
        '{{"title":"{}","detail":"{}","status":403}}',
        '{{"errors":[{{"code":99,"message":"{}"}}]}}',
        '{{"error":"{}","error_description":"token {}"}}',
        "Authorization: Bearer {}",
        "Authorization: {}",
        "curl -H 'Authorization: Bearer {}' https://api.x.com/2/tweets?ids={}",
        "curl -u {}:{} https://api.x.com/oauth2/token",
        "curl https://api.x.com/2/tweets/{}?query={} -d 'a={}'",
        "curl '{}' -X {} {}",
        "https://x.com/i/oauth2/authorize?client_id={}&scope={}&redirect_uri=http://{}/",
        "http://127.0.0.1/{}?code={}&state={}",
        "http://{}:{}@{}.example/callback",
        "{}://callback",
        "https://api.x.com/2/tweets?access_token={}",
        "code={}&state={}",
        "HTTP/1.1 403 {}\n{} - {}",
    ]
)


@settings(max_examples=300, deadline=None)
@given(frames, secrets, st.text(max_size=40))
def test_no_finding_ever_shows_a_secret(frame: str, secret: str, around: str) -> None:
    text = f"{around}\n" + frame.replace("{{", "\0").replace("}}", "\1").replace(
        "{}", secret
    ).replace("\0", "{").replace("\1", "}")

    shown = json.dumps([piece.facts() for piece in inspect(text, NOW)]) + repr(inspect(text, NOW))

    pieces = [secret[place : place + 12] for place in range(0, len(secret) - 12, 4)]
    assert [piece for piece in pieces if piece in shown and piece not in frame] == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=600))
def test_no_text_makes_it_raise(text: str) -> None:
    for piece in inspect(text, NOW):
        assert piece.facts()["kind"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["curl ", "-H", "'", '"', "{", "}", "[", ":", "Authorization: ", "http://", "?", "&",
             "code=", "\\\n", "\n", "%", "=", "-", "1", "AAAA", "Bearer ", "@", "$", "//", "é"]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_no_shuffled_syntax_makes_it_raise(parts: list[str]) -> None:
    assert inspect("".join(parts), NOW) is not None


HEAVY = {
    "lines": "name=value\n" * 6000,
    "braces": "{" * 65536,
    "nested": '{"a":' * 13000,
    "curls": "curl '\n" * 9000,
    "addresses": "http://127.0.0.1/callback?code=1 " * 2000,
    "letters": "a" * 65536,
    "keys": f"{API_KEY} " * 2500,
    "a form": "code=1&" * 9000,
    "quotes": "\"'" * 32768,
    "blanks": " \t" * 32768,
    "dots": "a.b-c_d=" * 8192,
}


@pytest.mark.parametrize("name", HEAVY)
def test_64_kib_take_less_than_50_milliseconds(name: str) -> None:
    text = HEAVY[name]
    inspect("warm", NOW)

    best = min(_seconds(text) for _ in range(3))

    assert best < 0.05


def _seconds(text: str) -> float:
    began = time.process_time()
    inspect(text, NOW)
    return time.process_time() - began
