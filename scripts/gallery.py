"""Renders every view with sample states to PNG, in light and dark, at 100 and 200 %.

    python scripts/gallery.py DIRECTORY [NAME…]

Nothing here is real: the states are samples, and nothing is sent anywhere. With
names, only the pictures whose name begins with one of them are made.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SCALES = ("1", "2")
# Qt's own idea of a screen that is not there is 800 × 600: too small for menus and dialogs.
_SCREEN = {"name": "gallery", "x": 0, "y": 0, "width": 4000, "height": 3000, "dpr": 1}


def main() -> int:
    """Render each scale in a process of its own, since Qt reads it once."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__)
        return 2
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if "KEYPANE_GALLERY_CHILD" in os.environ:
        sys.path.insert(0, str(ROOT))
        from scripts.gallery_pictures import render_all

        render_all(target, tuple(sys.argv[2:]), os.environ["QT_SCALE_FACTOR"])
        return 0
    with tempfile.TemporaryDirectory() as folder:
        screens = Path(folder, "screens.json")
        screens.write_text(json.dumps({"screens": [_SCREEN]}), "utf-8")
        for scale in _SCALES:
            environment = {
                **os.environ,
                "KEYPANE_GALLERY_CHILD": "1",
                "QT_SCALE_FACTOR": scale,
                "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
            }
            subprocess.run([sys.executable, __file__, *sys.argv[1:]], env=environment, check=True)
    print(f"{len(list(target.glob('*.png')))} pictures in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
