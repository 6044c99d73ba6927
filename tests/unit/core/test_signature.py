"""RFC 5849 as X wants it, against X's published numbers."""

import re

from core.model import ConsumerKeys, HttpRequest
from core.secret import Secret
from core.signature import basic_authorization, encode_pairs, sign

PUBLISHED = ConsumerKeys(
    Secret("xvz1evFS4wEEPTGEFPHBog"), Secret("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw")
)


def test_the_signature_is_the_published_one() -> None:
    request = HttpRequest(
        "POST",
        "https://api.x.com/1.1/statuses/update.json",
        query=(("include_entities", "true"),),
        form=(("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),),
    )

    signed = sign(
        request,
        PUBLISHED,
        Secret("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
        Secret("LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        timestamp=1318622958,
    )

    assert signed.authorization is not None
    header = signed.authorization.reveal()
    assert 'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"' in header


def test_a_json_body_is_not_signed() -> None:
    keys = ConsumerKeys(Secret("key"), Secret("secret"))
    plain = HttpRequest("POST", "https://api.x.com/2/tweets")
    with_body = HttpRequest("POST", "https://api.x.com/2/tweets", body=b'{"text":"hello"}')

    signatures = {
        re.findall(r'oauth_signature="([^"]+)"', signed.authorization.reveal())[0]
        for request in (plain, with_body)
        if (signed := sign(request, keys, nonce="n", timestamp=1)).authorization
    }

    assert len(signatures) == 1


def test_nonces_never_repeat() -> None:
    keys = ConsumerKeys(Secret("key"), Secret("secret"))
    request = HttpRequest("GET", "https://api.x.com/2/users/me")

    headers = [sign(request, keys).authorization for _ in range(50)]
    nonces = {re.findall(r'oauth_nonce="([^"]+)"', h.reveal())[0] for h in headers if h}

    assert len(nonces) == 50


def test_basic_is_the_published_one() -> None:
    secret = Secret("L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg")

    value = basic_authorization(PUBLISHED.api_key, secret).reveal()

    # X's documentation, "Application-only authentication"; the keys are decommissioned.
    assert value == (
        "Basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4"
        "OERSZHlPZw=="
    )


def test_basic_escapes_both_halves_before_it_joins_them() -> None:
    import base64

    value = basic_authorization(Secret("a:b"), Secret("c/d+ä")).reveal()

    assert base64.b64decode(value.removeprefix("Basic ")) == b"a%3Ab:c%2Fd%2B%C3%A4"


def test_a_space_is_written_as_percent_20() -> None:
    assert encode_pairs((("scope", "a b+c~"),)) == "scope=a%20b%2Bc~"
