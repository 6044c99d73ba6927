"""The sandbox's face: start, stop, and everything a test may ask of it."""

import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sandbox.apps import PERMISSIONS, PRACTICE_APP_ID, PRACTICE_REDIRECT_URI, App, ReadyApp
from sandbox.control import state_of
from sandbox.exchange import Pairs
from sandbox.faults import Faults
from sandbox.ledger import SeenRequest
from sandbox.people import OWNER_ID
from sandbox.streams import Streams
from sandbox.visitor import ConsentRefused, visit
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.listener import Listener


class Sandbox:
    """X on a port of 127.0.0.1; a context manager that starts and stops it.

    Attributes:
        hold: while cleared, X takes requests and stays silent; set lets it answer.
        origin: "http://127.0.0.1:PORT", known once started.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        state_file: Path | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        """Prepare a sandbox; nothing listens before `start`.

        Args:
            port: 0 for any free one.
            state_file: where Apps, grants and Posts outlive a restart; None keeps them in
                memory. No credential stands in the file (see `derivation`).
            now: seconds since 1970, for tests with a clock of their own.
        """
        self._port = port
        self._world = World(state_file, now)
        self._listener: Listener | None = None
        self._stopping = threading.Event()
        self.hold = threading.Event()
        self.hold.set()
        self.origin = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        from sandbox.delivery import Desk
        from sandbox.listener import Listener
        from sandbox.web import build_web

        if self._listener is not None:
            return
        self._stopping = threading.Event()
        desk = Desk(self._world, build_web(), self.hold, self._stopping)
        self._listener = Listener(self._port, desk.handle, self._stopping, self._world.clock.now)
        self.origin = f"http://127.0.0.1:{self._listener.port}"
        self._listener.start()

    def stop(self) -> None:
        """Stop listening and end every thread and connection; a second call does nothing."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
            with self._world.lock:
                self._world.save()

    @property
    def ready_app(self) -> ReadyApp:
        """The App that is there from the start, with all its credentials."""
        with self._world.lock:
            return self._world.ready(self._world.apps.get(PRACTICE_APP_ID))

    def announcement(self) -> dict[str, object]:
        """Return what `keypane sandbox` prints once the sandbox listens."""
        ready = self.ready_app
        return {
            "origin": self.origin,
            "api_key": ready.api_key,
            "api_secret": ready.api_secret,
            "client_id": ready.client_id,
            "client_secret": ready.client_secret,
            "redirect_uri": ready.redirect_uri,
            "users": [{"id": id_, "username": username} for id_, username in ready.users],
        }

    @property
    def seen(self) -> list[SeenRequest]:
        """Every request to X so far, in order of arrival; control requests are not among them."""
        return self._world.ledger.entries

    @property
    def session_cookies(self) -> tuple[str, ...]:
        """The values of the cookies that keep browsers signed in, oldest first."""
        return self._world.sessions.cookies

    @property
    def faults(self) -> Faults:
        """The queue of ordered troubles."""
        return self._world.faults

    @property
    def streams(self) -> Streams:
        """The open streams and their knobs: how fast, how often alive, stalled, disconnected."""
        return self._world.streams

    @property
    def field_family(self) -> str:
        """Which field names X answers to: "tweet" or "post"."""
        return self._world.field_family

    @field_family.setter
    def field_family(self, family: str) -> None:
        if family not in {"tweet", "post"}:
            raise ValueError('the families are "tweet" and "post"')
        self._world.field_family = family

    @property
    def rotates(self) -> bool:
        """Whether a refresh brings a new Refresh Token, as at X."""
        return self._world.grants.rotates

    @rotates.setter
    def rotates(self, rotates: bool) -> None:
        self._world.grants.rotates = rotates

    def tamper_redirect(self, change: Callable[[Pairs], Pairs] | None) -> None:
        """Let `change` rewrite the parameters of every redirect after consent; None ends it."""
        self._world.tamper_redirect = change

    def deliver_by(self, delivery: str) -> None:
        """Choose how consent leads back: "303" (as at first), "302", "javascript" or "form"."""
        if delivery not in {"303", "302", "javascript", "form"}:
            raise ValueError("no such delivery")
        self._world.delivery = delivery

    def add_app(
        self,
        name: str,
        *,
        confidential: bool = True,
        redirect_uris: Sequence[str] = (PRACTICE_REDIRECT_URI,),
        permissions: str = "read-write",
        owner_id: str = OWNER_ID,
        enrolled: bool = True,
        has_credits: bool = True,
        access: str = "self-serve",
    ) -> ReadyApp:
        """Register another App and return its credentials.

        Args:
            name: as the consent page shows it.
            confidential: False makes a public client, without Client Secret.
            redirect_uris: compared exactly.
            permissions: of its OAuth 1.0a tokens: "read", "read-write" or
                "read-write-directmessages".
            owner_id: whose OAuth 1.0a pair comes with it.
            enrolled: False makes /2 answer 403 client-not-enrolled.
            has_credits: False makes billed operations answer 402.
            access: "self-serve" or "enterprise"; the latter opens firehoses and backfill.
        """
        if permissions not in PERMISSIONS:
            raise ValueError("no such permission level")
        if access not in {"self-serve", "enterprise"}:
            raise ValueError("no such access")
        with self._world.lock:
            app = self._world.add_app(
                App(
                    self._world.apps.next_id(),
                    name,
                    owner_id,
                    is_confidential=confidential,
                    redirect_uris=tuple(redirect_uris),
                    permissions=permissions,
                    is_enrolled=enrolled,
                    has_credits=has_credits,
                    access=access,
                )
            )
            self._world.save()
            return self._world.ready(app)

    @property
    def owner_tokens(self) -> tuple[str, str]:
        """The ready App owner's OAuth 1.0a Access Token and its secret."""
        ready = self.ready_app
        return ready.access_token, ready.access_token_secret

    @property
    def bearer_token(self) -> str | None:
        """The ready App's live Bearer Token, or None."""
        with self._world.lock:
            return self._world.apps.bearer(self._world.apps.get(PRACTICE_APP_ID))

    def authorize_without_browser(
        self, authorize_url: str, username: str = "acme", *, decision: str = "authorize"
    ) -> str:
        """Consent as a person would, over real HTTP, and return the address of the redirect.

        Args:
            authorize_url: of OAuth 2.0 or OAuth 1.0a, at this sandbox.
            username: one of the ready App's users.
            decision: "authorize" or "cancel".

        Raises:
            ConsentRefused: the sandbox showed "Something went wrong".
        """
        outcome = visit(authorize_url, username, decision)
        if outcome.status not in {302, 303}:
            raise ConsentRefused(f"no redirect but status {outcome.status}")
        return outcome.location

    def pin_without_browser(self, authorize_url: str, username: str = "acme") -> str:
        """Consent to an OAuth 1.0a request without redirect and return the PIN."""
        outcome = visit(authorize_url, username)
        match = re.search(r'<code id="pin">(\d+)</code>', outcome.page)
        if match is None:
            raise ConsentRefused(f"no PIN but status {outcome.status}")
        return match[1]

    def set_limit(self, operation_id: str, calls: int) -> None:
        """Allow only `calls` of one operation per window, such as 3 of "getUsersMe"."""
        with self._world.lock:
            self._world.limits.set(operation_id, calls)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at X; the client's own clock stays where it is."""
        with self._world.lock:
            self._world.clock.advance(seconds)

    def reset(self) -> None:
        """Go back to the start; the Apps and their keys stay."""
        with self._world.lock:
            self._world.reset()
        self.hold.set()

    def state(self) -> dict[str, object]:
        """Return rotations, replays, revoked_families, bearers and users, as the control does."""
        with self._world.lock:
            return state_of(self._world)
