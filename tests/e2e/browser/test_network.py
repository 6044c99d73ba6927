"""The embedded view takes the way that Settings say: proxy, password, certificates (V10, H3)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QNetworkProxy
from pytestqt.qtbot import QtBot

from core.secret import Secret
from tests.e2e.browser.conftest import Attempt, profiles_of
from tests.e2e.browser.sites import Reply, Site
from tests.fakes.certificates import Authority
from tests.fakes.small_proxy import SmallProxy
from ui.browser.chromium import SandboxState, apply_proxy
from ui.browser.settings import ViewProxy, ViewSettings
from ui.browser.sign_in_view import SignInBrowser

PASSWORD = "s3cret with: colon"
Show = Callable[[ViewSettings], Attempt]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("view"))


@pytest.fixture
def x(authority: Authority) -> Iterator[Site]:
    """A server that can prove to be x.com to whoever trusts the authority."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("x", host="x.com"))
    with Site(context) as running:
        running.pages["/start"] = Reply("<title>x</title><p>start</p>")
        yield running


@pytest.fixture
def certificates(authority: Authority) -> str:
    return Path(authority.file).read_text("ascii")


@pytest.fixture
def show(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """Return a function that shows https://x.com in a view set up so; only here without sandbox."""
    monkeypatch.setattr("ui.browser.sign_in_view.sandbox_state", lambda: SandboxState.ON)
    browsers: list[SignInBrowser] = []

    def show_one(settings: ViewSettings) -> Attempt:
        browser = SignInBrowser(
            lambda _url: False, ["https://x.com"], loopback_only=False, settings=settings
        )
        browsers.append(browser)
        browser.resize(500, 400)
        with qtbot.waitExposed(browser):
            browser.show()
        attempt = Attempt(qtbot, browser)
        attempt.open("https://x.com/start")
        return attempt

    yield show_one
    for browser in browsers:
        browser.dispose()
        browser.deleteLater()
    application = QCoreApplication.instance()
    assert application is not None
    qtbot.waitUntil(lambda: profiles_of(application) == [], timeout=30_000)
    QNetworkProxy.setApplicationProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))


def through(proxy: SmallProxy, password: str = "", **more: Any) -> ViewSettings:
    secret = Secret(password) if password else None
    user = "me" if password else ""
    return ViewSettings(proxy=ViewProxy("127.0.0.1", proxy.port, user, secret), **more)


def test_the_page_comes_through_the_proxy_with_the_added_certificate(
    show: Show, x: Site, certificates: str, qtbot: QtBot
) -> None:
    with SmallProxy({"x.com:443": x.port}, f"me:{PASSWORD}") as proxy:
        attempt = show(through(proxy, PASSWORD, certificates=certificates))
        qtbot.waitUntil(lambda: "GET /start" in x.seen, timeout=40_000)
        qtbot.waitUntil(lambda: "https://x.com" in attempt.addresses, timeout=40_000)

    assert {line for line in proxy.asked if "x.com" in line} == {"CONNECT x.com:443"}
    assert not any("proxy-authorization" in dict(hit.headers) for hit in x.hits)
    assert attempt.said == []


def test_without_the_certificate_the_page_is_refused_before_a_request(show: Show, x: Site) -> None:
    with SmallProxy({"x.com:443": x.port}) as proxy:
        assert show(through(proxy)).wait_for("load_failed") == "certificate"

    assert x.seen == []


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_proxy_that_wants_another_password_is_said_without_a_dialog(
    password: str, show: Show, x: Site, certificates: str
) -> None:
    with SmallProxy({"x.com:443": x.port}, f"me:{PASSWORD}") as proxy:
        attempt = show(through(proxy, password, certificates=certificates))

        assert attempt.wait_for("load_failed") == "proxy"

    assert x.seen == []
    assert len(proxy.asked) < 40, "it is not asked for ever"


def test_the_password_goes_to_the_proxy_of_the_settings_alone(
    show: Show, x: Site, certificates: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chromium's proxy is another one than that of the settings: it asks, and gets nothing."""
    with SmallProxy({"x.com:443": x.port}, f"me:{PASSWORD}") as proxy:
        other = ViewProxy("127.0.0.1", proxy.port)
        monkeypatch.setattr("ui.browser.sign_in_view.apply_proxy", lambda _ours: apply_proxy(other))
        ours = ViewProxy("proxy.corp", proxy.port, "me", Secret(PASSWORD))

        attempt = show(ViewSettings(proxy=ours, certificates=certificates))
        assert attempt.wait_for("load_failed") == "proxy"

    assert proxy.asked != []
    assert set(proxy.authorizations) <= {"", "Basic Og=="}, (
        "Qt answers with an empty name, nothing else"
    )
    assert x.seen == []


def test_a_dead_proxy_is_said_and_nothing_goes_round_it(show: Show, x: Site) -> None:
    with SmallProxy({}) as proxy:
        settings = through(proxy)

    assert show(settings).wait_for("load_failed") == "proxy"
    assert x.seen == []


def test_without_a_known_way_nothing_is_loaded(show: Show) -> None:
    attempt = show(ViewSettings(has_failed=True))

    assert attempt.wait_for("load_failed") == "proxy"
    assert attempt.browser._page is None


def test_this_computer_is_never_reached_through_the_proxy(
    qtbot: QtBot, site: Site, show: Show
) -> None:
    with SmallProxy({f"127.0.0.1:{site.port}": site.port}) as proxy:
        show(through(proxy)).wait_for("load_failed")
        before = list(proxy.asked)
        near = SignInBrowser(
            lambda _url: False, [site.origin], loopback_only=True, settings=through(proxy)
        )
        qtbot.addWidget(near)
        near.open(f"{site.origin}/settled")
        qtbot.waitUntil(lambda: "GET /settled" in site.seen, timeout=40_000)
        near.dispose()

    assert [line for line in proxy.asked[len(before) :] if "127.0.0.1" in line] == []


def test_what_is_no_http_proxy_is_refused() -> None:
    for url in ("socks5://127.0.0.1:1", "https://proxy.corp:443", "http://", "proxy.corp"):
        with pytest.raises(ValueError, match="http proxies"):
            ViewProxy.of(url)
    assert ViewProxy.of("http://me:a%3Ab@proxy.corp:8080") == ViewProxy(
        "proxy.corp", 8080, "me", Secret("a:b")
    )
    assert ViewProxy.of("http://proxy.corp", Secret("me:a:b")) == ViewProxy(
        "proxy.corp", 80, "me", Secret("a:b")
    )
