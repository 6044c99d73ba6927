"""The World: every port and service a face needs, put together once by `main.py`.

A service is loaded when it is first asked for: a script that wants a token waits for every
module.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from core.catalogue_home import use_home
from core.ports import Clock, KeyStore, Listen, Transport
from core.vault.journal import Intent, Journal, Operation
from core.vault.vault import Vault

if TYPE_CHECKING:
    from core.app_only import BearerTokens
    from core.browser_sessions import BrowserSessions, ViewStore
    from core.catalogue_update import CatalogueUpdates
    from core.credits import Credits
    from core.doctor import Doctor, Machine
    from core.drawing import Drawing
    from core.helper import Serve
    from core.listening import SystemBrowserSignIn
    from core.media import Media
    from core.one_legged import OwnerTokens
    from core.request_book import RequestBook
    from core.requester import Requester
    from core.spending import Spending
    from core.three_legged import PairSignIn
    from core.user_context import SignIn
    from core.vault.backups import Backups
    from core.vault.erase import Erase
    from core.vault.ways_in import WaysIn

T = TypeVar("T")


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


class World:
    """What the program stands on. Shared by all threads; each service is made once.

    Args:
        home: the data directory.
        clock: the time.
        transport: the network.
        keys: the OS keyring, to ask whether there is one.
        vault: Apps, credentials and settings.
        start_sandbox: starts the embedded sandbox, which loads Flask.
        listen: waits at a loopback redirect URI.
        machine: this computer, as the doctor asks it.
        folders: what the embedded view may keep on this computer.
        serve_helper: serves the helper's socket; None where nobody does.
    """

    def __init__(
        self,
        home: Path,
        clock: Clock,
        transport: Transport,
        keys: KeyStore,
        vault: Vault,
        start_sandbox: Callable[[], RunningSandbox],
        listen: Listen,
        machine: "Machine",
        folders: "ViewStore",
        serve_helper: "Serve | None" = None,
    ) -> None:
        self.home = home
        self.clock = clock
        self.transport = transport
        self.keys = keys
        self.vault = vault
        self.journal = Journal(vault, transport, clock)
        self.start_sandbox = start_sandbox
        self.machine = machine
        self.serve_helper = serve_helper
        self._listen = listen
        self._folders = folders
        self.drawing: Drawing = folders
        self._made: dict[str, object] = {}
        use_home(home)
        self._making = threading.RLock()

    @property
    def bearer_tokens(self) -> "BearerTokens":
        """Generates, regenerates, revokes and checks Bearer Tokens."""
        from core.app_only import BearerTokens

        return self._once("bearer_tokens", lambda: BearerTokens(*self._ports))

    @property
    def sign_in(self) -> "SignIn":
        """Signs users in by OAuth 2.0 and looks after their tokens."""
        from core.user_context import SignIn

        return self._once("sign_in", lambda: SignIn(*self._ports))

    @property
    def browser_sign_in(self) -> "SystemBrowserSignIn":
        """Signs users in with the system's browser."""
        from core.listening import SystemBrowserSignIn

        return self._once(
            "browser_sign_in", lambda: SystemBrowserSignIn(self.sign_in, self._listen, self.clock)
        )

    @property
    def owner_tokens(self) -> "OwnerTokens":
        """Checks the Access Token and Secret of an App's owner."""
        from core.one_legged import OwnerTokens

        return self._once("owner_tokens", lambda: OwnerTokens(*self._ports))

    @property
    def pair_sign_in(self) -> "PairSignIn":
        """Signs users in by OAuth 1.0a."""
        from core.three_legged import PairSignIn

        return self._once("pair_sign_in", lambda: PairSignIn(*self._ports))

    @property
    def requester(self) -> "Requester":
        """Sends requests to X's API."""
        from core.requester import Requester

        return self._once(
            "requester", lambda: Requester(self.transport, self.vault, self.clock, self.sign_in)
        )

    @property
    def catalogue_updates(self) -> "CatalogueUpdates":
        """Takes newer operations of X into use, and goes back to the built-in ones."""
        from core.catalogue_update import CatalogueUpdates

        return self._once("catalogue_updates", lambda: CatalogueUpdates(self.home, self.transport))

    @property
    def browser_sessions(self) -> "BrowserSessions":
        """Which Apps stay signed in at X in the embedded view."""
        from core.browser_sessions import BrowserSessions

        return self._once(
            "browser_sessions", lambda: BrowserSessions(self.vault, self._folders, self.clock)
        )

    @property
    def credits(self) -> "Credits":
        """Asks X, free, whether there are credits."""
        from core.credits import Credits

        return self._once("credits", lambda: Credits(self.transport, self.vault, self.clock))

    @property
    def media(self) -> "Media":
        """Fetches pictures of answers, where the person allowed it."""
        from core.media import Media

        return self._once("media", lambda: Media(self.transport))

    @property
    def request_book(self) -> "RequestBook":
        """Keeps the history of sent requests, and those that were saved by name."""
        from core.request_book import RequestBook

        return self._once("request_book", lambda: RequestBook(self.vault, self.clock))

    @property
    def spending(self) -> "Spending":
        """Adds up what this computer's calls cost."""
        from core.spending import Spending

        return self._once("spending", lambda: Spending(self.vault, self.clock))

    @property
    def backups(self) -> "Backups":
        """Makes, previews and restores backups."""
        from core.vault.backups import Backups

        return self._once("backups", lambda: Backups(self.vault))

    @property
    def ways_in(self) -> "WaysIn":
        """What opens the vault, and changing it."""
        from core.vault.ways_in import WaysIn

        return self._once("ways_in", lambda: WaysIn(self.vault))

    @property
    def erase(self) -> "Erase":
        """Erases everything on this computer."""
        from core.vault.erase import Erase

        return self._once("erase", lambda: Erase(self.vault))

    def recover(self) -> list[Intent]:
        """Finish what a crash cut off; return the changes whose outcome is unknown."""
        if not self.vault.open_operations():
            return []
        operations: tuple[Operation[object], ...] = (
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

    @property
    def _ports(self) -> tuple[Transport, Vault, Journal, Clock]:
        return self.transport, self.vault, self.journal, self.clock

    def _once(self, name: str, make: Callable[[], T]) -> T:
        with self._making:
            if name not in self._made:
                self._made[name] = make()
            return cast("T", self._made[name])


def assemble(
    home: Path,
    clock: Clock,
    transport: Transport,
    keys: KeyStore,
    vault: Vault,
    start_sandbox: Callable[[], RunningSandbox],
    listen: Listen,
    machine: "Machine",
    folders: "ViewStore",
    serve_helper: "Serve | None" = None,
) -> World:
    """Return the World on these ports. Opens nothing."""
    return World(
        home, clock, transport, keys, vault, start_sandbox, listen, machine, folders, serve_helper
    )
