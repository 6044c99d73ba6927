"""Promise: one call from Keypane takes less time than from any tool that is started for it.

The window is open all day, so its call pays for no start; `keypane request` is started for one
call as the others are. All ask the same server on this computer.
"""

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.requests_overhead import serving
from benchmarks.rows import Row
from core.adapters.os_keyring import OsKeyring
from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.environment import Environment
from core.model import App, BearerToken, HttpRequest
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import Vault

ROOT: Final = Path(__file__).parent.parent
ROUNDS: Final = 10
AIM: Final = 1.0
_PASSPHRASE: Final = "a passphrase of the benchmark"  # noqa: S105 - of a vault that is thrown away
_TOKEN: Final = "AAAA-of-the-benchmark"  # noqa: S105 - nobody's
_ID: Final = "1261326399320715264"
_TWEEPY: Final = """
import os, requests, tweepy
send = requests.Session.request
def here(session, method, url, **how):
    url = url.replace("https://api.twitter.com", os.environ["ORIGIN"])
    return send(session, method, url, **how)
requests.Session.request = here
print(tweepy.Client(os.environ["TOKEN"]).get_tweets([os.environ["ID"]]).data)
"""
_XDK: Final = """
import os
from xdk import Client
client = Client(base_url=os.environ["ORIGIN"], bearer_token=os.environ["TOKEN"])
print(client.posts.get_by_ids(ids=[os.environ["ID"]]).data)
"""


def measure() -> list[Row]:
    """Return the wall time of one call, from the open window and from a start of the command."""
    with serving() as origin, tempfile.TemporaryDirectory(prefix="kp-bench-") as name:
        home = Path(name) / "home"
        _make_vault(home, origin)
        url = f"{origin}/2/tweets?ids={_ID}"
        tools: dict[str, Sequence[str]] = {}
        if curl := shutil.which("curl"):
            tools["curl"] = (curl, "--silent", "--noproxy", "*", "--oauth2-bearer", _TOKEN, url)
        if importlib.util.find_spec("httpie"):
            ask = ("--ignore-stdin", "GET", url, f"Authorization: Bearer {_TOKEN}")
            tools["HTTPie"] = (sys.executable, "-m", "httpie", *ask)
        for library, program in (("tweepy", _TWEEPY), ("xdk", _XDK)):
            if importlib.util.find_spec(library):
                tools[library] = (sys.executable, "-c", program)
        times = _run(tools, origin, home, _warm(origin))
    window, command = times["window"], times["keypane request"]
    rows = [Row("one call from the open window", "ms", window, t, times.get(t), AIM) for t in tools]
    others = [tool for tool in tools if tool != "curl"]  # which starts no Python
    return rows + [
        Row("one call with keypane request", "ms", command, tool, times.get(tool), AIM)
        for tool in others
    ]


def _run(
    tools: Mapping[str, Sequence[str]], origin: str, home: Path, warm: Callable[[], None]
) -> dict[str, float]:
    environment = {**os.environ, "ORIGIN": origin, "TOKEN": _TOKEN, "ID": _ID}
    seen: dict[str, list[float]] = {name: [] for name in (*tools, "keypane request", "window")}
    for turn in range(ROUNDS + 1):
        for name, times in seen.items():
            began = time.perf_counter()
            if name == "window":
                warm()
            elif name == "keypane request":
                _ask_with_keypane(home)
            else:
                done = subprocess.run(
                    tools[name], env=environment, capture_output=True, check=True, timeout=60
                )
                assert _ID.encode() in done.stdout, f"{name} had another answer"
            if turn:  # the first round fills the caches of the disk, for everyone
                times.append(time.perf_counter() - began)
    return {name: statistics.median(times) * 1000 for name, times in seen.items()}


def _warm(origin: str) -> Callable[[], None]:
    """Return what the window does for a call: its transport lives as long as it does."""
    transport = RequestsTransport()
    request = HttpRequest(
        "GET", f"{origin}/2/tweets", (("ids", _ID),), authorization=Secret(f"Bearer {_TOKEN}")
    )

    def send() -> None:
        assert transport.send(request, CancelToken()).status == 200

    return send


def _ask_with_keypane(home: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, _PASSPHRASE.encode())
    os.close(writer)
    fd = ("--vault-passphrase-fd", str(reader))
    call = ("request", "GET", "/2/tweets", "-q", f"ids={_ID}", "--as", "bearer")
    where = (sys.executable, str(ROOT / "main.py"), "--home", str(home))
    keyed = () if _is_keyring(home) else fd
    done = subprocess.run(
        [*where, *keyed, *call], capture_output=True, check=True, pass_fds=(reader,), timeout=60
    )
    os.close(reader)
    assert _ID.encode() in done.stdout, "keypane had another answer"


def _is_keyring(home: Path) -> bool:
    return (home / "keyring").exists()


def _make_vault(home: Path, origin: str) -> None:
    """Make a vault with one App at `origin`, its key in the keyring where there is one."""
    from datetime import UTC, datetime

    from core.errors import VaultError

    vault = Vault(SqliteStores(home), OsKeyring(), SystemClock())
    try:
        vault.create_with_keyring()
        (home / "keyring").touch()
    except VaultError:
        vault.create_with_passphrase(Secret(_PASSPHRASE))
    now = datetime.now(UTC)
    app = App("bench", "Bench", Environment.sandbox(origin), now)
    vault.save(app, BearerToken("bench", Secret(_TOKEN), now))
    vault.close()
