"""Guards over the whole suite: no secret is printed, no log line surprises, no thread is left.

Fixtures import what they need when they are used, so that one unfinished room does not
keep the tests of the others from running.
"""

import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from core.redaction import forms_of
from core.secret import Secret

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from core.adapters.requests_transport import RequestsTransport
    from core.vault.vault import Vault
    from sandbox import Sandbox
    from tests.fakes.clock import FakeClock

OUR_LOGGERS: Final = ("core", "ui", "cli", "sandbox", "keypane", "main", "py.warnings")
OUR_THREADS: Final = ("keypane-", "sandbox-")
_SECONDS_FOR_THREADS_TO_END: Final = 20.0


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of this file, and see to a display for Qt, or to none.

    Every second worker has a screen of its own, so that none takes another's keyboard focus.
    """
    os.environ |= screen_of_worker(os.environ)
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    config.addinivalue_line(
        "markers", "expected_log(*patterns): log lines from WARNING on that these tests bring about"
    )


def screen_of_worker(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the display of a worker: gw1, gw3, … draw on the second one, if there is one."""
    second = environment.get("KEYPANE_SECOND_DISPLAY")
    worker = int(environment.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return {"DISPLAY": second} if second and worker % 2 else {}


# --- canaries ----------------------------------------------------------------------------------


class Canaries:
    """Credentials that are alive in this test, and must be printed nowhere."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def add(self, *values: str | Secret) -> None:
        """Watch for these values, in every form that a program may give them."""
        for value in values:
            self._forms.update(forms_of(value.reveal() if isinstance(value, Secret) else value))

    def secret(self, kind: str = "token") -> Secret:
        """Return a new value that is watched for."""
        value = f"Canary{kind.title()}{uuid4().hex}"
        self.add(value)
        return Secret(value)

    def is_in(self, text: str) -> bool:
        """Return whether any of them stands in `text`."""
        return any(form in text for form in self._forms)


_canaries_key: Final = pytest.StashKey[Canaries]()


@pytest.fixture
def canaries(request: pytest.FixtureRequest) -> Canaries:
    """Return this test's live credentials: add to them what must not be printed."""
    return _canaries_of(request.node)


def _canaries_of(item: pytest.Item) -> Canaries:
    return item.stash.setdefault(_canaries_key, Canaries())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output, log or own failure message holds a canary, and hide the text."""
    report = yield
    printed = "".join(text for _, text in report.sections) + str(report.longrepr or "")
    if _canaries_of(item).is_in(printed):
        report.outcome = "failed"
        report.sections = []
        report.longrepr = f"{item.nodeid} ({call.when}): a canary was printed or logged"
    return report


# --- log lines ---------------------------------------------------------------------------------


class ExpectedLog:
    """The log lines from WARNING on that a test announces."""

    def __init__(self, *patterns: str) -> None:
        self._patterns = dict.fromkeys(patterns, False)

    def __call__(self, *patterns: str) -> None:
        """Announce lines that match these regular expressions; each must come."""
        self._patterns.update(dict.fromkeys(patterns, False))

    def takes(self, line: str) -> bool:
        """Return whether the line was announced."""
        found = [pattern for pattern in self._patterns if re.search(pattern, line)]
        for pattern in found:
            self._patterns[pattern] = True
        return bool(found)

    @property
    def missing(self) -> list[str]:
        """What was announced by the test itself and never came."""
        return [pattern for pattern, came in self._patterns.items() if not came]


@pytest.fixture
def expected_log() -> ExpectedLog:
    """Announce log lines from WARNING on: `expected_log("outcome of refresh")`."""
    return ExpectedLog()


def _ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OUR_LOGGERS or record.name == "py.warnings"


@pytest.fixture(autouse=True)
def no_secret_and_no_surprise_in_the_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, expected_log: ExpectedLog
) -> Iterator[None]:
    """Run every test at DEBUG; no line may hold a canary, and none from WARNING on surprise."""
    caplog.set_level(logging.DEBUG)
    marked = [str(arg) for mark in request.node.iter_markers("expected_log") for arg in mark.args]
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    canaries = _canaries_of(request.node)
    told = [_everything_of(record) for record in records]
    assert not any(canaries.is_in(text) for text in told), "a log record holds a canary"
    surprises = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in records
        if record.levelno >= logging.WARNING
        and _ours(record)
        and not expected_log.takes(record.getMessage())
        and not any(re.search(pattern, record.getMessage()) for pattern in marked)
    ]
    assert surprises == [], "log lines that no expected_log announced"
    assert expected_log.missing == [], "announced log lines that never came"


def _everything_of(record: logging.LogRecord) -> str:
    """Return all that any handler could make of a record."""
    parts = [logging.Formatter().format(record), repr(record.args)]
    error: BaseException | None = record.exc_info[1] if record.exc_info else None
    while error is not None:
        parts.append(repr(error) + repr(error.args))
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


# --- time --------------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `timed` what asks `tests.timing` for a bound in seconds, and what is counted."""
    for item in items:
        if _case_of(item):
            item.add_marker(pytest.mark.counted)
        if _holds_a_figure(getattr(item, "function", None)):
            item.add_marker(pytest.mark.timed)


def _holds_a_figure(function: Any) -> bool:
    names: tuple[str, ...] = getattr(getattr(function, "__code__", None), "co_names", ())
    if "longest_gap_ms" in names:
        return True
    bound = function.__globals__.get("within") if "within" in names else None
    return getattr(bound, "__module__", "") == "tests.timing"  # others call a function so, too


# --- cases that docs/reliability.md counts -----------------------------------------------------

_CASES: Final = {
    "contract/test_transport_": "HTTP: a hostile or failing server",
    "contract/test_network_settings": "HTTP: a hostile or failing server",
    "contract/test_key_store": "Keyring: good and bad moods",
    "unit/vault/test_os_keyring": "Keyring: good and bad moods",
    "e2e/window/test_keyring": "Keyring: good and bad moods",
}


def _case_of(item: pytest.Item) -> str:
    here = Path(__file__).parent
    if not item.path.is_relative_to(here):
        return ""  # the guards' own tests run elsewhere
    place = item.path.relative_to(here).as_posix()
    return next((what for prefix, what in _CASES.items() if place.startswith(prefix)), "")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count each case that passed, once: in the process that ran it."""
    what = dict(report.user_properties).get("case")
    if what and report.when == "call" and report.passed and not hasattr(report, "node"):
        from tests.reliability.counts import note

        note(str(what), cases=1)


@pytest.fixture(autouse=True)
def counted_as_a_case(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """Note on the report of what it is a case."""
    if what := _case_of(request.node):
        record_property("case", what)


# --- threads -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Fail when a thread of ours, or one that keeps the program alive, outlives its test."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + _SECONDS_FOR_THREADS_TO_END
    for thread in set(threading.enumerate()) - before:
        if _must_end(thread):
            thread.join(max(until - time.monotonic(), 0))
    left = [t.name for t in set(threading.enumerate()) - before if _must_end(t) and t.is_alive()]
    assert left == [], "threads outlived the test"


def _must_end(thread: threading.Thread) -> bool:
    return thread.name.startswith(OUR_THREADS) or not thread.daemon


# --- Qt ----------------------------------------------------------------------------------------


@pytest.fixture
def qtbot(qtbot: "QtBot") -> "QtBot":
    """pytest-qt's, which waits for 30 s rather than 5: this machine may have other work."""
    for name in ("waitUntil", "waitSignal", "waitActive", "waitExposed"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=30_000))
    return qtbot


# --- the world ---------------------------------------------------------------------------------


@pytest.fixture
def clock() -> "FakeClock":
    """Return a clock that stands still until the test moves it."""
    from tests.fakes.clock import FakeClock

    return FakeClock()


@pytest.fixture
def vault(tmp_path: Path, clock: "FakeClock") -> Iterator["Vault"]:
    """A running session vault: nothing of it reaches the disk."""
    from tests.fakes.vaults import session_vault

    vault = session_vault(tmp_path, clock)
    yield vault
    vault.close()


@pytest.fixture
def sandbox() -> Iterator["Sandbox"]:
    """X on a free port of 127.0.0.1, fresh for each test, gone afterwards."""
    from sandbox import Sandbox

    with Sandbox() as running:
        yield running


@pytest.fixture
def transport() -> Iterator["RequestsTransport"]:
    """The real transport, closed afterwards."""
    from core.adapters.requests_transport import RequestsTransport

    transport = RequestsTransport()
    yield transport
    transport.close()


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Return a function that waits for a condition: tests never sleep."""

    def wait(condition: Callable[[], Any], seconds: float = 30.0) -> None:
        until = time.monotonic() + seconds
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < until, "the condition never came true"
            pause.wait(0.005)

    return wait
