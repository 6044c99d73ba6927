"""PySide6's support modules lie unpacked in the environment that dev.py keeps."""

import shutil
import subprocess
import venv as standard_venv
from pathlib import Path
from typing import Final

import pytest
import shiboken6

from scripts.devtools import pyside
from scripts.devtools.ground import venv_python

WHERE: Final = "import shiboken6, shibokensupport; print(shibokensupport.__file__)"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return an environment that has the support library and nothing else."""
    folder = tmp_path / "v"
    standard_venv.create(folder, symlinks=True, with_pip=False)
    packages = next(folder.glob("[lL]ib*/**/site-packages"))
    source = Path(shiboken6.__file__).parent
    left_out = shutil.ignore_patterns("files.*", "include", "__pycache__")
    shutil.copytree(source, packages / "shiboken6", ignore=left_out)
    return folder


def support_of(venv: Path) -> str:
    answer = subprocess.run(
        [str(venv_python(venv)), "-c", WHERE], capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


def test_the_modules_come_from_the_unpacked_folder_compiled(venv: Path) -> None:
    assert not Path(support_of(venv)).is_absolute()

    pyside.unpack(venv)

    place = Path(support_of(venv))
    assert place.is_relative_to(venv.resolve())
    assert list(place.parent.glob("**/__pycache__/parser.*.pyc"))


def test_what_is_unpacked_is_left_alone_until_it_is_forgotten(venv: Path) -> None:
    pyside.unpack(venv)
    mark = Path(support_of(venv)).parent / "mark"
    mark.touch()

    pyside.unpack(venv)
    assert mark.exists()
    pyside.forget(venv)

    assert not Path(support_of(venv)).is_absolute()


def test_an_environment_without_pyside_is_no_trouble(tmp_path: Path) -> None:
    pyside.forget(tmp_path)
    pyside.unpack(tmp_path)

    assert list(tmp_path.iterdir()) == []
