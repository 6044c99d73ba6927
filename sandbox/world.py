"""Everything the sandbox knows at one moment, and what of it outlives a restart."""

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sandbox.apps import PRACTICE_APP, PRACTICE_APP_ID, App, Apps, ReadyApp
from sandbox.clock import SandboxClock
from sandbox.derivation import Seed
from sandbox.exchange import Pairs
from sandbox.faults import Faults
from sandbox.grants import Counters, Grants
from sandbox.ledger import Ledger
from sandbox.limits import Limits
from sandbox.oauth1 import Signatures, UserPairs
from sandbox.pending import AuthorizationRequest, RequestToken, Tickets
from sandbox.people import OWNER_ID, SIGNED_IN_ACCOUNTS
from sandbox.posts import Timeline
from sandbox.sessions import Sessions
from sandbox.streams import Streams

STATE_VERSION: Final = 1


class World:
    """The state behind every endpoint. Whoever touches it holds `lock`.

    Attributes:
        field_family: "tweet" or "post", the field names that X answers to now.
        tamper_redirect: changes the parameters of every redirect after consent; a test's tool.
        consents, consents1: the consent pages that are open, of OAuth 2.0 and 1.0a.
        request_tokens: the temporary tokens of OAuth 1.0a.
        sessions: the browsers that are signed in at X.
        delivery: how consent comes back: "303", "302", "javascript" or "form".
    """

    def __init__(self, state_file: Path | None, now: Callable[[], float] | None) -> None:
        self.lock = threading.RLock()
        self.clock = SandboxClock(now)
        self.field_family = "tweet"
        self.tamper_redirect: Callable[[Pairs], Pairs] | None = None
        self.delivery = "303"
        self.consents: Tickets[AuthorizationRequest] = Tickets(self.clock)
        self.consents1: Tickets[RequestToken] = Tickets(self.clock)
        self.request_tokens: dict[str, RequestToken] = {}
        self.sessions = Sessions()
        self._state_file = state_file
        saved = _read(state_file)
        self.seed = Seed(bytes.fromhex(saved["seed"])) if saved else Seed.fresh()
        self.apps = Apps(self.seed)
        self.pairs = UserPairs(self.seed)
        self.grants = Grants(self.clock)
        self.signatures = Signatures(self.apps, self.pairs, self.clock)
        self.timeline = Timeline(self.clock)
        self.limits = Limits(self.clock)
        self.ledger = Ledger()
        self.faults = Faults()
        self.streams = Streams()
        if saved:
            self._load(saved)
        else:
            self.add_app(App(PRACTICE_APP_ID, PRACTICE_APP, OWNER_ID))
        self._saved = json.dumps(self._dump()) if saved else ""
        self.save()

    def add_app(self, app: App) -> App:
        """Register an App together with its owner's OAuth 1.0a pair."""
        self.apps.add(app)
        self.pairs.grant(app, app.owner_id, app.permissions)
        return app

    def ready(self, app: App) -> ReadyApp:
        """Return what a developer would copy out of the console for `app`."""
        pair = next(p for p in self.pairs if (p.app_id, p.user_id) == (app.app_id, app.owner_id))
        return ReadyApp(
            name=app.name,
            app_id=app.app_id,
            api_key=self.apps.api_key(app),
            api_secret=self.apps.api_secret(app),
            client_id=self.apps.client_id(app),
            client_secret=self.apps.client_secret(app),
            redirect_uri=app.redirect_uris[0],
            access_token=self.pairs.token(pair),
            access_token_secret=self.pairs.secret(pair),
            users=tuple((user.id, user.username) for user in SIGNED_IN_ACCOUNTS),
        )

    def reset(self) -> None:
        """Go back to the start: the Apps and their keys stay, everything else is as new."""
        self.clock.reset()
        self.grants.clear()
        self.grants.rotates = True
        self.pairs.reset({app.app_id: app.owner_id for app in self.apps})
        self.signatures.forget_nonces()
        self.timeline.clear()
        self.limits.clear()
        self.ledger.clear()
        self.faults.clear()
        self.streams.reset()
        self.field_family = "tweet"
        self.tamper_redirect = None
        self.delivery = "303"
        for app in self.apps:
            app.bearer_is_live = False
        self.consents.clear()
        self.consents1.clear()
        self.request_tokens.clear()
        self.sessions.clear()
        self.save()

    def save(self) -> None:
        """Write what outlives a restart, if it changed; readers see the old or the new."""
        if self._state_file is None:
            return
        text = json.dumps(self._dump())
        if text != self._saved:
            _replace(self._state_file, text)
            self._saved = text

    def _dump(self) -> dict[str, Any]:
        return {
            "version": STATE_VERSION,
            "seed": self.seed.hex(),
            "apps": self.apps.dump(),
            "grants": self.grants.dump(),
            "pairs": self.pairs.dump(),
            "counters": asdict(self.grants.counters),
            "timeline": self.timeline.dump(),
        }

    def _load(self, saved: dict[str, Any]) -> None:
        self.apps.load(saved["apps"])
        self.grants.load(saved["grants"])
        self.pairs.load(saved["pairs"])
        self.grants.counters = Counters(**saved["counters"])
        self.timeline.load(saved["timeline"])


def _read(path: Path | None) -> dict[str, Any] | None:
    if path is None or not path.exists():
        return None
    with contextlib.suppress(ValueError):
        saved = json.loads(path.read_text("utf-8"))
        if isinstance(saved, dict) and saved.get("version") == STATE_VERSION:
            return saved
    return None  # a practice world that cannot be read begins anew


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=path.name + ".", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
