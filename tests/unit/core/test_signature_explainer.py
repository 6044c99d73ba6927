"""The explainer signs as `core.signature` does, which signs with oauthlib, and shows no secret."""

import hashlib
import hmac
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from core.model import ConsumerKeys, HttpRequest
from core.secret import Secret
from core.signature import sign
from core.signature_explainer import SignatureSteps, explain_signature

KEYS = ConsumerKeys(
    Secret("xvz1evFS4wEEPTGEFPHBog"), Secret("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw")
)
TOKEN = Secret("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb")
TOKEN_SECRET = Secret("LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE")
NONCE = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"
STAMP = 1318622958
PUBLISHED = HttpRequest(
    "POST",
    "https://api.x.com/1.1/statuses/update.json",
    query=(("include_entities", "true"),),
    form=(("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),),
)


def explained(request: HttpRequest = PUBLISHED) -> SignatureSteps:
    return explain_signature(request, KEYS, TOKEN, TOKEN_SECRET, nonce=NONCE, timestamp=STAMP)


def everything_shown(steps: SignatureSteps) -> str:
    shown = [
        steps.shown_parameter_string,
        steps.shown_base_string,
        steps.shown_key,
        steps.shown_header,
        repr(steps),
        repr(steps.sorted_pairs),
    ]
    return "\n".join([*shown, *(parameter.shown for parameter in steps.collected)])


def test_the_published_request_has_the_published_signature() -> None:
    assert explained().signature == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


def test_the_published_steps_are_taken_in_the_published_order() -> None:
    steps = explained()

    assert [name for name, _ in steps.sorted_pairs] == [
        "include_entities",
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_version",
        "status",
    ]
    assert dict(steps.sorted_pairs)["status"] == (
        "Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21"
    )
    assert steps.base_string.reveal().startswith(
        "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Fstatuses%2Fupdate.json&include_entities%3Dtrue%26"
    )


def test_what_is_shown_holds_no_credential_but_tells_them_apart() -> None:
    steps = explained()

    shown = everything_shown(steps)

    for secret in (KEYS.api_key, KEYS.api_secret, TOKEN, TOKEN_SECRET):
        assert secret.reveal() not in shown
    assert steps.shown_key == "…7kBw&…i5kE"
    assert "oauth_token%3D…JAEb" in steps.shown_base_string
    assert 'oauth_consumer_key="…HBog"' in steps.shown_header


def test_the_base_string_and_the_key_give_the_signature() -> None:
    steps = explained()
    key = f"{KEYS.api_secret.reveal()}&{TOKEN_SECRET.reveal()}"

    digest = hmac.new(key.encode(), steps.base_string.reveal().encode(), hashlib.sha1).digest()

    assert b64encode(digest).decode() == steps.signature


def test_a_json_body_takes_no_part_and_is_named() -> None:
    plain = HttpRequest("POST", "https://api.x.com/2/tweets")
    with_body = HttpRequest("POST", "https://api.x.com/2/tweets", body=b'{"text":"hello"}')

    assert explained(plain).signature == explained(with_body).signature
    assert not explained(plain).has_unsigned_body
    assert explained(with_body).has_unsigned_body


def test_without_a_token_the_key_ends_with_the_ampersand() -> None:
    request = HttpRequest("POST", "https://api.x.com/oauth/request_token")

    steps = explain_signature(
        request, KEYS, None, None, nonce="n", timestamp=1, extra=(("oauth_callback", "oob"),)
    )

    assert steps.shown_key == "…7kBw&"
    assert "oauth_token" not in steps.shown_header
    assert 'oauth_callback="oob"' in steps.shown_header


# oauthlib decodes query values whose names begin with oauth_ once too often; X has none.
_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    lambda name: not name.startswith("oauth_")
)
_PAIRS = st.lists(
    st.tuples(_NAMES, st.text(st.characters(codec="utf-8"), max_size=20)), max_size=6
).map(tuple)
_SECRETS = st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=60).map(
    Secret
)
_URLS = st.sampled_from(
    [
        "https://api.x.com/2/tweets",
        "https://api.x.com:443/2/users/me",
        "http://127.0.0.1:8123/2/tweets/20",
        "HTTP://LOCALHOST:80/2/users/by/username/Dev_Jane",
        "https://api.x.com/2/tweets/a%20b~c",
        "https://api.x.com",
    ]
)


@given(
    _URLS,
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    _PAIRS,
    _PAIRS,
    _SECRETS,
    _SECRETS,
    st.one_of(st.none(), st.tuples(_SECRETS, _SECRETS)),
    st.sampled_from([(), (("oauth_callback", "http://127.0.0.1:8739/callback?a=b c"),)]),
)
def test_every_request_is_signed_as_it_is_sent(
    url: str,
    method: str,
    query: tuple[tuple[str, str], ...],
    form: tuple[tuple[str, str], ...],
    key: Secret,
    secret: Secret,
    pair: tuple[Secret, Secret] | None,
    extra: tuple[tuple[str, str], ...],
) -> None:
    request = HttpRequest(method, url, query, form if method == "POST" and form else None)
    keys = ConsumerKeys(key, secret)
    token, token_secret = pair or (None, None)

    steps = explain_signature(
        request, keys, token, token_secret, nonce="once", timestamp=STAMP, extra=extra
    )

    sent = sign(request, keys, token, token_secret, extra=extra, nonce="once", timestamp=STAMP)
    assert steps.header == sent.authorization
