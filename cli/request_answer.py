"""What `keypane request` prints of an answer, and what it writes down of it."""

import json
import re
from decimal import Decimal
from typing import Any, Final

from cli.command_run import CommandRun
from cli.seen_limits import keep_limit, limit_facts
from core.answer_bodies import ReadBody, read_body, unusable
from core.catalogue import catalogue
from core.errors import BadAnswer
from core.exchange import Exchange
from core.model import App
from core.pricing import cost_of
from core.vault.vault import Vault

_HIDDEN_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})
# What is not for the eye: controls, halves of characters, and marks that turn the line around.
_UNSEEN: Final = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BYTE: Final = 0x100


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


def read_answer(exchange: Exchange) -> ReadBody:
    """Return an answer's body, read."""
    return read_body(exchange.response.body)


def printed(read: ReadBody) -> Any:
    """Return a body as --json prints it: JSON, text where it is none, None where it is empty."""
    return read.value if not read.fault else read.text if read.fault != "empty" else None


def shown(read: ReadBody, *, on_terminal: bool) -> list[str]:
    """Return a body as lines for a person; text that is no JSON as it came.

    On a terminal no character moves its cursor or changes its title.
    """
    if read.fault == "empty":
        return []
    if read.fault:
        text = read.text.replace("\r\n", "\n")
        return [_CONTROL.sub(_visible, text) if on_terminal else read.text]
    return [readable(read.value)]


def readable(value: object) -> str:
    """Return JSON for a person, letters as letters, what cannot be seen as an escape."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def flaw_of(exchange: Exchange, read: ReadBody) -> BadAnswer | None:
    """Return why an accepted answer cannot be X's, None where it can."""
    response = exchange.response
    if not exchange.was_accepted:
        return None
    return unusable(response.status, response.headers, read)


def oddities(read: ReadBody) -> list[str]:
    """Return what a person should know of a body that can be used."""
    told = []
    if read.repeated:
        names = ", ".join(seen(name)[:40] for name in read.repeated)
        told.append(f"Names stand twice in this JSON ({names}); the last of each is shown.")
    if read.is_lossy:
        told.append("Not all of it is UTF-8; what is not is shown as \N{REPLACEMENT CHARACTER}.")
    return told


def seen(text: str) -> str:
    """Return text of X's without what would move a terminal's cursor, on one line."""
    return _CONTROL.sub(_visible, text.replace("\n", " "))


def _visible(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}" if ord(found[0]) < _BYTE else f"\\u{ord(found[0]):04x}"


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
