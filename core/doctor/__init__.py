"""The doctor: checks before anything fails, each with its cause and the next step."""

from core.doctor import machine_checks as machines
from core.doctor.app_checks import Held, app_checks, idle
from core.doctor.machine_checks import Machine
from core.doctor.model import SAFE_FACTS, Check, report
from core.environment import Environment
from core.model import AccessTokenPair, App, BearerToken, UserToken
from core.ports import CancelToken, Clock, KeyStore, Transport
from core.vault.vault import Vault

__all__ = ["SAFE_FACTS", "Check", "Doctor", "Machine", "report"]


class Doctor:
    """Looks at an App, at what the vault holds of it, and at this computer."""

    def __init__(
        self, vault: Vault, keys: KeyStore, clock: Clock, transport: Transport, machine: Machine
    ) -> None:
        self._vault = vault
        self._keys = keys
        self._clock = clock
        self._transport = transport
        self._machine = machine

    def examine(
        self,
        app: App | None,
        cancel: CancelToken,
        *,
        is_online: bool = False,
        asks_keyring: bool = True,
    ) -> tuple[Check, ...]:
        """Return the checks, those of the App first. Not for the GUI thread.

        Args:
            app: whose set-up to look at; None for this computer alone.
            cancel: stops between two checks.
            is_online: allow one call to X, without a credential and free.
            asks_keyring: allow the keyring to be tried, which may show a prompt.

        Raises:
            VaultError: the vault's content cannot be read.
            Cancelled: `cancel` was raised.
        """
        checks = self._of_app(app)
        cancel.check()
        environment = app.environment if app is not None else Environment.x()
        port = machines.port(app, self._machine)
        checks += [port] if port is not None else []
        checks += [
            machines.uncertain(self._vault, app),
            machines.proxy(environment, self._machine),
            machines.certificates(environment, self._machine),
            machines.vault(self._vault.status(), self._machine),
        ]
        cancel.check()
        if asks_keyring:
            checks.append(machines.keyring(self._keys, self._vault.status()))
            cancel.check()
        if is_online:
            checks.append(machines.clock_online(environment, self._transport, self._clock, cancel))
        else:
            checks.append(machines.clock_offline(self._clock))
        return tuple(checks)

    def _of_app(self, app: App | None) -> list[Check]:
        now = self._clock.now()
        if app is not None:
            held = Held(
                app,
                self._vault.get(BearerToken, app.app_id),
                self._vault.get(AccessTokenPair, app.app_id),
                self._vault.users_of(app.app_id),
            )
            return app_checks(held, now)
        if self._vault.status().state in {"open", "session"}:
            return [idle(self._vault.all(UserToken), now)]
        return []
