"""What the page may not do to the desktop, and what is said when it fails (V5-V10, V17-V20)."""

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineSettings
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.exceptions import TimeoutError  # noqa: A004  the library's name
from pytestqt.qtbot import QtBot

from tests.conftest import Canaries
from tests.e2e.browser.conftest import Attempt, StartAttempt
from tests.e2e.browser.sites import Reply, Site
from ui.browser.chromium import SandboxState
from ui.browser.sign_in_view import SignInBrowser

Fence = Callable[[Site], list[str]]
Is = QWebEngineSettings.WebAttribute

# Covers the window, so that a click anywhere hits it.
SETTLED = "<script>onload = () => requestAnimationFrame(() => fetch('/settled'))</script>"
LINK = "<a style='position:fixed; inset:0' href='{href}' {more}>x</a>"


def _press_until(
    attempt: Attempt, button: Qt.MouseButton, qtbot: QtBot, happened: Callable[[], bool]
) -> None:
    """Press in the middle of the page until it answers: its first frame may still be on its way."""
    for _ in range(10):
        QTest.mouseClick(attempt.view.focusProxy(), button, pos=QPoint(200, 200))
        with suppress(TimeoutError):
            qtbot.waitUntil(happened, timeout=1000)
            return
    raise AssertionError("the page did not answer to the mouse")


@pytest.mark.parametrize(
    "more", ["target=_blank", "onclick='window.open(this.href); return false'"]
)
def test_a_popup_is_refused_and_said(
    more: str, attempt: Attempt, site: Site, other: Site, qtbot: QtBot, fence: Fence
) -> None:
    windows = len(QApplication.topLevelWidgets())
    site.pages["/start"] = Reply(LINK.format(href=f"{other.origin}/popup", more=more) + SETTLED)
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen)
    _press_until(
        attempt, Qt.MouseButton.LeftButton, qtbot, lambda: "popup_refused" in dict(attempt.said)
    )

    assert len(QApplication.topLevelWidgets()) == windows
    assert fence(other) == []
    assert attempt.page.url() == QUrl(f"{site.origin}/start")


def test_a_script_cannot_open_a_window_by_itself(
    attempt: Attempt, site: Site, other: Site, qtbot: QtBot, fence: Fence
) -> None:
    site.pages["/start"] = Reply(
        f"<script>open('{other.origin}/popup'); open('', 'w', 'popup'); fetch('/settled')</script>"
    )
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen)

    assert fence(other) == []


@pytest.mark.parametrize(
    "way",
    [
        "<script>location = '/file'</script>",
        "<a download href=/file>x</a><script>document.links[0].click()</script>",
    ],
)
def test_a_download_is_refused_and_leaves_no_file(
    way: str,
    attempt: Attempt,
    site: Site,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    attempt.open(f"{site.origin}/settled")
    qtbot.waitUntil(lambda: attempt.addresses != [])
    attempt.page.profile().setDownloadPath(str(tmp_path))
    site.pages["/start"] = Reply(way)
    site.pages["/file"] = Reply(
        "x" * 5000,
        headers=(
            ("Content-Type", "application/octet-stream"),
            ("Content-Disposition", "attachment; filename=planted.bin"),
        ),
    )
    attempt.open(f"{site.origin}/start")
    attempt.wait_for("download_refused")

    assert list(tmp_path.iterdir()) == []


def test_every_permission_is_denied(attempt: Attempt, site: Site, qtbot: QtBot) -> None:
    site.pages["/start"] = Reply(
        """<script>
        const said = {}, no = new Error(), ask = (name, promise) =>
            promise.then(value => said[name] = String(value), error => said[name] = error.name);
        Promise.all([
            ask('place', new Promise((y, n) => navigator.geolocation.getCurrentPosition(
                () => y('granted'), error => y('code ' + error.code)))),
            ask('notes', Notification.requestPermission()),
            ask('camera', navigator.mediaDevices.getUserMedia({video: true, audio: true})),
            ask('screen', navigator.mediaDevices.getDisplayMedia({video: true})),
            ask('clipboard', navigator.clipboard.readText()),
            ask('fonts', window.queryLocalFonts ? queryLocalFonts() : Promise.reject(no)),
            ask('full', document.documentElement.requestFullscreen()),
            ask('file', window.showOpenFilePicker ? showOpenFilePicker() : Promise.reject(no)),
        ]).then(() => fetch('/said', {method: 'POST', body: JSON.stringify(said)}));
        </script>"""
    )
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "POST /said" in site.seen, timeout=40_000)

    said = json.loads(site.hits[-1].body)
    assert said["place"] == "code 1"
    assert said["notes"] == "denied"
    assert {name for name, answer in said.items() if answer.endswith("Error")} == {
        *("camera", "screen", "clipboard", "fonts", "full", "file")
    }


def test_the_page_cannot_talk_to_the_console_or_by_dialogs(
    attempt: Attempt,
    site: Site,
    qtbot: QtBot,
    canaries: Canaries,
    capfd: pytest.CaptureFixture[str],
) -> None:
    word = canaries.secret("password").reveal()
    site.pages["/start"] = Reply(
        f"<script>console.log('{word}'); console.error('{word}'); alert('{word}');"
        f"const said = [confirm('{word}'), prompt('{word}', '{word}')];"
        "setTimeout(() => fetch('/said', {method: 'POST', body: JSON.stringify(said)}));"
        f"throw new Error('{word}')</script>"
    )
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "POST /said" in site.seen)

    assert site.hits[-1].body == "[false,null]"
    assert not canaries.is_in("".join(capfd.readouterr()))


def test_the_settings_are_the_hardened_ones(attempt: Attempt, site: Site) -> None:
    attempt.open(f"{site.origin}/settled")
    settings, profile = attempt.page.settings(), attempt.page.profile()

    for off in (
        *(Is.JavascriptCanOpenWindows, Is.LocalContentCanAccessFileUrls, Is.NavigateOnDropEnabled),
        *(Is.PdfViewerEnabled, Is.JavascriptCanAccessClipboard, Is.JavascriptCanPaste),
        *(Is.ScreenCaptureEnabled, Is.FullScreenSupportEnabled, Is.PluginsEnabled),
        *(Is.AllowRunningInsecureContent, Is.HyperlinkAuditingEnabled, Is.ErrorPageEnabled),
    ):
        assert not settings.testAttribute(off), off
    for on in (Is.JavascriptEnabled, Is.LocalStorageEnabled, Is.WebRTCPublicInterfacesOnly):
        assert settings.testAttribute(on), on
    assert profile.isOffTheRecord()
    assert not profile.isPushServiceEnabled()
    assert attempt.page.webChannel() is None
    assert attempt.page.scripts().toList() == profile.scripts().toList() == []


def test_dropping_a_file_goes_nowhere(attempt: Attempt, site: Site, qtbot: QtBot) -> None:
    attempt.open(f"{site.origin}/settled")
    qtbot.waitUntil(lambda: attempt.addresses != [])
    mime = QMimeData()
    mime.setUrls([QUrl("file:///etc/passwd")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for target in (attempt.view, attempt.view.focusProxy()):
        enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(target, enter)
        drop = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(target, drop)
        assert not enter.isAccepted()
        assert not drop.isAccepted()

    assert attempt.page.url() == QUrl(f"{site.origin}/settled")
    assert set(attempt.said) == set()


def test_the_context_menu_has_no_tools(attempt: Attempt, site: Site, qtbot: QtBot) -> None:
    site.pages["/start"] = Reply(LINK.format(href="/x", more="") + SETTLED)
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen)

    def menus() -> list[QMenu]:
        return [menu for menu in attempt.view.findChildren(QMenu) if menu.isVisible()]

    _press_until(attempt, Qt.MouseButton.RightButton, qtbot, lambda: menus() != [])
    texts = {action.text() for action in menus()[0].actions()}
    menus()[0].close()
    assert "Reload" in texts
    assert texts <= {"Back", "Reload", "Cut", "Copy", "Paste", "Select all"}


def _line(browser: QWidget) -> dict[str, Any]:
    text = browser.findChild(QLabel, "addressText")
    lock = browser.findChild(QWidget, "addressPadlock")
    mark = browser.findChild(QLabel, "addressSandboxMark")
    assert isinstance(text, QLabel)
    assert isinstance(lock, QWidget)
    assert isinstance(mark, QLabel)
    return {
        "text": text.text(),
        "said": text.accessibleName(),
        "lock": lock.isVisible(),
        "sandbox": mark.isVisible(),
    }


def test_the_address_line_tells_the_origin_and_not_the_title(
    attempt: Attempt, site: Site, qtbot: QtBot
) -> None:
    site.pages["/start"] = Reply("<title>https://x.com</title><script>fetch('/settled')</script>")
    attempt.open(f"{site.origin}/start?state=1")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen and attempt.addresses != [])

    assert _line(attempt.browser) == {
        "text": f"http://<b>127.0.0.1</b>:{site.port}",
        "said": site.origin,
        "lock": False,
        "sandbox": True,
    }


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://x.com/i/oauth2/authorize?state=1", "https://<b>x.com</b>"),
        ("https://аpple.com/", "https://<b>xn--pple-43d.com</b>"),
        ("https://x.com:8443/<b>", "https://<b>x.com</b>:8443"),
    ],
)
def test_an_https_page_has_a_padlock_and_an_honest_host(
    address: str, text: str, attempt: Attempt
) -> None:
    attempt.browser._show_address(QUrl(address))

    line = _line(attempt.browser)
    assert (line["text"], line["lock"], line["sandbox"]) == (text, True, False)


def test_a_dead_renderer_is_said_and_the_page_can_be_opened_again(
    attempt: Attempt, site: Site, qtbot: QtBot
) -> None:
    attempt.open(f"{site.origin}/settled")
    qtbot.waitUntil(lambda: attempt.addresses != [] and attempt.page.renderProcessPid() > 0)
    os.kill(attempt.page.renderProcessPid(), signal.SIGKILL)
    attempt.wait_for("renderer_died")
    site.pages["/again"] = Reply("<script>fetch('/alive')</script>")
    attempt.open(f"{site.origin}/again")

    qtbot.waitUntil(lambda: "GET /alive" in site.seen, timeout=40_000)


def test_an_arrived_page_is_said_and_takes_the_keyboard(
    attempt: Attempt, site: Site, qtbot: QtBot
) -> None:
    shown: list[bool] = []
    attempt.browser.page_shown.connect(lambda: shown.append(True))
    site.pages["/start"] = Reply(
        "<input style='position: fixed; inset: 0' onfocus='fetch(\"/focused\")'"
        " onkeydown='fetch(\"/\" + event.key)'>"
    )
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: shown == [True])
    _press_until(attempt, Qt.MouseButton.LeftButton, qtbot, lambda: "GET /focused" in site.seen)
    assert attempt.browser.focusProxy() == attempt.view
    QTest.keyClick(attempt.view.focusProxy(), Qt.Key.Key_K)

    qtbot.waitUntil(lambda: "GET /k" in site.seen)


def test_a_page_that_never_arrives_is_said_to_be_stuck(start: StartAttempt, site: Site) -> None:
    site.let_go.clear()
    attempt = start(stuck_after_seconds=0.2)
    attempt.open(f"{site.origin}/start")

    attempt.wait_for("page_stuck")


def test_a_page_that_arrived_is_not_stuck(start: StartAttempt, site: Site, qtbot: QtBot) -> None:
    attempt = start(stuck_after_seconds=0.5)
    site.pages["/start"] = Reply(
        "<script>onload = () => setTimeout(() => fetch('/settled'), 900)</script>"
    )
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen, timeout=40_000)

    assert attempt.said == []


def test_why_a_page_did_not_load_is_said(start: StartAttempt, site: Site) -> None:
    missing = start()
    missing.open(f"{site.origin}/missing")
    assert missing.wait_for("load_failed") == "http"

    with Site() as gone:
        origin = gone.origin
    unreachable = start(origins=(origin,))
    unreachable.open(f"{origin}/start")
    assert unreachable.wait_for("load_failed") == "connection"

    site.pages["/private"] = Reply("", 401, (("WWW-Authenticate", "Basic realm=x"),))
    private = start()
    private.open(f"{site.origin}/private")
    assert private.wait_for("load_failed") == "password"
    assert not any(isinstance(w, QMenu) or w.isModal() for w in QApplication.topLevelWidgets())


@pytest.mark.parametrize("state", [SandboxState.OFF_AS_ROOT, SandboxState.BLOCKED])
def test_without_chromiums_sandbox_x_is_not_shown(
    state: SandboxState, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.browser.sign_in_view.sandbox_state", lambda: state)
    browser = SignInBrowser(lambda _: False, ["https://x.com"], loopback_only=False)
    qtbot.addWidget(browser)
    with qtbot.waitSignal(browser.refused_without_sandbox, timeout=1000):
        browser.open("https://x.com/i/oauth2/authorize")

    assert browser._page is None


def test_nothing_is_said_after_the_end(
    attempt: Attempt, site: Site, redirect_uri: str, qtbot: QtBot
) -> None:
    site.pages["/start"] = Reply(f"<script>location = '{redirect_uri}?code=1'</script>")
    attempt.open(f"{site.origin}/start")
    with qtbot.waitSignal(attempt.page.redirect_caught, timeout=40_000):
        pass
    attempt.browser.dispose()
    attempt.browser.dispose()
    QApplication.processEvents()

    assert attempt.said == []


def test_a_slot_may_end_the_attempt(attempt: Attempt, site: Site, redirect_uri: str) -> None:
    attempt.browser.redirect_caught.connect(attempt.browser.dispose)
    site.pages["/start"] = Reply(f"<script>location = '{redirect_uri}?code=1'</script>")
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("redirect_caught") == f"{redirect_uri}?code=1"
    assert attempt.browser._page is None
