"""The World: every port and service a face needs, put together once by `main.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.app_only import BearerTokens
from core.listening import SystemBrowserSignIn
from core.one_legged import OwnerTokens
from core.ports import Clock, KeyStore, Listen, Transport
from core.requester import Requester
from core.three_legged import PairSignIn
from core.user_context import SignIn
from core.vault.journal import Intent, Journal
from core.vault.vault import Vault

if TYPE_CHECKING:
    from core.doctor import Doctor, Machine


class ReadyApp(Protocol):
    """What the embedded sandbox says of its ready App; "" where it has none of it."""

    @property
    def app_id(self) -> str: ...  # noqa: D102 - X's words
    @property
    def api_key(self) -> str: ...  # noqa: D102
    @property
    def api_secret(self) -> str: ...  # noqa: D102
    @property
    def client_id(self) -> str: ...  # noqa: D102
    @property
    def client_secret(self) -> str: ...  # noqa: D102
    @property
    def redirect_uri(self) -> str: ...  # noqa: D102


class RunningSandbox(Protocol):
    """The embedded sandbox, as much of it as the product may know."""

    @property
    def origin(self) -> str:
        """Where it listens, as "http://127.0.0.1:8123"."""

    @property
    def ready_app(self) -> ReadyApp:
        """Its ready App."""

    def stop(self) -> None:
        """Stop listening; what it kept stays on disk."""


@dataclass(frozen=True, slots=True)
class World:
    """What the program stands on. Frozen; shared by all threads.

    Attributes:
        home: the data directory.
        keys: the OS keyring, to ask whether there is one.
        machine: this computer, as the doctor asks it.
        start_sandbox: starts the embedded sandbox, which loads Flask.
    """

    home: Path
    clock: Clock
    transport: Transport
    keys: KeyStore
    vault: Vault
    journal: Journal
    bearer_tokens: BearerTokens
    sign_in: SignIn
    browser_sign_in: SystemBrowserSignIn
    owner_tokens: OwnerTokens
    pair_sign_in: PairSignIn
    requester: Requester
    machine: "Machine"
    start_sandbox: Callable[[], RunningSandbox]

    def recover(self) -> list[Intent]:
        """Finish what a crash cut off; return the changes whose outcome is unknown."""
        operations = (
            *self.bearer_tokens.operations,
            *self.sign_in.operations,
            *self.owner_tokens.operations,
            *self.pair_sign_in.operations,
        )
        return self.journal.recover(operations)

    @property
    def doctor(self) -> "Doctor":
        """What looks at an App and at this computer; loaded when first asked for."""
        from core.doctor import Doctor

        return Doctor(self.vault, self.keys, self.clock, self.transport, self.machine)

    def close(self) -> None:
        """Let go of sockets, files and the key."""
        close = getattr(self.transport, "close", None)
        if close is not None:
            close()
        self.vault.close()


def assemble(
    home: Path,
    clock: Clock,
    transport: Transport,
    keys: KeyStore,
    vault: Vault,
    start_sandbox: Callable[[], RunningSandbox],
    listen: Listen,
    machine: "Machine",
) -> World:
    """Return the services on these ports. Opens nothing."""
    journal = Journal(vault, transport, clock)
    sign_in = SignIn(transport, vault, journal, clock)
    return World(
        home=home,
        clock=clock,
        transport=transport,
        keys=keys,
        vault=vault,
        journal=journal,
        bearer_tokens=BearerTokens(transport, vault, journal, clock),
        sign_in=sign_in,
        browser_sign_in=SystemBrowserSignIn(sign_in, listen, clock),
        owner_tokens=OwnerTokens(transport, vault, journal, clock),
        pair_sign_in=PairSignIn(transport, vault, journal, clock),
        requester=Requester(transport, vault, clock, sign_in),
        machine=machine,
        start_sandbox=start_sandbox,
    )
