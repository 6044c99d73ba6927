"""`dev.py run`, `build`, `bench` and `shots`: they start the program in one way or another."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.devtools import session
from scripts.devtools.ground import (
    FAILED,
    ROOT,
    chromium_environment,
    run_child,
    say,
    venv_python,
)

PROGRAM = ROOT / "dist" / "keypane"
LARGEST_MEGABYTES = 450
TOUR = "tour"


def run(arguments: Sequence[str]) -> int:
    """Start the program; where there is no display, say so and make the tour offscreen."""
    environment = os.environ | chromium_environment()
    if has_display():
        return _start(arguments or ["--sandbox"], environment)
    environment |= {"QT_QPA_PLATFORM": "offscreen"}
    if arguments:
        say("No display here: what is drawn is drawn offscreen.")
        return _start(arguments, environment)
    say(f"No display here: making the tour offscreen, with its pictures in {TOUR}/.")
    return run_child(_main(["--tour", TOUR]), environment)


def has_display() -> bool:
    """Tell whether a window could be seen; only Linux can be without a display."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _main(arguments: Sequence[str]) -> list[str | Path]:
    return [venv_python(), ROOT / "main.py", *arguments]


def _start(arguments: Sequence[str], environment: dict[str, str]) -> int:
    command = [str(part) for part in _main(arguments)]
    if os.name != "nt":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(command[0], command, environment)  # noqa: S606 - no shell is what we want
    return run_child(command, environment)


def build() -> int:
    """Make `dist/keypane/` and try it: its size, its self-test, its tour on a screen and without.

    Returns:
        The exit code of the first step that failed, or 0.
    """
    bundler: list[str | Path] = [
        venv_python(), "-m", "PyInstaller", "--noconfirm", "--distpath", ROOT / "dist",
        "--workpath", ROOT / "build", ROOT / "build.spec",
    ]  # fmt: skip
    code = run_child(bundler, stdout=sys.stderr.fileno())
    if code != 0:
        return code
    megabytes = folder_megabytes(PROGRAM)
    print(f"dist/keypane: {megabytes:.0f} MB", flush=True)
    if sys.platform.startswith("linux") and megabytes > LARGEST_MEGABYTES:
        say(f"That is more than {LARGEST_MEGABYTES} MB: something came along that should not.")
        return FAILED
    return _try_packaged()


def folder_megabytes(folder: Path) -> float:
    """Return what the files below `folder` take, links counted once, in 10^6 bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def _try_packaged() -> int:
    suffix = ".exe" if os.name == "nt" else ""
    window, console = PROGRAM / f"keypane{suffix}", PROGRAM / f"keypane-cli{suffix}"
    tours = ROOT / "build" / "tours"
    tours.mkdir(parents=True, exist_ok=True)
    steps: list[tuple[str, list[str | Path], dict[str, str]]] = [
        ("its self-test", [console, "--self-test"], {}),
        ("its tour", [window, "--tour", tours / "screen"], {}),
        ("its tour offscreen", [window, "--tour", tours / "off"], {"QT_QPA_PLATFORM": "offscreen"}),
    ]
    if (ROOT / "tests" / "packaged").is_dir():
        pytest = [str(venv_python()), "-m", "pytest", "-m", "packaged", "tests/packaged"]
        steps.append(("its tests", [*pytest], {}))
    with session.everything() as environment:
        for name, command, variables in steps:
            say(f"The packaged program: {name} …")
            code = run_child(command, environment | variables)
            if code != 0:
                say(f"The packaged program failed {name} with exit code {code}.")
                return code
    say("The packaged program passed.")
    return 0


def bench(*, as_json: bool) -> int:
    """Run the benchmarks in a session of their own; with `as_json` stdout is theirs alone."""
    with session.everything() as environment:
        command: list[str | Path] = [
            venv_python(),
            "-m",
            "benchmarks",
            *(["--json"] if as_json else []),
        ]
        return run_child(command, environment)


def shots() -> int:
    """Make the pictures of every pane and state into docs/screenshots/."""
    with session.everything() as environment:
        return run_child([venv_python(), "-m", "scripts.shots"], environment)
