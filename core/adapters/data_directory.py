"""Where the vault lives, and that only its owner may look inside. Standard library only."""

import errno
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.errors import VaultUnavailable

HOME_VARIABLE: Final = "KEYPANE_HOME"
_SYNCED: Final = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "mobile documents": "iCloud Drive",
    "icloud": "iCloud Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
}


def data_directory(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the folder of the vault, without touching the disk.

    `KEYPANE_HOME` wins. Otherwise the platform's place for data that stays on this
    computer: not the roaming folder of Windows, which syncs.
    """
    given = os.environ if environ is None else environ
    if chosen := given.get(HOME_VARIABLE):
        return Path(chosen).expanduser().absolute()
    home = Path(given["HOME"]) if given.get("HOME") else Path.home()
    if platform == "win32":
        local = given.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "Keypane"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Keypane"
    data = given.get("XDG_DATA_HOME", "")
    # The XDG specification says that a relative path is to be ignored.
    return (Path(data) if data.startswith("/") else home / ".local" / "share") / "keypane"


def make_private(folder: Path) -> None:
    """Make the folder if need be, and force 0700 on it.

    Raises:
        VaultUnavailable: something else is in its place, it cannot be made, or it belongs
            to another user ("directory"); nothing may be written there ("read_only").
    """
    try:
        if not folder.is_dir():
            _make(folder)
        facts = folder.stat()
        if os.name == "posix":
            if facts.st_uid != os.geteuid():
                raise VaultUnavailable("directory", "the data folder belongs to another user")
            if stat.S_IMODE(facts.st_mode) != 0o700:
                folder.chmod(0o700)
    except OSError as error:
        raise unavailable(error) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise VaultUnavailable("read_only", "the data folder cannot be written to")


def _make(folder: Path) -> None:
    """Make the folder and what is missing above it; a power loss takes none of them away."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in reversed(missing):
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Make durable which files stand in the folder. Raises OSError."""
    if os.name != "posix":
        return  # Windows has no such call, and NTFS journals its folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unavailable(error: OSError) -> VaultUnavailable:
    """Return our word for what the disk said; its text names a path and goes no further."""
    fact = os.strerror(error.errno) if error.errno else type(error).__name__
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return VaultUnavailable("read_only", fact)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return VaultUnavailable("disk_full", fact)
    if error.errno == errno.EIO:
        return VaultUnavailable("other", fact)
    return VaultUnavailable("directory", fact)


def synced_by(folder: Path) -> str:
    """Return the name of the service that seems to sync the folder, or "".

    A copy of the vault elsewhere is sealed, but an old copy that comes back brings old
    tokens with it, and two computers that write it at once damage it.
    """
    for part in folder.parts:
        for mark, name in _SYNCED.items():
            if part.casefold().startswith(mark):
                return name
    return ""
