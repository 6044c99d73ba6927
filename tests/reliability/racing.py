"""One of many programs that want the same user's fresh token each time it has expired.

Run as `python racing.py HOME CLOCK KIND`. CLOCK is a file with the seconds that have passed.
A "window" keeps its vault open; a "command" opens it anew for each expiry. For each line on
standard input it asks for a fresh access token and prints the fingerprint, or the error.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.adapters.requests_transport import RequestsTransport  # noqa: E402 - needs the path
from core.adapters.sqlite_store import SqliteStores  # noqa: E402
from core.errors import KeypaneError  # noqa: E402
from core.model import UserToken  # noqa: E402
from core.ports import CancelToken  # noqa: E402
from core.user_context import SignIn  # noqa: E402
from core.vault.journal import Journal  # noqa: E402
from core.vault.vault import Vault  # noqa: E402
from tests.fakes.keys import FakeKeys  # noqa: E402
from tests.reliability.facts import OLD_PASSPHRASE  # noqa: E402

START = datetime(2026, 8, 22, 12, 0, tzinfo=UTC)


class FileClock:
    """The `Clock` port, moved by whoever writes the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return float(self._path.read_text("utf-8"))


def main(home: Path, clock_file: Path, kind: str) -> None:
    """Answer each line of standard input."""
    clock, transport = FileClock(clock_file), RequestsTransport()
    vault = Vault(SqliteStores(home), FakeKeys("missing"), clock)
    sign_in = SignIn(transport, vault, Journal(vault, transport, clock), clock)
    for _ in sys.stdin:
        try:
            vault.unlock(OLD_PASSPHRASE)
            token_id = vault.all(UserToken)[0].token_id
            outcome = sign_in.fresh_access_token(token_id, CancelToken()).fingerprint()
        except KeypaneError as error:
            outcome = f"{type(error).__name__}: {error.detail}"
        if kind == "command":
            vault.close()
        print(outcome, flush=True)  # noqa: T201 - this is what it is for
    vault.close()
    transport.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
