"""The helper's socket: private, for one user, one agent at a time, and gone afterwards."""

import contextlib
import getpass
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.adapters import helper_peer, helper_socket, helper_turns
from core.adapters.helper_turns import serve
from core.consents import Peer
from core.errors import BadInput
from core.helper import LONGEST_LINE
from core.ports import CancelToken

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")


Reply = Callable[[bytes, Peer], bytes]


def shout(line: bytes, _peer: Peer) -> bytes:
    return line.upper()


class Serving:
    """A helper in a thread, as an agent or as a window."""

    def __init__(self, home: Path, reply: Reply = shout, *, is_window: bool = False) -> None:
        self.cancel = CancelToken()
        self.open = threading.Event()
        self.told: list[bool] = []
        self._thread = threading.Thread(
            target=lambda: serve(home, reply, self.cancel, self._note, gives_way=is_window)
        )
        self._thread.start()

    def _note(self, serving: bool) -> None:
        self.told.append(serving)
        (self.open.set if serving else self.open.clear)()

    def end(self) -> None:
        self.cancel.cancel()
        self._thread.join(30)
        assert not self._thread.is_alive()


@contextmanager
def serving(path: Path, reply: Reply = shout, *, is_window: bool = False) -> Iterator[Serving]:
    running = Serving(path.parent, reply, is_window=is_window)
    try:
        assert running.open.wait(30)
        yield running
    finally:
        running.end()


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
            serve(path.parent, shout, CancelToken(), print)

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
        serve(path.parent, shout, CancelToken(), print)
    assert path.read_text() == "mine"


def test_a_path_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too long"):
        serve(tmp_path / ("x" * 120), shout, CancelToken(), print)


def test_a_program_of_another_user_is_turned_away(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    def note(line: bytes, _peer: Peer) -> bytes:
        asked.append(line)
        return b"x"

    stranger = helper_peer.Credentials(os.geteuid() + 1, os.getpid())
    monkeypatch.setattr(helper_socket, "credentials_of", lambda _connection: stranger)

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
        found = helper_peer.credentials_of(ours)

    assert found == helper_peer.Credentials(os.geteuid(), os.getpid())
    peer = helper_peer.peer_of(found)
    assert peer.user == getpass.getuser()
    assert sys.platform != "linux" or peer.program == str(Path(sys.executable).resolve())


def test_a_process_that_is_gone_has_no_program() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass

    peer = helper_peer.peer_of(helper_peer.Credentials(None, gone.pid))

    assert (peer.program, peer.user) == ("", "")


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
    with serving(path) as running, connected(path) as client:
        ask(client, b"here\n")
        running.cancel.cancel()

        assert client.recv(LONGEST_LINE) == b""


def test_a_window_leaves_the_place_to_an_agent_and_takes_it_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper_turns, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(helper_socket, "_LOOK_SECONDS", 0.05)
    with serving(path, lambda _line, _peer: b"window", is_window=True) as window:
        with connected(path) as client:
            before = ask(client, b"who\n")
        with serving(path, lambda _line, _peer: b"agent"), connected(path) as client:
            meanwhile = ask(client, b"who\n")
            assert not window.open.is_set()
        assert window.open.wait(30)
        with connected(path) as client:
            after = ask(client, b"who\n")

    assert [before, meanwhile, after] == [b"window\n", b"agent\n", b"window\n"]
    assert window.told == [True, False, True, False]


def test_of_two_windows_one_serves_and_the_other_follows_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper_turns, "LOOK_SECONDS", 0.05)
    second = None
    try:
        with serving(path, is_window=True):
            second = Serving(path.parent, is_window=True)
            assert not second.open.wait(0.3)
        assert second.open.wait(30)
    finally:
        if second is not None:
            second.end()


def test_an_answer_that_is_on_its_way_arrives_although_serving_ends(path: Path) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def slow(_line: bytes, _peer: Peer) -> bytes:
        asked.set()
        may_answer.wait(30)
        return b"late"

    with serving(path, slow) as running, connected(path) as client:
        client.sendall(b"give\n")
        assert asked.wait(30)
        running.cancel.cancel()
        may_answer.set()

        assert client.recv(LONGEST_LINE) == b"late\n"
