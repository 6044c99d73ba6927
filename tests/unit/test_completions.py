"""Completions and man page are those of the parsers, and the shells take them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.cli_tree import commands
from scripts.make_completions import ROOT, files

COMPLETIONS = ROOT / "resources" / "completions"
ASK_BASH = """
source "$1"
COMP_WORDS=(keypane "${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_keypane
echo "${COMPREPLY[@]}"
"""


def bash_offers(*words: str) -> list[str]:
    command = ["bash", "-c", ASK_BASH, "bash", str(COMPLETIONS / "keypane.bash"), *words]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    return shown.stdout.split()


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="argparse words its usage otherwise")
@pytest.mark.parametrize("path", files(), ids=lambda path: Path(path).name)
def test_the_files_are_as_their_maker_writes_them(path: Path) -> None:
    assert path.read_text("utf-8") == files()[path], "run: python -m scripts.make_completions"


def test_every_command_has_an_example() -> None:
    assert [command.path for command in commands() if not command.examples] == []


@pytest.mark.parametrize(
    ("shell", "name"), [("bash", "keypane.bash"), ("zsh", "_keypane"), ("fish", "keypane.fish")]
)
def test_a_shell_finds_no_fault_in_its_completion(shell: str, name: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"NOT PROVEN: this machine has no {shell}")

    checked = subprocess.run(
        [shell, "-n", str(COMPLETIONS / name)], capture_output=True, check=True
    )

    assert checked.stderr == b""


@pytest.mark.skipif(shutil.which("bash") is None, reason="NOT PROVEN: no bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ex",), ["exec", "export"]),
        (("user", "hand"), ["hand-over"]),
        (("--home", "/tmp/user", "bear"), ["bearer"]),
        (("sign-in", "App", "--browser", ""), ["system", "embedded", "paste"]),
        (("export", "App", "--to", "k"), ["kubernetes"]),
        (("token", "App", "--rev"), ["--reveal"]),
        (("exec", "App", "--", "r"), []),
    ],
)
def test_bash_completes_commands_actions_options_and_choices(
    words: tuple[str, ...], offered: list[str]
) -> None:
    assert bash_offers(*words) == offered


@pytest.mark.skipif(shutil.which("fish") is None, reason="NOT PROVEN: no fish")
def test_fish_completes_an_action(tmp_path: Path) -> None:
    ask = f"source {COMPLETIONS / 'keypane.fish'}; complete -C 'keypane user hand'"
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}

    shown = subprocess.run(
        ["fish", "-N", "-c", ask], capture_output=True, text=True, check=True, env=environment
    )

    assert shown.stdout.split("\t")[0] == "hand-over"


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="NOT PROVEN: no mandoc")
def test_the_man_page_is_sound() -> None:
    checked = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "error", str(ROOT / "docs" / "man" / "keypane.1")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stdout == ""
