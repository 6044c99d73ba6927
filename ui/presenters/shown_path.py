"""How a path is shown: from the person's own folder on, as a shell writes it."""

import os
from pathlib import Path


def shown_path(path: Path | str) -> str:
    """Return a path with "~" for the person's folder; whole on Windows, where nobody writes ~."""
    if not str(path):
        return ""
    path = Path(path)
    if os.name == "nt" or not path.is_relative_to(Path.home()):
        return str(path)
    inside = path.relative_to(Path.home())
    return "~" if inside == Path() else f"~/{inside}"
