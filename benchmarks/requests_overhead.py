"""Promise: a request through our adapter costs hardly more than through bare requests.

All three send `GET` with a Bearer Token over one kept-alive connection to the same server,
and read the whole answer.
"""

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.rows import Row
from core.adapters.requests_transport import RequestsTransport
from core.model import HttpRequest
from core.ports import CancelToken
from core.secret import Secret

BATCHES: Final = 12
BATCH: Final = 150
AIM: Final = 1.2
_TOKEN: Final = "A" * 110


def measure() -> list[Row]:
    """Return the time of one warm request beside bare requests and beside curl."""
    import requests

    with serving() as origin, requests.Session() as session:
        transport = RequestsTransport()
        url = f"{origin}/2/tweets?ids=1261326399320715264"
        headers = {"Authorization": f"Bearer {_TOKEN}"}

        def ours() -> None:
            request = HttpRequest(
                "GET", f"{origin}/2/tweets", query=(("ids", "1261326399320715264"),),
                authorization=Secret(f"Bearer {_TOKEN}"),
            )  # fmt: skip
            assert transport.send(request, CancelToken()).status == 200

        def bare() -> None:
            assert session.get(url, headers=headers, timeout=20).content

        times: dict[str, list[float]] = {"ours": [], "bare": [], "curl": []}
        curl = shutil.which("curl")
        for turn in range(BATCHES + 1):
            sides = [("ours", ours), ("bare", bare)]
            for name, send in sides if turn % 2 else reversed(sides):
                batch = _timed(send)
                times[name] += batch if turn else []
            times["curl"] += _curl_times(curl, url) if curl and turn else []
        transport.close()
    keypane = _milliseconds(times["ours"])
    return [
        Row("one warm request", "ms", keypane, "requests", _milliseconds(times["bare"]), AIM),
        Row("one warm request", "ms", keypane, "curl", _milliseconds(times["curl"])),
    ]


def _timed(send: Callable[[], None]) -> list[float]:
    times = []
    for _ in range(BATCH):
        began = time.perf_counter()
        send()
        times.append(time.perf_counter() - began)
    return times


def _curl_times(curl: str, url: str) -> list[float]:
    """Return curl's own seconds per transfer, without its start and the first connection."""
    config = [f'url = "{url}"\noutput = "/dev/null"' for _ in range(BATCH)]
    done = subprocess.run(
        [curl, "--silent", "--noproxy", "*", "--oauth2-bearer", _TOKEN,
         "--write-out", "%{time_total}\n", "--config", "-"],
        input="\n".join(config),
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    return [float(line) for line in done.stdout.split()[1:]]


def _milliseconds(times: list[float]) -> float | None:
    return statistics.median(times) * 1000 if times else None


@contextmanager
def serving() -> Iterator[str]:
    """Run the server on this computer; yield its origin."""
    program = Path(__file__).with_name("loopback_server.py")
    with subprocess.Popen(
        [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()
