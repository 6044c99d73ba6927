"""`.venv`: left alone when nothing changed, made anew when it is not ours any more."""

import sys
import venv as standard_venv
from pathlib import Path

import pytest

from scripts.devtools import environment
from scripts.devtools.ground import venv_python

Deeds = list[str]


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> Deeds:
    """Return the list of what was done; making and filling the environment are stand-ins."""
    done: Deeds = []

    def create(folder: Path) -> None:
        done.append("create")
        _make(folder)

    def install(level: str, _folder: Path) -> None:
        done.append(f"install {level}")

    monkeypatch.setattr(environment, "_create", create)
    monkeypatch.setattr(environment, "_install", install)
    monkeypatch.setattr(
        environment, "_remove_leftovers", lambda _folder: done.append("remove leftovers")
    )
    return done


def _make(folder: Path) -> None:
    standard_venv.create(folder, clear=True, symlinks=True, with_pip=False)
    packages = next(folder.glob("lib*/python3.*/site-packages"))
    (packages / "pip.py").write_text("", "utf-8")


def test_a_first_set_up_makes_and_fills_it(tmp_path: Path, deeds: Deeds) -> None:
    assert environment.make_venv("dev", tmp_path / "v")

    assert deeds == ["create", "install dev"]


def test_a_second_set_up_does_nothing(tmp_path: Path, deeds: Deeds) -> None:
    environment.make_venv("dev", tmp_path / "v")
    deeds.clear()

    assert not environment.make_venv("dev", tmp_path / "v")
    assert not environment.make_venv("runtime", tmp_path / "v")

    assert deeds == []


def test_what_run_made_is_completed_for_the_tests(tmp_path: Path, deeds: Deeds) -> None:
    environment.make_venv("runtime", tmp_path / "v")
    deeds.clear()

    environment.make_venv("dev", tmp_path / "v")

    assert deeds == ["install dev", "remove leftovers"]


def test_a_changed_lock_is_installed_into_the_same_environment(
    tmp_path: Path, deeds: Deeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.make_venv("dev", tmp_path / "v")
    deeds.clear()
    monkeypatch.setattr("scripts.devtools.lock.file_mark", lambda name: f"new {name}")

    environment.make_venv("dev", tmp_path / "v")

    assert deeds == ["install dev", "remove leftovers"]
    assert not environment.make_venv("dev", tmp_path / "v")


def test_a_moved_environment_is_made_anew(tmp_path: Path, deeds: Deeds) -> None:
    environment.make_venv("dev", tmp_path / "old")
    deeds.clear()
    (tmp_path / "old").rename(tmp_path / "new")

    environment.make_venv("dev", tmp_path / "new")

    assert deeds == ["create", "install dev"]


def test_an_environment_without_interpreter_is_made_anew(tmp_path: Path, deeds: Deeds) -> None:
    environment.make_venv("dev", tmp_path / "v")
    deeds.clear()
    venv_python(tmp_path / "v").unlink()

    environment.make_venv("dev", tmp_path / "v")

    assert deeds == ["create", "install dev"]


def test_an_environment_of_another_python_is_made_anew(
    tmp_path: Path, deeds: Deeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.make_venv("dev", tmp_path / "v")
    deeds.clear()
    monkeypatch.setattr(environment, "_dotted", lambda: "3.99")

    environment.make_venv("dev", tmp_path / "v")

    assert deeds[0] == "create"


def test_an_environment_made_by_hand_here_is_kept_and_completed(
    tmp_path: Path, deeds: Deeds
) -> None:
    _make(tmp_path / "v")

    environment.make_venv("dev", tmp_path / "v")

    assert deeds == ["install dev"]


def test_a_spoilt_stamp_is_no_stamp(tmp_path: Path, deeds: Deeds) -> None:
    environment.make_venv("dev", tmp_path / "v")
    deeds.clear()
    (tmp_path / "v" / "keypane-stamp.json").write_text("[", "utf-8")

    environment.make_venv("dev", tmp_path / "v")

    assert deeds == ["install dev"]


def test_pip_gets_the_settings_of_the_person_and_no_index_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    settings: dict[str, str] = {}

    def run(command: list[object], variables: dict[str, str], **_options: object) -> int:
        commands.append([str(part) for part in command])
        settings.update(variables)
        return 0

    monkeypatch.setattr(environment, "run_child", run)
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")

    environment._install("runtime", tmp_path)

    assert settings["PIP_INDEX_URL"] == "https://index.example/simple"
    assert "--require-hashes" in commands[0]
    assert "--only-binary=:all:" in commands[0]
    assert not [word for word in commands[0] if "index" in word or "isolated" in word]
