"""Opens an answer of 16 MiB in the real view, and prints what that took as JSON."""

import gc
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QApplication

from benchmarks.stream_window import Heart
from core.catalogue import catalogue
from core.exchange import Exchange, RequestSpec
from core.model import HttpResponse
from ui import theme
from ui.jobs import JobRunner
from ui.presenters.requests_answer import answer_state
from ui.views.answer import AnswerView

POSTS: Final = 10_000
SIZE: Final = 16 << 20
_PATIENCE_SECONDS: Final = 60.0


def main() -> None:
    """Open it, and print."""
    app = QApplication(["bench"])
    theme.install(app)
    exchange = _exchange()
    operation = catalogue().by_id("searchPostsRecent")
    assert operation is not None
    view = AnswerView()
    view.resize(900, 700)
    view.show()
    app.processEvents()
    gc.collect()
    gc.disable()  # as in the program, which collects from a timer of its own
    before, heart, began = _resident(), Heart(), time.perf_counter()
    runner = JobRunner()
    job = runner.submit(lambda _cancel: answer_state(exchange, operation, is_billed=False))
    job.succeeded.connect(lambda outcome: view.render_state(outcome[0]))
    _until(app, lambda: view.cards.model_of_cards.rowCount() == POSTS)
    last = view.cards.model_of_cards.index(POSTS - 1)
    _until(app, lambda: view.cards.visualRect(last).isValid())
    shown = (time.perf_counter() - began) * 1000
    view.tabs.setCurrentIndex(1)
    view.json._choose_page(is_raw=True)  # noqa: SLF001 - as its button does
    _until(app, lambda: view.json.raw.is_whole)
    gap, growth = max(heart.gaps), _resident() - before
    sys.stdout.write(json.dumps({"gap_ms": gap, "shown_ms": shown, "growth_mb": growth}) + "\n")
    runner.shut_down()


def _exchange() -> Exchange:
    """Return an answer of 16 MiB, as X words it."""
    post: dict[str, Any] = {
        "id": "1261326399320715264",
        "author_id": "2244994945",
        "created_at": "2026-11-23T12:00:00.000Z",
        "public_metrics": {"like_count": 1, "reply_count": 2, "retweet_count": 3},
        "text": "",
    }
    room = SIZE // POSTS - len(json.dumps(post)) - 2
    data = [{**post, "id": str(number), "text": "lorem " * (room // 6)} for number in range(POSTS)]
    body = json.dumps({"data": data, "meta": {"result_count": POSTS}}).encode()
    response = HttpResponse(200, {"content-type": "application/json"}, body)
    path = "/2/tweets/search/recent"
    spec = RequestSpec("app", "GET", path)
    url = "https://api.x.com" + path
    return Exchange(spec, url, f"GET {path}", response, datetime.now(UTC))


def _until(app: QApplication, is_so: Any) -> None:
    until = time.perf_counter() + _PATIENCE_SECONDS
    while not is_so():
        assert time.perf_counter() < until, "it never came about"
        app.processEvents()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
