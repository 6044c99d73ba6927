"""What the last answers told about rate limits, kept in the vault between runs."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.command_run import CommandRun
from cli.shapes import moment
from core.errors import VaultError
from core.exchange import Exchange
from core.model import Setting
from core.rate_limits import RateLimit
from core.vault.vault import Vault

_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class SeenLimit:
    """A rate limit that an answer told.

    Attributes:
        credential: "bearer", "oauth1" or the id of a user token.
    """

    endpoint: str
    credential: str
    rate_limit: RateLimit


def keep_limit(run: CommandRun, exchange: Exchange) -> None:
    """Remember what an answer told. That it cannot be kept is no reason to fail."""
    if exchange.rate_limit is None:
        return
    app_id = exchange.spec.app_id
    new = SeenLimit(exchange.endpoint, exchange.spec.credential.key, exchange.rate_limit)
    kept = [
        seen
        for seen in seen_limits(run.vault(), app_id)
        if (seen.endpoint, seen.credential) != (new.endpoint, new.credential)
    ]
    rows = [
        [s.endpoint, s.credential, s.rate_limit.limit, s.rate_limit.remaining, _seconds(s)]
        for s in [*kept, new][-_MOST_KEPT:]
    ]
    try:
        run.vault().save(Setting(_name(app_id), json.dumps(rows)))
    except VaultError:
        run.say("The rate limit could not be kept.")


def seen_limits(vault: Vault, app_id: str) -> list[SeenLimit]:
    """Return what is remembered of an App, oldest first."""
    rows = json.loads(vault.setting(_name(app_id), "[]"))
    return [
        SeenLimit(
            endpoint,
            credential,
            RateLimit(limit, remaining, datetime.fromtimestamp(reset, UTC)),
        )
        for endpoint, credential, limit, remaining, reset in rows
    ]


def limit_facts(rate_limit: RateLimit) -> dict[str, Any]:
    """Return a rate limit as JSON."""
    return {
        "limit": rate_limit.limit,
        "remaining": rate_limit.remaining,
        "reset_at": moment(rate_limit.reset_at),
    }


def _name(app_id: str) -> str:
    return f"limits:{app_id}"


def _seconds(seen: SeenLimit) -> int:
    return int(seen.rate_limit.reset_at.timestamp())
