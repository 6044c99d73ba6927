"""Refreshes one user's token again and again, as often as its standard input says "go".

Run as `python refreshing.py HOME`. After each attempt it prints the kind of the error, or "ok".
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.adapters.requests_transport import RequestsTransport  # noqa: E402 - needs the path
from core.adapters.sqlite_store import SqliteStores  # noqa: E402
from core.adapters.system_clock import SystemClock  # noqa: E402
from core.errors import KeypaneError  # noqa: E402
from core.model import UserToken  # noqa: E402
from core.ports import CancelToken  # noqa: E402
from core.user_context import SignIn  # noqa: E402
from core.vault.journal import Journal  # noqa: E402
from core.vault.vault import Vault  # noqa: E402
from tests.fakes.keys import FakeKeys  # noqa: E402
from tests.reliability.facts import OLD_PASSPHRASE  # noqa: E402


def main(home: Path) -> None:
    """Open the vault, and refresh until standard input ends."""
    clock, transport = SystemClock(), RequestsTransport()
    vault = Vault(SqliteStores(home), FakeKeys("missing"), clock)
    sign_in = SignIn(transport, vault, Journal(vault, transport, clock), clock)
    for _ in sys.stdin:
        outcome = "ok"
        try:
            vault.unlock(OLD_PASSPHRASE)  # which does nothing once it is open
            sign_in.refresh(vault.all(UserToken)[0].token_id, CancelToken())
        except KeypaneError as error:
            outcome = type(error).__name__
        print(outcome, flush=True)  # noqa: T201 - this is what it is for
    vault.close()
    transport.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
