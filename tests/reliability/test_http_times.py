"""A total deadline holds to half a second, and a cancel frees within a fifth, wherever X is silent.

A call stands still in each of its places, from the look-up of a name to the last byte of a
body, and is left alone until its deadline, or cancelled at a moment that the seed decides.
`dev.py test --slow` holds both to the figure and publishes the longest.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from typing import Final

import pytest

from core.adapters.http_settings import TransportSettings
from core.adapters.requests_transport import RequestsTransport
from core.errors import Cancelled, ConnectFailed, KeypaneError, TimedOut
from core.model import HttpRequest
from core.ports import CancelToken
from tests.fakes.certificates import Authority
from tests.fakes.hostile_server import HostileServer, Script, drips, head, stalls
from tests.reliability.counts import note_longest
from tests.reliability.seeds import seed_of_this_run
from tests.timing import exact_times, within

pytestmark = pytest.mark.timed
DEADLINE_SECONDS: Final = 0.6
MISS_SECONDS: Final = 0.5
CANCEL_SECONDS: Final = 0.2
_REPEATS: Final = (2, 20)  # normally, and when times are held exactly
_LARGE: Final = bytes(64 << 20)  # more than the system takes off our hands
_SAFE: Final = {"look-up", "connecting", "TLS"}

Place = Callable[[pytest.MonkeyPatch, Authority], AbstractContextManager[HttpRequest]]


# --- the places ----------------------------------------------------------------------------------


@contextlib.contextmanager
def _look_up(monkeypatch: pytest.MonkeyPatch, _authority: Authority) -> Iterator[HttpRequest]:
    over = threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lambda *_a, **_k: over.wait(60) and [])
        yield HttpRequest("POST", "https://api.x.com/2/x")
        over.set()


@contextlib.contextmanager
def _connecting(_monkeypatch: pytest.MonkeyPatch, _authority: Authority) -> Iterator[HttpRequest]:
    with contextlib.ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(8):
            filler = open_sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        yield HttpRequest("POST", f"http://127.0.0.1:{port}/")


@contextlib.contextmanager
def _handshake(_monkeypatch: pytest.MonkeyPatch, authority: Authority) -> Iterator[HttpRequest]:
    certificate = authority.issue("slow")
    with HostileServer(certificate=certificate, stalls_in_handshake=True) as server:
        yield HttpRequest("POST", server.origin)


@contextlib.contextmanager
def _sending(_monkeypatch: pytest.MonkeyPatch, _authority: Authority) -> Iterator[HttpRequest]:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # it takes the call and reads nothing
        port = deaf.getsockname()[1]
        yield HttpRequest("POST", f"http://127.0.0.1:{port}/", body=_LARGE)


def _answering(script: Script) -> Place:
    @contextlib.contextmanager
    def place(_monkeypatch: pytest.MonkeyPatch, _authority: Authority) -> Iterator[HttpRequest]:
        with HostileServer() as server:
            server.always(script)
            yield HttpRequest("POST", f"{server.origin}/x")

    return place


PLACES: Final[dict[str, Place]] = {
    "look-up": _look_up,
    "connecting": _connecting,
    "TLS": _handshake,
    "sending": _sending,
    "first byte": _answering(stalls()),
    "head, dripping": _answering(drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.1)),
    "body, silent": _answering(stalls(head(length=10) + b"12345")),
    "body, dripping": _answering(drips(head(length=100_000))),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(authority: Authority, tmp_path: Path) -> Iterator[RequestsTransport]:
    assert tmp_path.is_dir()
    transport = RequestsTransport(None, TransportSettings(ca="file", ca_file=str(authority.file)))
    yield transport
    transport.close()


def repeats() -> int:
    """Return how often each place is tried."""
    return _REPEATS[exact_times()]


# --- the tests -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLACES)
def test_a_total_deadline_is_met_to_half_a_second(
    trusting: RequestsTransport, authority: Authority, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = 0.0
    with PLACES[name](monkeypatch, authority) as request:
        timed = _with_deadline(request, DEADLINE_SECONDS)
        for _ in range(max(1, repeats() // 2)):
            began = time.monotonic()
            with pytest.raises(ConnectFailed if name in _SAFE else TimedOut) as caught:
                trusting.send(timed, CancelToken())

            assert within(
                DEADLINE_SECONDS + MISS_SECONDS,
                since=began,
                at_least=DEADLINE_SECONDS - MISS_SECONDS,
            )
            longest = max(longest, abs(time.monotonic() - began - DEADLINE_SECONDS))
            assert caught.value.reason == "timeout"
    note_longest("HTTP: a total deadline missed by", longest, at=name)


@pytest.mark.parametrize("name", PLACES)
def test_a_cancel_frees_within_a_fifth_of_a_second(
    trusting: RequestsTransport, authority: Authority, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, longest = Random(seed_of_this_run()), 0.0  # noqa: S311 - to be replayed
    with PLACES[name](monkeypatch, authority) as request:
        timed = _with_deadline(request, 30.0)
        for _ in range(repeats()):
            longest = max(longest, _cancelled(trusting, timed, chance.uniform(0.05, 0.35), name))
    note_longest("HTTP: a cancel frees after", longest, at=name)


def _cancelled(
    transport: RequestsTransport, request: HttpRequest, after_seconds: float, name: str
) -> float:
    """Cancel a call after so long; return how long that took."""
    cancel, ended = CancelToken(), list[BaseException]()

    def call() -> None:
        try:
            transport.send(request, cancel)
        except (KeypaneError, Cancelled) as error:
            ended.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    cancel.wait(after_seconds)
    began = time.monotonic()
    cancel.cancel()
    thread.join(60)

    assert within(CANCEL_SECONDS, since=began)
    taken = time.monotonic() - began
    (error,) = ended
    assert isinstance(error, Cancelled)
    assert error.nothing_sent is (name in _SAFE)
    return taken


def _with_deadline(request: HttpRequest, seconds: float) -> HttpRequest:
    return HttpRequest(request.method, request.url, body=request.body, deadline_seconds=seconds)
