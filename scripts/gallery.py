"""Renders every view with sample states to PNG, in light and dark, at 100 and 200 %.

    python scripts/gallery.py DIRECTORY [NAME…]

Nothing here is real: the states are samples, and nothing is sent anywhere. With
names, only the pictures whose name begins with one of them are made.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SCALES = ("1", "2")


def main() -> int:
    """Render each scale in a process of its own, since Qt reads it once."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if "KEYPANE_GALLERY_CHILD" in os.environ:
        sys.path.insert(0, str(ROOT))
        from scripts.gallery_pictures import render_all

        render_all(target, tuple(sys.argv[2:]), os.environ["QT_SCALE_FACTOR"])
        return 0
    for scale in _SCALES:
        environment = {
            **os.environ,
            "KEYPANE_GALLERY_CHILD": "1",
            "QT_SCALE_FACTOR": scale,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        }
        subprocess.run([sys.executable, __file__, *sys.argv[1:]], env=environment, check=True)
    print(f"{len(list(target.glob('*.png')))} pictures in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
