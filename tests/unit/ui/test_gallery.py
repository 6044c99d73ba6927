"""The gallery can be made: every state of Requests and Limits is a picture that opens."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scripts import gallery_limits, gallery_requests
from ui.main_window import MainWindow

SCENES = {
    **{f"requests_{name}": scene for name, scene in gallery_requests.SCENES.items()},
    **{f"limits_{name}": scene for name, scene in gallery_limits.SCENES.items()},
}
# Qt without a display says what it cannot do with every window, menu and popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def open_and_close(name: str, qtbot: QtBot) -> None:
    window = SCENES[name]()
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    for _ in range(4):
        QApplication.processEvents()
    assert not window.grab().isNull()
    window.close()


@pytest.mark.parametrize(
    "name",
    ["requests_stream_live", "requests_refused_429", "requests_pages_price", "limits_forecasts"],
)
def test_a_picture_of_the_gallery_can_be_made(qtbot: QtBot, name: str) -> None:
    open_and_close(name, qtbot)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_picture_of_the_gallery_can_be_made(qtbot: QtBot, name: str) -> None:
    open_and_close(name, qtbot)
