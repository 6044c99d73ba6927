"""X without sockets: the sandbox's rooms behind a transport that walks straight in.

The sandbox's own records, not the product's, say in the end what X knows.
"""

import copy
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from core.adapters.http_request import checked
from core.authorization import AuthorizationAttempt
from core.environment import Environment
from core.errors import TimedOut
from core.model import App, ClientCredentials, ConsumerKeys, HttpRequest, HttpResponse
from core.pair_attempt import PairAttempt
from core.ports import CancelToken, OpenStream
from core.secret import Secret
from sandbox.apps import PRACTICE_APP_ID
from sandbox.apps import App as AppAtX
from sandbox.delivery import Delivery, Desk
from sandbox.derivation import fingerprint
from sandbox.exchange import Call
from sandbox.grants import Grant
from sandbox.listener import Listener
from sandbox.people import OWNER_ID, SIGNED_IN_ACCOUNTS
from sandbox.web import build_web
from sandbox.world import World
from tests.fakes.clock import START
from tests.reliability.crash_points import CrashPoints

ORIGIN: Final = "http://127.0.0.1:8123"
APP_ID: Final = "app-1"
USER_ID: Final = SIGNED_IN_ACCOUNTS[0].id
OTHER_ID: Final = next(one.id for one in SIGNED_IN_ACCOUNTS if one.id != OWNER_ID)


@cache
def _web() -> Flask:
    return build_web()


@dataclass(frozen=True)
class Snapshot:
    """X at one moment."""

    parts: tuple[Any, ...]


class DeskX:
    """X in this process, which can be put back to an earlier moment."""

    def __init__(self) -> None:
        self.world = World(None, None)
        hold = threading.Event()
        hold.set()
        self._desk = Desk(self.world, _web(), hold, threading.Event())

    def handle(self, call: Call) -> Delivery:
        """Take one request to its room."""
        return self._desk.handle(call)

    # --- moments -----------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return X as it is now."""
        world = self.world
        grants = world.grants
        parts = (grants._grants, grants._codes, grants.counters, world.apps._apps)
        return Snapshot(copy.deepcopy((*parts, world.pairs._pairs, world.request_tokens)))

    def put_back(self, moment: Snapshot) -> None:
        """Be again as at that moment; the ledger begins anew."""
        world = self.world
        grants = world.grants
        (
            grants._grants,
            grants._codes,
            grants.counters,
            world.apps._apps,
            world.pairs._pairs,
            world.request_tokens,
        ) = copy.deepcopy(moment.parts)
        world.ledger.clear()
        world.faults.clear()
        world.limits.clear()

    # --- what a developer and a user do there ------------------------------------------------

    def app(self, origin: str = ORIGIN) -> App:
        """Return the ready App as a developer would note it in Keypane."""
        ready = self.world.ready(self.at_x)
        return App(
            APP_ID,
            "Acme Bot",
            Environment.sandbox(origin),
            START,
            ConsumerKeys(Secret(ready.api_key), Secret(ready.api_secret)),
            ClientCredentials(Secret(ready.client_id), Secret(ready.client_secret)),
            (ready.redirect_uri,),
        )

    def consent(self, attempt: AuthorizationAttempt) -> str:
        """Consent as a user does in a browser; return the redirect."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(attempt.authorize_url).query).items()}
        scopes, challenge = asked["scope"].split(), asked["code_challenge"]
        code = self.world.grants.issue_code(
            self.at_x, USER_ID, scopes, asked["redirect_uri"], challenge
        )
        return f"{asked['redirect_uri']}?state={asked['state']}&code={code}"

    def consent_to_pair(self, attempt: PairAttempt) -> str:
        """Consent to OAuth 1.0a as another account than the owner's; return the redirect."""
        asked = self.world.request_tokens[attempt.request_token.reveal()]
        asked.user_id, asked.verifier = OTHER_ID, "v" * 32
        return f"{attempt.callback}?oauth_token={asked.token}&oauth_verifier={asked.verifier}"

    # --- what X knows ------------------------------------------------------------------------

    @property
    def at_x(self) -> AppAtX:
        """The ready App as X has it."""
        return self.world.apps.get(PRACTICE_APP_ID)

    def live_grants(self) -> list[Grant]:
        """Return the grants of which a half is alive."""
        return [grant for grant in self.world.grants if grant.is_live]

    def grant_of(self, refresh: Secret | None) -> Grant | None:
        """Return the live grant whose current Refresh Token this is."""
        if refresh is None:
            return None
        mark = fingerprint(refresh.reveal())
        found = (g for g in self.live_grants() if g.refresh_is_live and g.refresh == mark)
        return next(found, None)

    def is_alive(self, access: Secret | None) -> bool:
        """Return whether this Access Token of a user works."""
        return access is not None and self.world.grants.by_access_token(access.reveal()) is not None

    @property
    def bearer(self) -> str:
        """The App's live Bearer Token, or ""."""
        return self.world.apps.bearer(self.at_x) or ""

    def has_pair(self, token: Secret) -> bool:
        """Return whether this OAuth 1.0a Access Token works."""
        return self.world.pairs.find(self.at_x, token.reveal()) is not None


class PointedTransport:
    """The `Transport` port into a DeskX, with points around what X does."""

    def __init__(self, x: DeskX, points: CrashPoints) -> None:
        self._x = x
        self._points = points

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        wire = checked(request, None, "Keypane")
        cancel.check()
        self._points.reach("before the request leaves")
        parts = urlsplit(wire.url)
        headers = {name.lower(): value for name, value in wire.headers.items()}
        headers["host"] = parts.netloc
        origin = f"{parts.scheme}://{parts.netloc}"
        call = Call(wire.method, origin, parts.path, parts.query, headers, wire.body or b"")
        delivery = self._x.handle(call)
        self._points.reach("X has acted, nothing came back")
        if delivery.answer is None:
            raise TimedOut("it took too long", host="127.0.0.1", reason="timeout")
        answer = delivery.answer
        self._points.reach("the answer has come")
        named = {name.lower(): value for name, value in answer.headers}
        return HttpResponse(answer.status, named, answer.body)

    def stream(
        self, request: HttpRequest, cancel: CancelToken, stall_seconds: float = 30.0
    ) -> AbstractContextManager[OpenStream]:
        raise NotImplementedError("no operation here reads a stream")

    def close(self) -> None:
        """Hold nothing."""


class ListeningX(DeskX):
    """X on a port of this computer; a context manager.

    Attributes:
        origin: where it listens.
        after: is called with each request when X has acted, before the answer leaves.
    """

    def __init__(self) -> None:
        super().__init__()
        self.after: Callable[[Call], None] = lambda _call: None
        self._listener = Listener(0, self._act, threading.Event(), self.world.clock.now)
        self.origin = f"http://127.0.0.1:{self._listener.port}"

    def _act(self, call: Call) -> Delivery:
        delivery = self.handle(call)
        self.after(call)
        return delivery

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.stop()
