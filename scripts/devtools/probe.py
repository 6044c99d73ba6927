"""Finds out by trying what the machine lacks; nothing is read from a package database."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from scripts.devtools.ground import VENV, venv_python
from scripts.devtools.needs import FONT_FILES, LIBRARIES, Need

_TRY_TO_LOAD = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""
_TRY_ATSPI = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
_SHIPPED = (
    "Qt/lib/libQt6WebEngineCore.so.6",
    "Qt/lib/libQt6WebEngineWidgets.so.6",
    "Qt/lib/libQt6Svg.so.6",
    "Qt/lib/libQt6DBus.so.6",
    "Qt/lib/libQt6Network.so.6",
    "Qt/libexec/QtWebEngineProcess",
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/platforms/libqwayland.so",
    "Qt/plugins/platforms/libqoffscreen.so",
)


def find_missing(needs: Iterable[Need]) -> list[Need]:
    """Return those of `needs` that this machine does not have. Takes about 0.2 s."""
    wanted = tuple(needs)
    unloadable = _unloadable([need.name for need in wanted if need.kind == "library"])
    return [
        need
        for need in wanted
        if (need.name in unloadable if need.kind == "library" else not _is_there(need))
    ]


def _unloadable(sonames: list[str]) -> set[str]:
    if not sonames:
        return set()
    # A child loads them, so that no constructor of theirs runs in here.
    answer = subprocess.run(
        [sys.executable, "-c", _TRY_TO_LOAD, *sonames], capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def _is_there(need: Need) -> bool:
    match need.kind:
        case "program":
            return shutil.which(need.name) is not None
        case "file":
            return any(Path(path).exists() for path in need.name.split("|"))
        case "ensurepip":
            return _succeeds([sys.executable, "-c", "import ensurepip, venv"])
        case "gi":
            return _system_python_can("import gi" if need.name == "gi" else _TRY_ATSPI)
        case "font":
            return _has_font(FONT_FILES[need.name])
        case _:
            return _has_shared_python()


def _system_python_can(statement: str) -> bool:
    # Distributions build gi for their own interpreter only.
    return _succeeds(["/usr/bin/python3", "-c", statement])


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def font_folders() -> list[Path]:
    """Return where fontconfig looks by default, the person's own folders first."""
    home = Path.home()
    data = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    folders = [Path(data) / "fonts", home / ".fonts"]
    return folders + [Path(part) / "fonts" for part in shared.split(":") if part]


def _has_font(beginnings: tuple[str, ...]) -> bool:
    for folder in font_folders():
        for _, _, names in os.walk(folder, followlinks=True):
            for name in names:
                plain = name.lower().replace(" ", "")
                if plain.startswith(beginnings) and plain.endswith((".ttf", ".otf", ".ttc")):
                    return True
    return False


def _has_shared_python() -> bool:
    name = f"libpython{sys.version_info.major}.{sys.version_info.minor}.so.1.0"
    folder = Path(str(sysconfig.get_config_var("LIBDIR") or ""))
    return (folder / name).exists() or not _unloadable([name])


def find_unresolved(venv: Path = VENV) -> list[Need]:
    """Return what the installed Qt still asks for in vain, the unknown included.

    The table in `needs` knows what Qt 6.11 asks for; this asks the loader, so
    a newer Qt cannot make the table silently wrong.
    """
    known = {need.name: need for need in LIBRARIES}
    sonames = {soname for soname, place in resolve_qt(venv).items() if place == "not found"}
    return [
        known.get(soname, Need("window", "library", soname, (), "", ""))
        for soname in sorted(sonames)
    ]


def resolve_qt(venv: Path = VENV) -> dict[str, str]:
    """Return where the loader finds each library that Qt asks for."""
    objects = [str(path) for path in _shipped_objects(venv) if path.exists()]
    if not objects or shutil.which("ldd") is None:
        return {}
    listing = subprocess.run(["ldd", *objects], capture_output=True, text=True, check=False).stdout
    return dict(re.findall(r"^\s*(\S+) => (not found|\S+)", listing, re.MULTILINE))


def _shipped_objects(venv: Path) -> list[Path]:
    return [
        package / part
        for package in venv.glob("lib*/python3.*/site-packages/PySide6")
        for part in _SHIPPED
    ]


def why_qt_does_not_load() -> str:
    """Return the last line of what importing Qt WebEngine says, or nothing if it loads."""
    answer = subprocess.run(
        [str(venv_python()), "-c", "import PySide6.QtWebEngineWidgets"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if answer.returncode == 0 else (answer.stderr.strip().splitlines() or ["crashed"])[-1]
