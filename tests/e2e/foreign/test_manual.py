"""What the manual shows of `exec` and of the helper runs as it stands there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.foreign import setup
from tests.e2e.command_line import ROOT, CommandLine, SandboxProcess
from tests.e2e.foreign.conftest import CLIENTS, TO_SANDBOX

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
MANUAL = ROOT / "docs" / "manual"
CALLS = {"python": "call.py", "js": "call.mjs", "sh": "call.sh"}
BLOCK = re.compile(r"```(python|js|sh)\n(.*?)```", re.DOTALL)
POST_TEXT = "Our bot posts build results here."


def blocks(name: str) -> list[tuple[str, str]]:
    """Return language and text of each program in a page."""
    return BLOCK.findall((MANUAL / name).read_text("utf-8"))


UNDER_EXEC = [block for block in blocks("exec.md") if re.match(r"(#|//) --as ", block[1])]
WITH_PLUG_INS = [
    block for block in blocks("agent.md") if "keypane_" in block[1] or "-A key" in block[1]
]


def skip_without_npm(text: str) -> None:
    if "twitter-api-v2" in text and (why := setup.missing()):
        pytest.skip(f"NOT PROVEN: {why}")


def command(language: str, folder: Path, text: str) -> list[str]:
    """Return what runs a program; clients with X's hosts in them are sent to the sandbox."""
    file = folder / CALLS[language]
    file.write_text(text, "utf-8")
    if language == "python":
        return [sys.executable, str(TO_SANDBOX / "to_sandbox.py"), file.name]
    if language == "js":
        (folder / "node_modules").symlink_to(setup.MODULES)
        return ["node", "--import", str(TO_SANDBOX / "to_sandbox.mjs"), file.name]
    return ["sh", "-e", file.name]


def test_the_pages_show_programs_at_all() -> None:
    assert [language for language, _ in UNDER_EXEC] == ["python"] * 3 + ["js"] + ["sh"] * 2
    assert [language for language, _ in WITH_PLUG_INS] == ["python", "python", "sh"]


@pytest.mark.parametrize("block", UNDER_EXEC, ids=range(len(UNDER_EXEC)))
def test_a_program_of_the_page_on_exec_runs(
    keypane: CommandLine,
    block: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    language, text = block
    skip_without_npm(text)
    if "curl" in text and shutil.which("curl") is None:
        pytest.skip("NOT PROVEN: there is no curl")
    who = text.splitlines()[0].split("--as ")[1]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(keypane.environment, "PATH", path_with_httpie())

    ran = keypane.run("exec", "Practice", "--as", who, "--", *command(language, tmp_path, text))

    assert ran.code == 0, ran.stderr
    assert expected(text) in ran.stdout


def expected(text: str) -> str:
    return "acme" if re.search(r"get_me|users/me", text) else POST_TEXT


def path_with_httpie() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("block", WITH_PLUG_INS, ids=range(len(WITH_PLUG_INS)))
def test_a_program_of_the_page_on_the_helper_runs_with_our_plug_ins(
    keypane: CommandLine, x: SandboxProcess, httpie: str, block: tuple[str, str], tmp_path: Path
) -> None:
    language, text = block
    here = text.replace("https://api.x.com", x.origin).replace("My App", "Practice")

    printed = run(keypane, tmp_path, command(language, tmp_path, here), httpie)

    wanted = {"users/me": "acme", "ids": "1261326399320715264"}
    assert [each for word, each in wanted.items() if word in text and each not in printed] == []


def run(keypane: CommandLine, folder: Path, words: list[str], python_path: str) -> str:
    """Run a program beside the agent."""
    environment = keypane.environment | {"PYTHONPATH": python_path, "PATH": path_with_httpie()}
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=100,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("agent")
def test_the_shipped_module_for_node_asks_as_the_one_for_python_does(
    keypane: CommandLine, tmp_path: Path
) -> None:
    if shutil.which("node") is None:
        pytest.skip("NOT PROVEN: there is no node on this computer")
    (tmp_path / "call.mjs").write_text(
        f"import {{ ask }} from '{CLIENTS / 'keypane_token.mjs'}';\n"
        "console.log((await ask('Practice', '@acme')).token);\n"
        "await ask('Nobody').catch((error) => console.log(error.message));\n"
    )
    token = keypane.run("token", "Practice", "--as", "@acme").stdout.strip()

    printed = run(keypane, tmp_path, ["node", "call.mjs"], str(CLIENTS)).splitlines()

    assert printed[0] == token
    assert "App" in printed[1]


def test_no_name_of_a_token_is_in_an_argument_of_the_manual() -> None:
    for page in MANUAL.glob("*.md"):
        text = page.read_text("utf-8")
        assert not re.search(r"(--auth|-a|--token)[ =]\S*\$\(keypane token", text), page.name


SIDE_BY_SIDE = [
    shlex.split(command)
    for line in (MANUAL / "import-export.md").read_text("utf-8").splitlines()
    if line.startswith("| `xurl")
    for command in re.findall(r"`keypane (.*?)`", line)
]
CODES = {"--as oauth1": 6}  # this App has no such pair


def test_every_call_of_xurl_has_its_counterpart_that_runs(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    scopes = "tweet.read tweet.write users.read offline.access"
    assert keypane.sign_in(x, scopes=scopes).code == 0
    ended: dict[str, int] = {}
    for words in SIDE_BY_SIDE:
        if words[0] == "sign-in":
            continue  # waits for a person; tried elsewhere
        here = [word.replace("my-app", "Practice").replace("@alice", "@acme") for word in words]
        ended[" ".join(words)] = keypane.json(*here).code
        if "revoke" in words:
            assert keypane.sign_in(x).code == 0  # for the tests that follow

    assert len(ended) >= 8
    wrong = {
        command: code
        for command, code in ended.items()
        if code != next((n for part, n in CODES.items() if part in command), 0)
    }
    assert wrong == {}
