"""Makes and keeps `.venv`: the running Python, and exactly what the lock holds."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from scripts.devtools import lock, probe, pyside, system
from scripts.devtools.ground import ROOT, VENV, Trouble, run_child, say, venv_python
from scripts.devtools.needs import LIBRARIES, PARTS_OF, PYTHON, Need

Level = Literal["runtime", "dev"]
_LISTING = "from importlib.metadata import distributions as d; print(*{x.name for x in d()})"
_NOT_OURS = frozenset(("pip", "setuptools", "wheel"))


def set_up(command: str) -> None:
    """Bring the machine and `.venv` to what `command` needs; quick when nothing changed.

    Raises:
        Trouble: something is missing that the command cannot do without.
    """
    started = time.monotonic()
    if system.is_linux():
        system.check_linux()
    needs = system.linux_needs(command)
    missing = system.provide(needs)
    if PYTHON in missing:
        raise Trouble(system.describe(missing, system.this_distribution()))
    with _one_at_a_time():
        changed = make_venv("runtime" if command == "run" else "dev")
        pyside.unpack(VENV)
        _compile_sources()
    if "window" in PARTS_OF[command]:
        missing += _unresolved(missing) if system.is_linux() else []
        if changed and not system.is_linux():
            system.check_other_system()
    system.report(missing)
    if missing and command == "setup":
        raise Trouble("The set-up is not complete; the lines above say what is missing.")
    if changed or command == "setup":
        say(f"Set up in {time.monotonic() - started:.1f} s.")


def _compile_sources() -> None:
    """Cache the bytecode: no start should wait for it, even where Python is told to keep none.

    A tree that cannot be written to goes without.
    """
    run_child([venv_python(), "-m", "compileall", "-qq", "core", "ui", "cli", "sandbox"])


def _unresolved(known_missing: list[Need]) -> list[Need]:
    names = {need.name for need in known_missing}
    return [
        need for need in system.provide(LIBRARIES, probe.find_unresolved) if need.name not in names
    ]


def make_venv(level: Level, venv: Path = VENV) -> bool:
    """Make `.venv` hold the lock of `level`; return whether anything was done."""
    wanted = _wanted(level, venv)
    stamp = _read_stamp(venv)
    if all(stamp.get(key) == value for key, value in wanted.items()):
        if venv_python(venv).exists():
            return False
        stamp = {}
    if not _is_sound(venv, stamp):
        _create(venv)
        stamp = {}
    _install(level, venv)
    if stamp:
        _remove_leftovers(venv)
    keep = {key: stamp[key] for key in ("runtime", "dev") if key in stamp}
    _stamp_path(venv).write_text(json.dumps(keep | wanted, indent=1) + "\n", "utf-8")
    return True


def _wanted(level: Level, venv: Path) -> dict[str, str]:
    locks: list[Level] = ["runtime"] if level == "runtime" else ["runtime", "dev"]
    marks = {name: lock.file_mark(f"{name}.txt") for name in locks}
    return marks | {"python": _dotted(), "venv": str(venv)}


def _dotted() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _stamp_path(venv: Path) -> Path:
    return venv / "keypane-stamp.json"


def _read_stamp(venv: Path) -> dict[str, str]:
    try:
        stamp = json.loads(_stamp_path(venv).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()} if isinstance(stamp, dict) else {}


def _is_sound(venv: Path, stamp: dict[str, str]) -> bool:
    """Tell whether `venv` was made here, for this Python, and works."""
    if stamp.get("venv", str(venv)) != str(venv) or _made_for(venv) not in {"", str(venv)}:
        return False
    code = "import pip, sys; print('%d.%d' % sys.version_info[:2], sys.prefix, sep='\\n')"
    try:
        answer = subprocess.run(
            [str(venv_python(venv)), "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    if answer.returncode != 0:
        return False
    version, prefix = answer.stdout.splitlines()[:2]
    return version == _dotted() and Path(prefix).resolve() == venv.resolve()


def _made_for(venv: Path) -> str:
    """Return the folder that the environment was made in, as far as it says so."""
    with contextlib.suppress(OSError):
        for line in (venv / "pyvenv.cfg").read_text("utf-8").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "command":
                words = value.strip().rpartition(" -m venv ")[2]
                return re.sub(r"^(--\S+ +)*", "", words)
    return ""


def _create(venv: Path) -> None:
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        say(f"{venv.name} is broken, moved, or of another Python: making it anew.")
        shutil.rmtree(venv)
    # From inside an environment, the interpreter that it was made of.
    python = getattr(sys, "_base_executable", None) or sys.executable
    say(f"Making {venv.name} with Python {sys.version.split()[0]}; about 300 MB will be fetched …")
    answer = subprocess.run(
        [python, "-m", "venv", str(venv)], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        shutil.rmtree(venv, ignore_errors=True)
        raise Trouble(f"Python could not make {venv.name}:\n{answer.stdout}{answer.stderr}".strip())


def _pip(venv: Path, *arguments: str | Path) -> int:
    # The person's own pip settings hold, but for those that make no sense in an environment.
    environment = os.environ | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [venv_python(venv), "-m", "pip", *arguments, "--no-input"]
    return run_child(command, environment, stdout=sys.stderr.fileno())


def _install(level: Level, venv: Path) -> None:
    path = lock.FOLDER / f"{level}.txt"
    say(f"Installing requirements/{path.name} …")
    pyside.forget(venv)
    code = _pip(venv, "install", "-qq", "--require-hashes", "--only-binary=:all:", "-r", path)
    if code != 0:
        raise Trouble(
            f"pip could not install requirements/{path.name}; the lines above say why."
            " It uses your own pip settings (pip.conf, PIP_*) and no other index."
        )


def _remove_leftovers(venv: Path) -> None:
    listing = subprocess.run(
        [str(venv_python(venv)), "-c", _LISTING], capture_output=True, text=True, check=True
    )
    pins, _ = lock.read_pins((lock.FOLDER / "dev.txt").read_text("utf-8"))
    known = {pin.name for pin in pins} | _NOT_OURS
    leftovers = sorted(name for name in listing.stdout.split() if lock.canonical(name) not in known)
    if leftovers:
        say(f"No longer in the lock: {', '.join(leftovers)}.")
        _pip(venv, "uninstall", "--quiet", "--yes", *leftovers)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second dev.py wait until the first has finished with `.venv`."""
    if os.name == "nt":
        yield
        return
    import fcntl

    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "setup.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
