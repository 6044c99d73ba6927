"""The import contracts hold, and each of them notices when it is broken."""

import json
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


# One process for all, since starting one for each takes longer than the checks. It stands in
# the copy, reads the violations, and prints for each whether the contract was kept.
PROGRAM = """
import contextlib, io, json, pathlib, sys
from importlinter import configuration
from importlinter.application.use_cases import lint_imports

sys.path.insert(0, ".")
configuration.configure()
verdicts = []
for contract, file, line in json.load(sys.stdin):
    path = pathlib.Path(file)
    before = path.read_text("utf-8") if path.exists() else None
    if line:
        path.write_text(f"{before or ''}\\n{line}\\n", "utf-8")
    chosen = (contract,) if contract else ()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        kept = lint_imports(limit_to_contracts=chosen, cache_dir=None)
    verdicts.append([kept, said.getvalue()])
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(before, "utf-8")
print(json.dumps(verdicts))
"""
Verdicts = dict[tuple[str, str, str], tuple[bool, str]]
AS_IT_STANDS = ("", "core/__init__.py", "")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Break each contract in a copy of the packages; return whether it was kept, and the report."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    steps = [AS_IT_STANDS, *VIOLATIONS]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        input=json.dumps(steps),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [(kept, said) for kept, said in json.loads(done.stdout)]
    return dict(zip(steps, answers, strict=True))


def test_every_contract_has_a_violation_in_this_test() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {name for name, _, _ in VIOLATIONS}


def test_every_contract_holds_as_the_tree_stands(verdicts: Verdicts) -> None:
    kept, said = verdicts[AS_IT_STANDS]

    assert kept, said
    assert f"{len(CONTRACTS)} kept" in said


@pytest.mark.parametrize("violation", VIOLATIONS, ids=" ".join)
def test_a_broken_contract_is_noticed(verdicts: Verdicts, violation: tuple[str, str, str]) -> None:
    kept, said = verdicts[violation]

    assert not kept
    assert "1 broken" in said, said
