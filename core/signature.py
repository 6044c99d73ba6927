"""OAuth 1.0a signatures: a thin use of oauthlib for RFC 5849 with HMAC-SHA1, as X wants it.

What is signed: the query, the fields of a form body, and the `oauth_…` values. A JSON body
is not. Source: docs.x.com, "Creating a signature", read 2026-08-22.
"""

import logging
from dataclasses import replace
from typing import Final, Literal, TypeAlias, cast, get_args
from urllib.parse import quote

from core.errors import BadInput
from core.model import AccessTokenPair, ConsumerKeys, HttpRequest
from core.secret import Secret, reveal

_Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_UNRESERVED: Final = "-._~"


def sign(
    request: HttpRequest,
    consumer: ConsumerKeys,
    token: Secret | None = None,
    token_secret: Secret | None = None,
    *,
    extra: tuple[tuple[str, str], ...] = (),
    nonce: str | None = None,
    timestamp: int | None = None,
) -> HttpRequest:
    """Return the request with its OAuth 1.0a Authorization header.

    Args:
        request: what will be sent, exactly so; its query and form are part of the signature.
        consumer: API Key and API Key Secret.
        token: the Access Token, or a request token; None for the first leg.
        token_secret: what belongs to it.
        extra: further `oauth_…` values for the header, such as `oauth_callback`.
        nonce: for tests only.
        timestamp: for tests only; seconds since 1970.
    """
    from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, Client  # slow to import: 50 ms

    # At DEBUG it writes Access Tokens into the log.
    logging.getLogger("oauthlib").setLevel(logging.WARNING)
    given = dict(extra)
    client = Client(
        client_key=consumer.api_key.reveal(),
        client_secret=consumer.api_secret.reveal(),
        resource_owner_key=token.reveal() if token else None,
        resource_owner_secret=token_secret.reveal() if token_secret else None,
        callback_uri=given.get("oauth_callback"),
        verifier=given.get("oauth_verifier"),
        signature_method=SIGNATURE_HMAC_SHA1,
        nonce=nonce,
        timestamp=None if timestamp is None else str(timestamp),
    )
    form = encode_pairs(request.form) if request.form is not None else None
    _, headers, _ = client.sign(
        url_with_query(request),
        http_method=_method(request.method),
        body=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {},
    )
    return replace(request, authorization=Secret(headers["Authorization"]))


def _method(name: str) -> _Method:
    if name not in get_args(_Method):
        raise BadInput("METHOD", "not a method of HTTP")
    return cast("_Method", name)


def sign_for(request: HttpRequest, consumer: ConsumerKeys, pair: AccessTokenPair) -> HttpRequest:
    """Return the request signed by the App for the user of an Access Token and Secret."""
    return sign(request, consumer, pair.token, pair.token_secret)


def basic_authorization(user: Secret, password: Secret) -> Secret:
    """Return the value of a Basic header, both halves percent-encoded first.

    Source: docs.x.com, "Application-only authentication"; RFC 6749 §2.3.1; read 2026-08-22.
    """
    import base64

    pair = f"{quote(user.reveal(), safe=_UNRESERVED)}:{quote(password.reveal(), safe=_UNRESERVED)}"
    return Secret("Basic " + base64.b64encode(pair.encode("ascii")).decode("ascii"))


def encode_pairs(pairs: tuple[tuple[str, str | Secret], ...]) -> str:
    """Return names and values percent-encoded as RFC 3986 says: a space is %20, never "+"."""
    return "&".join(
        f"{quote(name, safe=_UNRESERVED)}={quote(reveal(value), safe=_UNRESERVED)}"
        for name, value in pairs
    )


def url_with_query(request: HttpRequest) -> str:
    """Return the URL of a request with its query, as it goes on the wire."""
    return f"{request.url}?{encode_pairs(request.query)}" if request.query else request.url
