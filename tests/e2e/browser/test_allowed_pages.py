"""The page stays where it may be, in its main frame, its frames and its parts (V1-V3, V7, V21)."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from tests.conftest import Canaries, ExpectedLog
from tests.e2e.browser.conftest import Attempt, StartAttempt
from tests.e2e.browser.sites import Reply, Site, redirect
from ui.browser.policy import SignInPolicy
from ui.browser.profile import RequestFilter

Fence = Callable[[Site], list[str]]

SUBMIT = "<script>document.forms[0].submit()</script>"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<script>location = '{evil}'</script>", id="script"),
        pytest.param("<form method=post action='{evil}'></form>" + SUBMIT, id="post form"),
        pytest.param("<form action='{evil}'></form>" + SUBMIT, id="get form"),
        pytest.param("<meta http-equiv=refresh content='0; url={evil}'>", id="meta refresh"),
        pytest.param("<a href='{evil}'>x</a><script>document.links[0].click()</script>", id="link"),
        pytest.param(
            "<script>history.pushState(0, 0, '/x'); location = '{evil}'</script>", id="push"
        ),
    ],
)
def test_the_main_frame_does_not_leave_the_allowed_origins(
    page: str, attempt: Attempt, site: Site, other: Site, fence: Fence
) -> None:
    site.pages["/start"] = Reply(page.replace("{evil}", f"{other.origin}/evil"))
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("left_allowed_pages") == other.origin
    assert fence(other) == []
    assert attempt.addresses[-1] == site.origin


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_out_either(
    status: int, attempt: Attempt, site: Site, other: Site, fence: Fence
) -> None:
    site.pages["/start"] = Reply("<form method=post action=/go></form>" + SUBMIT)
    site.pages["/go"] = redirect(f"{other.origin}/evil", status)
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("left_allowed_pages") == other.origin
    assert fence(other) == []


@pytest.mark.parametrize(
    ("target", "origin"),
    [
        ("https://evil.test/x", "https://evil.test"),
        ("https://accounts.google.com/o/oauth2/auth", "https://accounts.google.com"),
        ("http://x.com/", "http://x.com"),
    ],
)
def test_another_site_is_refused_by_name(
    target: str, origin: str, attempt: Attempt, site: Site
) -> None:
    site.pages["/start"] = Reply(f"<script>location = '{target}'</script>")
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("left_allowed_pages") == origin


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "data:text/html,<script>document.title='there'</script>",
        "blob:null/1234",
        "chrome://version",
        "chrome://sandbox",
        "qrc:/qt-project.org/imports",
        "view-source:SITE/start",
        "javascript:location='OTHER/evil'",
        "devtools://devtools/bundled/inspector.html",
        "mailto:someone@x.com",
        "tel:112",
        "myapp://callback?code=1",
        "ftp://127.0.0.1/",
        "filesystem:SITE/temporary/x",
        "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html",
    ],
)
def test_no_other_scheme_is_ever_shown(
    target: str, attempt: Attempt, site: Site, other: Site, qtbot: QtBot, fence: Fence
) -> None:
    target = target.replace("SITE", site.origin).replace("OTHER", other.origin)
    site.pages["/start"] = Reply(
        f'<script>addEventListener("load", () => setTimeout(() => fetch("/settled"), 50));'
        f'try {{ location = "{target}" }} catch (e) {{}}</script>'
    )
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: attempt.addresses != [])

    assert fence(other) == []
    assert attempt.page.url() == QUrl(f"{site.origin}/start")
    assert set(attempt.addresses) == {site.origin}


def test_an_empty_page_has_an_empty_address_line(
    attempt: Attempt, site: Site, qtbot: QtBot
) -> None:
    site.pages["/start"] = Reply("<script>location = 'about:blank'</script>")
    attempt.open(f"{site.origin}/start")

    qtbot.waitUntil(lambda: attempt.addresses == [site.origin, ""])


@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc/passwd", "chrome://version", "data:text/html,x", "about:blank", ""),
        *("view-source:SITE/start", "SITE@evil.test/", "https://x.com/", "not an address"),
        "http://user:word@AUTHORITY/start",
    ],
)
def test_our_own_side_cannot_open_anything_else(
    address: str, attempt: Attempt, site: Site, fence: Fence
) -> None:
    site.pages["/start"] = Reply("start")
    authority = site.origin.partition("//")[2]
    attempt.open(address.replace("SITE", site.origin).replace("AUTHORITY", authority))

    assert [name for name, _ in attempt.said] == ["left_allowed_pages"]
    assert attempt.browser._page is None
    assert fence(site) == []


def test_no_part_of_a_page_comes_from_elsewhere(
    attempt: Attempt, site: Site, other: Site, qtbot: QtBot, fence: Fence
) -> None:
    away = other.origin
    site.pages["/start"] = Reply(
        f"<link rel=stylesheet href={away}/css><link rel=prefetch href={away}/prefetch>"
        f"<link rel=icon href={away}/icon><link rel=preload as=image href={away}/preload>"
        f"<img src={away}/image><script src={away}/script></script><video src={away}/video></video>"
        f"<iframe src={away}/frame></iframe><object data={away}/object></object>"
        f"<embed src={away}/embed><iframe src=/frame></iframe><iframe name=f></iframe>"
        f"<form method=post target=f action={away}/form></form>"
        "<img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'"
        " onload='fetch(\"/inline\")'>"
        f"<script>const away = '{away}', quiet = () => 0;"
        "document.forms[0].submit();"
        "fetch(away + '/fetch', {mode: 'no-cors'}).catch(quiet);"
        "fetch(away + '/post', {mode: 'no-cors', method: 'POST', body: 'x'}).catch(quiet);"
        "navigator.sendBeacon(away + '/beacon', 'x');"
        "new WebSocket(away.replace('http', 'ws') + '/socket');"
        "new EventSource(away + '/events');"
        "addEventListener('load', () => setTimeout(() => fetch('/settled'), 100));</script>"
    )
    site.pages["/frame"] = redirect(f"{away}/redirected-frame")
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen)

    assert fence(other) == []
    assert "GET /inline" in site.seen
    assert "left_allowed_pages" not in dict(attempt.said)


def _broken(*_: object) -> bool:
    raise RuntimeError(_broken.__doc__)


@pytest.mark.parametrize("place", ["navigation", "filter"])
def test_a_fault_in_our_own_check_refuses_and_prints_nothing(
    place: str,
    start: StartAttempt,
    site: Site,
    qtbot: QtBot,
    canaries: Canaries,
    expected_log: ExpectedLog,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = canaries.secret("code").reveal()
    attempt = start()
    site.pages["/start"] = Reply(
        f"<img src=/image?code={secret}><script>fetch('/settled')</script>"
    )

    def broken(*values: object) -> bool:
        raise RuntimeError(f"broken at {secret} {values}")

    if place == "navigation":
        monkeypatch.setattr(SignInPolicy, "may_frame", broken)
        site.pages["/start"] = Reply(
            f"<iframe src='/image?code={secret}'></iframe><script>fetch('/settled')</script>"
        )
        refusal = "refused a navigation"
    else:
        allows = RequestFilter._allows
        monkeypatch.setattr(
            RequestFilter,
            "_allows",
            lambda self, info: (
                broken(info) if "image" in info.requestUrl().path() else allows(self, info)
            ),
        )
        refusal = "blocked a request"
    expected_log(refusal)
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen and refusal in caplog.text)

    assert set(site.seen) == {"GET /start", "GET /settled"}
    assert not canaries.is_in("".join(capfd.readouterr()))
