"""What `keypane request` prints of an answer, and what it writes down of it."""

import json
from decimal import Decimal
from typing import Any, Final

from cli.command_run import CommandRun
from cli.seen_limits import keep_limit, limit_facts
from core.catalogue import catalogue
from core.model import App
from core.pricing import cost_of
from core.requester import Exchange
from core.vault.vault import Vault

_HIDDEN_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})


def answer_facts(
    run: CommandRun, exchange: Exchange, body: Any, milliseconds: float
) -> dict[str, Any]:
    """Return an answer as --json prints it, and keep what it told about limits."""
    keep_limit(run, exchange)
    headers = {
        name: value
        for name, value in exchange.response.headers.items()
        if name not in _HIDDEN_HEADERS
    }
    facts: dict[str, Any] = {
        "status": exchange.response.status,
        "headers": headers,
        "body": body,
        "milliseconds": round(milliseconds, 1),
    }
    if exchange.rate_limit is not None:
        facts["rate_limit"] = limit_facts(exchange.rate_limit)
    if exchange.renamed:
        facts["renamed"] = True
    return facts


def body_of(exchange: Exchange) -> Any:
    """Return an answer's JSON, or its text where it is none."""
    raw = exchange.response.body
    try:
        return json.loads(raw) if raw.strip() else None
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def list_price(exchange: Exchange, body: object) -> Decimal:
    """Return what a call costs at X's list price; 0 where X publishes none."""
    operation = catalogue().find(exchange.spec.method, exchange.spec.path)
    cost = cost_of(operation, exchange.response.status, body) if operation else None
    return cost.dollars if cost else Decimal(0)


def note_cost(run: CommandRun, vault: Vault, exchange: Exchange, body: object) -> None:
    """Add what a call to X cost to the sums that *Limits and usage* shows."""
    spec = exchange.spec
    app = vault.get(App, spec.app_id)
    operation = catalogue().find(spec.method, spec.path)
    if app is not None and operation is not None:
        status = exchange.response.status
        run.world.spending.note(app.app_id, app.environment, operation, status, body, spec.body)
