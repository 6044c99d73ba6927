"""How the command line behaves: exit codes, streams, help, and what it never does."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.command_line import PASSPHRASE, CommandLine

FIELDS = "X_API_KEY=" + "k" * 24 + "1\nX_API_SECRET=" + "s" * 50 + "\nCLIENT_ID=abc\n"


@pytest.fixture
def keypane(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("app", "--help"),
        ("app", "add", "--help"),
        ("bearer", "revoke", "-h"),
        ("sign-in", "--help"),
        ("user", "hand-over", "--help"),
        ("token", "--help"),
        ("request", "--help"),
        ("vault", "status", "--help"),
        ("sandbox", "--help"),
        ("doctor", "--help"),
    ],
)
def test_help_is_an_answer_at_every_level(keypane: CommandLine, arguments: tuple[str, ...]) -> None:
    shown = keypane.run(*arguments, passphrase=None)

    assert shown.code == 0
    assert shown.stderr == ""
    assert "keypane" in shown.stdout
    assert "--vault-passphrase-fd" in shown.stdout
    assert "examples:" in shown.stdout
    assert not keypane.home.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("app",),
        ("app", "frobnicate"),
        ("app", "add"),
        ("bearer", "generate"),
        ("token", "Nobody"),
        ("request", "GET", "/2/tweets"),
        ("request", "FETCH", "/2/tweets", "--app", "Nobody"),
        ("sandbox", "--port", "99999"),
        ("sandbox", "--port", "x"),
        ("app", "add", "Name", "--environment", "sandbox:https://evil.example"),
        ("app", "add", "Name", "--environment", "/no/such/file.json"),
        ("app", "add", ""),
        ("bearer", "generate", "Nobody", "--no-such-option"),
    ],
)
def test_wrong_use_exits_2_with_one_line(keypane: CommandLine, arguments: tuple[str, ...]) -> None:
    wrong = keypane.json(*arguments)

    assert wrong.code == 2
    assert wrong.error["kind"] == "bad_input"
    assert "Traceback" not in wrong.stderr


def test_errors_go_to_stderr_without_json(keypane: CommandLine) -> None:
    wrong = keypane.run("token", "Nobody")

    assert wrong.stdout == ""
    assert wrong.stderr.startswith("keypane: ")
    assert wrong.stderr.count("\n") == 1


def test_common_options_stand_before_or_behind(keypane: CommandLine) -> None:
    before = keypane.run("--json", "--quiet", "app", "list")
    behind = keypane.run("app", "list", "--quiet", "--json")

    assert before.answer == behind.answer == []


def test_an_app_is_added_shown_and_removed(keypane: CommandLine) -> None:
    added = keypane.json("app", "add", "My App", stdin=FIELDS)
    shown = keypane.json("app", "show", "my app")
    listed = keypane.json("app", "list")
    again = keypane.json("app", "add", "MY APP", stdin=FIELDS)
    removed = keypane.json("app", "remove", "My App")

    assert added.answer["name"] == "My App"
    assert added.answer["environment"] == "x"
    assert any("Client ID" in warning for warning in added.answer["warnings"])
    assert "Warning: " in added.stderr
    assert shown.answer["has"] == ["api_key", "api_secret", "client_id"]
    assert shown.answer["bearer"] == {"state": "absent"}
    assert [each["users"] for each in listed.answer] == [0]
    assert again.code == 2
    assert removed.answer == {"removed": "My App"}
    assert keypane.json("app", "list").answer == []


def test_an_app_may_have_no_fields_at_all(keypane: CommandLine) -> None:
    assert keypane.json("app", "add", "Empty").answer["warnings"] == []
    assert keypane.json("app", "show", "Empty").answer["has"] == []
    assert keypane.json("bearer", "generate", "Empty").code == 6
    assert keypane.json("sign-in", "Empty", "--browser", "paste").code == 6


def test_a_custom_environment_is_read_from_its_file(keypane: CommandLine, tmp_path: Path) -> None:
    facts = {
        "name": "Mine",
        "authorize_url": "https://id.example/authorize",
        "token_url": "https://id.example/token",
        "revoke_url": "https://id.example/revoke",
        "api_url": "https://api.example",
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(facts))
    good = keypane.json("app", "add", "App", "--environment", str(path))
    path.write_text(json.dumps({**facts, "token_url": "http://id.example/token"}))
    plain = keypane.json("app", "add", "Other", "--environment", str(path))

    assert good.answer["environment"] == "Mine"
    assert plain.code == 2


def test_without_keyring_and_passphrase_no_vault_is_made(keypane: CommandLine) -> None:
    refused = keypane.json("app", "add", "App", stdin=FIELDS, passphrase=None)

    assert refused.code == 5
    assert refused.error["next_step"] != ""
    assert not list(keypane.home.rglob("*.db")) if keypane.home.exists() else True
    assert keypane.json("vault", "status", passphrase=None).answer["state"] == "none"


def test_a_wrong_passphrase_is_a_matter_of_the_vault(keypane: CommandLine) -> None:
    keypane.json("app", "add", "App", stdin=FIELDS)

    wrong = keypane.json("app", "list", passphrase="another one")
    none = keypane.json("app", "list", passphrase=None)

    assert (wrong.code, none.code) == (5, 5)
    assert keypane.json("vault", "status").answer == {"state": "open", "key": "passphrase"}
    assert keypane.json("vault", "status", passphrase=None).answer == {
        "state": "locked",
        "key": "passphrase",
    }


def test_no_connection_exits_4(keypane: CommandLine) -> None:
    keypane.json("app", "add", "Gone", "--environment", "sandbox:http://127.0.0.1:9", stdin=FIELDS)

    failed = keypane.json("bearer", "generate", "Gone")

    assert (failed.code, failed.error["kind"]) == (4, "connect_failed")


def test_all_operations_are_listed_on_one_line(keypane: CommandLine) -> None:
    listed = keypane.json("operations", passphrase=None).answer

    assert len(listed) == 178
    posts = next(each for each in listed if each["id"] == "getPostsByIds")
    assert (posts["method"], posts["path"], posts["tag"]) == ("GET", "/2/tweets", "Posts")
    assert posts["auth"]["BearerToken"] == []
    assert "tweet.read" in posts["auth"]["OAuth2UserToken"]
    assert posts["parameters"][0]["required"] is True
    assert posts["streaming"] is False
    assert not keypane.home.exists()


def test_a_reader_that_leaves_early_is_no_disaster(keypane: CommandLine) -> None:
    with keypane.started("operations", passphrase=None) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        process.wait(timeout=60)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        process.stdout = None


def test_a_terminal_sees_a_token_only_with_reveal(keypane: CommandLine) -> None:
    bearer = "A" * 22 + "terminal" * 8
    keypane.json("app", "add", "App", stdin=f"BEARER_TOKEN={bearer}")
    shown = keypane.on_a_terminal("token", "App")
    revealed = keypane.on_a_terminal("token", "App", "--reveal")

    assert bearer not in shown
    assert "--reveal" in shown
    assert bearer in revealed


def test_the_passphrase_is_on_no_command_line(keypane: CommandLine) -> None:
    with keypane.started("sign-in", "App", "--browser", "paste") as process:
        arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()

    assert PASSPHRASE.encode() not in arguments + environment


def test_times_are_rfc_3339_in_utc(keypane: CommandLine) -> None:
    keypane.json("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)

    fetched = keypane.json("app", "list").answer[0]["bearer"]["fetched_at"]

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fetched)


def test_ctrl_c_exits_130(keypane: CommandLine) -> None:
    import signal

    keypane.json("app", "add", "App", stdin="CLIENT_ID=abc\nREDIRECT_URI=http://127.0.0.1:1/cb")
    with keypane.started("sign-in", "App", "--browser", "paste") as process:
        assert isinstance(process, subprocess.Popen)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=60) == 130
