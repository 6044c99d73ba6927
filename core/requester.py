"""Requests to X's API with one of an App's credentials: build, send, page.

What X answers is returned whatever its status, because the faces show it. A user's token
is refreshed before use when that is due, and once more when X answers 401.
Sources: docs.x.com, "Response codes and errors" and "Pagination", read 2026-08-22.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import parse_qsl

from core.apps import access_pair, app_of, consumer_keys
from core.catalogue import Operation, catalogue, published
from core.checks import PROVEN, bearer_authorization, note_answer
from core.errors import BadAnswer, BadInput, Cancelled, KeypaneError, NoCredential
from core.field_names import is_refused_over_names, other_names
from core.model import (
    BEARER,
    OAUTH1,
    REQUEST_BODY_BYTES,
    REQUEST_DEADLINE_SECONDS,
    BearerToken,
    CredentialRef,
    CredentialState,
    HttpRequest,
    HttpResponse,
    UserToken,
)
from core.ports import CancelToken, Clock, OpenStream, Transport
from core.rate_limits import KnownLimit, RateLimit, RateLimits, read_rate_limit
from core.request_checks import checked_body, checked_headers, checked_path
from core.scopes import newly_used
from core.secret import Secret
from core.signature import sign_for, url_with_query
from core.vault.vault import Vault

__all__ = [
    "BEARER",
    "METHODS",
    "OAUTH1",
    "AccessTokens",
    "CredentialRef",
    "Exchange",
    "RequestSpec",
    "Requester",
    "is_stream",
]

log = logging.getLogger(__name__)

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_MOST_PAGES: Final = 10_000
_SHORT_WINDOW: Final = 60
STREAM_OPENING_SECONDS: Final = 30.0
STREAM_LINE_BYTES: Final = 1 << 20


class AccessTokens(Protocol):
    """What the requester needs of `core.user_context.SignIn`."""

    def fresh_access_token(self, token_id: str, cancel: CancelToken) -> Secret:
        """Return an access token that lives for a while yet."""

    def refresh(
        self, token_id: str, cancel: CancelToken, *, only_if_due: bool = False
    ) -> UserToken:
        """Return the user token with a fresh access token."""


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """A request as a person composed it. It holds no credential.

    Attributes:
        path: below the API's address, as "/2/tweets"; a query in it is added to `query`.
        body: JSON text, or "".
        headers: further ones; those that carry credentials or frame the message are ours.
    """

    app_id: str
    method: str
    path: str
    credential: CredentialRef = BEARER
    query: tuple[tuple[str, str], ...] = ()
    body: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with X's answer to it.

    Attributes:
        url: with its query, without any credential.
        endpoint: method and path template, as "GET /2/tweets/{id}".
        refreshed: a user token was refreshed because X had answered 401.
        renamed: X refused the names of the fields that were asked for, and took the other
            family's; `spec` has those.
    """

    spec: RequestSpec
    url: str
    endpoint: str
    response: HttpResponse = field(repr=False)
    sent_at: datetime
    rate_limit: RateLimit | None = None
    refreshed: bool = False
    renamed: bool = False

    @property
    def milliseconds(self) -> float:
        """How long X took in all."""
        return self.response.timing.total_ms

    @property
    def was_accepted(self) -> bool:
        """True for a 2xx; partial errors may stand in its body."""
        return 200 <= self.response.status < 300


class Requester:
    """Sends requests for people.

    Attributes:
        limits: what the answers told about rate limits so far.
    """

    def __init__(
        self, transport: Transport, vault: Vault, clock: Clock, access_tokens: AccessTokens
    ) -> None:
        self._transport = transport
        self._vault = vault
        self._access_tokens = access_tokens
        self._clock = clock
        self.limits = RateLimits()

    def build(self, spec: RequestSpec) -> HttpRequest:
        """Return the request without its credential, for a preview too.

        Raises:
            BadInput: a method, path, header or body that cannot be sent, and which.
        """
        app = app_of(self._vault, spec.app_id)
        path, _, in_path = spec.path.partition("?")
        if spec.method.upper() not in METHODS:
            raise BadInput("METHOD", "not a method of X's API")
        return HttpRequest(
            spec.method.upper(),
            app.environment.api_url + checked_path(path),
            query=(*parse_qsl(in_path, keep_blank_values=True), *spec.query),
            body=checked_body(spec.body),
            headers=checked_headers(spec.headers),
            deadline_seconds=REQUEST_DEADLINE_SECONDS,
            max_body_bytes=REQUEST_BODY_BYTES,
        )

    def send(self, spec: RequestSpec, cancel: CancelToken) -> Exchange:
        """Send one request and return X's answer, a refusal included.

        Raises:
            BadInput: as `build`, and for a stream, which has no end.
            NoCredential: the credential is missing, revoked, held, or needs a sign-in.
            OutcomeUnknown, Refused, ServerFault: the refresh before the request failed so.
            BadAnswer, TransportError: no usable answer came; a changing request may have
                had its effect unless it is ConnectFailed.
            Cancelled: `cancel` was raised first.
        """
        bare = self.build(spec)
        if is_stream(spec):
            raise BadInput("PATH", "this operation is a stream: it is followed, not sent once")
        exchange = self._exchange(spec, bare, cancel)
        if exchange.response.status == PROVEN and self._refresh_once(exchange, cancel):
            exchange = replace(self._exchange(spec, bare, cancel), refreshed=True)
        return self._under_other_names(exchange, cancel) or exchange

    def pages(self, spec: RequestSpec, cancel: CancelToken) -> Iterator[Exchange]:
        """Yield the answer and those behind it, until X names no next page or says no.

        Raises: as `send`; BadAnswer when X names the page that it has just given.
        """
        operation = catalogue().find(spec.method, spec.path)
        names = {p.name for p in operation.parameters} if operation else set()
        parameter = "pagination_token" if "pagination_token" in names else "next_token"
        seen: set[str] = set()
        for number in range(_MOST_PAGES):
            if number and cancel.wait(_pause_seconds(operation, spec)):
                raise Cancelled(nothing_sent=True)
            exchange = self.send(spec, cancel)
            yield exchange
            spec = exchange.spec
            token = next_page_of(exchange)
            if not token:
                return
            if token in seen:
                raise BadAnswer("X names a page that it gave already", status=200)
            seen.add(token)
            kept = tuple(pair for pair in spec.query if pair[0] not in {parameter, "next_token"})
            spec = replace(spec, query=(*kept, (parameter, token)))

    @contextmanager
    def open_stream(self, spec: RequestSpec, cancel: CancelToken) -> Iterator[OpenStream]:
        """Open a stream once; `core.streams.follow` opens it again when it ends.

        Raises: as `send`, here and while it is read.
        """
        request = replace(
            self._authorized(spec, self.build(spec), cancel),
            deadline_seconds=STREAM_OPENING_SECONDS,
            max_body_bytes=STREAM_LINE_BYTES,
        )
        with self._transport.stream(request, cancel) as opened:
            self._note(spec, request.url, opened.opening)
            yield opened

    def _under_other_names(self, exchange: Exchange, cancel: CancelToken) -> Exchange | None:
        """Ask once more under the other family's names, where X refused over a name."""
        spec, response = exchange.spec, exchange.response
        content_type = response.headers.get("content-type", "")
        if spec.method.upper() != "GET" or not is_refused_over_names(
            response.status, content_type, response.body
        ):
            return None
        path, _, in_path = spec.path.partition("?")
        pairs = other_names((*parse_qsl(in_path, keep_blank_values=True), *spec.query))
        if pairs is None:
            return None
        other = replace(spec, path=path, query=pairs)
        again = self._exchange(other, self.build(other), cancel)
        log.info("the other names of the fields were tried: %d", again.response.status)
        return replace(again, renamed=True) if again.was_accepted else None

    def _note(self, spec: RequestSpec, url: str, response: HttpResponse) -> RateLimit | None:
        """Remember what an answer told of the App's standing and of its limits."""
        now = self._clock.now()
        note_answer(self._vault, app_of(self._vault, spec.app_id), url, response, now)
        limit = read_rate_limit(response.headers)
        if limit is not None:
            endpoint = _endpoint(spec)
            self.limits.note(KnownLimit(spec.app_id, spec.credential.key, endpoint, limit, now))
        return limit

    def _exchange(self, spec: RequestSpec, bare: HttpRequest, cancel: CancelToken) -> Exchange:
        request = self._authorized(spec, bare, cancel)
        sent_at = self._clock.now()
        response = self._transport.send(request, cancel)
        limit = self._note(spec, bare.url, response)
        url = url_with_query(bare)
        exchange = Exchange(spec, url, _endpoint(spec), response, sent_at, limit)
        if exchange.was_accepted and spec.credential.kind == "user":
            self._note_scopes(spec)
        return exchange

    def _note_scopes(self, spec: RequestSpec) -> None:
        """Write down which granted scopes were of use, the first time that they are.

        A failing vault raises nothing: the call went well.
        """
        operation = catalogue().find(spec.method, spec.path)
        needed = operation.scopes if operation is not None else ()
        try:
            token = self._vault.get(UserToken, spec.credential.token_id)
            if token is not None and newly_used(needed, token.scopes, token.used_scopes):
                self._vault.update(UserToken, token.token_id, lambda now: _used(now, needed))
        except KeypaneError as problem:
            log.info("the used scopes were not noted: %s", type(problem).__name__)

    def _authorized(self, spec: RequestSpec, bare: HttpRequest, cancel: CancelToken) -> HttpRequest:
        match spec.credential.kind:
            case "none":
                return bare
            case "bearer":
                return replace(bare, authorization=bearer_authorization(self._bearer(spec.app_id)))
            case "user":
                token = self._access_tokens.fresh_access_token(spec.credential.token_id, cancel)
                return replace(bare, authorization=bearer_authorization(token))
            case "oauth1":
                return self._signed(spec.app_id, spec.credential.token_id or spec.app_id, bare)
            case kind:
                raise BadInput("--as", f"no such kind of credential: {kind}")

    def _bearer(self, app_id: str) -> Secret:
        stored = self._vault.get(BearerToken, app_id)
        if stored is not None and stored.state is CredentialState.REVOKED:
            raise NoCredential("bearer", "revoked")
        if stored is None or stored.token is None:
            raise NoCredential("bearer", "absent")
        return stored.token

    def _signed(self, app_id: str, pair_id: str, bare: HttpRequest) -> HttpRequest:
        app = app_of(self._vault, app_id)
        pair = access_pair(self._vault, pair_id)
        if pair.app_id != app_id:
            raise NoCredential("access token", "absent", "the pair is another App's")
        return sign_for(bare, consumer_keys(app), pair)

    def _refresh_once(self, exchange: Exchange, cancel: CancelToken) -> bool:
        """Return whether a 401 led to a fresh token. If not, that 401 is the answer.

        A token that came since the request left is fresh: another one would end it.
        """
        credential = exchange.spec.credential
        if credential.kind != "user":
            return False
        try:
            token = self._vault.get(UserToken, credential.token_id)
            if token is not None and token.issued_at > exchange.sent_at:
                return True
            self._access_tokens.refresh(credential.token_id, cancel)
        except KeypaneError:
            return False
        return True


def next_page_of(exchange: Exchange) -> str:
    """Return the token of the page behind this one, "" where X names none."""
    return _next_token(exchange) if exchange.was_accepted else ""


def _pause_seconds(operation: Operation | None, spec: RequestSpec) -> float:
    """Return how long to wait between pages, where X allows so many calls a second."""
    if operation is None:
        return 0.0
    pool = "app" if spec.credential.kind == "bearer" else "user"
    quotas = published().quotas(operation.operation_id, pool)
    return max((q.seconds / q.calls for q in quotas if q.seconds < _SHORT_WINDOW), default=0.0)


def is_stream(spec: RequestSpec) -> bool:
    """Return whether the operation's answer goes on without an end."""
    operation = catalogue().find(spec.method, spec.path)
    return operation is not None and operation.streaming


def _used(token: UserToken, needed: tuple[str, ...]) -> UserToken:
    more = newly_used(needed, token.scopes, token.used_scopes)
    return replace(token, used_scopes=(*token.used_scopes, *more))


def _endpoint(spec: RequestSpec) -> str:
    path = spec.path.partition("?")[0]
    operation = catalogue().find(spec.method, path)
    return f"{spec.method.upper()} {operation.path if operation else path}"


def _next_token(exchange: Exchange) -> str:
    try:
        facts = json.loads(exchange.response.body)
    except (ValueError, RecursionError):
        return ""
    meta = facts.get("meta") if isinstance(facts, dict) else None
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return token if isinstance(token, str) else ""
