"""The self-test's checks of Qt, resources and Chromium. They run in a process of their own."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, QTimer, QUrl, qVersion
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QWidget

from core import authorization
from core.catalogue import RESOURCES, catalogue, published
from core.environment import Environment
from core.findings import Finding
from core.hostile_start import readable_to_own_children
from core.model import App, ClientCredentials
from core.secret import Secret
from core.world import RunningSandbox
from ui.application import ICON, make_application
from ui.browser.chromium import SandboxState, prepare_for_chromium, sandbox_state
from ui.browser.policy import SignInPolicy
from ui.theme import icon, theme
from ui.theme.icons import ICON_DIR

log = logging.getLogger(__name__)

_PAGE_SECONDS: Final = 15.0
_TITLE: Final = "Authorize "


def window_findings(start_sandbox: Callable[[Path], RunningSandbox]) -> dict[str, Finding]:
    """Return what was found, by name. Makes the application object, so call it once."""
    application = make_application()
    checks: dict[str, Callable[[], Finding]] = {
        "qt": lambda: Finding("ok", f"Qt {qVersion()} on {QGuiApplication.platformName()}"),
        "chromium": _chromium,
        "resources": _resources,
        "fonts": _fonts,
        "webengine": lambda: _page(start_sandbox),
    }
    findings = {}
    for name, check in checks.items():
        try:
            findings[name] = check()
        except Exception as bug:
            log.exception("the check %s failed", name)
            findings[name] = Finding("fail", f"the check itself failed: {type(bug).__name__}")
    application.processEvents()
    return findings


def _resources() -> Finding:
    drawings = sorted(ICON_DIR.glob("*.svg"))
    empty = [path.stem for path in drawings if icon(path.stem).isNull()]
    if empty or not drawings or not ICON.is_file():
        return Finding("fail", f"icons are missing: {', '.join(empty) or 'all'}")
    operations = len(catalogue().operations)
    for file in RESOURCES.glob("*.json"):
        json.loads(file.read_text("utf-8"))
    if not operations or not published().limits:
        return Finding("fail", "the catalogue of operations is empty")
    return Finding("ok", f"{len(drawings)} icons, {operations} operations")


def _fonts() -> Finding:
    if not QFontDatabase.families():
        return Finding("fail", "no font is installed, so no text can be drawn")
    text, mono = theme().font(), theme().font(mono=True)
    named = " and ".join(QFontInfo(font).family() for font in (text, mono))
    if not QFontInfo(mono).fixedPitch():
        return Finding("warn", f"{named}: values are drawn without a font of one width")
    return Finding("ok", named)


def _chromium() -> Finding:
    _load_chromium()
    from PySide6 import QtWebEngineCore

    version = str(QtWebEngineCore.qWebEngineChromiumVersion())
    patches = str(QtWebEngineCore.qWebEngineChromiumSecurityPatchVersion())
    facts = f"Chromium {version}, security patches up to {patches}"
    state = sandbox_state()
    if state is SandboxState.BLOCKED:
        return Finding("warn", f"{facts}; its sandbox is {state}: X opens in your browser only")
    return Finding("ok", f"{facts}; its sandbox is {state}")


def _load_chromium() -> None:
    prepare_for_chromium()
    with readable_to_own_children():
        import PySide6.QtWebEngineWidgets  # noqa: F401 - loading is the point


def _page(start_sandbox: Callable[[Path], RunningSandbox]) -> Finding:
    with tempfile.TemporaryDirectory(prefix="keypane-self-test-") as name:
        sandbox = start_sandbox(Path(name))
        try:
            return _shown(sandbox.origin, _consent_address(sandbox))
        finally:
            sandbox.stop()


def _consent_address(sandbox: RunningSandbox) -> str:
    ready, now = sandbox.ready_app, datetime.now(UTC)
    app = App(
        app_id="self-test",
        name="Self-test",
        environment=Environment.sandbox(sandbox.origin, embedded=True),
        created_at=now,
        client=ClientCredentials(Secret(ready.client_id), Secret.maybe(ready.client_secret)),
        redirect_uris=(ready.redirect_uri,),
    )
    return authorization.begin(app, ["users.read"], now).authorize_url


def _shown(origin: str, address: str) -> Finding:
    """Show the consent page in the view that signs people in, and say whether it arrived."""
    from ui.browser.page import SignInPage, SignInPageView
    from ui.browser.profile import AttemptProfile

    policy = SignInPolicy([origin], loopback_only=True)
    owner, window, loop, arrived = QObject(), QWidget(), QEventLoop(), list[bool]()
    with readable_to_own_children():  # Chromium sets its own sandbox up with the first profile
        profile = AttemptProfile(policy, lambda _url: False, owner)
    view = SignInPageView(window)
    page = SignInPage(policy, lambda _url: False, profile, view)
    view.setPage(page)
    page.loadFinished.connect(arrived.append)
    page.loadFinished.connect(loop.quit)
    page.renderProcessTerminated.connect(loop.quit)
    QTimer.singleShot(round(_PAGE_SECONDS * 1000), loop.quit)
    page.load(QUrl(address))
    loop.exec()
    title, is_off_the_record = page.title(), profile.engine.isOffTheRecord()
    _dispose(page, owner)
    if not arrived:
        return Finding("fail", f"the page did not arrive within {_PAGE_SECONDS:.0f} s")
    if not arrived[0] or not title.startswith(_TITLE):
        return Finding("fail", "the consent page of the embedded sandbox could not be shown")
    if not is_off_the_record:
        return Finding("fail", "the page's profile would have been kept on disk")
    return Finding("ok", "the sandbox's consent page was shown, off the record")


def _dispose(page: QObject, owner: QObject) -> None:
    """End the page and then its profile, in the order that Qt wants."""
    loop = QEventLoop()
    owner.destroyed.connect(loop.quit)
    page.destroyed.connect(owner.deleteLater)
    page.deleteLater()
    loop.exec()
