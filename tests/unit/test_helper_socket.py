"""The helper's socket: private, for one user, one agent at a time, and gone afterwards."""

import contextlib
import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.adapters import helper_socket
from core.adapters.helper_socket import serve
from core.errors import BadInput
from core.helper import LONGEST_LINE
from core.ports import CancelToken

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")


def shout(line: bytes) -> bytes:
    return line.upper()


@contextmanager
def serving(path: Path, answer: Callable[[bytes], bytes] = shout) -> Iterator[CancelToken]:
    cancel, ready = CancelToken(), threading.Event()
    thread = threading.Thread(target=serve, args=(path, answer, cancel, ready.set))
    thread.start()
    assert ready.wait(10)
    try:
        yield cancel
    finally:
        cancel.cancel()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def connected(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        yield client


def ask(client: socket.socket, line: bytes) -> bytes:
    client.sendall(line)
    return client.recv(LONGEST_LINE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "helper.sock"


def test_lines_are_answered_on_a_private_socket_that_goes_at_the_end(path: Path) -> None:
    with serving(path):
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
        with connected(path) as client:
            answers = [ask(client, b"one\n"), ask(client, b"\ntwo\nthr"), ask(client, b"ee\n")]

    assert modes == [0o600, 0o700]
    assert answers == [b"ONE\n", b"TWO\n", b"THREE\n"]
    assert not path.exists()


def test_a_second_agent_says_so_and_the_first_goes_on(path: Path) -> None:
    with serving(path), connected(path) as client:
        with pytest.raises(BadInput, match="another agent"):
            serve(path, shout, CancelToken(), lambda: None)

        assert ask(client, b"still\n") == b"STILL\n"


def test_the_socket_of_a_dead_agent_is_replaced(path: Path) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))

    with serving(path), connected(path) as client:
        assert ask(client, b"alive\n") == b"ALIVE\n"


def test_what_is_no_socket_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("mine")

    with pytest.raises(BadInput, match="something else"):
        serve(path, shout, CancelToken(), lambda: None)
    assert path.read_text() == "mine"


def test_a_path_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too long"):
        serve(tmp_path / ("x" * 120) / "helper.sock", shout, CancelToken(), lambda: None)


def test_a_program_of_another_user_is_turned_away(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    def note(line: bytes) -> bytes:
        asked.append(line)
        return b"x"

    monkeypatch.setattr(helper_socket, "peer_uid", lambda _connection: os.geteuid() + 1)

    with serving(path, note), connected(path) as client:
        refused = json.loads(client.recv(LONGEST_LINE))
        with contextlib.suppress(OSError):
            client.sendall(b"give\n")
        assert client.recv(LONGEST_LINE) == b""

    assert refused["error"]["kind"] == "not_allowed"
    assert asked == []


def test_the_kernel_says_whose_the_other_end_is(path: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert helper_socket.peer_uid(ours) == os.geteuid()


def test_a_line_without_end_closes_the_connection(path: Path) -> None:
    with serving(path), connected(path) as client:
        with contextlib.suppress(OSError):
            client.sendall(b"x" * (3 * LONGEST_LINE))

        with contextlib.suppress(ConnectionResetError):
            assert client.recv(LONGEST_LINE) == b""


def test_a_program_that_leaves_in_the_middle_disturbs_nobody(path: Path) -> None:
    with serving(path):
        for _ in range(5):
            with connected(path) as client:
                client.sendall(b"half")
        with connected(path) as client:
            assert ask(client, b"whole\n") == b"WHOLE\n"


def test_the_end_does_not_wait_for_idle_programs(path: Path) -> None:
    with serving(path) as cancel, connected(path) as client:
        ask(client, b"here\n")
        cancel.cancel()

        assert client.recv(LONGEST_LINE) == b""
