"""The checks that dev.py does itself: the one version, and that a red check turns all red."""

from pathlib import Path

import pytest

from scripts.devtools import checks


def _tree(root: Path, changelog: str, core: str = "") -> Path:
    (root / "core").mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "k"\nversion = "1.2.0"\n', "utf-8")
    (root / "CHANGELOG.md").write_text(changelog, "utf-8")
    (root / "core" / "__init__.py").write_text(core, "utf-8")
    return root


@pytest.mark.parametrize(
    ("changelog", "core", "problems"),
    [
        ("# Changes\n\n## 1.2.0\n\n## 1.1.0\n", "", []),
        ("## [1.2.0] - 2026-11-23\n", '__version__ = "1.2.0"\n', []),
        ("## Unreleased\n\n## 1.2.0\n", '__version__: Final = "1.2.0"\n', []),
        ("## 1.1.0\n", "", ["CHANGELOG.md says 1.1.0, pyproject.toml 1.2.0"]),
        ("# Changes\n", "", ["CHANGELOG.md names no version"]),
        (
            "## 1.2.0\n",
            '__version__ = "1.0"\n',
            ["core/__init__.py says 1.0, pyproject.toml 1.2.0"],
        ),
    ],
)
def test_every_file_that_names_a_version_names_the_same(
    tmp_path: Path, changelog: str, core: str, problems: list[str]
) -> None:
    assert checks.version_problems(_tree(tmp_path, changelog, core)) == problems


def test_a_tree_without_changelog_is_caught(tmp_path: Path) -> None:
    root = _tree(tmp_path, "")
    (root / "CHANGELOG.md").unlink()

    assert checks.version_problems(root) == ["CHANGELOG.md names no version"]


def test_one_red_check_makes_all_red_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "CHECKS", {"first": lambda: False, "second": lambda: True})

    assert checks.check() == 1

    table = capsys.readouterr().out
    assert "FAILED  first" in table
    assert "passed  second" in table
    assert table.endswith("1 passed, 1 failed\n")


def test_all_green_is_green(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {"only": lambda: True})

    assert checks.check() == 0
