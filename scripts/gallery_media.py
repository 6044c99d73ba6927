"""Pictures of answers with pictures, for `gallery.py`: offered, shown, on their way and failed."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from core.cards import cards_from_answer
from core.media import Trouble
from sandbox.drawing import drawn
from scripts import gallery_answers as answers
from scripts import gallery_states as samples
from ui.main_window import MainWindow
from ui.presenters.media_words import (
    offer_words,
    shown_words,
    toggle_words,
    trouble_words,
    waiting_words,
)
from ui.shell import Tab
from ui.views.answer import AnswerView
from ui.views.answer_pictures import MediaState
from ui.views.answer_state import AnswerPhase, AnswerState, StatusKind
from ui.widgets.picture_tile import PictureLook

_FACES: Final = {"2244994945": 811_245_901_733, "7": 93_214_665_012_345}
_SAMPLE: Final[Any] = answers.POSTS
_SAMPLE_USERS: Final[Any] = answers.USERS
_AUTHORS: Final = [
    {**user, "profile_image_url": f"face-{user['id']}"} for user in _SAMPLE["includes"]["users"]
]
_MEDIA: Final[list[dict[str, Any]]] = [
    {"media_key": "3_1", "type": "photo", "url": "chart", "width": 1200, "height": 675}
    | {"alt_text": "Calls left over fifteen minutes: twelve bars, the last one in orange"},
    {"media_key": "3_2", "type": "photo", "url": "sky", "width": 1024, "height": 768},
    {"media_key": "7_3", "type": "video", "preview_image_url": "film", "width": 1280}
    | {"height": 720, "duration_ms": 72_000, "alt_text": "A hill in the evening"},
    {"media_key": "3_4", "type": "photo", "url": "gone", "width": 800, "height": 800},
]
_POSTS: Final = [
    {**_SAMPLE["data"][0], "attachments": {"media_keys": ["3_1"]}},
    {**_SAMPLE["data"][1], "attachments": {"media_keys": ["3_2", "7_3", "3_4"]}},
]
_DOCUMENT: Final = {"data": _POSTS, "includes": {"users": _AUTHORS, "media": _MEDIA}}
_USERS: Final = {
    "data": [{**user, "profile_image_url": f"face-{user['id']}"} for user in _SAMPLE_USERS["data"]]
}


def _window(document: object, *, shown: bool) -> MainWindow:
    view = AnswerView()
    window = MainWindow(dict.fromkeys(Tab, lambda: view))
    window.render_state(samples.SHELL)
    window.header.tabs.blockSignals(True)
    window.show_tab(Tab.REQUESTS)
    window.show()
    view.render_state(
        AnswerState(
            AnswerPhase.DONE,
            status="200 OK",
            status_kind=StatusKind.OK,
            facts="182 ms · 3.1 kB · $0.020",
            cards=cards_from_answer(document),
            document=document,
        )
    )
    words = shown_words("x") if shown else offer_words("x")
    view.render_media(MediaState(words, toggle_words(shown=shown), shown))
    return window


def _pixmap(style: str, seed: int, width: int, height: int) -> PictureLook:
    pixmap = QPixmap()
    pixmap.loadFromData(drawn(style, seed, width, height))
    return PictureLook(pixmap)


def _look(window: MainWindow, looks: dict[str, PictureLook]) -> QWidget:
    QApplication.processEvents()
    pane = window.pane(Tab.REQUESTS)
    assert isinstance(pane, AnswerView)
    for address, look in looks.items():
        pane.cards.show_picture(address, look)
    return window


def _faces() -> dict[str, PictureLook]:
    return {f"face-{key}": _pixmap("sign", seed, 48, 48) for key, seed in _FACES.items()}


def _failed(trouble: Trouble) -> PictureLook:
    words, can_retry = trouble_words(trouble)
    return PictureLook(words=words, can_retry=can_retry)


def offered() -> QWidget:
    """Described, and not fetched."""
    return _look(_window(_DOCUMENT, shown=False), {})


def shown() -> QWidget:
    """Pictures, the still of a video, and one that is not there any more."""
    looks = {
        "chart": _pixmap("chart", 3_412_345, 1200, 675),
        "sky": _pixmap("sky", 77_123_456, 1024, 768),
        "film": _pixmap("sky", 1_203_499, 1280, 720),
        "gone": _failed(Trouble.GONE),
    }
    return _look(_window(_DOCUMENT, shown=True), {**looks, **_faces()})


def waiting() -> QWidget:
    """On their way, and what may go wrong with them."""
    looks = {
        "chart": PictureLook(words=waiting_words()),
        "sky": _failed(Trouble.FOREIGN),
        "film": _failed(Trouble.TOO_MUCH),
        "gone": _failed(Trouble.NO_PICTURE),
    }
    return _look(_window(_DOCUMENT, shown=True), looks)


def users() -> QWidget:
    """Profile pictures of users."""
    return _look(_window(_USERS, shown=True), _faces())


SCENES: Final[dict[str, Callable[[], QWidget]]] = {
    "offered": offered,
    "shown": shown,
    "waiting": waiting,
    "users": users,
}
