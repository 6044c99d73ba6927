"""What every Transport promises: the fake that tests stand on, and the real one."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, BadInput, Cancelled, ConnectFailed, TimedOut
from core.model import HttpRequest
from core.ports import CancelToken, Transport
from core.secret import Secret
from tests.fakes.fake_transport import FakeTransport, answer, no_connection, silence
from tests.fakes.hostile_server import HostileServer, answers, head, stalls, writes
from tests.timing import within


class World(Protocol):
    """A transport, and the other side of it."""

    @property
    def transport(self) -> Transport: ...
    @property
    def url(self) -> str: ...
    def answers(self, status: int, body: bytes, headers: dict[str, str]) -> None: ...
    def stays_silent(self) -> None: ...
    def is_gone(self) -> None: ...
    def count(self) -> int: ...


class FakeWorld:
    def __init__(self) -> None:
        self.url = "https://api.x.com/2/things"
        self.transport = FakeTransport(allowed=lambda origin: origin == "https://api.x.com")

    def answers(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.transport.will(answer(body, status, headers))

    def stays_silent(self) -> None:
        self.transport.will(silence)

    def is_gone(self) -> None:
        self.transport.will(no_connection)

    def count(self) -> int:
        return len(self.transport.seen)


@dataclass
class RealWorld:
    server: HostileServer
    transport: RequestsTransport

    @property
    def url(self) -> str:
        return f"{self.server.origin}/2/things"

    def answers(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        self.server.will(answers(body, f"{status} Some reason", *lines))

    def stays_silent(self) -> None:
        self.server.will(stalls())

    def is_gone(self) -> None:
        self.server.__exit__(None, None, None)

    def count(self) -> int:
        return len(self.server.seen)


@pytest.fixture(params=["fake", "real"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    with HostileServer() as server:
        transport = RequestsTransport(lambda origin: origin == server.origin)
        yield RealWorld(server, transport)
        transport.close()


@pytest.mark.parametrize(
    "status", [200, 201, 204, 301, 302, 303, 307, 308, 400, 401, 429, 500, 503]
)
def test_every_status_is_an_answer(world: World, status: int) -> None:
    body = b"" if status == 204 else b'{"n":1}'
    world.answers(status, body, {"X-Rate-Limit-Reset": "7", "Location": "http://evil.example/"})

    response = world.transport.send(HttpRequest("GET", world.url), CancelToken())

    assert (response.status, response.body) == (status, body)
    assert world.count() == 1


def test_header_names_are_in_lower_case(world: World) -> None:
    world.answers(200, b"{}", {"x-access-level": "read"})

    response = world.transport.send(HttpRequest("GET", world.url), CancelToken())

    assert response.headers["x-access-level"] == "read"
    assert all(name == name.lower() for name in response.headers)


def test_a_body_over_the_limit_is_a_bad_answer(world: World) -> None:
    world.answers(200, b"x" * 101, {})

    with pytest.raises(BadAnswer, match="too large"):
        world.transport.send(HttpRequest("GET", world.url, max_body_bytes=100), CancelToken())


def test_a_body_of_exactly_the_limit_is_taken(world: World) -> None:
    world.answers(200, b"x" * 100, {})

    response = world.transport.send(
        HttpRequest("GET", world.url, max_body_bytes=100), CancelToken()
    )

    assert len(response.body) == 100


def test_silence_ends_at_the_deadline_as_timed_out(world: World) -> None:
    world.stays_silent()
    began = time.monotonic()

    with pytest.raises(TimedOut) as caught:
        world.transport.send(HttpRequest("POST", world.url, deadline_seconds=0.3), CancelToken())

    assert caught.value.reason == "timeout"
    assert within(0.8, since=began, at_least=0.25)


def test_no_connection_means_that_nothing_was_sent(world: World) -> None:
    world.is_gone()

    with pytest.raises(ConnectFailed) as caught:
        world.transport.send(HttpRequest("POST", world.url), CancelToken())

    assert caught.value.reason == "refused"


def test_a_cancel_before_sending_says_that_nothing_was_sent(world: World) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(Cancelled) as caught:
        world.transport.send(HttpRequest("POST", world.url), cancel)

    assert caught.value.nothing_sent
    assert world.count() == 0


def test_a_cancel_while_waiting_ends_the_wait_at_once(
    world: World, wait_until: Callable[..., None]
) -> None:
    world.stays_silent()
    cancel = CancelToken()
    caught: list[BaseException] = []
    thread = threading.Thread(target=_send, args=(world, cancel, caught))
    thread.start()
    wait_until(lambda: world.count() == 1)
    began = time.monotonic()

    cancel.cancel()
    thread.join(30)

    assert within(0.2, since=began)
    assert isinstance(caught[0], Cancelled)
    assert not caught[0].nothing_sent


def _send(world: World, cancel: CancelToken, caught: list[BaseException]) -> None:
    try:
        world.transport.send(HttpRequest("POST", world.url, deadline_seconds=10), cancel)
    except Cancelled as error:
        caught.append(error)


BAD_URLS = [
    "http://api.x.com/2/things",
    "https://evil.example/2/things",
    "https://api.x.com@evil.example/",
    "https://api.x.com\\@evil.example/",
    "https://api.x.com。/2/things",
    "https://api.x.com:0/",
    "https://api.x.com:99999/",
    "https://api.x.com/2/things?access_token=x",
    "https://api.x.com/2/things#x",
    "https://api.x.com/2/../1.1/x",
    "https://api.x.com/2/%2e%2E/x",
    "https://api.x.com/2/a b",
    "https://api.x.com/2/a\r\nX: y",
    "ftp://api.x.com/",
    "file:///etc/passwd",
    "//api.x.com/",
    "https:///2/things",
    "https://[::2]/",
    "",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_an_address_that_is_not_ours_is_refused_at_the_door(world: World, url: str) -> None:
    with pytest.raises(BadInput) as caught:
        world.transport.send(HttpRequest("GET", url), CancelToken())

    assert "evil" not in str(caught.value)
    assert world.count() == 0


@pytest.mark.parametrize(
    "tail", ["\n", "\r\nX: y", "\u2026", "\u00a0", "\u200f", "\ufeff", "\0", " "]
)
def test_a_pasted_credential_with_a_foreign_character_is_refused_unquoted(
    world: World, tail: str
) -> None:
    credential = Secret(f"Bearer MySecretValue{tail}")

    with pytest.raises(BadInput) as caught:
        world.transport.send(HttpRequest("GET", world.url, authorization=credential), CancelToken())

    assert "MySecret" not in repr(caught.value) + str(caught.value.__context__)
    assert world.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "host",
        "Cookie",
        "content-length",
        "Transfer-Encoding",
        "a b",
        "",
        "x:",
        "ü",
    ],
)
def test_headers_that_steer_the_exchange_cannot_be_set(world: World, name: str) -> None:
    with pytest.raises(BadInput):
        world.transport.send(HttpRequest("GET", world.url, headers=((name, "x"),)), CancelToken())

    assert world.count() == 0


def test_an_empty_answer_of_a_closed_connection_is_told_from_none(world: World) -> None:
    world.answers(200, b"", {})

    assert world.transport.send(HttpRequest("GET", world.url), CancelToken()).body == b""


def test_the_real_one_says_how_the_answer_was_phrased() -> None:
    with HostileServer() as server:
        server.will(writes(head("418 I'm a teapot", length=0)))
        transport = RequestsTransport()

        response = transport.send(HttpRequest("GET", server.origin), CancelToken())
        transport.close()

    assert (response.status, response.reason) == (418, "I'm a teapot")
