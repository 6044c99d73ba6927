"""How far an App is on its way: Keys, Package, Credits, Callback, User. Pure.

Found from what is here and from what calls that were made anyway told: nothing is sent to
find it out. Only X has packages and credits, so other environments know three steps.
Sources: x-platform notes §§4.1, 6 and 11: client-not-enrolled is an App outside a package,
402 is no credits, and free calls answer 200 without credits.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.model import App, BearerToken, CredentialState, UserToken
from core.notes import OK, OPEN, Enrolment

_NOT_ENROLLED: Final = frozenset({"client-not-enrolled", "user-not-enrolled"})
_FREE_PATHS: Final = ("/2/usage/", "/2/users/me")
_SIGNED_IN: Final = frozenset({CredentialState.OK, CredentialState.HELD})
_DEAD: Final = frozenset({CredentialState.REVOKED, CredentialState.ABSENT})


class StepKey(StrEnum):
    """The steps, in their order."""

    KEYS = "keys"
    PACKAGE = "package"
    CREDITS = "credits"
    CALLBACK = "callback"
    USER = "user"


class StepState(StrEnum):
    """How a step stands; UNKNOWN where only a call that costs money could tell."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the readiness line."""

    key: StepKey
    state: StepState


def steps_of(
    app: App,
    bearer: BearerToken | None,
    users: tuple[UserToken, ...],
    enrolment: Enrolment | None = None,
) -> tuple[Step, ...]:
    """Return the steps of an App; empty once all are done.

    Args:
        app: as the person recorded it.
        bearer: its Bearer Token, if one was ever fetched.
        users: its user tokens.
        enrolment: what calls told so far.
    """
    has_user = any(token.state in _SIGNED_IN for token in users)
    has_client = app.client is not None and bool(app.client.client_id)
    states = {StepKey.KEYS: _done(is_done=_has_keys(app, bearer))}
    if app.environment.kind == "x":
        states[StepKey.PACKAGE] = _told(enrolment.package if enrolment else "")
        states[StepKey.CREDITS] = _told(enrolment.credits if enrolment else "")
    is_set_up = has_user or (has_client and app.redirect_uri is not None)
    states[StepKey.CALLBACK] = _done(is_done=is_set_up)
    states[StepKey.USER] = _done(is_done=has_user)
    if set(states.values()) == {StepState.DONE}:
        return ()
    return tuple(Step(key, state) for key, state in states.items())


def learnt(
    known: Enrolment | None,
    app_id: str,
    path: str,
    status: int,
    reason: str,
    now: datetime,
) -> Enrolment | None:
    """Return what is known after one more answer of X's API, None if it told nothing new.

    Args:
        known: what was known before.
        app_id: whose call it was.
        path: of the call, as "/2/tweets".
        status: of the answer.
        reason: X's `reason` or problem in it, as "client-not-enrolled".
        now: the time of the answer.
    """
    before = known or Enrolment(app_id, "", "", now)
    if 200 <= status < 300:
        is_free = path.startswith(_FREE_PATHS)
        after = replace(before, package=OK, credits=before.credits if is_free else OK)
    elif status == 402:
        after = replace(before, package=OK, credits=OPEN)
    elif status == 403 and reason in _NOT_ENROLLED:
        after = replace(before, package=OPEN)
    else:
        return None
    return None if after == before else replace(after, noted_at=now)


def _has_keys(app: App, bearer: BearerToken | None) -> bool:
    pair = app.consumer
    if pair is not None and pair.api_key and pair.api_secret:
        return True
    return bearer is not None and bearer.token is not None and bearer.state not in _DEAD


def _told(word: str) -> StepState:
    return {OK: StepState.DONE, OPEN: StepState.OPEN}.get(word, StepState.UNKNOWN)


def _done(*, is_done: bool) -> StepState:
    return StepState.DONE if is_done else StepState.OPEN
