"""The commands of the README run as they stand there, in a shell, one after the other."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command_line import ROOT, SandboxProcess, clean_environment, http_exchange

_SECONDS = 120
# In a checkout `keypane` is main.py, and without a keyring a passphrase opens the vault: both as
# the README says. Whoever types the lines sees the sandbox listen before the next one.
_BEFORE = """
set -eum
keypane() {{ {python} {main} "$@" --vault-passphrase-fd 3 3< passphrase.txt; }}
heard() {{ until [ -s practice.json ]; do sleep 0.05; done; }}
"""


def commands() -> list[str]:
    """Return the lines of the README's command line, without prompt and comment."""
    section = (ROOT / "README.md").read_text("utf-8").partition("## Command line\n")[2]
    found = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert found, "the README shows no commands"
    lines = [line.removeprefix("$ ") for line in found[1].splitlines()]
    return [re.sub(r"\s+# .*$", "", line) for line in lines]


def script() -> str:
    first, *others = commands()
    assert first.endswith("&"), "the sandbox is to run beside the others"
    main = shlex.quote(str(ROOT / "main.py"))
    before = _BEFORE.format(python=shlex.quote(sys.executable), main=main)
    ended = "kill -- -$!; wait $! || true"  # `set -m` gave the job a group of its own
    return "\n".join([before, first, "heard", *others, ended])


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """A browser in which somebody says yes; it takes X's page and the redirect."""
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.e2e import test_readme\n"
        "test_readme.agree(sys.argv[1])\n"
    )
    browser.chmod(0o700)
    return browser


def agree(address: str) -> None:
    """Say yes on the page of consent at `address`, and follow the redirect."""
    facts = json.loads(Path("practice.json").read_text())
    http_exchange("GET", SandboxProcess(facts).consent(address))


@pytest.mark.serial  # the Practice App's port
@pytest.mark.skipif(shutil.which("bash") is None, reason="NOT PROVEN: this machine has no bash")
def test_the_commands_of_the_readme_lead_from_nothing_to_a_users_token(
    tmp_path: Path, person: Path
) -> None:
    (tmp_path / "passphrase.txt").write_text("a passphrase of this test\n")
    home = tmp_path / "home"
    home.mkdir()
    environment = clean_environment() | {"HOME": str(home), "BROWSER": f"{person} %s"}
    for name in [name for name in environment if name.startswith("XDG_")]:
        del environment[name]

    done = subprocess.run(
        ["bash", "-c", script()],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )

    assert done.returncode == 0, done.stderr
    assert "Our bot posts build results here." in done.stdout
    token = done.stdout.splitlines()[-1]
    assert len(token) > 60, "the last command prints a user's token"
    assert "Added Acme." in done.stdout + done.stderr
