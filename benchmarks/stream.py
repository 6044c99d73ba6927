"""How many Posts a second of a stream the window parses and shows, and what that takes.

The real pane and the real transport, against a server that sends as quickly as it is read.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.rows import Row

_ROOT: Final = Path(__file__).resolve().parent.parent


def measure() -> Sequence[Row]:
    """Return Posts per second, the longest gap of the window, and the growth of its memory."""
    server = subprocess.Popen(
        [sys.executable, str(_ROOT / "benchmarks" / "stream_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)}
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.stream_window", port],
            env=environment,
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    finally:
        server.kill()
        server.wait()
    facts = json.loads(child.stdout)
    rate, gap, growth = facts["rate"], facts["gap_ms"], facts["growth_mb"]
    return [
        Row("stream: Posts parsed and shown", "1/s", rate, aim=5_000, better="higher"),
        Row("stream: longest gap of the window", "ms", gap),
        Row("stream: memory gained in 10 s", "MB", growth),
    ]
