"""The helper's named pipe, on a Windows that is made of fakes: nothing here ran on Windows."""

import ctypes
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.adapters import helper_pipe
from core.adapters.helper_pipe import serve_once
from core.adapters.windows_pipes import Overlapped, SecurityAttributes, WindowsPipes
from core.consents import Peer
from core.errors import BadInput
from core.helper import LONGEST_LINE
from core.ports import CancelToken

ME, OTHER = "S-1-5-21-1-2-3-1001", "S-1-5-21-9-9-9-1002"
HOME = Path("C:/Users/Me/Keypane")


@dataclass
class FakeClient:
    """A program that connected to the fake pipe."""

    pid: int = 4242
    user: str = ME
    program: str = "C:\\bot.exe"
    sent: "queue.Queue[bytes]" = field(default_factory=queue.Queue)
    heard: "queue.Queue[bytes]" = field(default_factory=queue.Queue)
    is_closed: threading.Event = field(default_factory=threading.Event)


class FakeSystem:
    """Windows, as far as the adapter's loop sees it."""

    def __init__(self, *, is_taken: bool = False) -> None:
        self.is_taken = is_taken
        self.waiting: queue.Queue[FakeClient] = queue.Queue()
        self.pipes: list[tuple[str, str, bool]] = []
        self.closed: list[int] = []
        self._clients: dict[int, FakeClient] = {}
        self._stop = threading.Event()

    def own_user(self) -> str:
        return ME

    def new_event(self) -> int:
        return 1

    def set_event(self, event: int) -> None:
        self._stop.set()

    def new_pipe(self, name: str, user: str, *, is_first: bool) -> int:
        if self.is_taken:
            raise FileExistsError
        self.pipes.append((name, user, is_first))
        return 100 + len(self.pipes)

    def wait_for_client(self, pipe: int, stop: int, seconds: float) -> bool:
        while not self._stop.is_set():
            try:
                self._clients[pipe] = self.waiting.get(timeout=0.01)
            except queue.Empty:
                continue
            return True
        return False

    def client(self, pipe: int) -> tuple[int, str, str]:
        found = self._clients[pipe]
        return found.pid, found.user, found.program

    def user_name(self, user: str) -> str:
        return "me"

    def read(self, pipe: int, most: int, stop: int, seconds: float) -> bytes:
        while not self._stop.is_set():
            try:
                return self._clients[pipe].sent.get(timeout=0.01)[:most]
            except queue.Empty:
                continue
        return b""

    def write(self, pipe: int, data: bytes, seconds: float) -> None:
        self._clients[pipe].heard.put(data)

    def close(self, handle: int) -> None:
        self.closed.append(handle)
        if handle in self._clients:
            self._clients[handle].is_closed.set()

    def connect(self, client: FakeClient) -> FakeClient:
        self.waiting.put(client)
        return client


def echo(line: bytes, peer: Peer) -> bytes:
    return b"%s for %s" % (line.upper(), peer.program.encode())


@contextmanager
def serving(
    system: FakeSystem, reply: Callable[[bytes, Peer], bytes] = echo
) -> Iterator[list[bool]]:
    cancel, ready, told = CancelToken(), threading.Event(), list[bool]()

    def note(is_serving: bool) -> None:
        told.append(is_serving)
        ready.set()

    thread = threading.Thread(
        target=lambda: serve_once(HOME, reply, cancel, note, lambda: False, system)
    )
    thread.start()
    assert ready.wait(30)
    try:
        yield told
    finally:
        cancel.cancel()
        thread.join(30)
        assert not thread.is_alive()


def test_lines_of_ones_own_programs_are_answered_each_on_an_instance_of_its_own() -> None:
    system = FakeSystem()
    with serving(system) as told:
        first, second = system.connect(FakeClient()), system.connect(FakeClient(program="D:\\x"))
        first.sent.put(b"one\ntw")
        first.sent.put(b"o\n")
        second.sent.put(b"three\n")
        answers = [client.heard.get(timeout=30) for client in (first, first, second)]
        first.sent.put(b"")
        assert first.is_closed.wait(30)

    assert answers == [b"ONE for C:\\bot.exe\n", b"TWO for C:\\bot.exe\n", b"THREE for D:\\x\n"]
    assert told == [True, False]
    assert second.is_closed.wait(30)
    assert {user for _, user, _ in system.pipes} == {ME}
    assert [is_first for *_, is_first in system.pipes] == [True, False, False]
    assert len({name for name, *_ in system.pipes}) == 1


def test_a_program_of_another_user_is_turned_away_unheard() -> None:
    asked: list[bytes] = []

    def note(line: bytes, _peer: Peer) -> bytes:
        asked.append(line)
        return b""

    system = FakeSystem()
    with serving(system, note):
        stranger = system.connect(FakeClient(user=OTHER))
        stranger.sent.put(b"give\n")
        refused = stranger.heard.get(timeout=30)
        assert stranger.is_closed.wait(30)

    assert b'"kind":"not_allowed"' in refused
    assert asked == []


def test_a_line_without_end_closes_the_connection() -> None:
    system = FakeSystem()
    with serving(system):
        client = system.connect(FakeClient())
        client.sent.put(b"x" * LONGEST_LINE)
        client.sent.put(b"x" * LONGEST_LINE)

        assert client.is_closed.wait(30)
    assert client.heard.empty()


def test_a_pipe_that_somebody_else_made_is_not_shared() -> None:
    with pytest.raises(BadInput, match="another program has the pipe"):
        serve_once(HOME, echo, CancelToken(), print, lambda: False, FakeSystem(is_taken=True))


def test_serving_ends_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_pipe, "_LOOK_SECONDS", 0.0)
    system, told = FakeSystem(), list[bool]()
    system.connect(FakeClient())

    serve_once(HOME, echo, CancelToken(), told.append, lambda: True, system)

    assert told == [True, False]


# --- the calls themselves ----------------------------------------------------------------------


class Call:
    """One function of a library: notes how it was called, and does what a test wants."""

    def __init__(self, does: Callable[..., Any]) -> None:
        self.restype: Any = None
        self.argtypes: Any = None
        self.calls: list[tuple[Any, ...]] = []
        self._does = does

    def __call__(self, *arguments: Any) -> Any:
        assert len(arguments) == len(self.argtypes), "the documented number of arguments"
        self.calls.append(arguments)
        return self._does(*arguments)


class Library:
    """A library whose functions succeed, but for what a test says."""

    def __init__(self, **does: Callable[..., Any]) -> None:
        self._does = does
        self._made: dict[str, Call] = {}

    def __getattr__(self, name: str) -> Call:
        made: dict[str, Call] = self.__dict__["_made"]
        if name not in made:
            made[name] = Call(self._does.get(name, lambda *_: 1))
        return made[name]


def put(pointer: Any, value: Any) -> int:
    """Write through what `byref` gave."""
    pointer._obj.value = value
    return 1


def windows(
    kernel: Library | None = None, advapi: Library | None = None, error: int = 0
) -> tuple[WindowsPipes, Library, Library]:
    kernel = kernel or Library()
    advapi = advapi or Library()
    return WindowsPipes(kernel, advapi, lambda: error), kernel, advapi


def test_the_list_of_rights_names_one_user_and_remote_clients_are_refused() -> None:
    seen: list[tuple[int, int]] = []

    def create(*arguments: Any) -> int:
        rights: SecurityAttributes = arguments[7]._obj
        seen.append((rights.nLength, rights.lpSecurityDescriptor))
        return 77

    system, kernel, advapi = windows(
        Library(CreateNamedPipeW=create),
        Library(ConvertStringSecurityDescriptorToSecurityDescriptorW=lambda *a: put(a[2], 0xD00D)),
    )

    first = system.new_pipe("\\\\.\\pipe\\keypane-x", ME, is_first=True)
    system.new_pipe("\\\\.\\pipe\\keypane-x", ME, is_first=False)

    sddl = advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW.calls[0][0]
    name, opening, mode = kernel.CreateNamedPipeW.calls[0][:3]
    assert (first, sddl) == (77, f"D:P(A;;GA;;;{ME})")
    assert (name, opening, mode) == ("\\\\.\\pipe\\keypane-x", 0x40080003, 0x8)
    assert kernel.CreateNamedPipeW.calls[1][1] == 0x40000003
    assert seen == [(ctypes.sizeof(SecurityAttributes), 0xD00D)] * 2
    assert len(kernel.LocalFree.calls) == 2


def test_somebody_elses_pipe_of_that_name_is_told_from_other_failures() -> None:
    refuses = Library(CreateNamedPipeW=lambda *_: ctypes.c_void_p(-1).value)

    with pytest.raises(FileExistsError):
        windows(refuses, error=5)[0].new_pipe("p", ME, is_first=True)
    with pytest.raises(OSError, match="error 8"):
        windows(refuses, error=8)[0].new_pipe("p", ME, is_first=True)


def test_the_client_is_known_by_process_user_and_program() -> None:
    buffers: list[Any] = []

    def information(_token: Any, kind: int, room: Any, _size: Any, needed: Any) -> int:
        assert kind == 1
        if room is None:
            put(needed, 44)
            return 0
        ctypes.cast(room, ctypes.POINTER(ctypes.c_void_p))[0] = 0x51D
        return 1

    def sid_text(sid: int, text: Any) -> int:
        assert sid == 0x51D
        buffers.append(ctypes.create_unicode_buffer(OTHER))
        text._obj.value = ctypes.cast(buffers[0], ctypes.c_wchar_p).value
        return 1

    def image(_process: int, _flags: int, room: Any, _size: Any) -> int:
        room.value = "C:\\Python\\python.exe"
        return 1

    system, kernel, _ = windows(
        Library(
            GetNamedPipeClientProcessId=lambda _pipe, pid: put(pid, 4711),
            OpenProcess=lambda *_: 9,
            QueryFullProcessImageNameW=image,
        ),
        Library(
            OpenProcessToken=lambda _process, _access, token: put(token, 10),
            GetTokenInformation=information,
            ConvertSidToStringSidW=sid_text,
        ),
    )

    assert system.client(5) == (4711, OTHER, "C:\\Python\\python.exe")
    assert kernel.OpenProcess.calls == [(0x1000, False, 4711)]
    closed = [getattr(handle, "value", handle) for (handle,) in kernel.CloseHandle.calls]
    assert sorted(closed) == [9, 10]


def test_a_read_that_waits_is_given_up_when_serving_ends() -> None:
    system, kernel, _ = windows(
        Library(
            ReadFile=lambda *_: 0,
            CreateEventW=lambda *_: 33,
            WaitForMultipleObjects=lambda *_: 1,
            GetOverlappedResult=lambda *_: 0,
        ),
        error=997,
    )

    assert system.read(5, 100, 3, 60.0) == b""
    assert len(kernel.CancelIoEx.calls) == 1
    how_many, _handles, all_of_them, milliseconds = kernel.WaitForMultipleObjects.calls[0]
    assert (how_many, all_of_them, milliseconds) == (2, False, 60_000)
    assert [handle for (handle,) in kernel.CloseHandle.calls] == [33]


def test_what_came_is_read_as_far_as_it_came() -> None:
    def read(_pipe: int, room: Any, _size: int, _count: Any, under_way: Any) -> int:
        assert isinstance(under_way._obj, Overlapped)
        room.value = b"hello"
        return 1

    system, _, _ = windows(
        Library(ReadFile=read, WaitForMultipleObjects=lambda *_: 0,
                GetOverlappedResult=lambda _p, _o, count, _w: put(count, 5))
    )  # fmt: skip

    assert system.read(5, 100, 3, 60.0) == b"hello"


@pytest.mark.parametrize(("error", "is_end"), [(109, True), (232, True), (6, False)])
def test_the_end_of_a_pipe_is_told_from_a_failure(error: int, *, is_end: bool) -> None:
    system, _, _ = windows(Library(ReadFile=lambda *_: 0), error=error)

    if is_end:
        assert system.read(5, 100, 3, 60.0) == b""
    else:
        with pytest.raises(OSError, match="error 6"):
            system.read(5, 100, 3, 60.0)


def test_a_long_answer_is_written_in_as_many_parts_as_it_takes() -> None:
    counts = iter((3, 4))
    system, kernel, _ = windows(
        Library(WaitForMultipleObjects=lambda *_: 0,
                GetOverlappedResult=lambda _p, _o, count, _w: put(count, next(counts)))
    )  # fmt: skip

    system.write(5, b"1234567", 60.0)

    assert [call[2] for call in kernel.WriteFile.calls] == [7, 4]


@pytest.mark.parametrize(
    ("connected", "error", "woken", "is_there"),
    [(0, 535, 0, True), (0, 997, 0, True), (0, 997, 258, False), (1, 0, 0, True)],
)
def test_a_client_is_waited_for(connected: int, error: int, woken: int, *, is_there: bool) -> None:
    system, _, _ = windows(
        Library(
            ConnectNamedPipe=lambda *_: connected,
            WaitForMultipleObjects=lambda *_: woken,
            GetOverlappedResult=lambda *_: int(woken == 0),
        ),
        error=error,
    )

    assert system.wait_for_client(5, 3, 1.0) is is_there


def test_a_user_of_no_name_is_called_by_the_number() -> None:
    system, _, _ = windows(advapi=Library(LookupAccountSidW=lambda *_: 0))

    assert system.user_name(ME) == ME
