"""A view with a session of its own is as closed as a private one (V14)."""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineSettings
from pytestqt.qtbot import QtBot

from tests.conftest import Canaries
from tests.e2e.browser.conftest import StartAttempt
from tests.e2e.browser.sites import Hit, Reply, Site
from ui.browser.settings import ViewSettings
from ui.browser.sign_in_view import is_session_live

SIGN_IN = """<script>
document.cookie = 'session=WORD; max-age=99999';
localStorage.setItem('session', 'WORD');
fetch('/done');
</script>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / uuid4().hex
    made.mkdir(mode=0o700)
    return made


def test_it_has_the_same_settings_as_a_private_view(
    start: StartAttempt, site: Site, folder: Path
) -> None:
    private, kept = start(), start(settings=ViewSettings(folder=folder))
    for attempt in (private, kept):
        attempt.open(f"{site.origin}/settled")
    for attribute in QWebEngineSettings.WebAttribute:
        if attribute is not QWebEngineSettings.WebAttribute.ForceDarkMode:
            assert private.page.settings().testAttribute(attribute) == (
                kept.page.settings().testAttribute(attribute)
            ), attribute
    profiles = [each.page.profile() for each in (private, kept)]

    assert [profile.isOffTheRecord() for profile in profiles] == [True, False]
    for profile in profiles:
        assert profile.httpCacheType() is QWebEngineProfile.HttpCacheType.MemoryHttpCache
        assert profile.persistentPermissionsPolicy() is (
            QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime
        )
        assert not profile.isSpellCheckEnabled()
        assert not profile.isPushServiceEnabled()
        assert not profile.scripts().toList()
    policies = QWebEngineProfile.PersistentCookiesPolicy
    assert [profile.persistentCookiesPolicy() for profile in profiles] == [
        policies.NoPersistentCookies,
        policies.AllowPersistentCookies,
    ]


def test_its_downloads_popups_and_foreign_pages_are_refused_too(
    start: StartAttempt, site: Site, other: Site, folder: Path
) -> None:
    site.pages["/file"] = Reply(
        "x", headers=(("Content-Disposition", "attachment; filename=planted.bin"),)
    )
    site.pages["/start"] = Reply(
        f"<img src={other.origin}/image><script>location = '/file';"
        f"setTimeout(() => location = '{other.origin}/away', 200)</script>"
    )
    attempt = start(settings=ViewSettings(folder=folder))
    attempt.open(f"{site.origin}/start")
    attempt.wait_for("download_refused")
    assert attempt.wait_for("left_allowed_pages") == other.origin

    assert other.seen == []
    assert list(folder.rglob("planted*")) == []


def test_what_it_keeps_lies_in_its_folder_and_the_next_view_finds_it(
    start: StartAttempt,
    site: Site,
    folder: Path,
    tmp_path: Path,
    qtbot: QtBot,
    canaries: Canaries,
) -> None:
    word = canaries.secret("session").reveal()
    site.pages["/start"] = Reply(SIGN_IN.replace("WORD", word))
    site.pages["/done"] = Reply("done")
    settings = ViewSettings(folder=folder)
    first = start(settings=settings)
    first.open(f"{site.origin}/start")
    qtbot.waitUntil(lambda: "GET /done" in site.seen, timeout=40_000)
    assert is_session_live(folder.name)
    first.browser.dispose()

    # Opened while the first still holds the folder: it waits for its turn.
    second = start(settings=settings)
    second.open(f"{site.origin}/again")

    def cookies() -> list[str]:
        hits: list[Hit] = [hit for hit in site.hits if hit.path == "/again"]
        return [dict(hit.headers).get("Cookie", "") for hit in hits]

    qtbot.waitUntil(lambda: cookies() != [], timeout=40_000)
    assert cookies() == [f"session={word}"]
    second.browser.dispose()
    qtbot.waitUntil(lambda: not is_session_live(folder.name), timeout=30_000)
    with_word = [p for p in tmp_path.rglob("*") if p.is_file() and word.encode() in p.read_bytes()]
    assert with_word, "the control: where it lies is found"
    assert all(folder in path.parents for path in with_word)
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
