"""`keypane vault …`: where the secrets are, what opens them, and the end of them."""

import argparse

from cli import passphrases
from cli.command_run import CommandRun
from cli.outcome import CANCELLED, DONE
from cli.parsing import Group, Parser
from cli.shapes import Facts, vault_facts, vault_text
from core.errors import BadInput, VaultLocked, VaultUnavailable
from core.secret import Secret


def parser_of(name: str) -> Parser:
    """Return the parser of `vault`."""
    group = Group(name, "The encrypted file that holds all secrets, and what opens it.")
    group.add("status", "say whether it is open and where its key is", _status, "vault status")
    group.add(
        "lock",
        "lock it in every window and agent that has it open",
        _lock,
        "vault lock",
    )
    child = group.add(
        "passphrase",
        "set or change the passphrase that opens it; it is asked for, or read from standard input",
        _passphrase,
        "vault passphrase",
        "vault passphrase --recovery --new-passphrase-fd 4 4< recovery.txt",
        "vault passphrase --remove",
    )
    child.add_argument(
        "--recovery", action="store_true", help="the second passphrase, for the day of need"
    )
    child.add_argument(
        "--remove",
        action="store_true",
        help="open it by the OS keyring instead; with --recovery, forget that passphrase",
    )
    child.add_argument(
        "--new-passphrase-fd",
        type=passphrases.number_of,
        metavar="N",
        help="read the new passphrase from this descriptor",
    )
    child = group.add(
        "erase",
        "delete everything that Keypane keeps on this computer; at X nothing ends",
        _erase,
        "vault erase",
    )
    child.add_argument("--yes", action="store_true", help="do not ask on a terminal")
    return group.parser


def _status(run: CommandRun, _arguments: argparse.Namespace) -> int:
    vault = run.world.vault
    locked_by = ""
    run.finish_erasing()
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
    facts = vault_facts(status, locked_by)
    lines = vault_text(status, locked_by)
    if status.state == "open" and run.world.ways_in.ways().recovery:
        facts["recovery"] = True
        lines.append("also   a recovery passphrase")
    run.answer(facts, lines)
    return DONE


def _lock(run: CommandRun, _arguments: argparse.Namespace) -> int:
    vault = run.world.vault
    run.finish_erasing()
    vault.lock_everywhere()
    status = vault.look()
    run.answer(vault_facts(status), vault_text(status))
    return DONE


def _passphrase(run: CommandRun, arguments: argparse.Namespace) -> int:
    state = run.world.vault.status().state
    if arguments.remove:
        vault = run.vault()
        if arguments.recovery:
            run.world.ways_in.remove_passphrase(recovery=True)
            done = "The recovery passphrase opens nothing any more."
        else:
            run.world.ways_in.use_keyring()
            done = "The keyring opens the vault from now on."
    elif state == "none" and not arguments.recovery:
        vault = run.world.vault
        vault.create_with_passphrase(_new(run, arguments))
        done = "A vault is made, and this passphrase opens it."
    else:
        if state == "none":
            raise BadInput("--recovery", "there is no vault yet")
        vault = run.vault()
        new = _new(run, arguments)
        if arguments.recovery:
            run.world.ways_in.set_passphrase(new, recovery=True)
            done = "The recovery passphrase opens the vault too."
        else:
            run.world.ways_in.use_passphrase(new)
            done = "The new passphrase opens the vault from now on."
    status = vault.status()
    run.answer(vault_facts(status), [done, *vault_text(status)])
    return DONE


def _new(run: CommandRun, arguments: argparse.Namespace) -> Secret:
    if arguments.new_passphrase_fd is not None:
        return passphrases.read_descriptor(arguments.new_passphrase_fd, "--new-passphrase-fd")
    if run.stdin.isatty():
        return passphrases.ask(run, "New passphrase", twice=True)
    return passphrases.read_input(run)


def _erase(run: CommandRun, arguments: argparse.Namespace) -> int:
    if not arguments.yes and run.stdin.isatty() and not _is_wanted(run):
        run.say("Nothing was erased.")
        return CANCELLED
    left = run.world.erase.everything()
    facts: Facts = vault_facts(run.world.vault.status())
    if left:
        facts["keyring_items_left"] = left
        run.say(
            "The keyring did not answer, so it still has the key of what is gone. Keypane "
            "deletes it at the next start."
        )
    run.answer(facts, "Erased. At X nothing ended: tokens that are alive stay alive there.")
    return DONE


def _is_wanted(run: CommandRun) -> bool:
    run.say("This deletes all Apps, keys, tokens, copies and settings of Keypane on this computer.")
    run.say("At X nothing ends: revoke first what must die. Backup files of yours stay.")
    run.stderr.write("Type erase to go on: ")
    run.stderr.flush()
    return run.stdin.readline().strip() == "erase"
