"""The callback listener among junk, foreigners and the slow: it takes the true redirect only."""

import contextlib
import random
import selectors
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from core.adapters.loopback import HEAD_SECONDS, MOST_CLIENTS, LoopbackListener
from core.adapters.loopback_http import MOST_HEAD_BYTES, NOT_FOUND
from core.authorization import AuthorizationAttempt, begin
from core.environment import Environment
from core.model import App, ClientCredentials
from core.ports import CancelToken
from core.secret import Secret
from tests.fakes.browser_back import Visitor, listen_somewhere, read_all, status_of
from tests.fakes.clock import FakeClock
from tests.timing import within

Junk = Callable[["Target", random.Random], bytes]
EVICTIONS = 200


class Target:
    """A listener that asks a real attempt, and what a browser would bring to it."""

    def __init__(self, attempt: AuthorizationAttempt, listener: LoopbackListener) -> None:
        self.attempt = attempt
        self.listener = listener
        port = int(attempt.redirect_uri.split(":")[2].split("/")[0])
        self.visitor = Visitor(("127.0.0.1", port))
        self.state = attempt.state.reveal()
        self.true = f"/callback?state={self.state}&code=good-code"

    def request(self, target: str, *headers: str, **options: str) -> bytes:
        return self.visitor.request(target, *headers, **options)


@pytest.fixture
def target() -> Iterator[Target]:
    clock = FakeClock()
    known: list[AuthorizationAttempt] = []
    uri, listener = listen_somewhere(lambda url: known[0].is_answer(url, clock.now()))
    client = ClientCredentials(Secret("client"))
    app = App("a1", "Acme", Environment.x(), clock.now(), client=client, redirect_uris=(uri,))
    known.append(begin(app, ("users.read",), clock.now()))
    target = Target(known[0], listener)
    yield target
    target.visitor.read_the_page()
    listener.close()


# --- what comes to such a port -----------------------------------------------------------------


def browser_extras(t: Target, r: random.Random) -> bytes:
    paths = ("/favicon.ico", "/robots.txt", "/", "/apple-touch-icon.png", "/.well-known/x")
    return t.request(r.choice(paths), "Sec-Fetch-Mode: no-cors")


def other_paths(t: Target, r: random.Random) -> bytes:
    paths = ("/callback/", "/callback%2f", "//callback", "/Callback", "/./callback", "/callback;a")
    return t.request(f"{r.choice(paths)}?state={t.state}&code=good-code")


def other_methods(t: Target, r: random.Random) -> bytes:
    methods = ("POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT", "get", "GETX", "PRI")
    return t.request(t.true, method=r.choice(methods))


def foreign_states(t: Target, r: random.Random) -> bytes:
    at = r.randrange(len(t.state))
    flipped = t.state[:at] + chr(ord(t.state[at]) ^ 1) + t.state[at + 1 :]
    states = (flipped, t.state[:-1], f"{t.state}=", t.state.swapcase(), "", f"{t.state}%00", "x")
    return t.request(f"/callback?state={r.choice(states)}&code=good-code")


def errors_without_our_state(t: Target, r: random.Random) -> bytes:
    errors = ("access_denied", "server_error", "invalid_request", "<script>")
    tails = ("", "&state=", "&state=foreign", f"&state={t.state[::-1]}x")
    return t.request(f"/callback?error={r.choice(errors)}{r.choice(tails)}")


def incomplete_or_doubled(t: Target, r: random.Random) -> bytes:
    queries = (
        "",
        f"state={t.state}",
        "code=good-code",
        f"state={t.state}&code=",
        f"{t.true[10:]}&code=other",
        f"{t.true[10:]}&state={t.state}",
        f"{t.true[10:]}&st%61te={t.state}",
        f"{t.true[10:]}&iss=https%3A%2F%2Fevil.example",
        f"{t.true[10:]}&code=%ff",
        f"{t.true[10:]}#",
    )
    return t.request(f"/callback?{r.choice(queries)}")


def other_hosts(t: Target, r: random.Random) -> bytes:
    port = t.visitor.where[1]
    hosts = (
        f"evil.test:{port}", f"localhost:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}",
        f"127.0.0.1.:{port}", f"127.1:{port}", f"[::1]:{port}", f"me@127.0.0.1:{port}",
        f"127.0.0.1:0{port}", "", f"127.0.0.1:{port}, 127.0.0.1:{port}", f"127.0.0.1:{port}/",
    )  # fmt: skip
    return t.request(t.true, host=r.choice(hosts))


def doubled_or_missing_hosts(t: Target, r: random.Random) -> bytes:
    line, host = f"GET {t.true} HTTP/1.1", f"Host: {t.visitor.host}"
    heads = (
        (line,),
        (line, host, host),
        (line, host, "Host: evil.test"),
        (line, host, "host: evil.test"),
        (line, f"Host : {t.visitor.host}"),
        (line, "X-A: 1", f" {host}"),
    )
    return "\r\n".join([*r.choice(heads), "", ""]).encode()


def scripts_of_other_pages(t: Target, r: random.Random) -> bytes:
    headers = (
        ("Origin: https://evil.test",),
        (f"Origin: http://{t.visitor.host}",),
        ("Origin: null", "Origin: https://evil.test"),
        ("Sec-Fetch-Mode: cors",),
        ("Sec-Fetch-Mode: no-cors",),
        ("Sec-Fetch-Mode: websocket", "Upgrade: websocket", "Connection: Upgrade"),
        ("Sec-Fetch-Mode: same-origin",),
        ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: cors"),
    )
    return t.request(t.true, *r.choice(headers))


def other_protocols(t: Target, r: random.Random) -> bytes:
    choices = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + r.randbytes(64),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x05\x01\x00",
        f"GET {t.true}\r\n\r\n".encode(),
        f"GET {t.true} HTTP/1.0\r\nHost: {t.visitor.host}\r\n\r\n".encode(),
        f"GET {t.true} HTTP/2\r\nHost: {t.visitor.host}\r\n\r\n".encode(),
        f"GET  {t.true} HTTP/1.1\r\nHost: {t.visitor.host}\r\n\r\n".encode(),
    )
    return r.choice(choices)


def absolute_and_odd_targets(t: Target, r: random.Random) -> bytes:
    targets = (
        f"http://{t.visitor.host}{t.true}", f"http://evil.test{t.true}", "*", t.visitor.host,
        t.true[1:], f"{t.true} x", f"/\t{t.true}", f"\\{t.true}", f"/x/..{t.true}", f"?{t.true}",
    )  # fmt: skip
    return t.request(r.choice(targets))


def smuggled_and_pipelined(t: Target, r: random.Random) -> bytes:
    good = t.request(t.true)
    choices = (
        good + good,
        good + b"x",
        t.request(t.true, "Content-Length: 0"),
        t.request(t.true, "Content-Length: 5") + b"hello",
        t.request(t.true, "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        t.request(t.true, "X-A: 1\x00"),
        t.request(t.true, "X-A: 1\rGET / HTTP/1.1"),
        t.request(t.true, "no colon"),
        t.request("/junk") + good,
        b"\r\n" + good,
    )
    return r.choice(choices)


def too_large(t: Target, r: random.Random) -> bytes:
    size = MOST_HEAD_BYTES + r.randrange(1, 2000)
    choices = (
        t.request(t.true, f"Cookie: {'c' * size}"),
        t.request(f"{t.true}&pad={'p' * size}"),
        b"GET /" + b"a" * size,
        b"".join([b"GET / HTTP/1.1\r\n", b"A: b\r\n" * (size // 6 + 1)]),
    )
    return r.choice(choices)


def noise(_t: Target, r: random.Random) -> bytes:
    return r.randbytes(r.randrange(1, 200)) + b"\r\n\r\n"


CLASSES: tuple[Junk, ...] = (
    browser_extras,
    other_paths,
    other_methods,
    foreign_states,
    errors_without_our_state,
    incomplete_or_doubled,
    other_hosts,
    doubled_or_missing_hosts,
    scripts_of_other_pages,
    other_protocols,
    absolute_and_odd_targets,
    smuggled_and_pipelined,
    too_large,
    noise,
)


# --- the tests ---------------------------------------------------------------------------------


@pytest.mark.parametrize("junk", CLASSES, ids=lambda junk: junk.__name__)
def test_nothing_of_this_class_is_taken_and_all_of_it_gets_the_same_bytes(
    target: Target, junk: Junk
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same every time

    answers = {target.visitor.say(junk(target, chance)) for _ in range(60)}

    # What was sent beyond the limit makes the system cut the connection: no answer is none.
    assert answers <= {NOT_FOUND, b""}
    assert answers & {NOT_FOUND} or junk in {noise, other_protocols, too_large}
    assert status_of(target.visitor.get(target.true)) == 303
    assert target.listener.wait(CancelToken()) == f"http://{target.visitor.host}{target.true}"


@pytest.mark.serial  # counts milliseconds
def test_ten_thousand_hostile_requests_and_then_the_true_one(target: Target) -> None:
    chance = random.Random(2026)  # noqa: S311 - the same every time
    sent = 0
    while sent < 10_000:
        for junk in CLASSES:
            answer = target.visitor.say(junk(target, chance))
            assert answer in {NOT_FOUND, b""}, junk.__name__
            sent += 1

    started = time.monotonic()
    answer = target.visitor.get(target.true)
    is_prompt = within(0.1, since=started)

    assert status_of(answer) == 303
    assert is_prompt
    assert target.listener.wait(CancelToken()) == f"http://{target.visitor.host}{target.true}"


@pytest.mark.serial  # counts milliseconds
def test_two_hundred_slow_connections_do_not_keep_the_true_one_waiting(target: Target) -> None:
    slow = [target.visitor.connect() for _ in range(EVICTIONS)]
    for number, connection in enumerate(slow):
        if number % 2:  # every second one is silent, as a browser's preconnect
            with contextlib.suppress(ConnectionError):
                connection.sendall(b"GET /callb")
    started = time.monotonic()
    answer = target.visitor.get(target.true)
    is_prompt = within(0.1, since=started)

    assert status_of(answer) == 303
    assert is_prompt
    assert target.listener.wait(CancelToken()) is not None
    for connection in slow:
        connection.close()


def test_the_oldest_give_way_to_the_newcomers(
    target: Target, wait_until: Callable[..., None]
) -> None:
    slow = [target.visitor.connect() for _ in range(MOST_CLIENTS + 10)]

    wait_until(lambda: closed_among(slow) >= 10)

    assert closed_among(slow[:10]) == 10
    assert closed_among(slow[10:]) == 0
    for connection in slow:
        connection.close()


def test_a_connection_that_never_finishes_is_closed_after_two_seconds(target: Target) -> None:
    with target.visitor.connect() as connection:
        started = time.monotonic()
        connection.sendall(b"GET /callback?state=")
        answer = read_all(connection)
        is_timely = within(HEAD_SECONDS + 1, since=started, at_least=HEAD_SECONDS - 0.2)

    assert answer == b""
    assert is_timely


def test_a_thousand_foreign_refusals_do_not_end_the_attempt(target: Target) -> None:
    for _ in range(1000):
        assert target.visitor.get("/callback?error=access_denied") == NOT_FOUND

    assert status_of(target.visitor.get(target.true)) == 303
    assert not target.attempt.gate.is_settled


def test_a_refusal_with_our_state_is_the_answer(target: Target) -> None:
    refused = f"/callback?error=access_denied&state={target.state}"

    assert status_of(target.visitor.get(refused)) == 303
    assert target.listener.wait(CancelToken()) == f"http://{target.visitor.host}{refused}"


def closed_among(connections: list[socket.socket]) -> int:
    """Count connections that the other side has closed; none of them was told anything."""
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection, selectors.EVENT_READ)
        return len(selector.select(0))
