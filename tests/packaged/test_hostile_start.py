"""Nothing from the environment or the folder it is started in gets into the packaged program.

`LD_LIBRARY_PATH` and `LD_PRELOAD` are obeyed by the system before any line of ours runs, so
they cannot be refused; what can be shown is that our own libraries are found first.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.packaged.conftest import Start

pytestmark = [
    pytest.mark.packaged,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone"),
]

MODULES = ("core", "sitecustomize", "usercustomize", "requests", "sqlite3", "encodings", "json")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """Return a folder of modules and libraries that leave a mark when they are loaded."""
    folder = tmp_path / "trap"
    folder.mkdir()
    for name in MODULES:
        code = f"open({str(tmp_path / 'marker')!r}, 'a').write({name!r})\n"
        (folder / f"{name}.py").write_text(code)
    return folder


@pytest.mark.parametrize(
    "variables",
    [
        ("_PYI_APPLICATION_HOME_DIR",),
        ("_MEIPASS2",),
        ("_PYI_ARCHIVE_FILE", "_PYI_APPLICATION_HOME_DIR", "_PYI_PARENT_PROCESS_LEVEL"),
        ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE"),
        ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QTWEBENGINEPROCESS_PATH"),
    ],
)
def test_a_folder_named_by_a_variable_is_not_loaded_from(
    start: Start, trap: Path, tmp_path: Path, variables: tuple[str, ...]
) -> None:
    hostile = {name: "1" if name.endswith("LEVEL") else str(trap) for name in variables}

    done = start("operations", "--json", environment=hostile)

    assert not (tmp_path / "marker").exists()
    if not any(name.startswith("_PYI") for name in variables):
        assert len(json.loads(done.stdout)) > 100, done.stderr


def test_modules_of_the_folder_it_is_started_in_are_not_loaded(
    start: Start, trap: Path, tmp_path: Path
) -> None:
    for file in trap.iterdir():
        shutil.copy(file, tmp_path / "home" / file.name)

    done = start("operations", "--json")

    assert len(json.loads(done.stdout)) > 100, done.stderr
    assert not (tmp_path / "marker").exists()


def test_our_own_libraries_come_before_those_of_the_library_path(
    start: Start, program: Path, tmp_path: Path
) -> None:
    strange = tmp_path / "strange"
    strange.mkdir()
    for name in ("libsqlite3.so.0", "libpython3.11.so.1.0", "libQt6Core.so.6"):
        (strange / name).write_bytes(b"not a library")

    done = start("--self-test", environment={"LD_LIBRARY_PATH": str(strange)})

    assert json.loads(done.stdout)["ok"] is True, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_library_or_module_outside_of_the_bundle_and_the_system_is_opened(
    program: Path, tmp_path: Path
) -> None:
    import subprocess

    home, log = tmp_path / "home", tmp_path / "trace"
    home.mkdir()
    (home / "libcrypto.so.3").write_bytes(b"not a library")
    subprocess.run(
        ["strace", "-f", "-e", "trace=openat,execve", "-o", str(log),
         str(program / "keypane-cli"), "vault", "status", "--json"],
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        timeout=60,
    )  # fmt: skip

    opened = [
        line.split('"')[1]
        for line in log.read_text(errors="replace").splitlines()
        if '"' in line and "ENOENT" not in line
    ]
    code = [name for name in opened if ".so" in name or name.endswith((".py", ".pyc"))]
    allowed = (str(program), "/lib", "/usr/lib", "/etc/ld.so")
    assert code, "strace saw nothing"
    assert [name for name in code if not name.startswith(allowed)] == []
    # A command has no window; and Qt, loaded before our first line, reads what we would remove.
    assert [name for name in code if "PySide6" in name or "shiboken6" in name] == []
