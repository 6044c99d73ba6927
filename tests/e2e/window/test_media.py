"""Pictures of answers in the real window: none before it is allowed, each bounded afterwards."""

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QImageWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from core.model import Setting
from sandbox import SeenRequest
from tests.e2e.window.bench import Bench
from tests.fakes.hostile_server import HostileServer, answers
from ui.presenters.media_words import MEDIA_SETTING
from ui.shell import Tab
from ui.views.answer_cards import CardList

FIXED = "1278347468690915330"
PIXELS = "/pbs/"
FIELDS = (
    "media.fields=url,preview_image_url,width,height,alt_text,type&user.fields=profile_image_url"
)
ASKED = f"/2/tweets?ids={FIXED}&expansions=attachments.media_keys,author_id&{FIELDS}"
ALT = "Twelve bars, one of them in orange"
OFFER = "Pictures are not fetched."


@pytest.fixture
def ready(bench: Bench) -> Bench:
    """A bench with a Bearer Token, whose Requests pane asks for a Post with a picture."""
    bench.generate()
    bench.show("Requests")
    bench.person.type_into("Request URL", ASKED)
    return bench


@pytest.fixture
def elsewhere() -> Iterator[HostileServer]:
    """A server on this computer that is not the sandbox."""
    with HostileServer() as server:
        server.always(answers(b"", "200 OK", content_type="image/png"))
        yield server


def fetched(bench: Bench) -> list[SeenRequest]:
    return [seen for seen in bench.sandbox.seen if seen.path.startswith(PIXELS)]


def cards_of(bench: Bench) -> CardList:
    cards = bench.pane(Tab.REQUESTS).answer.cards
    assert isinstance(cards, CardList)
    return cards


def spoken(bench: Bench, row: int = 0) -> str:
    interface = QAccessible.queryAccessibleInterface(cards_of(bench))
    return interface.child(row).text(QAccessible.Text.Name)


def pictures(bench: Bench) -> int:
    looks = cards_of(bench).pictures.looks.values()
    return sum(look.pixmap is not None for look in looks)


def colours_of(bench: Bench) -> set[str]:
    painted = cards_of(bench).grab().toImage()
    spots = [(x, y) for x in range(0, painted.width(), 3) for y in range(0, painted.height(), 3)]
    return {painted.pixelColor(x, y).name() for x, y in spots}


def allow(bench: Bench) -> None:
    bench.person.press("Send")
    bench.person.reads("200 OK", OFFER)
    bench.person.press("Show media")


def one_post(**media: Any) -> dict[str, Any]:
    """Return an answer with one Post whose attachment somebody else describes."""
    return {
        "data": [{"id": FIXED, "text": "Look", "attachments": {"media_keys": ["3_1"]}}],
        "includes": {"media": [{"media_key": "3_1", "type": "photo", "alt_text": ALT, **media}]},
    }


def answer_with(bench: Bench, address: str) -> None:
    body = json.dumps(one_post(url=address, width=1200, height=675))
    headers = {"Content-Type": "application/json"}
    bench.sandbox.faults.add("GET", "/2/tweets", status=200, body=body, headers=headers)


def test_by_default_no_picture_is_asked_for_and_each_is_described(ready: Bench) -> None:
    ready.person.press("Send")

    ready.person.reads("200 OK", OFFER, "fetching tells X your IP address")
    assert "Photo · 1200 × 675 · " + ALT in spoken(ready)
    QApplication.processEvents()
    cards_of(ready).grab()
    ready.person.wait(lambda: ready.program.runner.count == 0, "no job")
    assert fetched(ready) == []
    assert pictures(ready) == 0


def test_an_allowed_answer_shows_its_pictures_and_tells_nobody_who_asks(ready: Bench) -> None:
    allow(ready)

    ready.person.wait(lambda: pictures(ready) == 2, "the photo and the profile picture")
    assert sorted(seen.path.split("/")[2] for seen in fetched(ready)) == ["media", "profile_images"]
    for seen in fetched(ready):
        assert (seen.method, seen.status, seen.auth) == ("GET", 200, "none")
        assert not {"authorization", "cookie", "referer", "origin"} & set(seen.headers)
    assert ALT in spoken(ready)
    assert "#5680e8" in colours_of(ready), "the bars of the chart are not on the screen"


def test_media_are_hidden_again_and_the_next_answer_is_asked_about_anew(ready: Bench) -> None:
    allow(ready)
    ready.person.wait(lambda: pictures(ready) == 2, "the pictures")
    before = len(fetched(ready))

    ready.person.press("Hide media")
    ready.person.reads(OFFER)
    assert pictures(ready) == 0
    ready.person.press("Send")
    ready.person.wait(lambda: len(ready.asked("/2/tweets", "GET")) == 2, "the second call")
    ready.person.reads("200 OK", OFFER)

    assert len(fetched(ready)) == before


def test_settings_let_pictures_be_fetched_without_asking_and_say_what_it_tells(
    ready: Bench,
) -> None:
    ready.show("Settings")
    ready.person.reads("X's media servers then learn your IP address")
    ready.person.press("Fetch them from X without asking")
    ready.person.wait(
        lambda: ready.vault.get(Setting, MEDIA_SETTING) == Setting(MEDIA_SETTING, "yes"), "it"
    )
    ready.show("Requests")
    ready.person.wait(ready.pane(Tab.REQUESTS).line.send.isVisible, "the pane")

    ready.person.press("Send")

    ready.person.wait(lambda: pictures(ready) == 2, "the pictures")


def test_only_what_is_scrolled_into_view_is_fetched(ready: Bench) -> None:
    query = quote("has:media")
    target = f"/2/tweets/search/recent?query={query}&max_results=50&{FIELDS}"
    ready.person.type_into("Request URL", f"{target}&expansions=attachments.media_keys")
    allow(ready)
    ready.person.wait(lambda: pictures(ready) > 0, "the first picture")
    ready.person.wait(lambda: ready.program.runner.count == 0, "all in sight")
    cards = cards_of(ready)
    all_rows = cards.model_of_cards.rowCount()
    at_first = {seen.path for seen in fetched(ready)}

    cards.scrollToBottom()

    assert all_rows > 10
    assert len(at_first) < all_rows / 2
    ready.person.wait(lambda: {seen.path for seen in fetched(ready)} - at_first, "more of them")


def claims(png: bytes, width: int, height: int) -> bytes:
    """Return a PNG whose head says, soundly, that it is so large."""
    head = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + head + struct.pack(">I", zlib.crc32(head)) + png[33:]


WRONG = (
    ({"body": "<html>hotel</html>", "status": 200}, "What came is no JPEG, PNG, WebP or GIF."),
    (
        {"status": 302, "headers": {"Location": "https://tracker.example/p.png"}},
        "It leads on to another address, which is not followed.",
    ),
    ({"rewrite": lambda body: body + bytes(9 << 20)}, "It is larger than 8 MiB"),
    (
        {"rewrite": lambda body: claims(body, 32_768, 32_768)},
        "16 million pixels, or damaged.",
    ),
)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    WRONG,
    ids=["html", "redirect", "too long", "bomb"],
)
def test_a_picture_that_cannot_be_shown_says_why_and_is_tried_again_by_keyboard(
    ready: Bench, fault: dict[str, Any], sentence: str
) -> None:
    ready.sandbox.faults.add("GET", "/pbs/media/*", **fault)

    allow(ready)

    ready.person.reads(sentence)
    assert sentence in spoken(ready)
    ready.person.wait(lambda: pictures(ready) == 1, "the profile picture")
    asked = [seen for seen in fetched(ready) if "/media/" in seen.path]
    assert len(asked) == 1
    cards = cards_of(ready)
    cards.setCurrentIndex(cards.model_of_cards.index(0))
    QTest.keyClick(cards, Qt.Key.Key_Return)
    ready.person.wait(lambda: pictures(ready) == 2, "the picture at the second try")
    assert sentence not in spoken(ready)


def test_an_address_that_leads_elsewhere_is_not_followed(
    ready: Bench, elsewhere: HostileServer
) -> None:
    answer_with(ready, f"{elsewhere.origin}/pbs/media/3_1-chart.png")

    allow(ready)

    ready.person.reads("Its address leads elsewhere than to X; nothing was fetched.")
    assert elsewhere.connections == 0
    assert fetched(ready) == []


def test_an_address_at_the_sandbox_that_is_no_picture_is_not_asked_for(ready: Bench) -> None:
    answer_with(ready, f"{ready.sandbox.origin}/2/users/me")

    allow(ready)

    ready.person.reads("Its address leads elsewhere than to X; nothing was fetched.")
    assert ready.asked("/2/users/me", "GET") == []


def test_a_photo_of_another_kind_is_shown_too(ready: Bench) -> None:
    ready.sandbox.faults.add(
        "GET", "/pbs/media/*", body=jpeg(), headers={"Content-Type": "image/jpeg"}
    )

    allow(ready)

    ready.person.wait(lambda: pictures(ready) == 2, "the pictures")
    reds = (QColor(name) for name in colours_of(ready))
    assert any(one.red() > 200 and one.green() < 60 for one in reds)


def test_hiding_media_stops_what_is_under_way(ready: Bench) -> None:
    ready.person.press("Send")
    ready.person.reads("200 OK", OFFER)
    ready.sandbox.hold.clear()
    ready.person.press("Show media")
    ready.person.wait(lambda: len(fetched(ready)) == 2, "two requests under way")

    ready.person.press("Hide media")

    ready.person.wait(lambda: ready.program.runner.count == 0, "no job")
    ready.sandbox.hold.set()
    assert pictures(ready) == 0


def test_show_media_is_reached_and_pressed_by_keyboard(ready: Bench) -> None:
    ready.person.press("Send")
    ready.person.reads("200 OK", OFFER)
    button = ready.person.find("Show media", QPushButton)

    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "your IP address" in button.accessibleDescription()
    QTest.keyClick(button, Qt.Key.Key_Space)

    ready.person.wait(lambda: pictures(ready) == 2, "the pictures")


def test_a_lock_takes_the_pictures_away_and_stops_those_under_way(ready: Bench) -> None:
    ready.person.press("Send")
    ready.person.reads("200 OK", OFFER)
    ready.sandbox.hold.clear()
    ready.person.press("Show media")
    ready.person.wait(lambda: len(fetched(ready)) == 2, "two requests under way")

    ready.pane(Tab.REQUESTS).answer.deleteLater()  # as a lock does with every pane

    ready.person.wait(lambda: ready.program.runner.count == 0, "no job")
    ready.sandbox.hold.set()


def jpeg() -> bytes:
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(0xDC1E1E)
    held = QByteArray()
    device = QBuffer(held)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(device, QByteArray(b"jpg")).write(image)
    return bytes(held.data())
