"""An OAuth 1.0a signature made by hand, step by step, for a person who looks for a mistake.

Written from RFC 5849 §3.4 beside `core.signature`, which signs what is sent; tests hold the
two against each other and against X's published numbers. Each step carries what is true in
full and what may be shown: of a credential, the tail only.
Source: docs.x.com, "Creating a signature" and "Authorizing a request", read 2026-08-22.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from core.model import ConsumerKeys, HttpRequest
from core.secret import Secret, reveal

_UNRESERVED: Final = "-._~"
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_HIDDEN: Final = frozenset({"oauth_verifier"})
_TAIL: Final = 4
_MASK: Final = "…"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name and value that takes part.

    Attributes:
        source: "query", "form" or "oauth".
        is_secret: whether only its tail may be shown.
    """

    name: str
    value: Secret
    source: str
    is_secret: bool = False

    @property
    def shown(self) -> str:
        """The value, or the tail of a secret one."""
        return _tail(self.value) if self.is_secret else self.value.reveal()

    @property
    def shown_encoded(self) -> str:
        """The same percent-encoded; an ellipsis in it stands for what is not shown."""
        if self.is_secret:
            return _MASK + _encode(self.value.tail(_TAIL))
        return _encode(self.value.reveal())


@dataclass(frozen=True, slots=True)
class SignatureSteps:
    """How one request is signed. What is called `shown_…` holds no credential.

    Attributes:
        collected: what takes part, in the order in which it stands in the request.
        sorted_pairs: names and values percent-encoded, then sorted; secret values as tails.
        url: the base string's URL: lower case, no default port, no query.
        parameter_string, base_string, header: exactly what is signed and sent.
        shown_key: how the signing key is put together.
        has_unsigned_body: a body that is no form takes no part.
    """

    method: str
    url: str
    collected: tuple[Parameter, ...]
    sorted_pairs: tuple[tuple[str, str], ...]
    parameter_string: Secret
    shown_parameter_string: str
    base_string: Secret
    shown_base_string: str
    shown_key: str
    signature: str
    header: Secret = field(repr=False)
    shown_header: str = field(repr=False)
    has_unsigned_body: bool = False


def explain_signature(
    request: HttpRequest,
    consumer: ConsumerKeys,
    token: Secret | None,
    token_secret: Secret | None,
    *,
    nonce: str,
    timestamp: int,
    extra: tuple[tuple[str, str], ...] = (),
) -> SignatureSteps:
    """Return the steps by which `core.signature.sign` signs the same request.

    Args:
        request: as it will be sent; its query and form take part.
        consumer: API Key and API Key Secret.
        token: the Access Token; None where there is none yet.
        token_secret: what belongs to it.
        nonce: any text that is used once; ASCII letters and digits.
        timestamp: seconds since 1970.
        extra: further `oauth_…` values, as `oauth_callback`.
    """
    api_secret = consumer.api_secret
    oauth = _oauth(consumer, token, nonce, timestamp, extra)
    collected = (*_taken(request.query, "query"), *_taken(request.form or (), "form"), *oauth)
    encoded = sorted(
        (_encode(p.name), _encode(p.value.reveal()), p.shown_encoded) for p in collected
    )
    parameter_string = _joined((name, value) for name, value, _ in encoded)
    shown_pairs = tuple((name, shown) for name, _, shown in encoded)
    url = _base_url(request.url)
    head = f"{request.method}&{_encode(url)}&"
    base_string = head + _encode(parameter_string)
    key = "&".join(_encode(part.reveal() if part else "") for part in (api_secret, token_secret))
    digest = hmac.new(key.encode(), base_string.encode(), hashlib.sha1).digest()
    signature = base64.b64encode(digest).decode()
    own = Parameter("oauth_signature", Secret(signature), "oauth")
    return SignatureSteps(
        method=request.method,
        url=url,
        collected=collected,
        sorted_pairs=shown_pairs,
        parameter_string=Secret(parameter_string),
        shown_parameter_string=_joined(shown_pairs),
        base_string=Secret(base_string),
        shown_base_string=head + _encode_around_masks(_joined(shown_pairs)),
        shown_key=f"{_tail(api_secret)}&{_tail(token_secret)}",
        signature=signature,
        header=Secret(_header((p.name, _encode(p.value.reveal())) for p in (*oauth, own))),
        shown_header=_header((p.name, p.shown_encoded) for p in (*oauth, own)),
        has_unsigned_body=request.body is not None,
    )


def _oauth(
    consumer: ConsumerKeys,
    token: Secret | None,
    nonce: str,
    timestamp: int,
    extra: tuple[tuple[str, str], ...],
) -> tuple[Parameter, ...]:
    pairs: list[tuple[str, str | Secret]] = [
        ("oauth_nonce", nonce),
        ("oauth_timestamp", str(timestamp)),
        ("oauth_version", "1.0"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_consumer_key", consumer.api_key),
    ]
    if token is not None:
        pairs.append(("oauth_token", token))
    for name, value in extra:
        pairs.append((name, Secret(value) if name in _HIDDEN else value))
    return tuple(_taken(pairs, "oauth"))


def _taken(pairs: Iterable[tuple[str, str | Secret]], source: str) -> Iterator[Parameter]:
    for name, value in pairs:
        yield Parameter(name, Secret(reveal(value)), source, isinstance(value, Secret))


def _base_url(url: str) -> str:
    """Return the URL as RFC 5849 §3.4.1.2 wants it."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    return f"{scheme}://{host.removesuffix(_DEFAULT_PORTS.get(scheme, ':'))}{parts.path or '/'}"


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


def _header(pairs: Iterable[tuple[str, str]]) -> str:
    return "OAuth " + ", ".join(f'{name}="{value}"' for name, value in pairs)


def _tail(secret: Secret | None) -> str:
    return "" if secret is None else _MASK + secret.tail(_TAIL)


def _encode(text: str) -> str:
    """Return text percent-encoded as RFC 5849 §3.6 says."""
    return quote(text, safe=_UNRESERVED)


def _encode_around_masks(text: str) -> str:
    """Encode what is encoded already once more: there an ellipsis can only be a mask."""
    return _MASK.join(map(_encode, text.split(_MASK)))
