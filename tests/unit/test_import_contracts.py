"""The import contracts hold, and each of them notices when it is broken."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "ui", "cli", "sandbox")
CONTRACTS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "pyproject.toml").read_text(encoding="utf-8")
)["tool"]["importlinter"]["contracts"]

# What breaks each contract: a file of the product, and the line that is added to it.
VIOLATIONS: list[tuple[str, str, str]] = [
    ("windowless", "core/model.py", "import PySide6"),
    ("windowless", "core/vault/journal.py", "import ui"),
    ("faces", "ui/notices.py", "import cli"),
    ("faces", "cli/__init__.py", "import ui"),
    ("plain-cli", "cli/__init__.py", "import PySide6.QtCore"),
    ("doors", "core/app_only.py", "import requests"),
    ("doors", "core/vault/vault.py", "import sqlite3"),
    ("doors", "core/redirects.py", "import http.server"),
    ("doors", "ui/jobs.py", "import keyring"),
    ("doors", "cli/__init__.py", "import socket"),
    ("one-http", "core/adapters/system_clock.py", "import requests"),
    ("chosen", "ui/desk.py", "import core.adapters.system_clock"),
    ("chosen", "cli/__init__.py", "import core.adapters.requests_transport"),
    ("chosen", "core/requester.py", "import core.adapters.system_clock"),
    ("rooms", "core/errors.py", "import core.model"),
    ("rooms", "core/secret.py", "import core.errors"),
    ("rooms", "core/model.py", "import core.ports"),
    ("rooms", "core/ports.py", "import core.vault"),
    ("rooms", "core/vault/vault.py", "import core.requester"),
    ("rooms", "core/app_only.py", "import core.user_context"),
    ("rooms", "core/requester.py", "import core.preflight"),
    ("rooms", "core/a_new_module.py", '"""It has no room yet."""'),
    ("views", "ui/views/__init__.py", "import ui.jobs"),
    ("views", "ui/views/__init__.py", "import core.requester"),
    ("views", "ui/widgets/__init__.py", "import core.ports"),
    ("presenters", "ui/presenters/limits.py", "import ui.presenters.requests"),
    ("stranger", "sandbox/derivation.py", "import core.pkce"),
    ("stranger", "sandbox/server.py", "import requests"),
    ("aloof", "ui/presenters/shell.py", "import sandbox"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the packages and of the contracts, free to be broken."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


_LINT = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"


def is_kept(folder: Path, *contracts: str) -> bool:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    done = subprocess.run(
        [sys.executable, "-c", _LINT, "--no-logo", *chosen],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return done.returncode == 0


def test_every_contract_has_a_violation_in_this_test() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {name for name, _, _ in VIOLATIONS}


def test_every_contract_holds_as_the_tree_stands(copy: Path) -> None:
    assert is_kept(copy)


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_a_broken_contract_is_noticed(copy: Path, contract: str, file: str, line: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        assert not is_kept(copy, contract)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
