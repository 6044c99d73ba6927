"""What a sign-in leaves on the disk, in memory, on ports and in stderr (V11-V13, V16, V22, S5).

Each test runs a program of its own, since Chromium reads its environment once.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Canaries
from tests.e2e.browser import ordinary_user
from tests.e2e.browser.certificates import tls_server_context
from tests.e2e.browser.sites import Reply, Site, redirect

ROOT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("child.py")

LOGIN = """<form method=post action=/go></form><script>
document.cookie = 'session=WORD; max-age=99999';
localStorage.setItem('session', 'WORD');
const base = indexedDB.open('base');
base.onupgradeneeded = () => base.result.createObjectStore('store');
base.onsuccess = () => {
    const change = base.result.transaction('store', 'readwrite');
    change.objectStore('store').put('WORD', 'session');
    change.oncomplete = () => caches.open('cache')
        .then(cache => cache.put('/cached', new Response('WORD')))
        .then(() => document.forms[0].submit());
};
</script>"""


def child(
    order: dict[str, Any],
    home: Path,
    environment: dict[str, str] | None = None,
    command: Sequence[str] = (sys.executable,),
    arguments: Sequence[str] = (),
) -> tuple[dict[str, Any], str]:
    """Run `child.py` with a bare environment; return its answer and its stderr."""
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    finished = subprocess.run(
        [*command, str(CHILD), json.dumps(order), *arguments],
        env={
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            **(environment or {}),
        },
        cwd=home,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    return json.loads(finished.stdout.splitlines()[-1]), finished.stderr


def order_for(site: Site, other: Site, **more: Any) -> dict[str, Any]:
    """Order one sign-in at `site` whose redirect URI is at `other`."""
    return {
        "url": f"{site.origin}/start",
        "origins": [site.origin],
        "redirect_uri": f"{other.origin}/callback",
        **more,
    }


def _let_sign_in(site: Site, other: Site, word: str = "word") -> None:
    site.pages["/start"] = Reply(LOGIN.replace("WORD", word))
    site.pages["/go"] = redirect(f"{other.origin}/callback?code={word}&state=s", 303)


def test_a_sign_in_leaves_no_file_and_no_word_on_stderr(
    site: Site, other: Site, tmp_path: Path, canaries: Canaries
) -> None:
    word = canaries.secret("session").reveal()
    _let_sign_in(site, other, word)
    answer, stderr = child(order_for(site, other), tmp_path)

    assert [name for name, _ in answer["said"]] == ["redirect_caught"]
    assert answer["files"] == []
    assert not canaries.is_in(stderr)
    assert "Expect troubles" not in stderr
    assert other.seen == []


def test_the_next_attempt_starts_signed_out(site: Site, other: Site, tmp_path: Path) -> None:
    _let_sign_in(site, other)
    child(order_for(site, other, cycles=2), tmp_path)

    starts = [hit for hit in site.hits if hit.path == "/start"]
    assert len(starts) == 2
    assert [name for hit in starts for name, _ in hit.headers if name == "Cookie"] == []
    assert "session=word" in dict(next(h for h in site.hits if h.path == "/go").headers)["Cookie"]


@pytest.mark.parametrize("cycles", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_many_attempts_neither_crash_nor_grow(
    cycles: int, site: Site, other: Site, tmp_path: Path
) -> None:
    _let_sign_in(site, other)
    answer, stderr = child(order_for(site, other, cycles=cycles), tmp_path)

    assert len(answer["said"]) == cycles
    assert "Expect troubles" not in stderr
    assert "Traceback" not in stderr
    # The first attempts fill pools and caches that stay.
    assert answer["memory"][-1] - answer["memory"][9] < 30 * 1024 * 1024


@pytest.mark.parametrize("how", ["just quit", "dispose"])
def test_quitting_in_the_middle_does_not_crash(
    how: str, site: Site, other: Site, tmp_path: Path
) -> None:
    _let_sign_in(site, other)
    answer, stderr = child(order_for(site, other, leave=how), tmp_path)

    assert [name for name, _ in answer["said"]] == ["redirect_caught"]
    assert "Expect troubles" not in stderr
    assert "Traceback" not in stderr


def _hostile(home: Path) -> dict[str, str]:
    with Site() as closed_again:
        port = closed_again.port
    return {
        "QTWEBENGINE_CHROMIUM_FLAGS": "--ignore-certificate-errors",
        "QTWEBENGINE_REMOTE_DEBUGGING": str(port),
        "QTWEBENGINE_RESOURCES_PATH": str(home / "nowhere"),
        "SSLKEYLOGFILE": str(home / "keys.txt"),
        "QT_LOGGING_RULES": "*.debug=true",
    }


def test_a_hostile_environment_changes_nothing(other: Site, tmp_path: Path) -> None:
    with Site(tls_server_context(tmp_path, "127.0.0.1")) as site:
        site.pages["/start"] = Reply("start")
        hostile = _hostile(tmp_path)
        answer, stderr = child(
            order_for(site, other, ports=True),
            tmp_path,
            hostile,
            arguments=[
                "--remote-debugging-port=0",
                "--webEngineArgs",
                "--ignore-certificate-errors",
            ],
        )

        assert answer["said"] == [["load_failed", "certificate"]]
        assert site.seen == []
    assert answer["ports"] == []
    assert not (tmp_path / "keys.txt").exists()
    assert {*hostile, "--remote-debugging-port", "--webEngineArgs"} == set(answer["removed"])
    assert "DevTools listening" not in stderr


def test_without_the_scrubbing_the_same_environment_does_harm(other: Site, tmp_path: Path) -> None:
    """The control of the test above: its probes can see what they look for."""
    hostile = _hostile(tmp_path)
    del hostile["QTWEBENGINE_RESOURCES_PATH"]
    hostile["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    with Site(tls_server_context(tmp_path, "127.0.0.1")) as site:
        site.pages["/start"] = redirect(f"{other.origin}/callback")
        answer, _ = child(
            order_for(site, other, ports=True, scrub=False, keep_environment=True),
            tmp_path,
            hostile,
        )

        assert "GET /start" in site.seen
    assert answer["said"][0][0] == "redirect_caught"
    assert answer["ports"] == [int(hostile["QTWEBENGINE_REMOTE_DEBUGGING"])]
    assert (tmp_path / "keys.txt").exists()


@pytest.mark.parametrize("fault", ["self-signed", "expired", "wrong host"])
def test_a_bad_certificate_ends_the_page_before_a_request(
    fault: str, other: Site, tmp_path: Path
) -> None:
    host = "elsewhere.test" if fault == "wrong host" else "127.0.0.1"
    context = tls_server_context(tmp_path, host, expired=fault == "expired")
    with Site(context) as site:
        answer, _ = child(order_for(site, other), tmp_path)

        assert answer["said"] == [["load_failed", "certificate"]]
        assert site.seen == []


def test_a_public_page_reaches_nothing_on_this_computer_by_redirects(
    site: Site, other: Site, tmp_path: Path
) -> None:
    for status in (302, 303, 307):
        site.pages[f"/{status}"] = redirect(f"{other.origin}/reached", status)
    site.pages["/go"] = redirect(f"{other.origin}/callback", 303)
    site.pages["/start"] = Reply(
        "<form method=post action=/go></form>"
        "<img src=/302><img src=/303><img src=/307><iframe src=/302></iframe>"
        "<script src=/302></script>"
        "<script>const all = [];"
        "for (const path of ['/302', '/303', '/307']) for (const method of ['GET', 'POST'])"
        "all.push(fetch(path, {mode: 'no-cors', method}).catch(() => 0));"
        "navigator.sendBeacon('/303', 'x'); new EventSource('/302');"
        "const leave = () => document.forms[0].submit();"
        "onload = () => Promise.all(all).then(() => setTimeout(leave, 300));</script>"
    )
    public = f"--ip-address-space-overrides=127.0.0.1:{site.port}=public"
    answer, _ = child(order_for(site, other, flags=[public]), tmp_path)

    assert [name for name, _ in answer["said"]] == ["redirect_caught"]
    assert other.seen == []


def test_a_kept_session_leaves_files_in_its_folder_and_nowhere_else(
    site: Site, other: Site, tmp_path: Path, canaries: Canaries
) -> None:
    word = canaries.secret("session").reveal()
    folder = tmp_path / "home" / ("0" * 32)
    folder.mkdir(mode=0o700, parents=True)
    home = tmp_path / "home"
    _let_sign_in(site, other, word)
    answer, stderr = child(order_for(site, other, folder=str(folder), cycles=2), home)

    assert answer["files"]
    assert [path for path in answer["files"] if not path.startswith(f"{folder}/")] == []
    assert not canaries.is_in(stderr)
    assert "Expect troubles" not in stderr
    starts = [hit for hit in site.hits if hit.path == "/start"]
    assert [dict(hit.headers).get("Cookie") for hit in starts] == [None, f"session={word}"]


@pytest.mark.parametrize("in_software", [False, True])
def test_software_drawing_reaches_chromium_and_the_page_works(
    in_software: bool, site: Site, other: Site, tmp_path: Path
) -> None:
    _let_sign_in(site, other)
    answer, stderr = child(order_for(site, other, in_software=in_software), tmp_path)

    assert [name for name, _ in answer["said"]] == ["redirect_caught"]
    assert "Traceback" not in stderr
    assert answer["flags"].count("--disable-gpu") == int(in_software)


@pytest.fixture
def ordinary_home() -> Iterator[Path]:
    """A home that an ordinary user may enter and own; pytest's own folders are root's."""
    with tempfile.TemporaryDirectory(prefix="keypane-home-") as folder:
        home = Path(folder)
        (home / "run").mkdir(mode=0o700)
        if os.geteuid() == 0:
            for path in (home, home / "run"):
                os.chown(path, ordinary_user.NOBODY, ordinary_user.NOBODY)
        yield home


def test_as_an_ordinary_user_chromium_is_sandboxed_and_the_process_closed(
    site: Site, other: Site, ordinary_home: Path, tmp_path: Path
) -> None:
    ordinary = ordinary_user.become(tmp_path)
    if ordinary is None:
        pytest.skip("NOT PROVEN: no ordinary user can read this checkout and a Python with PySide6")
    command, environment = ordinary
    _let_sign_in(site, other)
    answer, _ = child(
        order_for(site, other, read_sandbox=True), ordinary_home, environment, command=command
    )

    assert answer["sandbox"] == "on"
    assert "You are adequately sandboxed." in answer["sandbox_page"]
    assert answer["dumpable"] == 0
    assert [name for name, _ in answer["said"]] == ["redirect_caught"]
