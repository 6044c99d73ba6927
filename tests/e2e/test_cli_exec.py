"""`keypane exec`: programs that nobody here wrote get credentials, and nothing stays behind."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from core.redaction import forms_of
from tests.e2e.command_line import CommandLine, SandboxProcess

SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
TWEEPY = """
import os, requests, tweepy
send = requests.Session.request
def request(session, method, url, **how):
    url = url.replace("https://api.twitter.com", os.environ["KEYPANE_API_URL"])
    return send(session, method, url, **how)
requests.Session.request = request
"""
BEARER_READS = """
client = tweepy.Client(bearer_token=os.environ["BEARER_TOKEN"])
print(len(client.get_tweets([1261326399320715264, 1278347468690915330]).data))
"""
USER_READS = """
client = tweepy.Client(os.environ["USER_ACCESS_TOKEN"])
print(client.get_me(user_auth=False).data.username)
"""


def environment_of(keypane: CommandLine, *arguments: str) -> dict[str, str]:
    shown = keypane.run("exec", "Practice", *arguments, "--", sys.executable, "-c", SHOW)
    assert shown.code == 0, shown.stderr
    found: dict[str, str] = json.loads(shown.stdout)
    return found


def test_a_child_finds_the_bearer_token_under_every_name(keypane: CommandLine) -> None:
    token = keypane.run("token", "Practice", "--as", "bearer").stdout.strip()

    seen = environment_of(keypane, "--as", "bearer")

    names = ("BEARER_TOKEN", "X_BEARER_TOKEN", "TWITTER_BEARER_TOKEN", "APP_ACCESS_TOKEN")
    assert {seen[name] for name in names} == {token}
    assert "USER_ACCESS_TOKEN" not in seen
    assert "API_KEY" not in seen


def test_without_as_the_single_user_is_meant(keypane: CommandLine, x: SandboxProcess) -> None:
    seen = environment_of(keypane)

    assert seen["USER_ACCESS_TOKEN"] == seen["X_USER_ACCESS_TOKEN"] == seen["ACCESS_TOKEN"]
    assert seen["CLIENT_ID"] == x.facts["client_id"]
    assert seen["KEYPANE_EXPIRES_AT"].endswith("Z")
    assert seen["KEYPANE_API_URL"] == seen["API_BASE_URL"] == x.origin
    assert not {name for name in seen if "REFRESH" in name}


def test_what_would_shadow_is_overwritten_and_the_rest_is_untouched(keypane: CommandLine) -> None:
    given = {"X_BEARER_TOKEN": "stale", "ELSE": " as it was\n", "NETRC": "/home/a/netrc"}
    own = CommandLine(keypane.home, environment={**keypane.environment, **given})

    seen = environment_of(own, "--as", "bearer")

    assert seen["X_BEARER_TOKEN"].startswith("AAAA")
    assert (seen["ELSE"], seen["NETRC"]) == (given["ELSE"], given["NETRC"])


def test_half_of_another_credential_does_not_stand_beside_a_users(keypane: CommandLine) -> None:
    given = {"ACCESS_TOKEN_SECRET": "of another", "REFRESH_TOKEN": "of another"}
    own = CommandLine(keypane.home, environment={**keypane.environment, **given})

    assert not given.keys() & environment_of(own)


@pytest.mark.parametrize(
    ("credential", "script", "shown"),
    [("bearer", BEARER_READS, "2"), ("", USER_READS, "{user}")],
)
def test_tweepy_runs_under_exec(
    keypane: CommandLine, x: SandboxProcess, credential: str, script: str, shown: str
) -> None:
    chosen = ["--as", credential] if credential else []

    ended = keypane.run("exec", "Practice", *chosen, "--", sys.executable, "-c", TWEEPY + script)

    assert ended.stdout.strip() == shown.format(user=x.facts["users"][0]["username"]), ended.stderr
    assert ended.code == 0


def test_the_exit_status_and_the_streams_are_the_childs_own(keypane: CommandLine) -> None:
    script = "import sys; sys.stdout.write(sys.stdin.read().upper()); sys.exit(7)"

    words = ("exec", "Practice", "--as", "bearer", "--quiet", "--", sys.executable, "-c", script)
    ended = keypane.run(*words, stdin="abc")  # quiet: on a busy machine the vault's key takes long

    assert (ended.code, ended.stdout, ended.stderr) == (7, "ABC", "")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_reaches_the_child_because_it_took_our_place(keypane: CommandLine) -> None:
    script = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"
    command = ["exec", "Practice", "--as", "bearer", "--", sys.executable, "-c", script]

    with keypane.started(*command) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == -signal.SIGTERM


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_broken_pipe_ends_the_child_as_everywhere_else(keypane: CommandLine) -> None:
    ended = keypane.run("exec", "Practice", "--as", "bearer", "--", "sh", "-c", "yes | head -1")

    assert (ended.code, ended.stdout, ended.stderr) == (0, "y\n", "")


def test_options_of_the_child_are_the_childs(keypane: CommandLine) -> None:
    words = ["--json", "--no-sandbox", "--", "--home", "x"]
    script = "import sys, json; print(json.dumps(sys.argv[1:]))"

    ended = keypane.run(
        "exec", "Practice", "--as=bearer", "--", sys.executable, "-c", script, *words
    )

    assert json.loads(ended.stdout) == words


@pytest.mark.parametrize("command", ["no-such-program-anywhere", "/etc/hostname", "/etc"])
def test_a_child_that_cannot_start_is_told_in_a_sentence(
    keypane: CommandLine, command: str
) -> None:
    ended = keypane.run("--json", "exec", "Practice", "--as", "bearer", "--", command)

    assert (ended.code, ended.error["kind"]) == (2, "bad_input")
    assert "COMMAND" in ended.error["message"]


@pytest.mark.parametrize("arguments", [["Practice"], ["Practice", "--"], ["--", "true"], []])
def test_wrong_use_is_told(keypane: CommandLine, arguments: list[str]) -> None:
    assert keypane.run("exec", *arguments).code == 2


def test_an_unknown_app_or_user_starts_nothing(keypane: CommandLine, tmp_path: Path) -> None:
    made = tmp_path / "made"

    nobody = keypane.run("exec", "Practice", "--as", "@nobody", "--", "touch", str(made))
    nothing = keypane.run("exec", "Elsewhere", "--", "touch", str(made))

    assert (nobody.code, nothing.code) == (6, 2)
    assert not made.exists()


def test_no_secret_is_written_to_disk(keypane: CommandLine) -> None:
    token = environment_of(keypane, "--as", "bearer")["BEARER_TOKEN"]

    kept = b"".join(path.read_bytes() for path in keypane.home.rglob("*") if path.is_file())

    assert not [form for form in forms_of(token) if form.encode() in kept]


def test_a_bearer_is_printed_without_loading_what_it_does_not_need(keypane: CommandLine) -> None:
    own = CommandLine(
        keypane.home, environment={**keypane.environment, "PYTHONPROFILEIMPORTTIME": "1"}
    )

    printed = own.run("token", "Practice", "--as", "bearer")

    loaded = {line.rpartition("|")[2].strip() for line in printed.stderr.splitlines()}
    assert printed.stdout.startswith("AAAA")
    assert {"core.vault.vault", "core.issuing"} <= loaded
    assert not loaded & {
        *("core.user_context", "core.app_only", "core.requester", "core.catalogue", "requests"),
        *("core.adapters.loopback", "core.doctor", "email.utils", "yaml", "PySide6"),
    }
