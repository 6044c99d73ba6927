"""Programs that nobody here wrote run with Keypane's credentials: under `exec`, and as they ask.

tweepy and twitter-api-v2 have X's hosts written into them, which are replaced on the way out;
xdk and HTTPie are told the sandbox's address. Nothing else of them is touched.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.redaction import forms_of
from scripts.foreign import setup
from tests.e2e.command_line import CommandLine, SandboxProcess
from tests.e2e.foreign.conftest import CLIENTS, TO_SANDBOX

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
POST = "1261326399320715264"


@dataclass(frozen=True)
class Program:
    """A program and what it prints.

    Attributes:
        text: with TOKEN where it gets its token.
        command: what runs it, in a folder of its own.
        environment, helped: TOKEN, where it is in the environment and where it is asked for.
    """

    text: str
    command: tuple[str, ...]
    environment: str
    helped: str
    who: str
    prints: str


def _in_python(text: str, who: str, prints: str, *, to_sandbox: bool = False) -> Program:
    name = "X_BEARER_TOKEN" if who == "bearer" else "X_USER_ACCESS_TOKEN"
    redirect = (str(TO_SANDBOX / "to_sandbox.py"),) if to_sandbox else ()
    return Program(
        f"import os\nfrom keypane_token import ask\n{text}",
        (sys.executable, *redirect, "call.py"),
        f"os.environ['{name}']",
        f"ask('Practice', '{who}')['token']",
        who,
        prints,
    )


def _in_node(text: str, who: str, prints: str) -> Program:
    name = "X_BEARER_TOKEN" if who == "bearer" else "X_USER_ACCESS_TOKEN"
    return Program(
        "import { TwitterApi } from 'twitter-api-v2';\n"
        f"import {{ ask }} from '{CLIENTS / 'keypane_token.mjs'}';\n{text}",
        ("node", "--import", str(TO_SANDBOX / "to_sandbox.mjs"), "call.mjs"),
        f"process.env.{name}",
        f"(await ask('Practice', '{who}')).token",
        who,
        prints,
    )


PROGRAMS = {
    "tweepy with the bearer": _in_python(
        f"import tweepy\nprint(tweepy.Client(TOKEN).get_tweet({POST}).data.id)",
        "bearer",
        POST,
        to_sandbox=True,
    ),
    "tweepy as a user": _in_python(
        "import tweepy\nprint(tweepy.Client(TOKEN).get_me(user_auth=False).data.username)",
        "@acme",
        "acme",
        to_sandbox=True,
    ),
    "xdk with the bearer": _in_python(
        "import xdk\nclient = xdk.Client(os.environ['KEYPANE_API_URL'], bearer_token=TOKEN)\n"
        f"print(client.posts.get_by_id('{POST}').data.id)",
        "bearer",
        POST,
    ),
    "xdk as a user": _in_python(
        "import xdk\nclient = xdk.Client(os.environ['KEYPANE_API_URL'], access_token=TOKEN)\n"
        "print(client.users.get_me().data.username)",
        "@acme",
        "acme",
    ),
    "twitter-api-v2 with the bearer": _in_node(
        f"console.log((await new TwitterApi(TOKEN).v2.singleTweet('{POST}')).data.id);",
        "bearer",
        POST,
    ),
    "twitter-api-v2 as a user": _in_node(
        "console.log((await new TwitterApi(TOKEN).v2.me()).data.username);", "@acme", "acme"
    ),
}


def put(program: Program, folder: Path, token: str) -> None:
    (folder / program.command[-1]).write_text(program.text.replace("TOKEN", token, 1), "utf-8")
    if program.command[0] == "node":
        (folder / "node_modules").symlink_to(setup.MODULES)


def skip_without(program: Program) -> None:
    if program.command[0] == "node" and (why := setup.missing()):
        pytest.skip(f"NOT PROVEN: {why}")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_finds_its_token_under_exec(
    keypane: CommandLine, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = PROGRAMS[name]
    skip_without(program)
    put(program, tmp_path, program.environment)
    monkeypatch.chdir(tmp_path)

    ran = keypane.run("exec", "Practice", "--as", program.who, "--", *program.command)

    assert (ran.code, ran.stdout.strip()) == (0, program.prints), ran.stderr


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_runs_for_long_asks_the_helper(
    keypane: CommandLine, tmp_path: Path, name: str
) -> None:
    program = PROGRAMS[name]
    skip_without(program)
    put(program, tmp_path, program.helped)

    assert run(keypane, tmp_path, *program.command) == program.prints


def run(keypane: CommandLine, folder: Path, *command: str, path: str = "") -> str:
    """Run a program beside the agent; nothing of Keypane is in its environment."""
    environment = dict(keypane.environment)
    if path:
        environment["PYTHONPATH"] = path
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


HTTP = (sys.executable, "-m", "httpie", "--ignore-stdin", "--print=b", "--check-status")


def test_httpie_takes_its_token_from_the_environment_and_not_from_an_argument(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    words = " ".join((*HTTP, f"{x.origin}/2/tweets/{POST}", "Authorization:@/dev/stdin"))
    script = f'printf "Bearer %s" "$X_BEARER_TOKEN" | {words}'

    ran = keypane.run("exec", "Practice", "--as", "bearer", "--", "sh", "-c", script)

    assert (ran.code, json.loads(ran.stdout)["data"]["id"]) == (0, POST), ran.stderr


@pytest.mark.usefixtures("agent")
def test_httpie_asks_the_helper_with_the_plug_in(
    keypane: CommandLine, x: SandboxProcess, httpie: str, tmp_path: Path
) -> None:
    command = (*HTTP, "--auth-type", "keypane", "--auth")

    me = run(keypane, tmp_path, *command, "Practice@acme", f"{x.origin}/2/users/me", path=httpie)
    post = run(keypane, tmp_path, *command, "Practice", f"{x.origin}/2/tweets/{POST}", path=httpie)

    assert json.loads(me)["data"]["username"] == "acme"
    assert json.loads(post)["data"]["id"] == POST


@pytest.mark.usefixtures("agent")
def test_nothing_of_it_printed_a_secret(keypane: CommandLine) -> None:
    tokens = [
        keypane.run("token", "Practice", "--as", who).stdout.strip() for who in ("bearer", "@acme")
    ]

    assert all(tokens)
    printed = "".join(keypane.printed)
    assert not [form for token in tokens for form in forms_of(token) if form in printed]
