"""Where Chromium keeps the sessions that a person wants kept: private folders, deleted whole."""

import os
import re
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.adapters.data_directory import make_private
from core.adapters.view_marks import ViewMarks

_NAME: Final = re.compile(r"[0-9a-f]{32}")


class PrivateFolders(ViewMarks):
    """`core.browser_sessions.ViewStore`: marks, and sessions' folders in the data directory.

    A folder is 0700 before Chromium writes its first file, which is what protects the files
    in it: Chromium gives some of them the mode 0644 (QtWebEngine 6.11.3, November 2026).
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._root = home / "browser"

    def make(self, name: str) -> Path:
        """Return the folder, made if need be; whatever else is in its place is refused."""
        folder = self._path(name)
        for each in (self._home, self._root, folder):
            make_private(each)
        return folder

    def remove(self, name: str) -> bool:
        """Delete the folder; return whether nothing is left. Follows no link out of it."""
        folder = self._path(name)
        with suppress(OSError):
            if stat.S_ISDIR(folder.lstat().st_mode):
                shutil.rmtree(folder, onerror=_try_harder)
            else:
                folder.unlink()  # a link, planted: only itself goes
        with suppress(OSError):
            self._root.rmdir()  # the last one turns off the light
        return not os.path.lexists(folder)

    def names(self) -> tuple[str, ...]:
        """Return the names of the folders; what else lies there is not ours to delete."""
        try:
            found = os.listdir(self._root)  # noqa: PTH208  names are wanted, not paths
        except OSError:
            return ()
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a session's folder has a random name of 32 digits")
        return self._root / name


def _try_harder(act: object, path: str, _why: object) -> None:
    """Make what could not be deleted writable and try once more; it may have vanished."""
    with suppress(OSError):
        parent = Path(path).parent
        parent.chmod(0o700)
        Path(path).chmod(0o700, follow_symlinks=os.chmod not in os.supports_follow_symlinks)
    with suppress(OSError):
        if callable(act):
            act(path)
