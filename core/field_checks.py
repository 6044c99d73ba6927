"""Free checks of values that are not kept yet: alive, dead, or not to be found out for free.

Only calls that cost nothing and change nothing are made (`core.checks`); an API Key alone has
none, since asking for a Bearer Token would make one where there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.checks import PROVEN, app_check, read_account, user_check
from core.environment import Environment
from core.errors import KeypaneError
from core.model import AccessTokenPair, ConsumerKeys, HttpRequest
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.signature import sign_for

Fields = Mapping[str, Secret]


class Life(StrEnum):
    """What a free check told."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tried:
    """One value, or pair of halves, and what its check told.

    Attributes:
        field: as `core.pasted` names it; of a pair the first half.
        account: "@name" that it acts for, "" where it acts for none or it is not known.
        status: of the answer, 0 where none came.
    """

    field: str
    life: Life
    account: str = ""
    status: int = 0


def can_try(fields: Fields) -> bool:
    """Return whether there is anything that a free call can check."""
    return "bearer_token" in fields or _has_pair(fields)


def try_fields(
    transport: Transport,
    clock: Clock,
    environment: Environment,
    fields: Fields,
    cancel: CancelToken,
) -> tuple[Tried, ...]:
    """Make one free call per value that can be checked, and return what each told.

    Nothing is kept. A value whose call gets no answer is "unknown".

    Raises:
        Cancelled: `cancel` was raised first.
    """
    found = []
    if bearer := fields.get("bearer_token"):
        request = app_check(environment, bearer)
        found.append(_tried("bearer_token", transport, request, cancel, names_account=False))
    if _has_pair(fields):
        keys = ConsumerKeys(fields["api_key"], fields["api_secret"])
        token, secret = fields["access_token"], fields["access_token_secret"]
        pair = AccessTokenPair("", token, secret, clock.now())
        request = sign_for(user_check(environment), keys, pair)
        found.append(_tried("access_token", transport, request, cancel, names_account=True))
    return tuple(found)


def _tried(
    field: str,
    transport: Transport,
    request: HttpRequest,
    cancel: CancelToken,
    *,
    names_account: bool,
) -> Tried:
    try:
        response = transport.send(request, cancel)
    except KeypaneError:
        return Tried(field, Life.UNKNOWN)
    if response.status == PROVEN:
        return Tried(field, Life.DEAD, status=response.status)
    if not 200 <= response.status < 300:
        return Tried(field, Life.UNKNOWN, status=response.status)
    account = ""
    if names_account:
        try:
            account = f"@{read_account(response).username}"
        except KeypaneError:
            account = ""
    return Tried(field, Life.ALIVE, account, response.status)


def _has_pair(fields: Fields) -> bool:
    return {"api_key", "api_secret", "access_token", "access_token_secret"} <= set(fields)
