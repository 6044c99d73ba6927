"""What a call costs at X's published pay-per-use prices.

An estimate: X counts the same resource once per UTC day, and shows the balance only in its
console. Source: docs.x.com, "Pricing", read 2026-08-22; see `resources/published.json`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.catalogue import Operation, published

_WEB_ADDRESS: Final = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate in US dollars.

    Attributes:
        units: how many resources or requests were counted.
        unit: "Post", "User", … or "request".
    """

    dollars: Decimal
    units: int
    unit: str


def cost_of(
    operation: Operation, status: int, answer: object, body: Mapping[str, Any] | None = None
) -> Cost | None:
    """Return what an answered call cost, None where X publishes no price for it.

    Args:
        operation: which one was called.
        status: X's answer; only a 2xx with data is billed.
        answer: the JSON of the answer.
        body: the JSON that was sent.
    """
    if not 200 <= status < 300:
        return Cost(Decimal(0), 0, "request")
    prices, resources = published().prices, published().resources
    if (price := prices["request"].get(operation.operation_id)) is not None:
        if operation.operation_id == "createPosts" and _holds_address(body):
            price = prices["post_with_url"]
        return Cost(Decimal(price), 1, "request")
    if (unit := resources.get(operation.operation_id)) is None:
        return None
    count = _count(answer)
    return Cost(Decimal(prices["read"][unit]) * count, count, unit)


def _count(answer: object) -> int:
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, list):
        return len(data)
    return 1 if data else 0


def _holds_address(body: Mapping[str, Any] | None) -> bool:
    return bool(body) and bool(_WEB_ADDRESS.search(str((body or {}).get("text", ""))))
