"""The test bench under `/_sandbox/`: no part of X, on loopback only, never in the ledger.

A page in somebody's browser must not reach it. Browsers say where a request comes
from, in Origin on every POST and in Sec-Fetch-Site; a foreign one is refused.
"""

import math
from dataclasses import asdict
from typing import Final

from sandbox.clock import rfc3339
from sandbox.exchange import Answer, Call, json_answer
from sandbox.faults import BadFault
from sandbox.people import BY_ID
from sandbox.world import World

PREFIX: Final = "/_sandbox/"
OWN_SITES: Final = {"none", "same-origin"}


def ledger(world: World, call: Call) -> Answer:
    """Return every request seen so far, which credential it had, and its status."""
    return _refuse_foreign(call) or json_answer(
        200, [entry.as_json() for entry in world.ledger.entries]
    )


def faults(world: World, call: Call) -> Answer:
    """Order troubles."""
    if refusal := _refuse_foreign(call):
        return refusal
    try:
        return json_answer(200, {"added": world.faults.add_json(call.json())})
    except BadFault as bad:
        return json_answer(400, {"error": str(bad)})


def clock(world: World, call: Call) -> Answer:
    """Let time pass."""
    if refusal := _refuse_foreign(call):
        return refusal
    document = call.json()
    seconds = document.get("advance_seconds") if isinstance(document, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return json_answer(400, {"error": "advance_seconds is a number"})
    if not math.isfinite(seconds) or abs(seconds) > 1e9:
        return json_answer(400, {"error": "advance_seconds is too large"})
    world.clock.advance(seconds)
    return json_answer(200, {"now": rfc3339(world.clock.now())})


def reset(world: World, call: Call) -> Answer:
    """Go back to the start."""
    if refusal := _refuse_foreign(call):
        return refusal
    world.reset()
    return json_answer(200, {"reset": True})


def streams(world: World, call: Call) -> Answer:
    """Turn the knobs of streams, and return how they stand."""
    if refusal := _refuse_foreign(call):
        return refusal
    if call.method == "POST" and (wrong := world.streams.set_json(call.json())):
        return json_answer(400, {"error": wrong})
    return json_answer(200, world.streams.state())


def state(world: World, call: Call) -> Answer:
    """Return what lives at the moment."""
    return _refuse_foreign(call) or json_answer(200, state_of(world))


def state_of(world: World) -> dict[str, object]:
    """Return counters of Refresh Tokens, live Bearer Tokens, and each user's live grants."""
    now = world.clock.now()
    users = [
        {
            "id": grant.user_id,
            "username": BY_ID[grant.user_id].username,
            "app": world.apps.get(grant.app_id).name,
            "scopes": list(grant.scopes),
            "access_token": _half(grant.access_is_live, grant.access_expires_at, now),
            "refresh_token": (
                _half(grant.refresh_is_live, grant.refresh_expires_at, now)
                if grant.refresh
                else "none"
            ),
        }
        for grant in world.grants
        if grant.is_live
    ]
    return {
        **asdict(world.grants.counters),
        "bearers": sum(app.bearer_is_live for app in world.apps),
        "users": users,
    }


def _half(is_live: bool, expires_at: float, now: float) -> str:
    if not is_live:
        return "revoked"
    return "live" if now < expires_at else "expired"


def _refuse_foreign(call: Call) -> Answer | None:
    site = call.headers.get("sec-fetch-site", "none")
    if call.headers.get("origin", call.origin) != call.origin or site not in OWN_SITES:
        return json_answer(403, {"error": "not for pages of other origins"})
    return None
