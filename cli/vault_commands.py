"""`keypane vault …`: where the secrets are."""

import argparse

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Group, Parser
from core.errors import NotLanded, VaultLocked, VaultUnavailable


def parser_of(name: str) -> Parser:
    """Return the parser of `vault`."""
    group = Group(name, "The encrypted file that holds all secrets, and what opens it.")
    group.add("status", "say whether it is open and where its key is", _status, "vault status")
    for action, summary in (
        ("lock", "lock it (not in this version yet)"),
        ("passphrase", "change its passphrase (not in this version yet)"),
        ("erase", "delete it with all it holds (not in this version yet)"),
    ):
        group.add(action, summary, _not_landed, f"vault {action}")
    return group.parser


def _status(run: CommandRun, _arguments: argparse.Namespace) -> int:
    vault = run.world.vault
    locked_by = ""
    if vault.status().state == "locked":
        try:
            run.vault()
        except VaultLocked as locked:
            locked_by = locked.needs
        except VaultUnavailable as unavailable:
            if not unavailable.reason.startswith(("keyring", "no_keyring", "key_missing")):
                raise
            locked_by = "keyring"
    status = vault.status()
    facts = {"state": status.state}
    if key := status.key or locked_by:
        facts["key"] = key
    if status.backend:
        facts["backend"] = status.backend
    where = f" ({status.backend})" if status.backend else ""
    text = [f"state  {status.state}", f"key    {key or 'none yet'}{where}"]
    run.answer(facts, [*text, f"in     {status.directory}"])
    return DONE


def _not_landed(run: CommandRun, arguments: argparse.Namespace) -> int:
    del run
    raise NotLanded(f"vault {arguments.action}")
