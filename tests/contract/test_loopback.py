"""The callback listener: what it takes, what it answers, and that it is gone afterwards."""

import ast
import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.adapters import loopback, loopback_http
from core.adapters.loopback import LoopbackListener, listen
from core.errors import BadInput, Cancelled, ListenFailed
from core.ports import CancelToken
from tests.fakes.browser_back import (
    Listening,
    Visitor,
    header_of,
    listen_somewhere,
    read_all,
    status_of,
)
from tests.timing import within

TRUE = "/callback?state=true-state&code=true-code"
WaitUntil = Callable[..., None]


def is_answer(url: str) -> bool:
    return url.endswith(TRUE)


def visitor_to(uri: str) -> Visitor:
    host, _, port = uri.removeprefix("http://").partition("/")[0].partition(":")
    return Visitor((host, int(port)))


@pytest.fixture
def listening() -> Iterator[Listening]:
    uri, listener = listen_somewhere(is_answer)
    yield uri, listener
    visitor_to(uri).read_the_page()
    listener.close()


@pytest.fixture
def listener(listening: Listening) -> LoopbackListener:
    return listening[1]


@pytest.fixture
def browser(listening: Listening) -> Visitor:
    return visitor_to(listening[0])


def nobody_listens(where: tuple[str, int]) -> bool:
    """Ask the kernel's table, since a connection would leave a trace in it."""
    if sys.platform != "linux":
        with socket.socket() as probe:
            return probe.connect_ex(where) != 0
    wanted = f":{where[1]:04X} "
    rows = [
        line
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()
    ]
    return not any(wanted in row and " 0A " in row for row in rows)


# --- the true redirect -------------------------------------------------------------------------


def test_the_true_redirect_is_handed_out_and_the_code_leaves_the_address(
    listener: LoopbackListener, browser: Visitor
) -> None:
    first = browser.get(TRUE)

    assert listener.wait(CancelToken()) == f"http://{browser.host}{TRUE}"
    assert status_of(first) == 303
    assert header_of(first, "Location") == "/callback/done"
    done = browser.get("/callback/done")
    assert status_of(done) == 200
    for secret in (b"true-state", b"true-code"):
        assert secret not in first + done


@pytest.mark.parametrize("page", [loopback_http.DONE, loopback_http.NOT_FOUND])
def test_every_page_forbids_whatever_a_page_can_be_forbidden(page: bytes) -> None:
    assert "default-src 'none'" in header_of(page, "Content-Security-Policy")
    assert header_of(page, "X-Content-Type-Options") == "nosniff"
    assert header_of(page, "Cache-Control") == "no-store"
    assert header_of(page, "Referrer-Policy") == "no-referrer"
    assert header_of(page, "Connection") == "close"
    assert header_of(page, "Access-Control-Allow-Origin") == ""
    assert b"<script" not in page
    assert b"http" not in page.partition(b"\r\n\r\n")[2]  # no link leads away


def test_what_a_browser_sends_beside_it_does_no_harm(
    listener: LoopbackListener, browser: Visitor
) -> None:
    answer = browser.get(
        TRUE,
        "Connection: keep-alive",
        "Upgrade-Insecure-Requests: 1",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) caf\xe9",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
        "Cookie: of=another; server=on-this-host",
    )

    assert status_of(answer) == 303
    assert listener.wait(CancelToken()) is not None


def test_a_request_in_pieces_is_put_together(listener: LoopbackListener, browser: Visitor) -> None:
    with browser.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in browser.request(TRUE):
            connection.sendall(bytes([byte]))
        assert status_of(read_all(connection)) == 303

    assert listener.wait(CancelToken()) is not None


def test_the_first_true_redirect_wins_and_its_copies_get_the_same_answer() -> None:
    uri, listener = listen_somewhere(lambda _url: True)
    browser = visitor_to(uri)
    first = browser.get("/callback?code=1")

    assert browser.get("/callback?code=1") == first
    assert status_of(browser.get("/callback?code=2")) == 404
    assert listener.wait(CancelToken()) == f"{uri}?code=1"
    browser.read_the_page()
    listener.close()


def test_the_done_page_is_only_there_when_something_is_done(browser: Visitor) -> None:
    assert browser.get("/callback/done") == loopback_http.NOT_FOUND


def test_fifty_redirects_at_once_are_one(listener: LoopbackListener, browser: Visitor) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = set(pool.map(lambda _n: browser.get(TRUE), range(50)))

    assert answers == {loopback_http.to_done("/callback/done")}
    assert listener.wait(CancelToken()) == f"http://{browser.host}{TRUE}"


def test_an_answer_is_the_same_whatever_was_asked(browser: Visitor) -> None:
    asked = ("/", "/favicon.ico", "/callback", "/callback?state=%3Cscript%3E&code=x", "/a?b=\xe9")

    assert {browser.get(target) for target in asked} == {loopback_http.NOT_FOUND}


# --- localhost ---------------------------------------------------------------------------------


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def test_localhost_is_answered_at_both_of_its_addresses() -> None:
    families = ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"]
    for address in families:
        uri, listener = listen_somewhere(is_answer, host="localhost")
        named = visitor_to(uri)
        came_by = Visitor((address, named.where[1]))

        assert status_of(came_by.say(named.request(TRUE))) == 303
        assert listener.wait(CancelToken()) == f"http://{named.host}{TRUE}"
        came_by.say(named.request("/callback/done"))
        listener.close()


def test_127_0_0_1_does_not_answer_to_localhost(browser: Visitor) -> None:
    by_name = browser.request(TRUE, host=f"localhost:{browser.where[1]}")

    assert browser.say(by_name) == loopback_http.NOT_FOUND


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no ::1")
def test_localhost_is_not_shared_with_whoever_has_the_other_address() -> None:
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(ListenFailed) as caught:
            listen(f"http://localhost:{port}/callback", is_answer, 60)

    assert (caught.value.port, caught.value.reason) == (port, "busy")
    assert nobody_listens(("127.0.0.1", port))


# --- binding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.com/callback",
        "https://127.0.0.1:8739/callback",
        "http://0.0.0.0:8739/callback",
        "http://[::1]:8739/callback",
        "http://127.0.0.2:8739/callback",
        "http://127.1:8739/callback",
        "http://localhost.example.com:8739/callback",
        "http://me@127.0.0.1:8739/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:08739/callback",
        "http://127.0.0.1:87390/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:²/callback",
        "myapp://127.0.0.1:8739/callback",
        "",
    ],
)
def test_only_http_on_this_computer_is_listened_at(uri: str) -> None:
    with pytest.raises(BadInput):
        listen(uri, is_answer, 60)


def test_a_busy_port_is_named_and_no_other_is_taken(listening: Listening) -> None:
    port = visitor_to(listening[0]).where[1]

    with pytest.raises(ListenFailed) as caught:
        listen(listening[0], is_answer, 60)

    assert (caught.value.port, caught.value.reason) == (port, "busy")


def test_a_port_that_another_program_holds_on_every_address_is_busy() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("0.0.0.0", 0))  # noqa: S104 - as careless servers do
        other.listen()
        with pytest.raises(ListenFailed):
            listen(f"http://127.0.0.1:{other.getsockname()[1]}/callback", is_answer, 60)


def test_the_port_is_free_for_the_next_attempt_at_once(browser: Visitor) -> None:
    uri, listener = listen_somewhere(is_answer)
    browser = visitor_to(uri)
    browser.get("/junk")  # our side closed it first, so the system remembers the connection
    listener.close()

    again = listen(uri, is_answer, 60)
    assert status_of(browser.get(TRUE)) == 303
    browser.read_the_page()
    again.close()


def test_a_socket_is_made_bound_and_kept_in_one_place() -> None:
    """Nobody looks for a port, lets it go and hopes (the flaw is known from other programs)."""
    tree = ast.parse(Path(loopback.__file__).read_text("utf-8"))
    calls = [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]

    assert calls.count("socket") == 1
    assert calls.count("bind") == 1
    assert calls.count("getsockname") == 0


def test_windows_shares_the_port_with_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    set_options: list[int] = []

    class Made:
        family = socket.AF_INET

        def setsockopt(self, _level: int, option: int, _value: int) -> None:
            set_options.append(option)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", -5, raising=False)
    loopback._make_exclusive(Made())  # type: ignore[arg-type]

    assert set_options == [-5]


# --- the end -----------------------------------------------------------------------------------


def test_it_is_closed_after_success(
    listener: LoopbackListener, browser: Visitor, wait_until: WaitUntil
) -> None:
    browser.get(TRUE)
    browser.get("/callback/done")

    assert listener.wait(CancelToken()) is not None
    wait_until(lambda: nobody_listens(browser.where))


def test_it_is_closed_after_success_even_when_nobody_asks_for_the_page(
    listener: LoopbackListener, browser: Visitor
) -> None:
    browser.get(TRUE)
    started = time.monotonic()
    listener.close()

    assert nobody_listens(browser.where)
    assert within(loopback.LINGER_SECONDS + 0.5, since=started)
    assert listener.wait(CancelToken()) is not None  # what came is not lost


def test_cancel_ends_the_wait_and_the_listening(
    listener: LoopbackListener, browser: Visitor
) -> None:
    cancel = CancelToken()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    started = time.monotonic()

    with pytest.raises(Cancelled) as caught:
        listener.wait(cancel)

    assert caught.value.nothing_sent
    assert nobody_listens(browser.where)
    assert within(1, since=started)
    timer.join()


def test_it_is_closed_when_the_time_is_up() -> None:
    uri, listener = listen_somewhere(is_answer, seconds=0.1)

    assert listener.wait(CancelToken()) is None
    assert nobody_listens(visitor_to(uri).where)


def test_closing_ends_connections_that_still_wait(
    listener: LoopbackListener, browser: Visitor
) -> None:
    with browser.connect() as silent:
        listener.close()
        assert read_all(silent) == b""

    listener.close()  # and once more does nothing
    assert nobody_listens(browser.where)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_five_hundred_starts_and_cancels_leak_no_socket() -> None:
    uri, listener = listen_somewhere(is_answer)
    listener.close()
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - as plain as can be
    threads = threading.active_count()
    browser = visitor_to(uri)

    for number in range(500):
        listener = listen(uri, is_answer, 60)
        if number % 10 == 0:
            browser.get("/junk")
        if number % 3:
            listener.close()
        else:
            cancel = CancelToken()
            cancel.cancel()
            with pytest.raises(Cancelled):
                listener.wait(cancel)

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert threading.active_count() == threads
    assert nobody_listens(browser.where)
