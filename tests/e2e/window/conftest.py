"""The real window on real adapters, over a real sandbox; every test ends in an empty process."""

import contextlib
import gc
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sandbox import Sandbox
from tests.conftest import Canaries
from tests.e2e.browser.conftest import START_NOISE
from tests.e2e.window.own_browser import OwnBrowser
from tests.fakes.keys import FakeKeys

if TYPE_CHECKING:
    from tests.e2e.window.bench import Bench, Start

_OFFSCREEN = ("This plugin does not support",)


def pytest_configure() -> None:
    """Do what the program does before the application object exists."""
    if QCoreApplication.instance() is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Chromium start as noisily as it does, and the offscreen platform excuse itself."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore(*START_NOISE, *_OFFSCREEN, extend=True))


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the program's clothes; garbage is collected on its thread only."""
    from ui import theme as look

    look.install(qapp)
    look.theme().choose(look.FOLLOW_SYSTEM)
    gc.disable()
    yield qapp
    look.theme().choose(look.FOLLOW_SYSTEM)
    gc.collect()
    gc.enable()


@pytest.fixture
def prepare(
    dressed: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    sandbox: Sandbox,
    canaries: Canaries,
) -> "Iterator[Start]":
    """Return a function that puts a bench together; it ends with the test, and is checked."""
    from tests.e2e.window.bench import Bench

    benches: list[Bench] = []

    def prepare_one(
        home: Path | None = None, keys: Any = None, other_sandbox: Sandbox | None = None
    ) -> Bench:
        x = other_sandbox or sandbox
        bench = Bench(qtbot, home or tmp_path / "home", x, canaries, keys or FakeKeys())
        benches.append(bench)
        return bench

    yield prepare_one
    for bench in benches:
        bench.end()


@pytest.fixture
def bench(prepare: "Start") -> "Bench":
    """A window on the Practice App, in a session that is forgotten at the end."""
    bench = prepare()
    bench.open_with_practice_app()
    return bench


@pytest.fixture
def port() -> int:
    """A port below those that the system hands out by itself, and free a moment ago."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - any will do
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture
def own(port: int) -> Iterator[OwnBrowser]:
    browser = OwnBrowser(port)
    # PySide6 6.11.3 takes a text here and refuses the bytes that its own stub asks for.
    QDesktopServices.setUrlHandler("http", browser, "open_page")  # type: ignore[arg-type]
    yield browser
    QDesktopServices.unsetUrlHandler("http")
