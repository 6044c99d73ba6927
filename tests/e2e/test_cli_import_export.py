"""`keypane import` and `export`: previews, limits, consent, and nothing half-written."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from core.redaction import forms_of
from tests.e2e.command_line import CommandLine, SandboxProcess

TOOLS = ("env", "xurl", "postman", "github", "fly", "docker", "kubernetes", "twurl", "json")


@pytest.fixture(scope="module")
def secrets(keypane: CommandLine) -> list[str]:
    tokens = [keypane.run("token", "Practice", "--as", "bearer"), keypane.run("token", "Practice")]
    return [token.stdout.strip() for token in tokens]


@pytest.fixture
def fresh(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


def test_a_dot_env_file_becomes_an_app_that_works(
    fresh: CommandLine, x: SandboxProcess, tmp_path: Path
) -> None:
    facts = x.facts
    (tmp_path / "my-bot").mkdir()
    file = tmp_path / "my-bot" / ".env"
    file.write_bytes(
        f"\ufeff# keys\r\nexport TWITTER_API_KEY='{facts['api_key']}'\r\n"
        f'API_KEY_SECRET="{facts["api_secret"]}"\r\nDEBUG=$(touch {tmp_path}/ran)\r\n'.encode()
    )

    environment = f"sandbox:{x.origin}"
    done = fresh.json("import", str(file), "--environment", environment, "--yes")
    generated = fresh.json("bearer", "generate", "my-bot")

    assert done.code == 0, done.stdout
    assert done.answer["apps"] == [
        {"name": "my-bot", "new": True, "added": ["API Key", "API Key Secret"], "kept": []}
    ]
    assert (done.answer["from"], done.answer["saved"]) == ("env", True)
    assert "+ API Key" in done.stderr
    assert generated.answer == {"state": "ok"}
    assert not (tmp_path / "ran").exists()
    assert facts["api_secret"] not in done.stdout + done.stderr


def test_without_a_terminal_nothing_is_saved_unless_yes_is_given(
    fresh: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CLIENT_ID=abcdefghijklmnopqrstuvwx")

    shown = fresh.json("import", str(tmp_path / ".env"))

    assert (shown.code, shown.error["kind"]) == (2, "bad_input")
    assert "+ Client ID" in shown.stderr
    assert not list(tmp_path.glob("home/*.db"))


def test_a_second_import_changes_nothing(keypane: CommandLine, tmp_path: Path) -> None:
    revealed = keypane.json("export", "Practice", "--to", "xurl", "--reveal").answer["text"]
    (tmp_path / "auth.yml").write_text(revealed)
    before = keypane.json("app", "show", "Practice").answer

    again = keypane.json("import", str(tmp_path), "--app", "Practice", "--yes")

    assert (again.code, again.answer["saved"]) == (0, False)
    assert again.answer["apps"][0]["added"] == []
    assert "Client Secret" in again.answer["apps"][0]["kept"]
    assert any("Refresh Token" in warning for warning in again.answer["warnings"])
    assert keypane.json("app", "show", "Practice").answer == before


def test_what_xurl_kept_works_here(
    keypane: CommandLine, fresh: CommandLine, x: SandboxProcess, tmp_path: Path
) -> None:
    revealed = keypane.json("export", "Practice", "--to", "xurl", "--reveal").answer["text"]
    (tmp_path / "xurl").mkdir()
    (tmp_path / "xurl" / "auth.yml").write_text(revealed)
    environment = f"sandbox:{x.origin}"

    done = fresh.json("import", str(tmp_path / "xurl"), "--environment", environment, "--yes")
    me = fresh.json("request", "GET", "/2/users/me", "--as", x.facts["users"][0]["username"])

    assert done.code == 0, done.stdout
    assert me.answer["status"] == 200


def test_xurl_goes_on_refreshing_what_is_only_listed_here(
    keypane: CommandLine, fresh: CommandLine, x: SandboxProcess, tmp_path: Path
) -> None:
    revealed = keypane.json("export", "Practice", "--to", "xurl", "--reveal").answer["text"]
    file = tmp_path / ".xurl"
    file.write_text(revealed)
    environment = f"sandbox:{x.origin}"
    who = x.facts["users"][0]["username"]

    done = fresh.json(
        "import", str(file), "--environment", environment, "--held-by", "xurl", "--yes"
    )
    kept = fresh.json("user", "list", "Practice").answer[0]
    rotations = x.control("state")["rotations"]
    refused = fresh.json("token", "Practice", "--as", who)
    refreshed = fresh.json("user", "refresh", "Practice", who)
    untouched = x.control("state")["rotations"] - rotations
    back = fresh.json("user", "take-back", "Practice", who)
    given = fresh.json("token", "Practice", "--as", who)

    assert (done.code, kept["state"], kept["holder"]) == (0, "held", "xurl")
    assert f"user @{who}, refreshed by xurl" in done.answer["apps"][0]["added"]
    assert not any("Refresh Token" in warning for warning in done.answer["warnings"])
    assert (refused.code, refreshed.code, untouched) == (6, 6, 0)
    assert (back.code, back.answer["state"]) == (0, "ok")
    assert given.code == 0
    assert file.read_text() == revealed


def test_what_is_handed_over_is_never_refreshed_until_it_is_taken_back(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    who = x.facts["users"][0]["username"]
    rotations = x.control("state")["rotations"]

    over = keypane.json("user", "hand-over", "Practice", f"@{who}", "--to", "fly.io acme-prod")
    refresh = keypane.json("user", "refresh", "Practice", who)
    as_user = keypane.json("token", "Practice", "--as", who)
    ran = keypane.json("exec", "Practice", "--as", who, "--", "true")
    still = x.control("state")["rotations"]
    back = keypane.json("user", "take-back", "Practice", f"@{who}")
    again = keypane.json("user", "refresh", "Practice", f"@{who}")

    assert (over.code, over.answer["state"], over.answer["holder"]) == (
        0,
        "held",
        "fly.io acme-prod",
    )
    assert refresh.code == 6
    assert (as_user.code, as_user.error["kind"], ran.code) == (6, "no_credential", 6)
    assert still == rotations
    assert (back.code, back.answer["state"]) == (0, "ok")
    assert "holder" not in back.answer
    assert (again.code, x.control("state")["rotations"]) == (0, rotations + 1)


@pytest.mark.parametrize("tool", TOOLS)
def test_by_default_an_export_holds_no_value(
    keypane: CommandLine, secrets: list[str], tool: str
) -> None:
    shown = keypane.json("export", "Practice", "--to", tool)

    assert shown.code == 0, shown.stdout
    assert shown.answer["revealed"] is False
    printed = shown.stdout + shown.stderr
    assert not [form for secret in secrets for form in forms_of(secret) if form in printed]


def test_exported_commands_give_the_values_through_a_pipe(
    keypane: CommandLine, secrets: list[str]
) -> None:
    token = secrets[0]
    text = keypane.json("export", "Practice", "--to", "github").answer["text"]
    bearer = next(line for line in text.splitlines() if "--as bearer" in line)
    script, _, consumer = bearer.partition("sh -c ")[2].partition(" | ")
    stand_in = f"export X_BEARER_TOKEN={token}; sh -c {script} | cat /dev/stdin"

    run = subprocess.run(["sh", "-c", stand_in], capture_output=True, text=True, check=True)

    assert consumer == "gh secret set --env-file /dev/stdin"
    assert run.stdout == f"X_BEARER_TOKEN={token}\n"


def test_values_go_into_a_new_file_of_ones_own(keypane: CommandLine, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / ".env"
    command = ("export", "Practice", "--to", "env", "--reveal", "--output", str(file))
    old = os.umask(0)
    try:
        written = keypane.json(*command)
    finally:
        os.umask(old)
    again = keypane.json(*command)
    (tmp_path / ".gitignore").write_text(".env*\n")
    covered = keypane.json(*command[:-1], str(tmp_path / ".env.local"))

    assert "text" not in written.answer
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert any(".gitignore" in warning for warning in written.answer["warnings"])
    assert "X_BEARER_TOKEN=AAAA" in file.read_text()
    assert (again.code, again.error["kind"]) == (2, "bad_input")
    assert not any(".gitignore" in warning for warning in covered.answer["warnings"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.yml", "apps: &a [x]\nb: [*a, *a]\n"),
        ("half.json", '{"client_id": '),
        ("latin.env", "API_KEY=\xe9".encode("latin-1")),
        ("nothing.env", ""),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(
    fresh: CommandLine, tmp_path: Path, name: str, content: str | bytes
) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(raw)

    refused = fresh.json("import", str(tmp_path / name), "--yes")

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert "FILE" in refused.error["message"]
    assert not (tmp_path / "home").exists()


def test_a_pipe_and_a_file_that_is_not_there_are_refused(
    fresh: CommandLine, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name in ("pipe", "absent"):
        refused = fresh.json("import", str(tmp_path / name), "--yes")
        assert (refused.code, refused.error["kind"]) == (2, "bad_input")


def test_two_gigabytes_are_refused_without_being_read(fresh: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "huge.env"
    with file.open("wb") as sparse:
        sparse.truncate(2 << 30)

    refused = fresh.json("import", str(file), "--yes")

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert "256 KiB" in refused.error["message"]


def test_json_is_one_line(keypane: CommandLine) -> None:
    shown = keypane.json("export", "Practice", "--to", "postman")

    document = json.loads(shown.answer["text"])
    assert {value["value"] for value in document["values"] if value["type"] == "secret"} == {
        f"{{{{vault:{name}}}}}"
        for name in (
            *("X_API_KEY", "X_API_SECRET", "X_BEARER_TOKEN", "X_CLIENT_ID", "X_CLIENT_SECRET"),
            "X_USER_ACCESS_TOKEN",
        )
    }
