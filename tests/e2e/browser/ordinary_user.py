"""How root runs a program of this checkout as somebody without rights, wherever it is checked out.

Chromium's sandbox is off for root, so only an ordinary user can show that it is on.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534
_BECOME = (
    "setpriv",
    *(f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"),
)
# A checkout and an interpreter often lie below a folder of root's alone. In a mount namespace of
# its own, a layer over that folder lets others pass; the folder itself keeps its mode.
_OPEN_AND_BECOME = """
layer=$1; shift
mount -t tmpfs -o mode=755 tmpfs "$layer"
count=0
covered=/no/such/folder
while [ "$1" != -- ]; do
    case $1 in
    "$covered"/*) ;;
    *)  count=$((count + 1))
        mkdir "$layer/$count" "$layer/$count.work"
        options=lowerdir=$1,upperdir=$layer/$count,workdir=$layer/$count.work
        mount -t overlay -o "$options" overlay "$1"
        covered=$1 ;;
    esac
    chmod o+rx "$1"
    shift
done
shift
exec "$@"
"""


def closed_folders(path: Path) -> list[Path]:
    """Return `path` and those above it that only their owner or group may enter."""
    return [each for each in (path, *path.parents) if not each.stat().st_mode & 0o001]


def become(layer: Path) -> tuple[list[str], dict[str, str]] | None:
    """Return how to run Python as an ordinary user and with which variables; None if there is none.

    Args:
        layer: an empty folder that may be mounted over.
    """
    if os.geteuid() != 0:
        return [sys.executable], {}
    needed = (ROOT, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve())
    # Sorted, a folder comes before those in it: one layer serves them all.
    closed = sorted({folder for place in needed for folder in closed_folders(place)})
    opened = [
        *("unshare", "--mount", "--propagation", "private", "sh", "-euc", _OPEN_AND_BECOME, "sh"),
        *(str(layer), *map(str, closed), "--", *_BECOME),
    ]
    # Where nobody may mount, the system's Python of the same version borrows the packages.
    system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    borrowed = os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])
    for command, path in (
        ([*(opened if closed else _BECOME), sys.executable], str(ROOT)),
        ([*_BECOME, system], borrowed),
    ):
        if _finds_everything(command, path):
            return command, {"PYTHONPATH": path}
    return None


def _finds_everything(command: list[str], path: str) -> bool:
    try:
        tried = subprocess.run(
            [*command, "-c", "import PySide6.QtCore, core.hostile_start"],
            env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]},
            cwd="/",
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0
