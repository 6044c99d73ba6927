"""Pictures of Requests beyond a single call: kept requests, questions, pages and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from ui.shell import Tab
from ui.widgets import Button

if TYPE_CHECKING:
    from sandbox import Sandbox
    from scripts.shots import Photographer
    from ui.application import Program


def take_requests(camera: Photographer, program: Program, sandbox: Sandbox) -> None:
    """Take every state; the Bearer Token is there and Requests is shown."""
    pane: Any = program.window.pane(Tab.REQUESTS)
    _take_lists(camera, pane)
    program.window.toast.close_now()
    _take_builder(camera, pane)
    _take_answers(camera, pane, sandbox)
    _take_pages(camera, pane)
    program.window.toast.close_now()
    _take_stream(camera, pane, sandbox)


def _take_lists(camera: Photographer, pane: Any) -> None:
    pane.operation_chosen.emit("getPostsByIds")
    pane.side.show_tab("history")
    camera.until(lambda: pane.side.history.model.rowCount() > 0, "the history")
    pane.side.history.list.setCurrentIndex(pane.side.history.model.index(0))
    camera.pause(0.2)
    camera.take("requests-history")
    pane.way_chosen.emit("save")
    dialog = camera.dialog()
    camera.take("requests-save", dialog)
    dialog.name.setText("Two Posts for the demo")  # type: ignore[attr-defined]
    dialog.note.setPlainText("With authors and metrics.")  # type: ignore[attr-defined]
    camera.press("Save")
    camera.until(lambda: bool(pane.side.saved.model.rowCount()), "the saved request")
    pane.side.saved.list.setCurrentIndex(pane.side.saved.model.index(0))
    camera.pause(0.2)
    camera.take("requests-saved")
    pane.side.show_tab("operations")


def _take_builder(camera: Photographer, pane: Any) -> None:
    pane.operation_chosen.emit("searchPostsRecent")
    pane.url_edited.emit(
        "/2/tweets/search/recent?query=lang:en&max_results=10"
        "&start_time=2026-11-20T00:00:00Z&since_id=1"
    )
    camera.pause(0.3)
    camera.take("requests-exclusive")
    button = next(b for b in pane.findChildren(Button) if "Pick start_time" in b.accessibleName())
    button.click()
    popup = QApplication.activePopupWidget()
    assert popup is not None, "a click opens it"
    camera.take("requests-date", popup)
    popup.close()
    pane.operation_chosen.emit("likePost")
    camera.pause(0.3)
    camera.take("requests-enterprise")


def _take_answers(camera: Photographer, pane: Any, sandbox: Sandbox) -> None:
    """Take what is no plain success: no result, refusals, and bodies that are not X's."""
    pane.operation_chosen.emit("searchPostsRecent")
    pane.url_edited.emit("/2/tweets/search/recent?query=nobodywritesthis&max_results=10")
    pane.url_finished.emit()
    camera.press("Send")
    camera.until(lambda: camera.reads("Nothing found"), "an empty answer")
    camera.take("requests-nothing-found")
    pane.operation_chosen.emit("getPostsByIds")
    page = "<html><body>Welcome to the hotel's network</body></html>"
    html = {"content-type": "text/html"}
    for name, words, how in (
        ("no-credits", "402", {"status": 402}),
        ("not-yours", "403", {"status": 403}),
        ("html", "but HTML", {"body": page, "headers": html}),
        ("cut-off", "no usable JSON", {"rewrite": lambda body: body[:200]}),
    ):
        sandbox.faults.add("GET", "/2/tweets", **how)
        camera.press("Send")
        camera.until(lambda words=words: camera.reads(words), name)  # type: ignore[misc]
        camera.take(f"requests-{name}")


def _take_pages(camera: Photographer, pane: Any) -> None:
    pane.operation_chosen.emit("searchPostsRecent")
    pane.url_edited.emit("/2/tweets/search/recent?query=lang:en&max_results=10")
    pane.url_finished.emit()
    pane.all_pages_wanted.emit()
    dialog = camera.dialog()
    camera.take("requests-all-pages", dialog)
    dialog.count.setText("2")  # type: ignore[attr-defined]
    camera.press("Fetch")
    camera.until(lambda: camera.reads("Stopped at the number of pages"), "the pages")
    camera.take("requests-pages")


def _take_stream(camera: Photographer, pane: Any, sandbox: Sandbox) -> None:
    sandbox.streams.knobs.posts_per_second = 20
    pane.operation_chosen.emit("streamPostsSample")
    camera.press("Read stream")
    camera.until(lambda: pane.answer.stream.lines.rowCount() > 30, "some Posts")
    camera.take("requests-stream")
    sandbox.streams.disconnect("cut")
    camera.press("Pause")
    camera.pause(0.2)
    camera.take("requests-stream-paused")
    camera.press("Stop")
    camera.until(lambda: camera.can_press("Read stream"), "the end")
    camera.take("requests-stream-over")
