"""Where answers go: a full disk, a closed stream, a window without a display; and help's ways."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import __version__
from tests.e2e.command_line import ROOT, CommandLine, clean_environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and a shell of POSIX")
FULL = Path("/dev/full")


def in_a_shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `keypane` is the program."""
    program = f'keypane() {{ "{sys.executable}" "{ROOT / "main.py"}" "$@"; }}; '
    return subprocess.run(
        ["sh", "-c", program + line],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=clean_environment(),
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize(
    "command", ["operations", "operations --json", "--help", "app --help", "nothing --json"]
)
def test_an_answer_that_the_disk_does_not_take_is_told_in_a_sentence(command: str) -> None:
    done = in_a_shell(f"keypane {command} > {FULL}")

    assert done.returncode == 4
    assert done.stderr.startswith("keypane: The answer could not be written to standard output")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("to", [f"2>{FULL}", "2>&-"])
def test_a_sentence_that_nobody_can_read_changes_no_exit_code(to: str) -> None:
    assert in_a_shell(f"keypane nothing {to}").returncode == 2


def test_closed_streams_are_no_bug(tmp_path: Path) -> None:
    home = f'--home "{tmp_path}"'

    assert in_a_shell(f"keypane {home} operations >&-").returncode == 0
    empty = in_a_shell(f"keypane {home} inspect --json <&-")
    assert (empty.returncode, "bad_input" in empty.stdout) == (2, True)


def test_letters_that_a_terminal_lacks_are_escaped() -> None:
    environment = {**clean_environment(), "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    doctor = subprocess.run(
        [sys.executable, ROOT / "main.py", "doctor"],
        capture_output=True,
        env=environment,
        timeout=100,
        check=False,
    )

    assert doctor.returncode == 0
    assert rb"\u2713" in doctor.stdout


def test_without_a_display_the_window_says_so() -> None:
    done = in_a_shell("unset QT_QPA_PLATFORM; keypane")

    assert done.returncode == 2
    assert "There is no display" in done.stderr
    assert "--help" in done.stderr


def test_the_version_is_an_answer(tmp_path: Path) -> None:
    keypane = CommandLine(tmp_path / "home")

    assert keypane.run("--version").stdout == f"keypane {__version__}\n"
    assert keypane.json("--version").answer == {"version": __version__}


def test_help_before_a_command_is_help_behind_it(tmp_path: Path) -> None:
    keypane = CommandLine(tmp_path / "home")

    assert keypane.run("help", "bearer").stdout == keypane.run("bearer", "--help").stdout
    assert "generate" in keypane.run("help", "bearer", "generate").stdout


def test_a_mistyped_command_is_told_with_the_nearest(tmp_path: Path) -> None:
    refused = CommandLine(tmp_path / "home").json("requst")

    assert refused.code == 2
    assert "did you mean request?" in refused.error["message"]


def test_a_reader_that_is_gone_before_the_answer_ends_it_in_silence() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, ROOT / "main.py", "operations"],
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=100,
        check=False,
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (130, b"")


def test_help_fits_the_terminal(tmp_path: Path) -> None:
    keypane = CommandLine(tmp_path / "home")
    keypane.environment["COLUMNS"] = "60"

    lines = keypane.run("request", "--help").stdout.partition("examples:")[0].splitlines()

    assert max(map(len, lines)) <= 60
