"""Pictures of Requests beyond a single call: kept requests, questions, pages and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.shell import Tab

if TYPE_CHECKING:
    from sandbox import Sandbox
    from scripts.shots import Photographer
    from ui.application import Program


def take_requests(camera: Photographer, program: Program, sandbox: Sandbox) -> None:
    """Take every state; the Bearer Token is there and Requests is shown."""
    pane: Any = program.window.pane(Tab.REQUESTS)
    _take_lists(camera, pane)
    _take_builder(camera, pane)
    _take_pages(camera, pane)
    _take_stream(camera, pane, sandbox)


def _take_lists(camera: Photographer, pane: Any) -> None:
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
    pane.url_edited.emit("/2/tweets/search/recent?query=lang:en&max_results=10")


def _take_pages(camera: Photographer, pane: Any) -> None:
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
