"""What a start looks up while the window is still being made: the vault, opened and read.

Loads no widget. Nothing is lost when the work is done before anybody asks: a Job reports
through the event loop, which does not run yet.
"""

import logging
from typing import NamedTuple

from core.errors import KeypaneError
from core.model import Setting
from core.ports import CancelToken
from core.secret import Secret
from core.vault.intents import Intent
from core.vault.vault import VaultStatus
from core.world import World
from ui.jobs import Job, JobRunner, Work
from ui.snapshot import Snapshot

log = logging.getLogger(__name__)


class Found(NamedTuple):
    """An opened vault.

    Attributes:
        unknown: changes that a crash cut off and whose outcome nobody knows.
        snapshot: what is in it; None where that could not be read, as `Desk.look` will tell.
        settings: the person's choices by name.
    """

    status: VaultStatus
    unknown: list[Intent]
    snapshot: Snapshot | None
    settings: dict[str, str]


class Ahead:
    """The first job of a window, begun before there is one.

    Attributes:
        runner: the window's jobs.
        job: opens the vault, and succeeds with a Found; None where there is no vault to open.
    """

    def __init__(self, world: World) -> None:
        self.runner = JobRunner()
        self.job: Job | None = None
        self._world = world

    def begin(self, passphrase: Secret | None = None) -> None:
        """Open the vault by the keyring, or by the passphrase, which may create it too."""
        if passphrase is not None:
            self.job = self.runner.submit(by_passphrase(self._world, passphrase))
        elif self._world.vault.status().state == "locked":
            self.job = self.runner.submit(by_keyring(self._world))


def by_keyring(world: World) -> Work:
    """Return the work that opens the vault; its cancelling ends a wait for the keyring."""

    def work(cancel: CancelToken) -> Found:
        forget = cancel.on_cancel(world.vault.stop_waiting)
        try:
            world.vault.open()
        finally:
            forget()
        return _found(world)

    return work


def by_passphrase(world: World, passphrase: Secret, *, may_create: bool = True) -> Work:
    """Return the work that opens the vault by its passphrase, or creates it under that."""

    def work(_cancel: CancelToken) -> Found:
        if world.vault.inside.stores.erasing()[0]:
            world.erase.finish()
        if may_create and world.vault.status().state == "none":
            world.vault.create_with_passphrase(passphrase)
        else:
            world.vault.unlock(passphrase)
        return _found(world)

    return work


def _found(world: World) -> Found:
    unknown = world.recover()
    try:
        snapshot = Snapshot.of(world.vault)
        settings = {each.name: each.value for each in world.vault.all(Setting)}
    except KeypaneError as error:
        log.warning("the vault was opened and cannot be read: %s", type(error).__name__)
        return Found(world.vault.status(), unknown, None, {})
    return Found(world.vault.status(), unknown, snapshot, settings)
