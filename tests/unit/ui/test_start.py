"""What a start of the window loads, and what it leaves for the first use."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
STARTED: Final = """
import builtins, json, linecache, sys
import main
from pathlib import Path
import ui.start, ui.application, ui.presenters.panes
main.build_world(Path("nowhere"))
print(json.dumps({
    "modules": sorted(sys.modules),
    "import": builtins.__import__.__name__,
    "support": sys.modules["shibokensupport"].__file__,
    "generator": "HintingEnumerator" in vars(
        sys.modules["shibokensupport.signature.lib.pyi_generator"]
    ),
    "sources": sorted(linecache.cache),
}))
"""
# Each is loaded by the first use of what it is for.
LATER: Final = (
    "requests", "urllib3", "truststore", "oauthlib", "cryptography", "keyring", "secretstorage",
    "jeepney", "flask", "werkzeug", "email", "http", "ssl", "asyncio", "yaml", "filelock",
    "socket", "uuid", "platform", "html", "importlib.resources", "core.adapters.http_request",
    "core.page_window", "core.pasted", "ui.views.guide",
    "PySide6.QtWebEngineCore", "PySide6.QtWebEngineWidgets", "PySide6.QtNetwork", "PySide6.QtQml",
    "core.catalogue", "core.explain", "core.doctor", "core.importers", "core.exporters",
    "core.inspector", "core.requester", "core.user_context", "core.app_only",
    "core.three_legged", "cli", "sandbox",
)  # fmt: skip


@cache
def started() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


@pytest.mark.parametrize("name", LATER)
def test_a_start_does_not_load_what_is_only_used_later(name: str) -> None:
    loaded = [each for each in started()["modules"] if each == name or each.startswith(f"{name}.")]

    assert loaded == []


def test_what_writes_pyi_files_is_not_run() -> None:
    if not Path(started()["support"]).is_absolute():
        pytest.skip("PySide6's support modules are in its archive here")

    assert not started()["generator"]


def test_pyside_finds_what_writes_pyi_files_when_it_is_asked_for() -> None:
    code = (
        "import ui, PySide6.support.signature.lib.pyi_generator as later;"
        "print(callable(later.HintingEnumerator))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "True"


def test_a_wrong_argument_is_told_in_words_although_less_is_loaded() -> None:
    code = "import ui\nfrom PySide6.QtCore import QPoint\ntry: QPoint('a')\n"
    code += "except TypeError as wrong: print('Supported signatures' in str(wrong))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "True"


def test_a_module_is_imported_without_its_source_being_read() -> None:
    assert started()["import"] != "__feature_import__"
    rooms = tuple(str(ROOT / room) for room in ("core", "ui", "main.py"))
    assert [name for name in started()["sources"] if name.startswith(rooms)] == []
