"""Fixtures of the service tests."""

import pytest

from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.unit.core.service_bench import Bench


@pytest.fixture
def bench(vault: Vault, clock: FakeClock) -> Bench:
    """Return the services over a session vault and a fake transport."""
    return Bench(vault, clock)
