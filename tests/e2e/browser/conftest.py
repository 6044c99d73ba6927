"""A sign-in browser on the screen, servers around it, and what the browser said."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from tests.e2e.browser.sites import Reply, Site
from ui.browser.settings import ViewSettings
from ui.browser.sign_in_view import STUCK_AFTER_SECONDS, SignInBrowser

SIGNALS = (
    "redirect_caught",
    "left_allowed_pages",
    "popup_refused",
    "download_refused",
    "load_failed",
    "page_stuck",
    "renderer_died",
    "refused_without_sandbox",
)

# What Qt and Chromium say when they start as root, or without a graphics card or a screen.
START_NOISE = (
    r"Sandboxing disabled by user",
    r"[Vv]ulkan",
    r"GPU vendor",
    r"GBM is not supported",
    r"GPUInfo not initialized",
    r"This plugin does not support",
    r"QRhiGles2: Failed to create",
    r"Failed to create RHI",
    r"capturing is not available",
)


def pytest_configure() -> None:
    """Do what main does before the application object exists."""
    if QCoreApplication.instance() is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the start of Chromium be as noisy as it is."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore(*START_NOISE))


class Attempt:
    """A shown SignInBrowser, and everything that it said."""

    def __init__(self, qtbot: QtBot, browser: SignInBrowser) -> None:
        self.browser = browser
        self.said: list[tuple[str, Any]] = []
        self.addresses: list[str] = []
        self._qtbot = qtbot
        for name in SIGNALS:
            getattr(browser, name).connect(self._note(name))
        browser.address_changed.connect(self.addresses.append)

    @property
    def page(self) -> Any:
        """The page of Chromium, once an address was opened."""
        assert self.browser._page is not None
        return self.browser._page

    @property
    def view(self) -> Any:
        """The view of Chromium, once an address was opened."""
        assert self.browser._view is not None
        return self.browser._view

    def open(self, url: str) -> None:
        """Show an address."""
        self.browser.open(url)

    def wait_for(self, name: str) -> Any:
        """Wait until the browser says `name`, and return its argument."""
        self._qtbot.waitUntil(lambda: name in dict(self.said), timeout=40_000)
        return dict(self.said)[name]

    def _note(self, name: str) -> Callable[..., None]:
        return lambda *values: self.said.append((name, values[0] if values else None))


StartAttempt = Callable[..., Attempt]


@pytest.fixture
def site() -> Iterator[Site]:
    """The pages that an attempt may show: X, so to speak."""
    with Site() as running:
        running.pages["/settled"] = Reply("settled")
        yield running


@pytest.fixture
def other() -> Iterator[Site]:
    """A server that no attempt may reach, and where the redirect URI points to."""
    with Site() as running:
        running.pages["/settled"] = Reply("settled")
        yield running


@pytest.fixture
def redirect_uri(other: Site) -> str:
    """The redirect URI of every attempt. A server listens there, to be left alone."""
    return f"{other.origin}/callback"


@pytest.fixture
def start(qtbot: QtBot, site: Site, redirect_uri: str) -> Iterator[StartAttempt]:
    """Return a function that shows a new browser; all are disposed of afterwards."""
    browsers: list[SignInBrowser] = []

    def start_one(
        origins: Sequence[str] = (site.origin,),
        is_redirect: Callable[[str], bool] = lambda url: url.partition("?")[0] == redirect_uri,
        stuck_after_seconds: float = STUCK_AFTER_SECONDS,
        settings: ViewSettings | None = None,
    ) -> Attempt:
        browser = SignInBrowser(
            is_redirect,
            origins,
            loopback_only=True,
            settings=settings,
            stuck_after_seconds=stuck_after_seconds,
        )
        browsers.append(browser)
        browser.resize(600, 500)
        with qtbot.waitExposed(browser):
            browser.show()
        return Attempt(qtbot, browser)

    yield start_one
    for browser in browsers:
        browser.dispose()
        browser.deleteLater()
    # One that outlived the application object would take the whole run down.
    application = QCoreApplication.instance()
    assert application is not None
    qtbot.waitUntil(lambda: profiles_of(application) == [])


def profiles_of(application: QCoreApplication) -> list[str]:
    """Return the class of each profile that is still alive."""
    return [
        kind
        for kind in (child.metaObject().className() for child in application.children())
        if kind == "AttemptProfile"
    ]


@pytest.fixture
def attempt(start: StartAttempt) -> Attempt:
    """A browser that may show `site`, and waits for the redirect URI at `other`."""
    return start()


@pytest.fixture
def fence(start: StartAttempt, qtbot: QtBot) -> Callable[[Site], list[str]]:
    """Return a function that lets every request under way arrive, and returns those before it.

    A second browser fetches a page from the same server: what the first one had let out
    would be there by then.
    """

    def arrived(site: Site) -> list[str]:
        start(origins=(site.origin,)).open(f"{site.origin}/settled")
        qtbot.waitUntil(lambda: "GET /settled" in site.seen, timeout=40_000)
        return [request for request in site.seen if request != "GET /settled"]

    return arrived
