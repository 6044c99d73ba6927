"""Log-ins that refuse embedded views go on in the person's own browser: the same attempt (V21)."""

from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from tests.e2e.window.bench import Bench


def lead_page_to(bench: Bench, address: str) -> None:
    """Have X's page leave for another site, as its *Sign in with …* does."""
    browser: Any = bench.program.window.findChild(QWidget, "signInBrowser")
    browser._page.load(QUrl(address))


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("https://accounts.google.com/o/oauth2/v2/auth?client_id=x", "Google"),
        ("https://appleid.apple.com/auth/authorize?client_id=x", "Apple"),
    ],
)
def test_googles_and_apples_log_in_are_recognised_and_go_on_in_the_own_browser(
    address: str, whose: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(bytes(url.toEncoded().data()).decode("ascii"))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    bench.open_consent()
    lead_page_to(bench, address)
    bench.person.reads(f"{whose} does not sign people in inside other programs.")
    first = bench.asked("/i/oauth2/authorize", "GET")[-1].query

    bench.person.press("Continue in my browser")

    bench.person.wait(lambda: opened, "the own browser")
    assert opened[0].partition("?")[2] == first, "the same attempt: state, verifier and all"
    bench.person.press("Cancel sign-in")


def test_any_other_site_is_named_and_not_shown(bench: Bench) -> None:
    bench.open_consent()
    lead_page_to(bench, "https://elsewhere.example/page")

    bench.person.reads("The page wanted to go to https://elsewhere.example.", "X's own pages")
    bench.person.press("Cancel sign-in")
