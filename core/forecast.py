"""What a call may cost, before it is sent: bounds by X's price list, and what they rest on.

X charges what it returns, whatever `expansions` bring along included, so of a read only the
most can be said; of a write the exact price. Source: docs.x.com, "Pricing", read 2026-08-22;
see `resources/published.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.catalogue import Operation, Parameter, published
from core.pricing import cost_of

POST: Final = "Post"
USER: Final = "User"
_ONE_AT_LEAST: Final = 1
_NO_PAGE_SIZE: Final = 100
# What each expansion brings at most per Post or user; mentions and media notes may be several.
_BRINGS: Final[Mapping[str, str]] = {
    "author_id": USER,
    "in_reply_to_user_id": USER,
    "entities.mentions.username": USER,
    "referenced_tweets.id": POST,
    "referenced_posts": POST,
    "referenced_tweets.id.author_id": USER,
    "pinned_tweet_id": POST,
    "pinned_post_id": POST,
    "most_recent_tweet_id": POST,
    "most_recent_post_id": POST,
    "affiliation.user_id": USER,
    "affiliation": USER,
}
_SEVERAL: Final = frozenset({"entities.mentions.username", "referenced_tweets.id.author_id"})


@dataclass(frozen=True, slots=True)
class Forecast:
    """Bounds in US dollars.

    Attributes:
        is_known: False where X publishes no price for the operation; the rest is 0 then.
        least, most: what one call costs; a read that finds nothing costs nothing.
        unit: what is counted: "Post", "User", … or "request".
        units: how many of them at most, those of `included` left out.
        included: what the expansions bring at most, as (unit, count).
        may_exceed: True where a resource may bring more than one of what an expansion names.
        per_unit: the price of one; for a stream, whose length nobody knows, all there is.
        is_open_ended: a stream: it costs as long as it runs.
        has_address: a Post with a web address in it, which costs many times as much.
        read_at: the day on which the price list was read.
    """

    is_known: bool
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    unit: str = ""
    units: int = 0
    included: tuple[tuple[str, int], ...] = ()
    may_exceed: bool = False
    per_unit: Decimal = Decimal(0)
    is_open_ended: bool = False
    has_address: bool = False
    read_at: str = ""


def forecast(
    operation: Operation, values: Mapping[str, tuple[str, ...]], body: str = ""
) -> Forecast:
    """Return what one call may cost.

    Args:
        operation: which one.
        values: parameter name -> its values.
        body: the JSON text that would be sent.
    """
    known = published()
    if operation.operation_id in known.prices["request"]:
        return _of_request(operation, body)
    if operation.streaming and operation.tag == "Stream" and _gives_posts(operation):
        price = Decimal(known.prices["read"][POST])
        return Forecast(True, unit=POST, per_unit=price, is_open_ended=True, read_at=known.read_at)
    unit = known.resources.get(operation.operation_id)
    if unit is None:
        return Forecast(is_known=False, read_at=known.read_at)
    return _of_read(operation, values, unit)


def _of_request(operation: Operation, body: str) -> Forecast:
    document = _document(body)
    cost = cost_of(operation, 200, {}, document)
    plain = cost_of(operation, 200, {}, None)
    if cost is None or plain is None:
        return Forecast(is_known=False)
    return Forecast(
        True,
        cost.dollars,
        cost.dollars,
        "request",
        1,
        per_unit=cost.dollars,
        has_address=cost.dollars != plain.dollars,
        read_at=published().read_at,
    )


def _of_read(operation: Operation, values: Mapping[str, tuple[str, ...]], unit: str) -> Forecast:
    known = published()
    prices: Mapping[str, str] = known.prices["read"]
    count = _most_resources(operation, values)
    wanted = [name for name in values.get("expansions", ()) if name in _BRINGS]
    included: dict[str, int] = {}
    for name in wanted:
        brought = _BRINGS[name]
        included[brought] = included.get(brought, 0) + count
    most = Decimal(prices[unit]) * count
    most += sum((Decimal(prices[what]) * n for what, n in included.items()), Decimal(0))
    return Forecast(
        True,
        Decimal(0),
        most,
        unit,
        count,
        tuple(included.items()),
        may_exceed=any(name in _SEVERAL for name in wanted),
        per_unit=Decimal(prices[unit]),
        read_at=known.read_at,
    )


def _most_resources(operation: Operation, values: Mapping[str, tuple[str, ...]]) -> int:
    for parameter in operation.parameters:
        if parameter.required and parameter.kind == "array":
            return max(len(values.get(parameter.name, ())), _ONE_AT_LEAST)
    size = next((p for p in operation.parameters if p.name == "max_results"), None)
    return _page_size(size, values) if size is not None else 1


def _page_size(parameter: Parameter, values: Mapping[str, tuple[str, ...]]) -> int:
    typed = "".join(values.get("max_results", ()))
    if typed.isascii() and typed.isdigit() and len(typed) < 6:
        return max(int(typed), _ONE_AT_LEAST)
    facts = parameter.facts
    return int(facts.get("default", facts.get("maximum", _NO_PAGE_SIZE)))


def _gives_posts(operation: Operation) -> bool:
    return any(
        parameter.name in {"tweet.fields", "post.fields"} for parameter in operation.parameters
    )


def _document(body: str) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
