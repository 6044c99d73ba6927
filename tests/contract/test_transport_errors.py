"""Every error of a library becomes one of ours, and holds nothing of the request."""

import http.client
import inspect

import pytest
import requests
import urllib3.exceptions

from core.adapters import http_wire
from core.adapters.http_exchange import Exchange
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, BadInput, Cancelled, ConnectFailed, KeypaneError, TimedOut
from tests.conftest import Canaries
from tests.contract.wire import send
from tests.fakes.hostile_server import (
    HostileServer,
    answers,
)


def _raisable() -> list[type[Exception]]:
    """Every exception of requests, urllib3 and http.client."""
    modules = (requests.exceptions, urllib3.exceptions, http.client)
    found = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith(module.__name__)
    }
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "unsent"])
@pytest.mark.parametrize("kind", _raisable(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_library_error_becomes_one_of_ours(
    transport: RequestsTransport,
    server: HostileServer,
    monkeypatch: pytest.MonkeyPatch,
    canaries: Canaries,
    kind: type[Exception],
    is_sent: bool,
) -> None:
    value = canaries.secret("url").reveal()

    def explode(*_args: object, **_kwargs: object) -> object:
        exchange = http_wire._current.exchange
        assert isinstance(exchange, Exchange)
        if is_sent:
            exchange.begin_sending()
        error = kind.__new__(kind, value)
        error.args = (f"https://api.x.com/?{value}",)
        raise error

    server.will(answers())
    send(transport, server)
    monkeypatch.setattr(http_wire._Adapter, "send", explode)

    with pytest.raises((KeypaneError, Cancelled)) as caught:
        send(transport, server)

    error = caught.value
    assert isinstance(error, TimedOut | BadAnswer if is_sent else ConnectFailed | BadInput)
    assert not canaries.is_in(repr(error) + str(vars(error)))
    assert error.__context__ is None
    assert error.__cause__ is None


def test_a_bug_of_ours_is_not_dressed_up_as_an_answer(
    transport: RequestsTransport, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_args: object) -> None:
        raise ZeroDivisionError

    server.will(answers())
    send(transport, server)
    monkeypatch.setattr(http_wire.Wire, "_proxies", explode)

    with pytest.raises(ZeroDivisionError):
        send(transport, server)
