"""The helper: other programs of this person ask for a fresh access token, line by line.

One line of JSON asks, one answers:

    {"app": "My App", "as": "@acme"}
    {"token": "…", "kind": "user", "expires_at": "2026-08-22T12:00:00Z"}

An App answers the programs that its person allowed. A Refresh Token is never given. Whoever asks
while a refresh is under way gets its outcome: there is one for all.
"""

import hashlib
import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any, Final, Protocol

from core.consents import Peer, Question
from core.errors import BadInput, Cancelled, KeypaneError, NoCredential
from core.issuing import FreshTokens, Issued, issue
from core.model import BEARER, App, CredentialRef, UserToken
from core.ports import CancelToken
from core.vault.vault import Vault

LONGEST_LINE: Final = 4096
_SOCKET_NAME: Final = "helper.sock"
_LONGEST_NAME: Final = 200
_NOT_ALLOWED: Final = {
    "kind": "not_allowed",
    "message": "This program may not have tokens of this App.",
    "next_step": "Allow it when Keypane asks, or start keypane agent --allow APP.",
}

Describe = Callable[[BaseException], dict[str, Any]]
Reply = Callable[[bytes, Peer], bytes]


class Serve(Protocol):
    """Serves the socket of the helper."""

    def __call__(
        self,
        home: Path,
        reply: Reply,
        cancel: CancelToken,
        on_change: Callable[[bool], None],
        *,
        gives_way: bool = False,
        look: Callable[[], object] | None = None,
    ) -> None:
        """Answer every line of every program of this person, until `cancel` is raised.

        Args:
            home: the data directory, a folder of the person's own; `address_of` it is served.
            reply: makes of a line without its end the answer without its end; called from
                many threads.
            cancel: ends it.
            on_change: called with True once programs can connect, with False when they
                no longer can.
            gives_way: whether to wait while an agent serves, and to leave the place to one
                that starts, as the window does; otherwise this is the agent.
            look: called twice a second while an agent serves, on the thread that serves.

        Raises:
            BadInput: another agent serves there, or nobody can.
            VaultUnavailable: the folder cannot be used.
        """


def address_of(home: Path, platform: str = sys.platform) -> str:
    """Return where the helper of a data directory listens: a socket's path or a pipe's name.

    On Windows, pipes share one space of names, so the folder's name is hashed into it.
    """
    if platform != "win32":
        return str(home / _SOCKET_NAME)
    mark = hashlib.sha256(str(home).lower().encode("utf-8", "surrogatepass")).hexdigest()
    return rf"\\.\pipe\keypane-{mark[:32]}"


class Helper:
    """Answers lines. Safe from any thread.

    Args:
        vault: open.
        tokens: gives the service that refreshes users' tokens.
        may: whether a program may have what it asks for; may wait for the person.
        describe: makes of an error what a program may read.
        cancel: ends what is under way.
    """

    def __init__(
        self,
        vault: Vault,
        tokens: Callable[[], FreshTokens],
        may: Callable[[Question], bool],
        describe: Describe,
        cancel: CancelToken,
    ) -> None:
        self._vault = vault
        self._tokens = tokens
        self._may = may
        self._describe = describe
        self._cancel = cancel
        self._lock = threading.Lock()
        self._flights: dict[tuple[str, str, str], _Flight] = {}

    def answer(self, line: bytes, peer: Peer) -> bytes:
        """Return the answer to a program's line. Never raises."""
        try:
            facts = self._facts(line, peer)
        except (KeypaneError, Cancelled) as problem:
            facts = {"error": self._describe(problem)}
        return json.dumps(facts, separators=(",", ":")).encode()

    def _facts(self, line: bytes, peer: Peer) -> dict[str, Any]:
        name, who = _question(line)
        app = self._vault.app_named(name)
        wanted, called = self._credential(app, who)
        if not self._may(Question(app, called, peer)):
            return {"error": _NOT_ALLOWED}
        issued = self._once(app, wanted)
        facts = {"token": issued.token.reveal() if issued.token else "", "kind": issued.kind}
        if issued.expires_at is not None:
            facts["expires_at"] = issued.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return facts

    def _credential(self, app: App, who: str) -> tuple[CredentialRef, str]:
        users = self._vault.users_of(app.app_id)
        if who == "bearer" or (not who and len(users) != 1):
            return BEARER, "bearer"
        if who == "oauth1":
            raise BadInput("as", "an OAuth 1.0a pair is no single token; use keypane exec")
        token = users[0] if not who else _user_called(who, users)
        return CredentialRef("user", token.token_id), token.label

    def _once(self, app: App, wanted: CredentialRef) -> Issued:
        """Issue the credential, or wait for the one that somebody else is being issued."""
        key = (app.app_id, wanted.kind, wanted.token_id)
        with self._lock:
            flight = self._flights.get(key)
            is_first = flight is None
            flight = self._flights.setdefault(key, _Flight())
        if not is_first:
            return flight.outcome()
        try:
            flight.issued = issue(self._vault, self._tokens, app, wanted, self._cancel)
        except BaseException as problem:
            flight.problem = problem
            raise
        finally:
            with self._lock:
                del self._flights[key]
            flight.landed.set()
        return flight.issued


class _Flight:
    """One issue that is under way, and what came of it."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.issued: Issued | None = None
        self.problem: BaseException | None = None

    def outcome(self) -> Issued:
        self.landed.wait()
        if self.issued is None:
            raise self.problem or Cancelled
        return self.issued


def _user_called(who: str, users: tuple[UserToken, ...]) -> UserToken:
    wanted = who.removeprefix("@").lower()
    for token in users:
        if wanted in {token.username.lower(), token.user_id, token.token_id}:
            return token
    raise NoCredential("user", "unknown" if users else "absent")


def _question(line: bytes) -> tuple[str, str]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput("line", "it is not JSON") from None
    name, who = (asked.get("app"), asked.get("as", "")) if isinstance(asked, dict) else (None, "")
    if not isinstance(name, str) or not isinstance(who, str) or not name:
        raise BadInput("line", 'it is not {"app": NAME, "as": WHO}')
    if max(len(name), len(who)) > _LONGEST_NAME:
        raise BadInput("line", "a name is too long")
    return name, who
