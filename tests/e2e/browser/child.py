"""One sign-in in a program of its own, started as hostile or as plain as a test wants.

Takes one JSON argument, does what main does first, and prints one JSON line at the end.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any


def listening_ports() -> list[int]:
    """Return the TCP ports on which this process or a child of it listens."""
    mine = {os.getpid()}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    sockets = {target for pid in mine for target in _open_files(pid)}
    ports = set()
    for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                ports.add(int(fields[1].rpartition(":")[2], 16))
    return sorted(ports)


def _open_files(pid: int) -> Iterator[str]:
    with suppress(OSError):  # it ended meanwhile
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):  # it was closed meanwhile
                yield str(file.readlink())


def resident_bytes() -> int:
    """Return how much memory this process occupies."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Open the ordered pages one attempt after the other, and tell what happened."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = QApplication(sys.argv[:1])

    from ui.browser import chromium, sign_in_view
    from ui.browser.settings import ViewSettings
    from ui.browser.sign_in_view import SignInBrowser

    chromium._FLAGS = (*chromium._FLAGS, *order.get("flags", ()))
    if order.get("keep_environment"):
        vars(sign_in_view)["prepare_for_chromium"] = lambda **_: None
    answer: dict[str, Any] = {"said": [], "sandbox": chromium.sandbox_state(), "memory": []}
    for _ in range(order.get("cycles", 1)):
        loop = QEventLoop()
        browser = SignInBrowser(
            lambda url: url.partition("?")[0] == order["redirect_uri"],
            order["origins"],
            loopback_only=True,
            settings=ViewSettings(
                folder=Path(order["folder"]) if "folder" in order else None,
                in_software=bool(order.get("in_software")),
            ),
        )
        for name in ("redirect_caught", "load_failed", "left_allowed_pages", "page_stuck"):
            signal = getattr(browser, name)
            signal.connect(lambda value="", name=name: answer["said"].append([name, value]))
            signal.connect(loop.quit)
        window = QMainWindow()
        window.setCentralWidget(browser)
        window.resize(500, 400)
        window.show()
        browser.open(order["url"])
        QTimer.singleShot(15_000, loop.quit)
        if order.get("leave"):
            _leave_when_caught(application, browser, order["leave"])
            break
        loop.exec()
        if order.get("read_sandbox"):
            answer["sandbox_page"] = _sandbox_page(application)
        if order.get("ports"):
            answer["ports"] = listening_ports()
        answer["flags"] = os.environ["QTWEBENGINE_CHROMIUM_FLAGS"].split()
        profile = browser._profile
        assert profile is not None
        profile.destroyed.connect(loop.quit)
        browser.dispose()
        loop.exec()
        window.deleteLater()
        answer["memory"].append(resident_bytes())
    answer["files"] = [str(path) for path in Path.home().rglob("*") if path.is_file()]
    return answer


def _leave_when_caught(application: Any, browser: Any, how: str) -> None:
    """End the program the moment the redirect is caught, with the window still there."""
    if how == "dispose":
        browser.redirect_caught.connect(browser.dispose)
    browser.redirect_caught.connect(application.quit)
    sys.modules["__main__"].__dict__["kept"] = browser.window()
    application.exec()


def _sandbox_page(application: Any) -> str:
    """Return what Chromium says of its own sandbox, on a page beside the sign-in."""
    from PySide6.QtCore import QEventLoop, QTimer, QUrl
    from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile

    loop, texts = QEventLoop(), [""]
    profile = QWebEngineProfile(application)
    page = QWebEnginePage(profile, application)

    def note(text: str) -> None:
        texts.append(text)
        loop.quit()

    page.loadFinished.connect(lambda _: page.toPlainText(note))
    page.load(QUrl("chrome://sandbox"))
    QTimer.singleShot(15_000, loop.quit)
    loop.exec()
    page.destroyed.connect(profile.deleteLater)
    profile.destroyed.connect(loop.quit)
    page.deleteLater()
    loop.exec()
    return texts[-1]


def main() -> None:
    """Scrub as main does, unless told not to, and run."""
    order = json.loads(sys.argv[1])
    from core import hostile_start

    removed = hostile_start.scrub_process(sys.argv) if order.get("scrub", True) else []
    answer = run(order)
    answer["removed"] = removed
    answer["dumpable"] = hostile_start._prctl(hostile_start._PR_GET_DUMPABLE, 0)
    answer["keys_written"] = Path(os.environ.get("SSLKEYLOGFILE", "/nowhere")).exists()
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
