"""The vault on the command line: what opens it, backups, copies, locking and the end of it."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.command_line import PASSPHRASE, CommandLine, SandboxProcess, sandbox_process

OTHER = "another horse battery"
APP = json.dumps({"api_key": "CanaryKey0123456789abcde", "api_secret": "CanarySecret" + "x" * 38})


@pytest.fixture
def here(tmp_path: Path) -> CommandLine:
    """A passphrase vault with one App."""
    line = CommandLine(tmp_path / "here")
    assert line.json("app", "add", "Acme", stdin=APP).code == 0
    return line


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as running:
        yield running


def names(line: CommandLine, passphrase: str = PASSPHRASE) -> list[str]:
    return [app["name"] for app in line.json("app", "list", passphrase=passphrase).answer]


# --- backup and restore -------------------------------------------------------------------------


def test_a_backup_comes_back_on_another_computer(here: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "keys.keypane"
    made = here.json("backup", str(file))
    assert made.code == 0
    assert made.answer == {
        "state": "open", "key": "passphrase", "file": str(file), "apps": 1, "users": 0
    }  # fmt: skip
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600
    there = CommandLine(tmp_path / "there")

    back = there.json("restore", str(file))

    assert back.code == 0
    assert {name: back.answer[name] for name in ("state", "key", "saved", "mode")} == {
        "state": "open", "key": "passphrase", "saved": True, "mode": "merge"
    }  # fmt: skip
    assert back.answer["apps"] == [{"name": "Acme", "new": True, "users": []}]
    assert names(there) == ["Acme"]


def test_a_file_that_is_there_is_replaced_only_when_asked(
    here: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "mine"
    file.write_text("a letter")

    refused = here.json("backup", str(file))

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert file.read_text() == "a letter"
    assert here.json("backup", str(file), "--overwrite").code == 0
    assert file.read_bytes().startswith(b"Keypane backup")


def test_where_there_is_no_vault_no_empty_backup_is_made(tmp_path: Path) -> None:
    file = tmp_path / "keys"

    refused = CommandLine(tmp_path / "nowhere").json("backup", str(file))

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert "nothing to back up" in refused.error["message"]
    assert not file.exists()


def test_files_that_cannot_be_used_are_told_and_change_nothing(
    here: CommandLine, tmp_path: Path
) -> None:
    file, foreign, damaged = tmp_path / "keys", tmp_path / "foreign", tmp_path / "damaged"
    assert here.json("backup", str(file)).code == 0
    foreign.write_text("hello")
    damaged.write_bytes(file.read_bytes()[:-1])
    there = CommandLine(tmp_path / "there")

    told = [
        there.json("restore", str(foreign)),
        there.json("restore", str(damaged)),
        there.json("restore", str(tmp_path / "none")),
        there.json("restore", str(file), passphrase=OTHER),
    ]

    assert [each.code for each in told] == [2, 2, 2, 5]
    sentences = [each.error["message"] for each in told]
    for sentence, word in zip(
        sentences, ("no backup of Keypane", "damaged", "no such file", "does not open"), strict=True
    ):
        assert word in sentence
    assert not (tmp_path / "there").exists()


def test_a_preview_changes_nothing(here: CommandLine, tmp_path: Path) -> None:
    file = str(tmp_path / "keys")
    here.json("backup", file)
    there = CommandLine(tmp_path / "there")

    shown = there.json("restore", file, "--preview")

    assert (shown.code, shown.answer["saved"], shown.answer["changed"]) == (0, False, 1)
    assert not (tmp_path / "there").exists()


def test_replacing_wants_consent_and_removes_what_is_new_here(
    here: CommandLine, tmp_path: Path
) -> None:
    file = str(tmp_path / "keys")
    here.json("backup", file)
    here.json("app", "add", "Later", stdin="{}")

    refused = here.json("restore", file, "--replace")
    assert (refused.code, names(here)) == (2, ["Acme", "Later"])

    done = here.json("restore", file, "--replace", "--yes")
    assert (done.code, done.answer["removed"]) == (0, ["Later"])
    assert names(here) == ["Acme"]


def test_a_restored_user_is_uncertain_and_one_refresh_settles_it(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.reset()
    first, file = CommandLine(tmp_path / "first"), str(tmp_path / "keys")
    first.add_app(sandbox)
    first.sign_in(sandbox)
    first.json("backup", file)
    second = CommandLine(tmp_path / "second")

    restored = second.json("restore", file)
    assert restored.answer["uncertain"] == ["@acme of Practice"]
    assert second.json("user", "list", "Practice").answer[0]["state"] == "uncertain"

    assert second.json("user", "refresh", "Practice", "acme").answer["state"] == "ok"
    assert sandbox.control("state")["replays"] == 0
    stale = first.json("user", "refresh", "Practice", "acme")
    assert (stale.code, stale.error["kind"]) == (6, "no_credential")


def test_a_restored_token_that_x_replaced_since_needs_a_sign_in(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.reset()
    first, file = CommandLine(tmp_path / "first"), str(tmp_path / "keys")
    first.add_app(sandbox)
    first.sign_in(sandbox)
    first.json("backup", file)
    first.json("user", "refresh", "Practice", "acme")
    second = CommandLine(tmp_path / "second")
    second.json("restore", file)

    tried = second.json("user", "refresh", "Practice", "acme")

    assert tried.code == 6
    assert second.json("user", "list", "Practice").answer[0]["state"] == "needs_sign_in"


def test_a_newer_token_here_is_not_replaced_by_an_older_one(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.reset()
    line, file = CommandLine(tmp_path / "here"), str(tmp_path / "keys")
    line.add_app(sandbox)
    line.sign_in(sandbox)
    line.json("backup", file)
    line.json("user", "refresh", "Practice", "acme")

    for arguments in ((), ("--replace", "--yes")):
        answer = line.json("restore", file, *arguments).answer
        assert (answer["newer_here"], answer["uncertain"]) == (["@acme of Practice"], [])
    assert line.json("user", "refresh", "Practice", "acme").answer["state"] == "ok"
    assert sandbox.control("state")["replays"] == 0


def test_yesterdays_copy_is_listed_and_brought_back(here: CommandLine) -> None:
    names(here)  # leaves a copy of the vault with one App
    (copy,) = (here.home / "backups").glob("*-*.db")
    moment = time.time() - 86_400
    os.utime(copy, (moment, moment))
    here.json("app", "add", "Later", stdin="{}")
    listed = here.json("restore", "--copies").answer
    assert len(listed) == 2
    assert all(
        re.search(r"\d\d:\d\d:\d\d$", line)
        for line in here.run("restore", "--copies").stdout.splitlines()
    )

    done = here.json("restore", "--yesterday", "--replace", "--yes")

    assert (done.code, done.answer["removed"]) == (0, ["Later"])
    assert names(here) == ["Acme"]
    assert here.json("restore", "--copy", "9", "--yes").code == 2


def test_a_vault_that_is_older_than_it_was_is_said_to_be_so(here: CommandLine) -> None:
    names(here)  # leaves a copy
    with (here.home / "vault.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"damage" * 500)

    status = here.json("vault", "status")

    assert (status.code, status.answer["restored"]) == (0, True)
    assert "older than it was" in status.stderr
    assert "sign them in again" in status.stderr
    assert names(here) == ["Acme"]


# --- what opens it ------------------------------------------------------------------------------


def test_a_new_passphrase_is_read_from_standard_input_and_opens_it(here: CommandLine) -> None:
    changed = here.json("vault", "passphrase", stdin=f"{OTHER}\n")

    assert changed.answer == {"state": "open", "key": "passphrase"}
    assert here.json("app", "list").code == 5
    assert names(here, OTHER) == ["Acme"]


def test_a_recovery_passphrase_opens_it_until_it_is_removed(here: CommandLine) -> None:
    said = here.run("vault", "passphrase", "--recovery", stdin=OTHER)
    assert (said.code, said.stdout.splitlines()[0]) == (
        0, "The recovery passphrase opens the vault too."
    )  # fmt: skip
    assert names(here, OTHER) == names(here) == ["Acme"]
    assert here.json("vault", "status").answer["recovery"] is True

    assert here.json("vault", "passphrase", "--recovery", "--remove").code == 0

    assert here.json("app", "list", passphrase=OTHER).code == 5
    assert names(here) == ["Acme"]


def test_the_passphrase_stays_where_no_keyring_takes_the_key(here: CommandLine) -> None:
    refused = here.json("vault", "passphrase", "--remove")

    assert (refused.code, refused.error["kind"]) == (5, "vault_unavailable")
    assert names(here) == ["Acme"]


@pytest.mark.parametrize("new", ["", "short"])
def test_a_short_passphrase_is_refused(here: CommandLine, new: str) -> None:
    assert here.json("vault", "passphrase", stdin=new).code == 5
    assert names(here) == ["Acme"]


def test_a_locked_vault_says_so_with_exit_5(here: CommandLine) -> None:
    locked = here.json("app", "list", passphrase=None)

    assert (locked.code, locked.error["kind"]) == (5, "vault_locked")
    assert locked.error["next_step"] == "Enter the passphrase."
    assert here.json("vault", "lock", passphrase=None).answer == {
        "state": "locked", "key": "passphrase"
    }  # fmt: skip


def test_locking_reaches_a_running_agent(here: CommandLine) -> None:
    import socket

    with here.started("agent", "--allow", "Acme", "--json") as agent:
        assert agent.stdout is not None
        path = json.loads(agent.stdout.readline())["socket"]

        def asked() -> str:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(30)
                connection.connect(path)
                connection.sendall(b'{"app":"Acme"}\n')
                return connection.recv(65536).decode()

        assert "vault_locked" not in asked()

        here.json("vault", "lock", passphrase=None)

        assert "vault_locked" in asked()


# --- the end ------------------------------------------------------------------------------------


def test_erasing_leaves_nothing_and_needs_no_passphrase(here: CommandLine, tmp_path: Path) -> None:
    names(here)
    assert here.json("vault", "erase", passphrase=None).answer == {"state": "none"}

    assert not here.home.exists()
    assert here.json("vault", "status").answer == {"state": "none"}
    assert list(tmp_path.rglob("*")) == []


def test_an_erasing_that_was_cut_off_is_finished_by_the_next_command(here: CommandLine) -> None:
    (here.home / "erasing").write_text("")

    listed = here.json("app", "list")

    assert (listed.code, listed.answer) == (0, [])
    assert "is erased now" in listed.stderr
    assert not here.home.exists()


def test_a_forgotten_passphrase_leads_to_a_restore(here: CommandLine, tmp_path: Path) -> None:
    file = str(tmp_path / "keys")
    here.json("backup", file)
    here.json("vault", "passphrase", stdin="forgotten by everyone")

    back = here.json("restore", file, "--start-over", "--yes")

    assert (back.code, names(here)) == (0, ["Acme"])
    assert list((here.home / "quarantine").glob("*.db"))


def test_no_canary_stands_in_any_answer_backup_or_message(
    here: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    here.run("backup", str(file))
    here.run("restore", str(file), "--preview")
    here.run("vault", "status")

    assert not any("Canary" in text for text in here.printed)
    assert b"Canary" not in file.read_bytes()
