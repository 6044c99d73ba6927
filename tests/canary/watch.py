"""Reads from outside what others could read of a running program, and finds secrets in it."""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.canary.encodings import readings, spellings

_LOOK_EVERY_SECONDS: Final = 0.15
_LARGEST: Final = 32 << 20


@dataclass(frozen=True)
class Canary:
    """A secret, its kind, and the sinks in which it may stand."""

    value: bytes = field(repr=False)
    kind: str
    allowed: frozenset[str] = frozenset()


class Haystack:
    """Everything that was read, piece by piece, and from which sink."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, bytes], str] = {}
        self.sinks: set[str] = set()

    def put(self, sink: str, what: bytes, where: str = "") -> None:
        """Keep a piece; the same one only once. `where` is said in a finding."""
        self.sinks.add(sink)
        if what:
            self._pieces.setdefault((sink, what), where)

    def finds(self, canaries: list[Canary]) -> list[str]:
        """Return which kind of secret stands where, in which encoding; no value is told."""
        wanted = [
            (canary, encoding, form)
            for canary in canaries
            for encoding, forms in spellings(canary.value).items()
            for form in forms
            if len(form) >= 8
        ]
        found = set()
        for (sink, what), where in self._pieces.items():
            for reading, text in readings(what):
                for canary, encoding, form in wanted:
                    if form in text and sink not in canary.allowed:
                        found.add(f"{canary.kind} in {sink} {where} ({encoding}, {reading})")
        return sorted(found)


@dataclass
class Watch:
    """Reads files, arguments, environment and names, once or again and again."""

    folders: dict[str, Path]
    haystack: Haystack = field(default_factory=Haystack)

    def look(self, pid: int) -> None:
        """Read everything once."""
        for process in family(pid):
            whose = "" if process == pid else "child's "
            for name in ("cmdline", "environ", "comm"):
                content = contents(Path(f"/proc/{process}/{name}"))
                self.haystack.put(f"{whose}{name}", content)
        for name, folder in self.folders.items():
            self.haystack.put(f"files in {name}", b"")
            for path in folder.rglob("*"):
                where = str(path.relative_to(folder))
                sink = "core file" if path.name.startswith("core") else f"files in {name}"
                self.haystack.put(sink, contents(path), where)
                self.haystack.put("file names", os.fsencode(path))

    def follow(self, pid: int, ended: threading.Event) -> None:
        """Read everything until the program has ended."""
        while not ended.wait(_LOOK_EVERY_SECONDS):
            self.look(pid)


def contents(path: Path) -> bytes:
    """Return a file's bytes; nothing for what is no file, or is gone, or not for us."""
    try:
        is_proc = path.parts[1] == "proc"
        if is_proc or (
            path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST
        ):
            return path.read_bytes()
    except OSError:
        pass
    return b""


def family(pid: int) -> set[int]:
    """Return a process and all below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(stat.parent.name)] = int(rest[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found
