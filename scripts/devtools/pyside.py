"""Keeps PySide6's support modules unpacked in an environment, as `SBK_EMBED=0` would.

They come as an archive in a library, whose sources are compiled anew at each start of the
window; lying beside it they are compiled once. Without them everything works, more slowly.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from scripts.devtools.ground import venv_python

# A half-written folder must never be seen: another program that starts would end at it.
_UNPACK: Final = """
import compileall, os, shutil
from pathlib import Path
import shiboken6, signature_bootstrap
home = Path(shiboken6.__file__).resolve().parent
made = home / f"files.{os.getpid()}"
archive = signature_bootstrap.prepare_zipfile()[1].zfile
archive.extractall(made, [name for name in archive.namelist() if name.endswith(".py")])
compileall.compile_dir(made, quiet=2)
try:
    made.rename(home / "files.dir")
except OSError:
    shutil.rmtree(made)
"""


def unpack(venv: Path) -> None:
    """Unpack them where PySide6 looks for them, unless they are there; failing is no trouble."""
    homes = _homes(venv)
    if homes and not (homes[0] / "files.dir").exists():
        subprocess.run(
            [str(venv_python(venv)), "-c", _UNPACK],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def forget(venv: Path) -> None:
    """Remove them before PySide6 changes: pip does not know them, and the next one has its own."""
    for home in _homes(venv):
        shutil.rmtree(home / "files.dir", ignore_errors=True)


def _homes(venv: Path) -> list[Path]:
    places = ("lib/python*/site-packages/shiboken6", "Lib/site-packages/shiboken6")
    return [home for place in places for home in venv.glob(place)]
