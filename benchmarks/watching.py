"""How long until a program's window shows what it will show, and what it takes when idle."""

import contextlib
import os
import signal
import subprocess
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.screen import Place, Screen

QUIET_SECONDS: Final = 3.0
PATIENCE_SECONDS: Final = 40.0
# A blinking cursor must not count as "not ready yet"; half a percent of the window is more
# than a cursor and less than a row of a list.
STRAY_SHARE: Final = 0.005
_LOOK_SECONDS: Final = 0.008
_CALM_LOOK_SECONDS: Final = 0.1
_EVERY_SEVENTH_PIXEL: Final = 28


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is started.

    Attributes:
        given: what it can read from the descriptor whose number replaces "{given}".
    """

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    given: bytes = b""


@dataclass(frozen=True, slots=True)
class Seen:
    """One run: seconds until the window was as it stayed, and megabytes once idle."""

    seconds: float
    megabytes: float
    measure: str


def watch(program: Program, screen: Screen) -> Seen:
    """Start the program on the display, look until it has been quiet for 3 s, and end it.

    The window counts as usable with the first picture that differs from the last one by no
    more than a blinking cursor would: then everything is there that comes by itself.

    Raises:
        TimeoutError: no window came, or it did not come to rest.
    """
    began = time.perf_counter()
    child = _start(program)
    try:
        pictures = _pictures(screen, began, program.name)
        megabytes, measure = memory_of(tree_of(child.pid))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        _wait_until_gone(screen)
    return Seen(_usable_at(pictures), megabytes, measure)


def _start(program: Program) -> "subprocess.Popen[bytes]":
    command, reader = list(program.command), -1
    if program.given:
        reader, writer = os.pipe()
        os.write(writer, program.given)
        os.close(writer)
        command = [part.replace("{given}", str(reader)) for part in command]
    try:
        return subprocess.Popen(
            command,
            env=_environment() | program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(reader,) if program.given else (),
            start_new_session=True,
        )
    finally:
        if program.given:
            os.close(reader)


def _environment() -> dict[str, str]:
    # Without cached bytecode every Python would be measured compiling itself.
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _pictures(screen: Screen, began: float, name: str) -> list[tuple[float, bytes]]:
    """Return each new picture with its time, until none came for a while."""
    pictures: list[tuple[float, bytes]] = []
    place: Place | None = None
    known, changed_at = 0, began
    while True:
        now = time.perf_counter()
        if now - began > PATIENCE_SECONDS:
            raise TimeoutError(f"{name} showed no window that came to rest")
        found = screen.largest_window()
        if found is not None:
            place = found
            whole = screen.picture(place)
            mark = zlib.crc32(whole)
            if whole and mark != known:
                sample = whole[::_EVERY_SEVENTH_PIXEL]
                if not pictures or _share(sample, pictures[-1][1]) > STRAY_SHARE:
                    changed_at = now
                known = mark
                pictures.append((now - began, sample))
        if pictures and now - changed_at > QUIET_SECONDS:
            return pictures
        calm = bool(pictures) and now - changed_at > 1
        time.sleep(_CALM_LOOK_SECONDS if calm else _LOOK_SECONDS)


def _usable_at(pictures: Sequence[tuple[float, bytes]]) -> float:
    last = pictures[-1][1]
    usable = pictures[-1][0]
    for seconds, picture in reversed(pictures):
        if _share(picture, last) > STRAY_SHARE:
            break
        usable = seconds
    return usable


def _share(one: bytes, other: bytes) -> float:
    """Return which share of two samples differs; windows of different sizes differ wholly."""
    if len(one) != len(other):
        return 1.0
    if one == other:
        return 0.0
    return sum(a != b for a, b in zip(one, other, strict=True)) / len(one)


def _wait_until_gone(screen: Screen) -> None:
    until = time.monotonic() + 5
    while screen.largest_window() is not None and time.monotonic() < until:
        time.sleep(0.02)


def tree_of(pid: int) -> list[int]:
    """Return the process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    tree = [pid]
    for member in tree:
        tree += children.get(member, [])
    return tree


def memory_of(pids: Sequence[int]) -> tuple[float, str]:
    """Return megabytes and which measure it is: PSS, or RSS where PSS may not be read.

    Keypane denies others of the same person a look into its memory, and the kernel counts
    PSS among that; root may look.
    """
    with contextlib.suppress(OSError):
        return sum(_pss(pid) for pid in pids) / 1e6, "PSS"
    page = os.sysconf("SC_PAGE_SIZE")
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * page / 1e6, "RSS"


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
