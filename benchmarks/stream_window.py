"""Reads a stream in the real pane for ten seconds, and prints what that took as JSON.

Usage: python -m benchmarks.stream_window PORT
"""

import json
import os
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from core.adapters import loopback
from core.adapters.browser_folders import PrivateFolders
from core.adapters.machine import ThisMachine
from core.adapters.os_keyring import OsKeyring
from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.catalogue import catalogue
from core.environment import Environment
from core.exchange import RequestSpec
from core.kept_requests import KeptRequest
from core.model import App, BearerToken
from core.secret import Secret
from core.stream_tail import StopAt
from core.vault.vault import Vault
from core.world import RunningSandbox, World, assemble
from ui import theme
from ui.desk import Desk
from ui.jobs import JobRunner
from ui.presenters.requests_calls import Calls, Outgoing
from ui.views.requests import RequestsPane

_WARM_SECONDS: Final = 2.0
_SECONDS: Final = 10.0


class Heart:
    """Beats every 5 ms on the window's thread, and notes how late it was."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self.timer = QTimer()
        self.timer.setInterval(5)
        self.timer.timeout.connect(self._beat)
        self.timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def main(port: str) -> None:
    """Read, and print."""
    qt = QApplication(["bench"])
    theme.install(qt)
    with tempfile.TemporaryDirectory() as folder:
        world = _world(Path(folder))
        runner, pane = JobRunner(), RequestsPane()
        pane.resize(1000, 700)
        pane.show()
        calls = Calls(Desk(world, runner), pane)
        calls.stream(_call(world, port), Decimal(0), StopAt())
        print(json.dumps(_watch(calls, pane)))
        calls.cancel()
        _let(0.3)
        runner.shut_down()
        world.close()
        pane.close()


def _watch(calls: Calls, pane: RequestsPane) -> dict[str, float]:
    tail = calls._tail  # noqa: SLF001 - what is measured
    assert tail is not None
    heart = Heart()
    _let(_WARM_SECONDS)
    heart.gaps.clear()
    before, size, began = tail.state().total, _resident(), time.perf_counter()
    _let(_SECONDS)
    rate = (tail.state().total - before) / (time.perf_counter() - began)
    heart.timer.stop()
    assert pane.answer.stream.lines.rowCount() > 0, "nothing was shown"
    return {"rate": rate, "gap_ms": max(heart.gaps), "growth_mb": _resident() - size}


def _world(home: Path) -> World:
    clock, keys = SystemClock(), OsKeyring()
    vault = Vault(SqliteStores(home), keys, clock)
    vault.start_session()

    def no_sandbox() -> RunningSandbox:
        raise LookupError("this bench has a server of its own")

    return assemble(
        home,
        clock,
        RequestsTransport(),
        keys,
        vault,
        no_sandbox,
        loopback.listen,
        ThisMachine(),
        PrivateFolders(home),
    )


def _call(world: World, port: str) -> Outgoing:
    environment = Environment.sandbox(f"http://127.0.0.1:{port}")
    now = world.clock.now()
    app = App("app", "Bench", environment, now)
    world.vault.save(app, BearerToken("app", Secret("AAAA" * 20), now))
    operation = catalogue().by_id("streamPostsSample")
    assert operation is not None
    path = operation.path
    spec = RequestSpec("app", "GET", path)
    return Outgoing(app, operation, spec, KeptRequest("GET", path), "Bearer Token")


def _let(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _resident() -> float:
    """Return the megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
