"""`dev.py check`: everything about the tree that needs no running program."""

import re
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from scripts.devtools import lock
from scripts.devtools.ground import FAILED, ROOT, Trouble, run_child, venv_python

_TYPED = ("core", "ui", "cli", "sandbox", "main.py", "dev.py", "tests", "scripts", "benchmarks")
_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"


def check() -> int:
    """Run every check, print a table of them, and return 1 if one failed."""
    results = []
    for name, run in CHECKS.items():
        print(f"--- {name}", flush=True)
        started = time.monotonic()
        results.append((name, run(), time.monotonic() - started))
    print()
    for name, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED'}  {name:<32} {seconds:6.1f} s")
    failed = sum(not passed for _, passed, _ in results)
    print(f"{len(results) - failed} passed, {failed} failed", flush=True)
    return FAILED if failed else 0


def _module(*arguments: str) -> Callable[[], bool]:
    return lambda: run_child([venv_python(), "-m", *arguments]) == 0


def _types() -> bool:
    there = [name for name in _TYPED if _holds_python(ROOT / name)]
    return run_child([venv_python(), "-m", "mypy", *there]) == 0


def _holds_python(path: Path) -> bool:
    return path.is_file() or any(path.rglob("*.py"))


def _import_contracts() -> bool:
    return run_child([venv_python(), "-c", _IMPORTS]) == 0


def _lock_is_current() -> bool:
    try:
        problems = lock.find_problems()
    except (OSError, Trouble) as error:
        problems = [str(error)]
    print("\n".join(problems) or "Every package is pinned, hashed and asked for.", flush=True)
    return not problems


def _version_is_one() -> bool:
    problems = version_problems(ROOT)
    print("\n".join(problems) or "One version everywhere.", flush=True)
    return not problems


def version_problems(root: Path) -> list[str]:
    """Return a sentence for each file that names another version than pyproject.toml."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    places = {
        "CHANGELOG.md": re.compile(r"^## \[?v?(\d+\.\d+\.\d+[^\s\]]*)", re.MULTILINE),
        "core/__init__.py": re.compile(r'^__version__\b[^=\n]*= *"([^"]+)"', re.MULTILINE),
    }
    problems = []
    for name, pattern in places.items():
        path = root / name
        found = pattern.search(path.read_text("utf-8")) if path.exists() else None
        if found is None and name == "CHANGELOG.md":
            problems.append("CHANGELOG.md names no version")
        elif found is not None and found[1] != version:
            problems.append(f"{name} says {found[1]}, pyproject.toml {version}")
    return problems


CHECKS: dict[str, Callable[[], bool]] = {
    "formatting (ruff format)": _module("ruff", "format", "--check", "."),
    "lint (ruff)": _module("ruff", "check", "."),
    "types (mypy)": _types,
    "import contracts (import-linter)": _import_contracts,
    "the lock is current": _lock_is_current,
    "changelog matches version": _version_is_one,
}
