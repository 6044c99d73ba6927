"""The packaged program, copied away from the tree it was built in, started like a stranger."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

BUILT = Path(__file__).parents[2] / "dist" / "keypane"
SUFFIX = ".exe" if os.name == "nt" else ""
# What a desktop gives a program; nothing of the tree, of Python or of the tests.
_SESSION = ("DISPLAY", "QT_QPA_PLATFORM", "DBUS_SESSION_BUS_ADDRESS", "QTWEBENGINE_DISABLE_SANDBOX")

Done = subprocess.CompletedProcess[str]
Start = Callable[..., Done]


@pytest.fixture(scope="session")
def program() -> Iterator[Path]:
    """Return a folder that holds the program and that everyone may read."""
    if not BUILT.is_dir():
        pytest.skip("the program is made by `dev.py build`")
    with TemporaryDirectory(prefix="kp-packaged-") as name:
        Path(name).chmod(0o755)
        copy = Path(name) / "keypane"
        shutil.copytree(BUILT, copy, symlinks=True)
        yield copy


@pytest.fixture
def start(program: Path, tmp_path: Path) -> Start:
    """Return a function that runs the program in an empty folder, with an empty home."""
    home = tmp_path / "home"
    home.mkdir()

    def run(
        *arguments: str,
        name: str = "keypane-cli",
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        given: str = "",
        keep: tuple[int, ...] = (),
        seconds: float = 90,
    ) -> Done:
        kept = {key: os.environ[key] for key in _SESSION if key in os.environ}
        kept |= {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        if os.name == "nt":
            kept |= {"SYSTEMROOT": os.environ["SYSTEMROOT"], "USERPROFILE": str(home)}
        return subprocess.run(
            [str(program / f"{name}{SUFFIX}"), *arguments],
            cwd=home,
            env=kept | dict(environment or {}),
            user=user,
            group=None if user is None else "nogroup",
            extra_groups=None if user is None else [],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            pass_fds=keep,
            check=False,
        )

    return run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here; it runs in `dev.py build` and not with the suite."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.packaged)
            if sys.platform == "win32":
                item.add_marker(pytest.mark.timeout(300))
