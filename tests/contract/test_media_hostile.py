"""Pictures over the real HTTP, from servers that are broken or mean harm."""

import threading
import tracemalloc

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import Cancelled
from core.media import MEDIA_BYTES, Fetched, Media, Trouble
from core.media_hosts import MediaSource
from core.ports import CancelToken
from sandbox.drawing import drawn
from tests.fakes.hostile_server import (
    HostileServer,
    Script,
    Visit,
    answers,
    gzip_bomb,
    head,
    resets,
    stalls,
    writes,
)

PNG = drawn("sign", 5, 48, 48)
TYPE = "Content-Type: image/png"


@pytest.fixture
def media(transport: RequestsTransport) -> Media:
    return Media(transport)


def endless(visit: Visit) -> None:
    """Send a picture's beginning, and then bytes for as long as anybody takes them."""
    visit.write(head("200 OK", TYPE) + PNG[:40])
    for _ in range(4_096):
        visit.write(bytes(1 << 16))


def fetch(media: Media, server: HostileServer, script: Script) -> Fetched:
    server.always(script)
    source = MediaSource(f"{server.origin}/pbs/media/a.png", (("name", "small"),))
    return media.fetch(source, CancelToken())


def test_a_picture_comes_as_it_is_and_nothing_is_told_of_who_asks(media: Media) -> None:
    with HostileServer() as server:
        fetched = fetch(media, server, answers(PNG, content_type="image/png"))
        fetch(media, server, answers(PNG, "200 OK", "Set-Cookie: id=7", content_type="image/png"))
        fetch(media, server, answers(PNG, content_type="image/png"))

    assert fetched == Fetched(PNG, "png")
    assert [seen.line for seen in server.seen] == ["GET /pbs/media/a.png?name=small HTTP/1.1"] * 3
    for seen in server.seen:
        assert set(seen.headers) == {
            "host",
            "user-agent",
            "accept",
            "accept-encoding",
            "connection",
        } & set(seen.headers)
        assert not {"authorization", "cookie", "referer"} & set(seen.headers)
        assert seen.headers["accept"] == "image/jpeg, image/png, image/webp, image/gif"


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        (answers(PNG, content_type="text/html"), Trouble.NO_PICTURE),
        (answers(b"<svg/>" * 9, content_type="image/svg+xml"), Trouble.NO_PICTURE),
        (answers(b"<html>" * 9, content_type="image/png"), Trouble.NO_PICTURE),
        (endless, Trouble.TOO_MUCH),
        (
            answers(gzip_bomb(64), "200 OK", "Content-Encoding: gzip", content_type="image/png"),
            Trouble.TOO_MUCH,
        ),
        (
            answers(PNG, "200 OK", "Content-Encoding: br", content_type="image/png"),
            Trouble.TOO_MUCH,
        ),
        (writes(head("200 OK", TYPE, length=999) + PNG), Trouble.UNREACHABLE),
        (resets(head("200 OK", TYPE, length=999)), Trouble.UNREACHABLE),
        (writes(b"SSH-2.0-OpenSSH_9.6\r\n"), Trouble.TOO_MUCH),
    ],
    ids=["html", "svg", "lie", "endless", "bomb", "brotli", "short", "reset", "no http"],
)
def test_what_is_no_picture_is_named(media: Media, script: Script, trouble: Trouble) -> None:
    with HostileServer() as server:
        assert fetch(media, server, script).trouble is trouble


def test_an_endless_picture_takes_no_more_memory_than_its_bound(media: Media) -> None:
    with HostileServer() as server:
        fetch(media, server, answers(PNG, content_type="image/png"))  # what is loaded is loaded
        tracemalloc.start()
        try:
            fetched = fetch(media, server, endless)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert fetched.trouble is Trouble.TOO_MUCH
    assert peak < 3 * MEDIA_BYTES


def test_a_redirect_is_not_followed(media: Media) -> None:
    with HostileServer() as tracker, HostileServer() as server:
        tracker.always(answers(PNG, content_type="image/png"))
        away = f"Location: {tracker.origin}/pbs/media/a.png"

        fetched = fetch(media, server, answers(b"", "302 Found", away, content_type="image/png"))

    assert fetched.trouble is Trouble.MOVED
    assert tracker.connections == 0


def test_a_picture_that_stalls_is_given_up_at_once_when_nobody_wants_it(media: Media) -> None:
    cancel = CancelToken()
    with HostileServer() as server:
        server.always(stalls(head("200 OK", TYPE, length=999) + PNG))
        source = MediaSource(f"{server.origin}/pbs/media/a.png")
        outcome: list[object] = []

        def ask() -> None:
            try:
                outcome.append(media.fetch(source, cancel))
            except Cancelled as stopped:
                outcome.append(stopped)

        asking = threading.Thread(target=ask)
        asking.start()
        while not server.seen:
            assert asking.is_alive()
        cancel.cancel()
        asking.join(30)

    assert not asking.is_alive()
    assert isinstance(outcome[0], Cancelled)
