"""The presenter of pictures: who is asked, how many at once, how much is kept."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.card_model import CardsState
from core.cards import cards_from_answer
from core.environment import Environment
from core.media import Fetched, Trouble
from core.media_hosts import MediaSource
from core.ports import CancelToken
from sandbox.drawing import drawn
from ui.desk import Desk
from ui.jobs import JobRunner
from ui.presenters import answer_media
from ui.presenters.answer_media import AT_ONCE, AnswerMedia
from ui.presenters.media_words import MEDIA_SETTING, trouble_words
from ui.views.answer import AnswerView
from ui.views.answer_pictures import addresses_of
from ui.views.answer_state import AnswerPhase, AnswerState

PNG = drawn("chart", 7, 720, 540)
HOST = "https://pbs.twimg.com/media/"


class SlowMedia:
    """Media that wait until they are let go; notes how many were asked for at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.asked: list[str] = []
        self.at_once = 0
        self.most = 0
        self.cancelled = 0
        self._lock = threading.Lock()

    def fetch(self, source: MediaSource, cancel: CancelToken) -> Fetched:
        with self._lock:
            self.asked.append(source.url)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        while not self.go.wait(0.005) and not cancel.is_raised:
            pass
        with self._lock:
            self.at_once -= 1
            self.cancelled += cancel.is_raised
        cancel.check()
        return Fetched(PNG, "png")


class SmallDesk(QObject):
    """As much of a desk as pictures need."""

    snapshot_changed = Signal()

    def __init__(self, media: SlowMedia) -> None:
        super().__init__()
        self.settings: dict[str, str] = {}
        vault = SimpleNamespace(setting=self.settings.get)
        self.world = SimpleNamespace(media=media, vault=vault)
        self.runner = JobRunner(self)
        self.submit = self.runner.submit


@pytest.fixture
def media() -> SlowMedia:
    return SlowMedia()


@pytest.fixture
def desk(qtbot: QtBot, media: SlowMedia) -> Iterator[SmallDesk]:
    del qtbot
    desk = SmallDesk(media)
    yield desk
    media.go.set()
    assert desk.runner.shut_down()


@pytest.fixture
def view(qtbot: QtBot) -> AnswerView:
    view = AnswerView()
    qtbot.addWidget(view)
    view.resize(900, 4_000)
    view.show()
    return view


@pytest.fixture
def presenter(desk: SmallDesk, view: AnswerView, qtbot: QtBot) -> AnswerMedia:
    presenter = AnswerMedia(cast("Desk", desk), view)
    qtbot.waitUntil(lambda: desk.runner.count == 0, timeout=30_000)
    return presenter


def cards_with(count: int, beginning: str = HOST) -> CardsState:
    keys = [f"3_{number}" for number in range(count)]
    post: dict[str, Any] = {"id": "1", "text": "a", "attachments": {"media_keys": keys}}
    media = [{"media_key": key, "type": "photo", "url": f"{beginning}{key}.jpg"} for key in keys]
    return cards_from_answer({"data": [post], "includes": {"media": media}})


def posts_with_one_each(count: int) -> CardsState:
    numbers = range(count)
    posts = [
        {"id": str(n), "text": "a", "attachments": {"media_keys": [f"3_{n}"]}} for n in numbers
    ]
    media = [{"media_key": f"3_{n}", "type": "photo", "url": f"{HOST}3_{n}.jpg"} for n in numbers]
    return cards_from_answer({"data": posts, "includes": {"media": media}})


def all_in_sight_are_shown(view: AnswerView) -> bool:
    pictures, cards = view.cards.pictures, view.cards.model_of_cards
    names = [name for row in pictures.rows_in_sight() for name in addresses_of(cards.card(row))]
    looks = [pictures.looks.get(name) for name in names]
    return bool(names) and all(look is not None and look.pixmap is not None for look in looks)


def show(view: AnswerView, presenter: AnswerMedia, cards: CardsState, kind: str = "x") -> None:
    view.render_state(AnswerState(AnswerPhase.DONE, "200 OK", cards=cards))
    environments = {"x": Environment.x(), "sandbox": Environment.sandbox("http://127.0.0.1:1")}
    presenter.follow(environments[kind], cards)


def shown(view: AnswerView) -> int:
    return sum(look.pixmap is not None for look in view.cards.pictures.looks.values())


def test_nothing_is_fetched_before_it_is_allowed(
    view: AnswerView, presenter: AnswerMedia, media: SlowMedia, qtbot: QtBot
) -> None:
    show(view, presenter, cards_with(3))
    view.cards.grab()
    QApplication.processEvents()

    assert not view.cards.pictures._timer.isActive()
    view.cards.pictures_seen.emit((f"{HOST}3_0.jpg",))  # whatever a view may say
    assert presenter._jobs == {}
    assert media.asked == []
    view.media.button.click()
    qtbot.waitUntil(lambda: shown(view) == 3, timeout=30_000)
    assert sorted(media.asked) == [f"{HOST}3_{number}.jpg" for number in range(3)]


def test_few_pictures_are_fetched_at_once(
    view: AnswerView, presenter: AnswerMedia, media: SlowMedia, qtbot: QtBot
) -> None:
    media.go.clear()
    show(view, presenter, cards_with(12))
    view.media.button.click()
    qtbot.waitUntil(lambda: media.at_once == AT_ONCE, timeout=30_000)

    media.go.set()

    qtbot.waitUntil(lambda: shown(view) == 12, timeout=30_000)
    assert media.most <= AT_ONCE


def test_what_is_kept_is_bounded_and_what_is_in_sight_stays(
    view: AnswerView, presenter: AnswerMedia, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = 720 * 540 * 4
    monkeypatch.setattr(answer_media, "MOST_BYTES", 4 * one)
    view.resize(900, 400)
    show(view, presenter, posts_with_one_each(20))
    view.media.button.click()
    bar = view.cards.verticalScrollBar()
    qtbot.waitUntil(lambda: shown(view) > 0 and bar.maximum() > 0, timeout=30_000)

    for step in range(1, 11):
        bar.setValue(bar.maximum() * step // 10)
        qtbot.waitUntil(lambda: all_in_sight_are_shown(view), timeout=30_000)

        assert sum(presenter._sizes.values()) <= 4 * one
        assert shown(view) == len(presenter._sizes)


def test_another_answer_stops_the_pictures_of_the_one_before(
    view: AnswerView, presenter: AnswerMedia, desk: SmallDesk, media: SlowMedia, qtbot: QtBot
) -> None:
    media.go.clear()
    show(view, presenter, cards_with(5))
    view.media.button.click()
    qtbot.waitUntil(lambda: media.at_once == AT_ONCE, timeout=30_000)

    show(view, presenter, cards_with(2, HOST + "other"))

    qtbot.waitUntil(lambda: desk.runner.count == 0, timeout=30_000)
    assert media.cancelled == AT_ONCE
    assert view.cards.pictures.looks == {}
    assert not presenter.is_allowed


def test_a_foreign_address_is_told_and_nobody_is_asked(
    view: AnswerView, presenter: AnswerMedia, media: SlowMedia, qtbot: QtBot
) -> None:
    show(view, presenter, cards_with(1, "https://tracker.example/"))
    view.media.button.click()

    qtbot.waitUntil(lambda: bool(view.cards.pictures.looks), timeout=30_000)
    (look,) = view.cards.pictures.looks.values()
    assert (look.words, look.can_retry) == trouble_words(Trouble.FOREIGN)
    assert not look.can_retry
    assert media.asked == []


def test_the_setting_is_followed_and_the_persons_choice_goes_before_it(
    view: AnswerView, presenter: AnswerMedia, desk: SmallDesk, qtbot: QtBot
) -> None:
    show(view, presenter, cards_with(1))
    desk.settings[MEDIA_SETTING] = "yes"
    desk.snapshot_changed.emit()
    qtbot.waitUntil(lambda: shown(view) == 1, timeout=30_000)

    view.media.button.click()
    assert not presenter.is_allowed
    assert shown(view) == 0
    desk.snapshot_changed.emit()
    qtbot.waitUntil(lambda: desk.runner.count == 0, timeout=30_000)
    assert not presenter.is_allowed


def test_an_answer_without_pictures_or_without_media_servers_offers_none(
    view: AnswerView, presenter: AnswerMedia
) -> None:
    show(view, presenter, cards_from_answer({"data": [{"id": "1", "text": "a"}]}))
    assert not view.media.isVisibleTo(view)

    show(view, presenter, cards_with(1), kind="sandbox")
    assert view.media.isVisibleTo(view)
    addresses = ("authorize_url", "token_url", "revoke_url", "api_url")
    own = Environment.custom(dict.fromkeys(addresses, "https://own.example"))
    presenter.follow(own, cards_with(1))

    assert not view.media.isVisibleTo(view)


def test_every_trouble_has_its_sentence() -> None:
    sentences = [trouble_words(trouble)[0] for trouble in Trouble]

    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)
