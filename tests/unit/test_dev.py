"""The command line of dev.py: what it reads itself, what it passes on, what it refuses."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev
from scripts.devtools import commands, ground, needs


def test_every_supported_python_is_accepted() -> None:
    assert [dev.python_trouble((3, minor)) for minor in (11, 12, 13)] == ["", "", ""]


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_another_python_gets_one_sentence(version: tuple[int, int]) -> None:
    trouble = dev.python_trouble(version, find=lambda _name: None)

    assert trouble == (
        f"Keypane needs Python 3.11, 3.12 or 3.13, and this is {version[0]}.{version[1]}."
    )


def test_a_good_python_beside_a_bad_one_is_named() -> None:
    trouble = dev.python_trouble((3, 14), find=lambda name: name if "3.12" in name else None)

    assert trouble.endswith("run `python3.12 dev.py` instead.")


def test_the_supported_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ground.ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["requires-python"] == ">=3.11,<3.14"
    assert dev.SUPPORTED == ((3, 11), (3, 12), (3, 13))


def test_dev_py_has_no_syntax_that_python_3_6_cannot_read() -> None:
    source = (ground.ROOT / "dev.py").read_text("utf-8")

    compile(source, "dev.py", "exec")
    import ast

    ast.parse(source, feature_version=(3, 6))


@pytest.mark.parametrize(
    ("arguments", "ours", "passed_on"),
    [
        (["test", "--slow", "-k", "vault"], ["test", "--slow"], ["-k", "vault"]),
        (["test", "-k", "vault", "--slow"], ["test", "--slow"], ["-k", "vault"]),
        (["test", "--help"], ["test", "--help"], []),
        (["run", "app", "list", "--json"], ["run"], ["app", "list", "--json"]),
        (["run", "--", "--help"], ["run"], ["--help"]),
        (["run", "request", "--help"], ["run"], ["request", "--help"]),
        (["bench", "--json"], ["bench", "--json"], []),
        ([], [], []),
    ],
)
def test_only_our_own_words_are_kept(
    arguments: list[str], ours: list[str], passed_on: list[str]
) -> None:
    assert dev.split_arguments(arguments) == (ours, passed_on)


def test_every_command_has_work_and_needs() -> None:
    for name in dev.COMMANDS:
        options = dev.make_parser().parse_args([name])

        assert callable(commands.work_of(options, []))
        assert "python" in needs.PARTS_OF[name]


@pytest.mark.parametrize("command", ["run", "test", "build", "bench", "shots"])
def test_what_has_not_landed_exits_2_before_anything_is_set_up(
    command: str, tmp_path: Path
) -> None:
    with pytest.raises(ground.Trouble, match="has not landed yet: there is no") as stop:
        commands.require_landed(command, tmp_path)

    assert stop.value.code == 2


def test_checks_and_set_up_need_no_program(tmp_path: Path) -> None:
    for command in ("setup", "check", "lock"):
        commands.require_landed(command, tmp_path)


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in dev.COMMANDS)])
def test_help_needs_no_set_up(words: list[str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-S", "dev.py", *words],
        cwd=ground.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("usage: dev.py")


def test_an_unknown_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        dev.main(["deploy"])

    assert left.value.code == 2
    assert "deploy" in capsys.readouterr().err
