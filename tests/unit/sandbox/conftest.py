"""Clients at the door of this directory's sandboxes."""

import pytest

from sandbox import Sandbox
from tests.unit.sandbox.client import Client


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """Talk to the sandbox as its ready App."""
    return Client(sandbox)


@pytest.fixture
def public(sandbox: Sandbox) -> Client:
    """Talk to the sandbox as an App without a Client Secret."""
    return Client(sandbox, sandbox.add_app("Public App", confidential=False))
