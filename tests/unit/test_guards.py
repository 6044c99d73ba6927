"""The guards of the suite: each of them fails a test that deserves it, and only that one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Each test of this program is named after the outcome that it must have.
PROGRAM = """
import base64, logging, sys, threading
import pytest
import tests.conftest

tests.conftest._SECONDS_FOR_THREADS_TO_END = 0.3
log = logging.getLogger("core.something")


def test_passes_when_quiet(canaries):
    canaries.secret()
    log.info("generated a token for app %s", "a1")


def test_fails_for_a_canary_in_a_log_line(canaries):
    log.debug("got %s", canaries.secret().reveal())


def test_fails_for_a_canary_in_base64_in_a_log_line(canaries):
    raw = ("id:" + canaries.secret().reveal()).encode()
    log.debug("Basic %s", base64.b64encode(raw).decode())


def test_fails_for_a_canary_in_a_swallowed_cause(canaries):
    try:
        try:
            raise KeyError(canaries.secret().reveal())
        except KeyError:
            raise ValueError("harmless") from None
    except ValueError:
        log.info("it went wrong", exc_info=True)


def test_fails_for_a_canary_on_stdout(canaries):
    print(canaries.secret().reveal())


def test_fails_for_a_canary_on_stderr(canaries):
    sys.stderr.write(canaries.secret().reveal())


def test_fails_for_a_canary_in_its_own_failure(canaries):
    assert canaries.secret().reveal() == "x"


def test_fails_for_a_warning_of_ours():
    log.warning("something odd")


def test_passes_for_a_warning_of_a_library():
    logging.getLogger("library").warning("something odd")


def test_passes_for_an_expected_warning(expected_log):
    expected_log("^something odd$")
    log.warning("something odd")


@pytest.mark.expected_log("something")
def test_passes_for_a_marked_warning():
    log.warning("something odd")


def test_fails_for_an_expected_warning_that_never_came(expected_log):
    expected_log("something odd")


def test_fails_for_a_thread_of_ours(request):
    stop = threading.Event()
    threading.Thread(target=lambda: stop.wait(1), name="keypane-forgotten", daemon=True).start()


def test_fails_for_a_thread_that_keeps_the_program_alive():
    stop = threading.Event()
    threading.Thread(target=lambda: stop.wait(1)).start()


def test_passes_for_a_thread_that_ends_soon():
    threading.Thread(target=lambda: threading.Event().wait(0.05), name="keypane-brief").start()
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the program above under the guards; return what became of each test."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "test_program.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-rA", "-q", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, str] = {"output": done.stdout}
    for line in done.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        if verdict in {"PASSED", "FAILED", "ERROR"}:
            name = rest.split(" - ")[0].rpartition("::")[2]
            found[name] = "FAILED" if "FAILED" in (verdict, found.get(name)) else verdict
    return found


NAMES = [line[4:].split("(")[0] for line in PROGRAM.splitlines() if line.startswith("def test_")]


@pytest.mark.parametrize("name", NAMES)
def test_the_guard_lets_pass_and_fails_what_it_should(outcomes: dict[str, str], name: str) -> None:
    if name.startswith("test_passes"):
        assert outcomes[name] == "PASSED"
    else:
        assert outcomes[name] in {"FAILED", "ERROR"}


def test_the_report_of_a_printed_canary_does_not_print_it_again(outcomes: dict[str, str]) -> None:
    assert "CanaryToken" not in outcomes["output"]
