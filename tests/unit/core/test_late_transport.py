"""The network's adapter is loaded by the first request, and ends with the program."""

import pytest

from core.adapters.http_settings import TransportSettings
from core.adapters.lazy import LateTransport
from core.errors import BadInput, Cancelled
from core.model import HttpRequest
from core.ports import CancelToken


def test_a_request_reaches_the_adapter() -> None:
    late = LateTransport(TransportSettings)
    with pytest.raises(BadInput):  # the adapter's own check of the address
        late.send(HttpRequest("GET", "ftp://nowhere.example/"), CancelToken())
    late.close()


def test_what_is_asked_for_after_the_end_is_not_sent() -> None:
    late = LateTransport(TransportSettings)
    late.close()

    with pytest.raises(Cancelled):
        late.send(HttpRequest("GET", "https://api.x.com/2/users/me"), CancelToken())
