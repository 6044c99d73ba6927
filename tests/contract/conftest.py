"""A server of its own for each test of the transport."""

from collections.abc import Iterator

import pytest

from tests.fakes.hostile_server import (
    HostileServer,
)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server
