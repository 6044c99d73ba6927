"""Requests to X's API with one of an App's credentials: build, send, page.

What X answers is returned whatever its status, because the faces show it. A user's token
is refreshed before use when that is due, and once more when X answers 401.
Sources: docs.x.com, "Response codes and errors" and "Pagination", read 2026-08-22.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from core.apps import app_of
from core.checks import PROVEN, note_answer
from core.errors import BadAnswer, BadInput, Cancelled, KeypaneError
from core.exchange import METHODS, Exchange, RequestSpec, endpoint_of, is_stream, operation_of
from core.field_names import is_refused_over_names, other_names
from core.model import (
    REQUEST_BODY_BYTES,
    REQUEST_DEADLINE_SECONDS,
    HttpRequest,
    HttpResponse,
    UserToken,
)
from core.next_page import next_page_of, page_parameter, pause_seconds, with_page
from core.ports import CancelToken, Clock, OpenStream, Transport
from core.rate_limits import KnownLimit, RateLimit, RateLimits, read_rate_limit
from core.request_checks import checked_body, checked_headers, checked_path
from core.request_credentials import AccessTokens, RequestCredentials
from core.scopes import newly_used
from core.signature import url_with_query
from core.vault.vault import Vault

log = logging.getLogger(__name__)

_MOST_PAGES: Final = 10_000
STREAM_OPENING_SECONDS: Final = 30.0
STREAM_LINE_BYTES: Final = 1 << 20


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
        self._credentials = RequestCredentials(vault, access_tokens)
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
        if exchange.response.status == PROVEN and self._credentials.freshen(exchange, cancel):
            exchange = replace(self._exchange(spec, bare, cancel), refreshed=True)
        return self._under_other_names(exchange, cancel) or exchange

    def pages(self, spec: RequestSpec, cancel: CancelToken) -> Iterator[Exchange]:
        """Yield the answer and those behind it, until X names no next page or says no.

        Raises: as `send`; BadAnswer when X names the page that it has just given.
        """
        first, parameter = spec, page_parameter(spec)
        seen: set[str] = set()
        for number in range(_MOST_PAGES):
            if number and cancel.wait(pause_seconds(first)):
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
            spec = with_page(spec, parameter, token)

    @contextmanager
    def open_stream(self, spec: RequestSpec, cancel: CancelToken) -> Iterator[OpenStream]:
        """Open a stream once; `core.streams.follow` opens it again when it ends.

        Raises: as `send`, here and while it is read.
        """
        request = replace(
            self._credentials.put_on(spec, self.build(spec), cancel),
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
            endpoint = endpoint_of(spec)
            self.limits.note(KnownLimit(spec.app_id, spec.credential.key, endpoint, limit, now))
        return limit

    def _exchange(self, spec: RequestSpec, bare: HttpRequest, cancel: CancelToken) -> Exchange:
        request = self._credentials.put_on(spec, bare, cancel)
        sent_at = self._clock.now()
        response = self._transport.send(request, cancel)
        limit = self._note(spec, bare.url, response)
        url = url_with_query(bare)
        exchange = Exchange(spec, url, endpoint_of(spec), response, sent_at, limit)
        if exchange.was_accepted and spec.credential.kind == "user":
            self._note_scopes(spec)
        return exchange

    def _note_scopes(self, spec: RequestSpec) -> None:
        """Write down which granted scopes were of use, the first time that they are.

        A failing vault raises nothing: the call went well.
        """
        operation = operation_of(spec)
        needed = operation.scopes if operation is not None else ()
        try:
            token = self._vault.get(UserToken, spec.credential.token_id)
            if token is not None and newly_used(needed, token.scopes, token.used_scopes):
                self._vault.update(UserToken, token.token_id, lambda now: _used(now, needed))
        except KeypaneError as problem:
            log.info("the used scopes were not noted: %s", type(problem).__name__)


def _used(token: UserToken, needed: tuple[str, ...]) -> UserToken:
    more = newly_used(needed, token.scopes, token.used_scopes)
    return replace(token, used_scopes=(*token.used_scopes, *more))
