"""Commands in this process, over one session vault and a fake transport."""

import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from cli import run
from core.spending import Spending
from core.start_options import StartOptions
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.fake_transport import FakeTransport
from tests.unit.core.service_bench import Bench

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def cli_run(vault: Vault, clock: FakeClock, transport: FakeTransport) -> Run:
    """Run commands over one session vault, with --json unless `text` is wanted."""
    bench = Bench(vault, clock, transport)
    vault.forget_app(bench.app.app_id)
    world = SimpleNamespace(
        clock=clock,
        vault=vault,
        bearer_tokens=bench.bearers,
        sign_in=bench.sign_in,
        requester=bench.requester,
        spending=Spending(vault, clock),
        recover=list,
        close=lambda: None,
    )

    def world_of() -> Any:
        return world

    def go(
        *arguments: str, stdin: str = "", quiet: bool = False, text: bool = False
    ) -> tuple[int, Any, str]:
        out, err = io.StringIO(), io.StringIO()
        options = StartOptions(json=not text, quiet=quiet)
        code = run(options, list(arguments), world_of, io.StringIO(stdin), out, err)
        if text:
            return code, out.getvalue(), err.getvalue()
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        return code, lines[0] if len(lines) == 1 else lines, err.getvalue()

    return go
