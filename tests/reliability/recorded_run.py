"""One life of a vault, to be recorded from outside: real adapters, real files, real requests.

Run as `python recorded_run.py HOME ORIGIN`, with the App's credentials as JSON on standard
input. Before each operation it prints "begin NAME", after it "told NAME FACTS": what a person
would take for done from then on. FACTS holds fingerprints, no value.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.adapters.requests_transport import RequestsTransport  # noqa: E402 - needs the path
from core.adapters.sqlite_connection import MIGRATIONS  # noqa: E402
from core.adapters.sqlite_store import SqliteStores  # noqa: E402
from core.adapters.system_clock import SystemClock  # noqa: E402
from core.app_only import BearerTokens  # noqa: E402
from core.environment import Environment  # noqa: E402
from core.model import App, ClientCredentials, ConsumerKeys, UserToken  # noqa: E402
from core.ports import CancelToken  # noqa: E402
from core.secret import Secret  # noqa: E402
from core.user_context import SignIn  # noqa: E402
from core.vault.journal import Journal  # noqa: E402
from core.vault.vault import Vault  # noqa: E402
from sandbox.visitor import visit  # noqa: E402
from tests.fakes.keys import FakeKeys  # noqa: E402
from tests.fakes.nouns import app as other_app  # noqa: E402
from tests.fakes.vaults import CHEAP  # noqa: E402
from tests.reliability.facts import (  # noqa: E402
    LATER,
    NEW_PASSPHRASE,
    OLD_PASSPHRASE,
    facts_of,
)

APP_ID = "app-1"
SCOPES = ("tweet.read", "users.read", "offline.access")


class Life:
    """The operations in the order in which they happen."""

    def __init__(self, home: Path, origin: str, ready: dict[str, str]) -> None:
        self._home = home
        self._transport = RequestsTransport()
        self._never = CancelToken()
        self._app = App(
            APP_ID,
            "Acme Bot",
            Environment.sandbox(origin),
            SystemClock().now(),
            ConsumerKeys(Secret(ready["api_key"]), Secret(ready["api_secret"])),
            ClientCredentials(Secret(ready["client_id"]), Secret(ready["client_secret"])),
            (ready["redirect_uri"],),
        )
        self._start(MIGRATIONS)

    def _start(self, migrations: tuple[str, ...]) -> None:
        clock = SystemClock()
        stores = SqliteStores(self._home, migrations)
        self.vault = Vault(stores, FakeKeys("missing"), clock, CHEAP)
        parts = (self._transport, self.vault, Journal(self.vault, self._transport, clock), clock)
        self._bearers, self._sign_in = BearerTokens(*parts), SignIn(*parts)

    @property
    def _user(self) -> str:
        return self.vault.all(UserToken)[0].token_id

    def create(self) -> None:
        self.vault.create_with_passphrase(OLD_PASSPHRASE)

    def import_apps(self) -> None:
        self.vault.save(self._app, other_app("imported"))

    def exchange(self) -> None:
        attempt = self._sign_in.begin(self._app, SCOPES)
        location = visit(attempt.authorize_url, "acme").location
        self._sign_in.complete(attempt, location, self._never)

    def refresh(self) -> None:
        self._sign_in.refresh(self._user, self._never)

    def generate(self) -> None:
        self._bearers.generate(APP_ID, self._never)

    def regenerate(self) -> None:
        self._bearers.regenerate(APP_ID, self._never)

    def invalidate(self) -> None:
        self._bearers.revoke(APP_ID, self._never)

    def change_the_passphrase(self) -> None:
        self.vault.add_passphrase(NEW_PASSPHRASE)

    def close_and_open(self) -> None:
        self.vault.close()
        self.vault.unlock(NEW_PASSPHRASE)

    def migrate(self) -> None:
        self.vault.close()
        self._start((*MIGRATIONS, LATER))
        self.vault.unlock(NEW_PASSPHRASE)

    def revoke(self) -> None:
        self._sign_in.revoke(self._user, self._never)

    def restore(self) -> None:
        """Open a damaged file, so that the newest copy takes its place."""
        self.vault.close()
        path = self._home / "vault.db"
        descriptor = os.open(path, os.O_RDWR)
        os.pwrite(descriptor, b"\xff" * 64, 100)
        os.fsync(descriptor)
        os.close(descriptor)
        assert self.vault.unlock(NEW_PASSPHRASE).restored

    def close(self) -> None:
        self.vault.close()
        self._transport.close()


def main(home: str, origin: str) -> None:
    """Live; one line before and after each operation."""
    life = Life(Path(home), origin, json.load(sys.stdin))
    operations: tuple[Callable[[], None], ...] = (
        life.create,
        life.import_apps,
        life.exchange,
        life.refresh,
        life.generate,
        life.regenerate,
        life.invalidate,
        life.change_the_passphrase,
        life.close_and_open,
        life.refresh,
        life.migrate,
        life.refresh,
        life.restore,
        life.exchange,
        life.revoke,
    )
    for number, operation in enumerate(operations):
        name = f"{number} {operation.__name__}"
        say(f"begin {name}")
        operation()
        say(f"told {name} {json.dumps(facts_of(life.vault))}")
    life.close()


def say(line: str) -> None:
    """Write a line at once, by one call that a recorder sees."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
