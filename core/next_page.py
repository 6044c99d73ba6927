"""Which page stands behind an answer, what asks for it, and how long X wants to wait before.

Source: docs.x.com, "Pagination", read 2026-08-22.
"""

import json
from dataclasses import replace
from typing import Final

from core.catalogue import published
from core.exchange import Exchange, RequestSpec, operation_of

_SHORT_WINDOW: Final = 60


def next_page_of(exchange: Exchange) -> str:
    """Return the token of the page behind this one, "" where X names none."""
    return _next_token(exchange) if exchange.was_accepted else ""


def page_parameter(spec: RequestSpec) -> str:
    """Return the name of the parameter that this operation takes a page's token in."""
    operation = operation_of(spec)
    names = {p.name for p in operation.parameters} if operation else set()
    return "pagination_token" if "pagination_token" in names else "next_token"


def with_page(spec: RequestSpec, parameter: str, token: str) -> RequestSpec:
    """Return the request for the page of this token, whichever page was asked for before."""
    kept = tuple(pair for pair in spec.query if pair[0] not in {parameter, "next_token"})
    return replace(spec, query=(*kept, (parameter, token)))


def pause_seconds(spec: RequestSpec) -> float:
    """Return how long to wait between pages, where X allows so many calls a second."""
    operation = operation_of(spec)
    if operation is None:
        return 0.0
    pool = "app" if spec.credential.kind == "bearer" else "user"
    quotas = published().quotas(operation.operation_id, pool)
    return max((q.seconds / q.calls for q in quotas if q.seconds < _SHORT_WINDOW), default=0.0)


def _next_token(exchange: Exchange) -> str:
    try:
        facts = json.loads(exchange.response.body)
    except (ValueError, RecursionError):
        return ""
    meta = facts.get("meta") if isinstance(facts, dict) else None
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return token if isinstance(token, str) else ""
