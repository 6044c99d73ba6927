"""What can be read off the source: the program cannot look into the page (V7, V9, V16)."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("core", "ui", "cli")
BROWSER = ROOT / "ui" / "browser"

# Ways from the program into a page, from a page into the program, and into developer tools.
EVERYWHERE = {
    *("runJavaScript", "QWebChannel", "setWebChannel", "registerObject", "QWebEngineScript"),
    *("setDevToolsPage", "setInspectedPage", "setHttpUserAgent"),
    *("setSpellCheckLanguages", "ignoreCertificateError", "acceptCertificate", "defer"),
    *("cookieStore", "printToPdf", "InspectElement", "ViewSource", "SavePage"),
}
# What lets Chromium keep anything on disk.
KEEPERS = {"setPersistentStoragePath", "AllowPersistentCookies", "createProfile"}
IN_THE_BROWSER = {"toHtml", "toPlainText", "selectedText", "save", "grab", "title"}
IN_THE_BROWSER |= {"setHtml", "findText", "contextMenuRequest"}


def _sources() -> Iterator[Path]:
    yield ROOT / "main.py"
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def _names(tree: ast.AST) -> set[str]:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return names | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def _forbidden_in(path: Path, source: str) -> set[str]:
    forbidden = EVERYWHERE | (IN_THE_BROWSER if path.is_relative_to(BROWSER) else set())
    return _names(ast.parse(source)) & forbidden


# A folder for a session is named in one place, see `test_one_place_lets_chromium_keep_something`.
KEEPING = BROWSER / "profile.py"


def test_one_place_lets_chromium_keep_something() -> None:
    calls = {
        path: sorted(name for name in _names(ast.parse(path.read_text("utf-8"))) if name in KEEPERS)
        for path in _sources()
    }

    assert {path: names for path, names in calls.items() if names} == {KEEPING: sorted(KEEPERS)}
    assert ast.unparse(ast.parse(KEEPING.read_text("utf-8"))).count("setPersistentStoragePath") == 1


def test_no_code_of_ours_looks_into_a_page_or_opens_a_way_out_of_it() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in _sources()
        for name in _forbidden_in(path, path.read_text("utf-8"))
    }

    assert found == set()


@pytest.mark.parametrize("planted", ["page.runJavaScript('x')", "QWebChannel(self)", "p.toHtml(f)"])
def test_the_rule_sees_what_it_forbids(planted: str) -> None:
    assert _forbidden_in(BROWSER / "page.py", planted) != set()


def test_only_the_browser_and_the_self_test_import_chromium() -> None:
    importers = {
        str(path.relative_to(ROOT))
        for path in _sources()
        if any("WebEngine" in name for name in _imports(ast.parse(path.read_text("utf-8"))))
    }

    assert importers == {
        *("ui/browser/loading.py", "ui/browser/page.py", "ui/browser/profile.py"),
        "ui/browser/passkey.py",  # loaded when a page asks for a key
        "ui/browser/sign_in_view.py",  # names the types, for the checker alone
        "ui/self_test_window.py",  # reports Chromium's version
    }


def test_an_address_is_loaded_in_one_place_behind_the_allow_list() -> None:
    calls = [
        ast.unparse(node)
        for path in BROWSER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"load", "setUrl", "setContent", "setHtml"}
    ]

    assert calls == ["self._page.load(target)"]


def test_a_window_in_which_nobody_signs_in_never_loads_chromium() -> None:
    script = (
        "import json, sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication(['keypane'])\n"
        "from ui.browser.sign_in_view import SignInBrowser\n"
        "browser = SignInBrowser(bool, ['https://x.com'], False)\n"
        "browser.show()\n"
        "browser.dispose()\n"
        "print(json.dumps([name for name in sys.modules if 'WebEngine' in name]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(finished.stdout.splitlines()[-1]) == []
