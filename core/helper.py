"""The helper: other programs of this person ask for a fresh access token, line by line.

One line of JSON asks, one answers:

    {"app": "My App", "as": "@acme"}
    {"token": "…", "kind": "user", "expires_at": "2026-08-22T12:00:00Z"}

An App answers once its person allowed it. A Refresh Token is never given. Whoever asks while
a refresh is under way gets its outcome: there is one for all.
"""

import json
import threading
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path
from typing import Any, Final, Protocol

from core.errors import BadInput, Cancelled, KeypaneError, NoCredential
from core.issuing import FreshTokens, Issued, issue
from core.model import BEARER, App, CredentialRef, Setting
from core.ports import CancelToken
from core.vault.vault import Vault

SOCKET_NAME: Final = "helper.sock"
LONGEST_LINE: Final = 4096
_ALLOWED: Final = "helper.allowed"
_LONGEST_NAME: Final = 200
_NOT_ALLOWED: Final = {
    "kind": "not_allowed",
    "message": "This App does not answer programs yet.",
    "next_step": "Allow it: keypane agent --allow APP.",
}

Describe = Callable[[BaseException], dict[str, Any]]


class Serve(Protocol):
    """Serves the socket of the helper."""

    def __call__(
        self,
        path: Path,
        answer: Callable[[bytes], bytes],
        cancel: CancelToken,
        on_serving: Callable[[], None],
    ) -> None:
        """Answer every line of every program of this person, until `cancel` is raised.

        Args:
            path: of the socket, in a folder of the person's own.
            answer: makes of a line without its end the answer without its end; called
                from many threads.
            cancel: ends it.
            on_serving: called once programs can connect.

        Raises:
            BadInput: somebody serves there already, or nobody can.
            VaultUnavailable: the folder cannot be used.
        """


def allowed_apps(vault: Vault) -> frozenset[str]:
    """Return the ids of the Apps whose consent is remembered."""
    try:
        found = json.loads(vault.setting(_ALLOWED, "[]"))
    except ValueError:
        return frozenset()
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def remember_allowed(vault: Vault, app_ids: Iterable[str]) -> None:
    """Remember which Apps answer programs, in place of what was remembered."""
    vault.save(Setting(_ALLOWED, json.dumps(sorted(app_ids))))


class Helper:
    """Answers lines. Safe from any thread.

    Args:
        vault: open.
        tokens: gives the service that refreshes users' tokens.
        is_allowed: whether an App answers programs.
        describe: makes of an error what a program may read.
        cancel: ends what is under way.
    """

    def __init__(
        self,
        vault: Vault,
        tokens: Callable[[], FreshTokens],
        is_allowed: Callable[[App], bool],
        describe: Describe,
        cancel: CancelToken,
    ) -> None:
        self._vault = vault
        self._tokens = tokens
        self._is_allowed = is_allowed
        self._describe = describe
        self._cancel = cancel
        self._lock = threading.Lock()
        self._flights: dict[tuple[str, str, str], _Flight] = {}

    def answer(self, line: bytes) -> bytes:
        """Return the answer to a line. Never raises."""
        try:
            facts = self._facts(line)
        except (KeypaneError, Cancelled) as problem:
            facts = {"error": self._describe(problem)}
        return json.dumps(facts, separators=(",", ":")).encode()

    def _facts(self, line: bytes) -> dict[str, Any]:
        name, who = _question(line)
        app = self._vault.app_named(name)
        if not self._is_allowed(app):
            return {"error": _NOT_ALLOWED}
        wanted = self._credential(app, who)
        issued = self._once(app, wanted)
        facts = {"token": issued.token.reveal() if issued.token else "", "kind": issued.kind}
        if issued.expires_at is not None:
            facts["expires_at"] = issued.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return facts

    def _credential(self, app: App, who: str) -> CredentialRef:
        users = self._vault.users_of(app.app_id)
        if who == "bearer" or (not who and len(users) != 1):
            return BEARER
        if who == "oauth1":
            raise BadInput("as", "an OAuth 1.0a pair is no single token; use keypane exec")
        wanted = who.removeprefix("@").lower()
        for token in users:
            if not who or wanted in {token.username.lower(), token.user_id, token.token_id}:
                return CredentialRef("user", token.token_id)
        raise NoCredential("user", "absent")

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
