"""`main.py --tour` does the main job as a program of its own, with a display and without."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PNG = b"\x89PNG\r\n\x1a\n"
# The contract's main job, in its order; the tour may do more in between.
MAIN_JOB = (
    "add App",
    "generate Bearer Token",
    "GET /2/tweets",
    "sign in a user",
    "GET /2/users/me",
    "refresh",
    "revoke the user's grant",
    "prove 401 for the user",
    "revoke Bearer Token",
    "prove 401 for the App",
)


def has_display() -> bool:
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


@pytest.fixture(params=["display", "offscreen"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The suite's own display, or none at all; and a home that is empty either way."""
    kept = {name: value for name, value in os.environ.items() if "KEYPANE" not in name}
    if request.param == "offscreen":
        kept = {k: v for k, v in kept.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        kept["QT_QPA_PLATFORM"] = "offscreen"
    elif not has_display():
        pytest.skip("there is no display here")
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "tmp").mkdir()
    return kept | {"HOME": str(home), "XDG_DATA_HOME": "", "TMPDIR": str(tmp_path / "tmp")}


def test_the_tour_does_the_main_job_with_a_picture_per_step_and_leaves_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"

    ended = subprocess.run(
        [sys.executable, "main.py", "--tour", str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert "Traceback" not in ended.stderr
    report = json.loads((folder / "tour.json").read_text("utf-8"))
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []
    assert report["ok"] is True
    assert ended.returncode == 0
    assert ended.stdout == ""
    done = iter(step["name"] for step in report["steps"])
    assert [name for name in MAIN_JOB if name not in done] == []
    for step in report["steps"]:
        assert (folder / step["screenshot"]).read_bytes().startswith(PNG)
        assert step["seconds"] >= 0
    assert {path.suffix for path in folder.iterdir()} == {".png", ".json"}
    left = [path.name for path in (tmp_path / "tmp").iterdir()]
    assert [name for name in left if name.startswith("keypane")] == []
    assert not (tmp_path / "home" / ".local" / "share" / "keypane").exists()
