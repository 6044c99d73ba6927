"""Starting, stopping, the wire, silence, and what outlives a restart."""

import errno
import http.client
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.timing import within
from tests.unit.sandbox.client import Client


def raw(sandbox: Sandbox, request: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back."""
    port = int(sandbox.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        received = b""
        while block := line.recv(65536):
            received += block
    return received


def status_of(sandbox: Sandbox, *lines: str) -> int:
    head = "\r\n".join(lines).replace("HOST", sandbox.origin.removeprefix("http://"))
    answer = raw(sandbox, head.encode() + b"\r\n\r\n")
    return int(answer.split(b" ")[1])


# Starting and stopping


def test_importing_the_sandbox_does_not_import_flask() -> None:
    code = "import sandbox, sys; sandbox.Sandbox(); print('flask' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "False"


def test_the_sandbox_imports_nothing_of_the_product() -> None:
    code = (
        "import sandbox.web, sandbox.listener, sandbox.delivery, sys;"
        "print([m for m in sys.modules if m.split('.')[0] in ('core', 'ui', 'cli', 'requests')])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_the_origin_is_on_loopback_without_a_slash(sandbox: Sandbox) -> None:
    host, _, port = sandbox.origin.removeprefix("http://").partition(":")

    assert host == "127.0.0.1"
    assert port.isdigit()


def test_a_taken_port_is_an_error(sandbox: Sandbox) -> None:
    second = Sandbox(port=int(sandbox.origin.rpartition(":")[2]))

    with pytest.raises(OSError, match=r"\w") as caught:
        second.start()
    assert caught.value.errno in {errno.EADDRINUSE, errno.EACCES, 10048}
    assert second.origin == ""


def test_the_announcement_holds_what_a_client_needs(sandbox: Sandbox) -> None:
    told = sandbox.announcement()

    assert told["origin"] == sandbox.origin
    assert told["users"] == [
        {"id": "1733410282", "username": "acme"},
        {"id": "1733412290", "username": "acme_ops"},
        {"id": "2244410115", "username": "newsdesk_demo"},
        {"id": "3108351019", "username": "quiet_corner"},
    ]
    assert {"api_key", "api_secret", "client_id", "client_secret", "redirect_uri"} < set(told)


def test_after_stop_nobody_listens_and_no_thread_is_left() -> None:
    sandbox = Sandbox()
    sandbox.start()
    port = int(sandbox.origin.rpartition(":")[2])
    assert any(thread.name.startswith("sandbox-") for thread in threading.enumerate())

    sandbox.stop()
    sandbox.stop()

    assert not any(thread.name.startswith("sandbox-") for thread in threading.enumerate())
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_stopped_sandbox_can_start_again_and_remembers() -> None:
    sandbox = Sandbox()
    with sandbox:
        bearer = Client(sandbox).bearer()
    with sandbox:
        client = Client(sandbox)
        assert client.get("/2/usage/tweets", bearer).status_code == 200


def test_stop_does_not_wait_for_idle_connections() -> None:
    sandbox = Sandbox()
    sandbox.start()
    connection = http.client.HTTPConnection(sandbox.origin.removeprefix("http://"), timeout=30)
    connection.request("GET", "/2/users/me")
    connection.getresponse().read()
    begun = time.monotonic()

    sandbox.stop()

    assert within(0.5, since=begun)
    connection.close()


def test_stop_ends_silence_delays_and_drips(wait_until: Callable[..., None]) -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.faults.add("GET", "/slow", delay_seconds=60)
    sandbox.faults.add("GET", "/drip", status=500, drip_bytes_per_second=1)
    port = int(sandbox.origin.rpartition(":")[2])
    lines = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(3)]
    for line, path in zip(lines, ("/slow", "/drip", "/held"), strict=True):
        if path == "/held":
            sandbox.hold.clear()
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        wait_until(lambda path=path: path in [entry.path for entry in sandbox.seen])
    begun = time.monotonic()

    sandbox.stop()

    assert within(0.5, since=begun)
    for line in lines:
        line.close()


# The wire


def test_a_connection_serves_many_requests(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(sandbox.origin.removeprefix("http://"), timeout=30)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/2/users/me")
        answer = connection.getresponse()
        sockets.add(id(connection.sock))
        assert answer.status == 401
        answer.read()
    connection.close()

    assert len(sockets) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("GET /2/users/me HTTP/1.1", "Host: evil.example"),
        ("GET /2/users/me HTTP/1.1", "Host: 127.0.0.1"),
        ("GET /2/users/me HTTP/1.1", "Host: 127.0.0.1:1"),
        ("GET /2/users/me HTTP/1.1", "Host: HOST", "Host: HOST"),
        ("GET /2/users/me HTTP/1.1",),
        ("GET http://evil.example/2/users/me HTTP/1.1", "Host: HOST"),
    ],
)
def test_only_our_own_host_is_answered(sandbox: Sandbox, lines: tuple[str, ...]) -> None:
    assert status_of(sandbox, *lines) == 421
    assert sandbox.seen == []


def test_localhost_is_our_host_too(sandbox: Sandbox) -> None:
    port = sandbox.origin.rpartition(":")[2]

    assert status_of(sandbox, "GET /2/users/me HTTP/1.1", f"Host: LocalHost:{port}") == 401


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("POST /oauth2/token HTTP/1.1", "Host: HOST", "Transfer-Encoding: chunked"), 411),
        (("POST /oauth2/token HTTP/1.1", "Host: HOST", "Content-Length: x"), 400),
        (("POST /oauth2/token HTTP/1.1", "Host: HOST", "Content-Length: 99999999"), 413),
        (("nonsense",), 400),
    ],
)
def test_what_is_not_proper_http_is_refused(
    sandbox: Sandbox, lines: tuple[str, ...], status: int
) -> None:
    assert status_of(sandbox, *lines) == status


def test_head_has_no_body(sandbox: Sandbox) -> None:
    host = sandbox.origin.removeprefix("http://")
    answer = raw(sandbox, f"HEAD /2/users/me HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert answer.endswith(b"\r\n\r\n")


def test_the_date_follows_the_sandboxs_clock(sandbox: Sandbox) -> None:
    sandbox.advance(400 * 86_400)
    host = sandbox.origin.removeprefix("http://")
    answer = raw(sandbox, f"GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    year = time.gmtime(time.time() + 400 * 86_400).tm_year
    assert f" {year} ".encode() in answer.partition(b"Date: ")[2].partition(b"\r\n")[0]


def test_a_page_can_be_as_wrong_as_it_likes(client: Client, sandbox: Sandbox) -> None:
    many = "&".join(f"a{number}=1" for number in range(300))

    assert client.get(f"/2/tweets?{many}", client.bearer()).status_code == 400
    assert client.call("POST", "/2/oauth2/token", data=b"\xff\xfe").status_code == 400
    assert client.get("/2/tweets/%FF", client.bearer()).status_code == 400


# Silence


def test_a_held_sandbox_sees_and_stays_silent(
    client: Client, sandbox: Sandbox, wait_until: Callable[..., None]
) -> None:
    sandbox.hold.clear()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(client.generate().status_code))
    asking.start()

    wait_until(lambda: len(sandbox.seen) == 1)
    assert answers == []
    assert sandbox.seen[0].status is None

    sandbox.hold.set()
    asking.join(30)
    assert answers == [200]
    assert sandbox.seen[0].status == 200


def test_the_control_answers_while_x_is_silent(client: Client, sandbox: Sandbox) -> None:
    sandbox.hold.clear()

    assert client.call("GET", "/_sandbox/state").status_code == 200


# What outlives a restart


def test_tokens_survive_a_restart_on_another_port(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    with Sandbox(state_file=path) as first:
        client = Client(first)
        before, bearer, pair = client.app, client.bearer(), client.sign_in()
        client.call("POST", "/2/tweets", json={"text": "Still here"}, auth=client.signer())
    with Sandbox(state_file=path) as second:
        again = Client(second)
        assert again.app == before
        assert again.bearer() == bearer
        assert again.me(pair["access_token"]) == 200
        newest = again.get("/2/users/1733410282/tweets", bearer).json()["data"][0]
        assert newest["text"] == "Still here"
        new = again.refresh(pair["refresh_token"]).json()
        assert again.refresh(pair["refresh_token"]).status_code == 400
        assert again.me(new["access_token"]) == 401


def test_apps_that_were_added_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    with Sandbox(state_file=path) as first:
        added = first.add_app("Second App", confidential=False)
        pair = Client(first, added).sign_in()
    with Sandbox(state_file=path) as second:
        assert Client(second, added).me(pair["access_token"]) == 200


def test_the_state_file_is_private_and_holds_no_credential(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "sandbox.json"
    with Sandbox(state_file=path) as sandbox:
        client = Client(sandbox)
        app, bearer, pair = client.app, client.bearer(), client.sign_in()
        new = client.refresh(pair["refresh_token"]).json()
        code = client.code()
    text = path.read_text()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    secrets = [
        app.api_key,
        app.api_secret,
        app.client_id,
        app.client_secret,
        app.access_token,
        app.access_token_secret,
        bearer,
        code,
        *(one[name] for one in (pair, new) for name in ("access_token", "refresh_token")),
    ]
    for secret in secrets:
        for part in (secret, secret[:12], secret[-12:], secret.encode().hex()):
            assert part not in text


def test_a_state_file_that_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    path.write_text("{ nonsense")

    with Sandbox(state_file=path) as sandbox:
        assert Client(sandbox).bearer()


def test_every_fresh_sandbox_has_keys_of_its_own(sandbox: Sandbox) -> None:
    assert Sandbox().ready_app.api_key != sandbox.ready_app.api_key


def test_a_clock_can_be_given(tmp_path: Path) -> None:
    moment = [1_700_000_000.0]
    with Sandbox(now=lambda: moment[0]) as sandbox:
        client = Client(sandbox)
        pair = client.sign_in()
        moment[0] += 7200
        assert client.me(pair["access_token"]) == 401


def test_ready_apps_do_not_print_their_secrets(sandbox: Sandbox) -> None:
    app = sandbox.ready_app

    for secret in (app.api_key, app.api_secret, app.client_id, app.client_secret):
        assert secret not in repr(app)


def test_twenty_threads_refresh_without_a_double_rotation(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(client.refresh(pair["refresh_token"]).status_code)
        )
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sorted(statuses) == [200] + [400] * 19
    assert sandbox.state()["rotations"] == 1
    assert sandbox.state()["replays"] == 19
    assert sandbox.state()["revoked_families"] == 1
