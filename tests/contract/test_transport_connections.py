"""Connections that are kept alive: used again, and never for a change that may be lost."""

import time
from collections.abc import Callable

import pytest
import urllib3.exceptions

from core.adapters.requests_transport import RequestsTransport
from core.errors import TimedOut
from tests.contract.wire import JSON, in_background, send
from tests.fakes.hostile_server import (
    HostileServer,
    answers,
    head,
    resets,
    writes,
)


def test_one_connection_serves_many_requests(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.always(answers())

    timings = [send(transport, server, method).timing for method in ("GET", "POST", "GET")]

    assert server.connections == 1
    assert timings[0].connect_ms is not None
    assert timings[1].connect_ms is None
    assert all(t.first_byte_ms is not None and t.total_ms >= t.first_byte_ms for t in timings)


def test_a_connection_that_the_server_closed_is_not_used_for_a_post(
    transport: RequestsTransport, server: HostileServer, wait_until: Callable[..., None]
) -> None:
    body = b"{}"
    server.will(writes(head("200 OK", JSON, length=2) + body), answers())
    send(transport, server)
    wait_until(lambda: _server_side_is_closed(transport))

    assert send(transport, server).status == 200
    assert server.connections == 2


def _server_side_is_closed(transport: RequestsTransport) -> bool:
    """Look into the pool the way urllib3 does before it reuses a connection."""
    assert transport._wire is not None
    (pool,) = (
        transport._wire._adapter.poolmanager.pools[key]
        for key in transport._wire._adapter.poolmanager.pools.keys()  # noqa: SIM118  # no mapping
    )
    return any(
        connection is not None
        and connection.sock is not None
        and urllib3.util.wait.wait_for_read(connection.sock, 0)
        for connection in pool.pool.queue
    )


def test_a_connection_idle_for_long_is_not_used_for_a_change(
    transport: RequestsTransport, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.always(answers())
    send(transport, server)
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 10)

    send(transport, server, "GET")
    assert server.connections == 1
    monkeypatch.setattr(time, "monotonic", lambda: real() + 20)
    send(transport, server, "POST")

    assert server.connections == 2


def test_a_post_on_a_connection_that_dies_while_sending_is_not_repeated(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers(), resets())
    send(transport, server)

    with pytest.raises(TimedOut) as caught:
        send(transport, server)

    assert caught.value.reason == "broken"
    assert len(server.seen) == 2


def test_threads_share_one_transport(transport: RequestsTransport, server: HostileServer) -> None:
    server.always(answers())
    waits = [
        in_background(lambda: [send(transport, server, "GET").status for _ in range(10)])
        for _ in range(6)
    ]

    assert [wait() for wait in waits] == [[200] * 10] * 6
    assert server.connections <= 6
