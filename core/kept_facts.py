"""Kept requests as JSON: written in one way, read leniently.

An entry of an older or a newer Keypane must never close the whole list, so what is not
understood is left out and nothing here raises.
"""

import json
from collections.abc import Mapping
from typing import Any

from core.kept_requests import MOST_BODY, MOST_TARGET, KeptRequest, Outcome


def facts_of_request(request: KeptRequest) -> dict[str, object]:
    """Return what is written of a request; what is as usual is left out."""
    facts: dict[str, object] = {
        "method": request.method,
        "target": request.target,
        "credential": request.credential,
    }
    if request.body:
        facts["body"] = request.body
    if request.is_cut:
        facts["is_cut"] = True
    if request.is_masked:
        facts["is_masked"] = True
    return facts


def facts_of_outcome(outcome: Outcome) -> dict[str, object]:
    """Return what is written of an outcome."""
    return {
        "status": outcome.status,
        "words": outcome.words,
        "ms": outcome.milliseconds,
        "size": outcome.size,
        "dollars": outcome.dollars,
        "account": outcome.account,
    }


def facts_in(text: str) -> dict[str, Any]:
    """Return the JSON object that a text holds, {} where it holds none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def request_in(facts: Mapping[str, Any]) -> KeptRequest | None:
    """Return the request that facts tell of, None where it cannot be one."""
    method, target = text_in(facts, "method"), text_in(facts, "target")
    if not method.isalpha() or not target.startswith("/"):
        return None
    return KeptRequest(
        method.upper()[:10],
        target[:MOST_TARGET],
        text_in(facts, "body")[:MOST_BODY],
        text_in(facts, "credential") or "bearer",
        facts.get("is_cut") is True,
        facts.get("is_masked") is True,
    )


def outcome_in(facts: Mapping[str, Any]) -> Outcome:
    """Return the outcome that facts tell of."""
    return Outcome(
        _number(facts, "status"),
        text_in(facts, "words"),
        _number(facts, "ms"),
        _number(facts, "size"),
        text_in(facts, "dollars"),
        text_in(facts, "account"),
    )


def text_in(facts: Mapping[str, Any], name: str) -> str:
    """Return a text among facts, "" where it is none."""
    found = facts.get(name)
    return found if isinstance(found, str) else ""


def _number(facts: Mapping[str, Any], name: str) -> int:
    found = facts.get(name)
    return found if type(found) is int and 0 <= found < 1 << 53 else 0
