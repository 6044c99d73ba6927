"""The redirect is caught by every way a page can take, and never fetched (V4, V15)."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Canaries
from tests.e2e.browser.conftest import Attempt
from tests.e2e.browser.sites import Reply, Site, redirect

Fence = Callable[[Site], list[str]]

QUERY = "?code=abc&state=s%20%2B1"
POST_TO_GO = "<form method=post action=/go><input name=a value=b></form>"
SUBMIT = "<script>document.forms[0].submit()</script>"


def _delivery(kind: str, target: str) -> dict[str, Reply]:
    pages = {
        "script": Reply(f"<script>location = '{target}'</script>"),
        "replace": Reply(f"<script>location.replace('{target}')</script>"),
        "link": Reply(f"<a href='{target}'>on</a><script>document.links[0].click()</script>"),
        "meta refresh": Reply(f"<meta http-equiv=refresh content='0; url={target}'>"),
        "refresh header": Reply("", headers=(("Refresh", f"0; url={target}"),)),
        "two steps": redirect("/go"),
        "get form": Reply(f"<form action='{target}'><input name=code></form>{SUBMIT}"),
        "post form": Reply(f"<form method=post action='{target}'></form>{SUBMIT}"),
        "frame": Reply(f"<iframe src='{target}'></iframe><script>fetch('/settled')</script>"),
        "framed script": Reply(
            f"<iframe srcdoc=\"<script>location='{target}'</script>\"></iframe>"
            "<script>fetch('/settled')</script>"
        ),
        "image": Reply(f"<img src='{target}'><script>fetch('/settled')</script>"),
        "framed top": Reply(
            f"<iframe srcdoc=\"<script>top.location='{target}'</script>\"></iframe>"
        ),
    }
    if kind.isdigit():
        return {"/start": redirect(target, int(kind))}
    if kind.startswith("post then "):
        return {"/start": Reply(POST_TO_GO + SUBMIT), "/go": redirect(target, int(kind[-3:]))}
    return {"/start": pages[kind], "/go": redirect(target)}


@pytest.mark.parametrize(
    "kind",
    [
        *("301", "302", "303", "307", "308"),
        *("post then 302", "post then 303", "post then 307"),
        *("script", "replace", "link", "meta refresh", "refresh header", "two steps"),
        "framed top",
    ],
)
def test_the_redirect_is_caught_whole_and_reaches_no_server(
    kind: str, attempt: Attempt, site: Site, other: Site, redirect_uri: str, fence: Fence
) -> None:
    site.pages.update(_delivery(kind, redirect_uri + QUERY))
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("redirect_caught") == redirect_uri + QUERY
    assert fence(other) == []
    assert attempt.said == [("redirect_caught", redirect_uri + QUERY)]


@pytest.mark.parametrize("kind", ["get form", "post form"])
def test_a_form_sent_to_the_redirect_uri_is_refused(
    kind: str, attempt: Attempt, site: Site, other: Site, redirect_uri: str, fence: Fence
) -> None:
    site.pages.update(_delivery(kind, redirect_uri))
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("load_failed") == "form"
    assert fence(other) == []
    assert attempt.said == [("load_failed", "form")]


@pytest.mark.parametrize("kind", ["frame", "framed script", "image"])
def test_a_redirect_inside_the_page_is_neither_caught_nor_fetched(
    kind: str,
    attempt: Attempt,
    site: Site,
    other: Site,
    redirect_uri: str,
    qtbot: QtBot,
    fence: Fence,
) -> None:
    site.pages.update(_delivery(kind, redirect_uri + QUERY))
    attempt.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /settled" in site.seen)

    assert fence(other) == []
    assert attempt.said == []


def test_only_the_first_redirect_is_caught_and_the_page_goes_nowhere_afterwards(
    attempt: Attempt, site: Site, other: Site, redirect_uri: str, fence: Fence
) -> None:
    site.pages["/start"] = Reply(
        f"<script>const go = (i) => location = '{redirect_uri}?code=' + i;"
        "for (let i = 0; i < 20; i++) setTimeout(() => go(i), i * 5);"
        "setTimeout(() => location = '/later', 120)</script>"
    )
    attempt.open(f"{site.origin}/start")

    assert attempt.wait_for("redirect_caught") == f"{redirect_uri}?code=0"
    assert fence(other) == []
    assert fence(site) == ["GET /start"]
    assert attempt.said == [("redirect_caught", f"{redirect_uri}?code=0")]


def test_the_code_is_sent_to_nobody_and_printed_nowhere(
    attempt: Attempt,
    site: Site,
    other: Site,
    redirect_uri: str,
    canaries: Canaries,
    fence: Fence,
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = canaries.secret("code").reveal()
    site.pages["/start"] = Reply(POST_TO_GO + SUBMIT)
    site.pages["/go"] = redirect(f"{redirect_uri}?code={code}&state=s", 303)
    attempt.open(f"{site.origin}/start")
    attempt.wait_for("redirect_caught")
    fence(other)

    told = [str(hit) + str(hit.headers) + hit.body for hit in site.hits + other.hits]
    assert not canaries.is_in("\n".join(told))
    assert not canaries.is_in("".join(capfd.readouterr()))
