"""What the transport puts on the wire, and what it leaves out."""

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import BadInput
from core.model import HttpRequest
from core.ports import CancelToken
from core.secret import Secret
from tests.contract.wire import send
from tests.fakes.hostile_server import (
    HostileServer,
    answers,
)


def test_no_cookie_is_kept_and_no_redirect_is_followed(
    transport: RequestsTransport, server: HostileServer
) -> None:
    cookies = [f"Set-Cookie: c{n}=v; Path=/" for n in range(5)]
    server.will(
        answers(b"{}", "307 Temporary Redirect", f"Location: {server.origin}/evil", *cookies),
        answers(),
    )

    first = send(transport, server)
    send(transport, server)

    assert first.status == 307
    assert [seen.line for seen in server.seen] == ["POST /x HTTP/1.1"] * 2
    assert "cookie" not in server.seen[1].headers


def test_the_request_stands_on_the_wire_as_it_was_meant(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers())
    request = HttpRequest(
        "POST",
        f"{server.origin}/2/x%2Fy",
        query=(("q", "a b&c=d/é"), ("q", "2")),
        form=(("token", Secret("A%2Fb+c")), ("empty", "")),
        authorization=Secret("Basic abc="),
        headers=(("Accept", "*/*"), ("X-Mine", "1")),
    )

    transport.send(request, CancelToken())

    seen = server.seen[0]
    assert seen.line == "POST /2/x%2Fy?q=a%20b%26c%3Dd%2F%C3%A9&q=2 HTTP/1.1"
    assert seen.body == b"token=A%252Fb%2Bc&empty="
    assert seen.headers["authorization"] == "Basic abc="
    assert seen.headers["accept"] == "*/*"
    assert seen.headers["accept-encoding"] == "gzip"
    assert seen.headers["user-agent"] == "Keypane"
    assert seen.headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_a_repeated_header_is_joined(transport: RequestsTransport, server: HostileServer) -> None:
    server.will(answers(b"{}", "200 OK", "X-Many: a", "x-many: b"))

    assert send(transport, server).headers["x-many"] == "a, b"


def test_a_json_body_goes_out_byte_for_byte(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers())

    transport.send(HttpRequest("POST", server.origin, body=b'{"text":"\xc3\xa9"}'), CancelToken())

    assert server.seen[0].body == b'{"text":"\xc3\xa9"}'
    assert server.seen[0].headers["content-type"] == "application/json"


def test_a_form_and_a_body_at_once_are_refused(
    transport: RequestsTransport, server: HostileServer
) -> None:
    with pytest.raises(BadInput):
        transport.send(HttpRequest("POST", server.origin, body=b"{}", form=()), CancelToken())

    assert server.seen == []
