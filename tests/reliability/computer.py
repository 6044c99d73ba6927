"""A computer with a vault, on which Keypane is started, dies and is started again."""

from dataclasses import dataclass, field

from core.app_only import BearerTokens
from core.one_legged import OwnerTokens
from core.ports import CancelToken, KeyStore
from core.secret import Secret
from core.three_legged import PairSignIn
from core.user_context import SignIn
from core.vault.factory import StoreFactory
from core.vault.journal import Journal, Operation
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.vaults import CHEAP
from tests.reliability.crash_points import CrashPoints, Disk, PointedKeys, PointedStores
from tests.reliability.desk_x import APP_ID, DeskX, PointedTransport, Snapshot

SCOPES = ("tweet.read", "users.read", "offline.access")


class Program:
    """Keypane in memory, from its start to its end; what lasts is the computer's and X's.

    Attributes:
        points: which this run has reached so far.
    """

    def __init__(
        self, x: DeskX, stores: StoreFactory, keys: KeyStore, points: CrashPoints | None = None
    ) -> None:
        self.points = points or CrashPoints()
        self.x = x
        clock = FakeClock()
        transport = PointedTransport(x, self.points)
        self.vault = Vault(stores, keys, clock, CHEAP)
        self.journal = Journal(self.vault, transport, clock)
        parts = (transport, self.vault, self.journal, clock)
        self.bearers = BearerTokens(*parts)
        self.sign_in = SignIn(*parts)
        self.owners = OwnerTokens(*parts)
        self.pair_sign_in = PairSignIn(*parts)
        self.never = CancelToken()

    def recover(self) -> None:
        """Finish what was cut off, as each start does."""
        operations: tuple[Operation[object], ...] = (
            *self.bearers.operations,
            *self.sign_in.operations,
            *self.owners.operations,
            *self.pair_sign_in.operations,
        )
        self.journal.recover(operations)

    def sign_a_user_in(self) -> str:
        """Sign the first account in by OAuth 2.0; return the token's id."""
        attempt = self.sign_in.begin(self.x.app(), SCOPES)
        return self.sign_in.complete(attempt, self.x.consent(attempt), self.never).token_id

    def sign_a_pair_in(self) -> str:
        """Let the first account that owns no App in by OAuth 1.0a; return the pair's id."""
        attempt = self.pair_sign_in.begin(APP_ID, self.never)
        redirect = self.x.consent_to_pair(attempt)
        return self.pair_sign_in.complete(attempt, redirect, self.never).pair_id


@dataclass(frozen=True)
class Moment:
    """A computer and X, to begin from again and again."""

    content: bytes | None = field(repr=False)
    keyring: dict[tuple[str, str], Secret]
    x: Snapshot


class Computer:
    """What outlives the program here, and X."""

    def __init__(self, x: DeskX) -> None:
        self.x = x
        self.disk = Disk()
        self.keyring: dict[tuple[str, str], Secret] = {}

    def start(self) -> Program:
        """Start Keypane without opening anything."""
        points = CrashPoints()
        stores, keys = PointedStores(self.disk, points), PointedKeys(self.keyring, points)
        return Program(self.x, stores, keys, points)

    def opened(self) -> Program:
        """Start Keypane, open its vault, and finish what a crash cut off."""
        program = self.start()
        program.vault.open()
        program.recover()
        return program

    def moment(self) -> Moment:
        """Return how everything is now."""
        content = self.disk.content() if self.disk.inner is not None else None
        return Moment(content, dict(self.keyring), self.x.snapshot())

    def put_back(self, moment: Moment) -> None:
        """Be as at that moment."""
        self.disk.throw_away()
        self.disk = Disk(moment.content)
        self.keyring = dict(moment.keyring)
        self.x.put_back(moment.x)
