"""Can this credential call this operation, and if not, why and what fixes it? Asks nobody.

Sources: the auth kinds and scopes of X's OpenAPI file (`core.catalogue`); what X published
about who may call, with its days (`resources/published.json`; x-platform notes §5.2).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.catalogue import BEARER, OAUTH1, USER, Operation, published
from core.model import CredentialState, UserToken
from core.words_model import Sentence, mark

_CONTEXT: Final = "preflight"
_READ_ONLY: Final = "read"
_ENTERPRISE: Final = "enterprise"
_LIMITED_SINCE: Final = mark(
    _CONTEXT, "Enterprise only at X since {since}, by its pages of {read_at}."
)
_LIMITED: Final = mark(_CONTEXT, "Enterprise only at X, by its pages of {read_at}.")
_NOTE_SINCE: Final = mark(_CONTEXT, "{note} (since {since}).")
_NOTE: Final = mark(_CONTEXT, "{note}")


class Fix(StrEnum):
    """What the person can do about it, in one click."""

    NONE = ""
    SIGN_IN = "sign_in"
    SIGN_IN_WITH_SCOPES = "sign_in_with_scopes"
    USE_BEARER = "use_bearer"
    USE_USER = "use_user"
    GENERATE = "generate"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call can go.

    Attributes:
        can_call: whether X would take the credential for this operation.
        is_open: False when nothing the person has here would change that.
        reason: a marked template, "" when it can go; `scopes` fills it in.
        scopes: those that are missing.
        access: that X has this for enterprise Apps only, and since when; "" for all others.
    """

    can_call: bool
    is_open: bool = True
    reason: str = ""
    fix: Fix = Fix.NONE
    scopes: tuple[str, ...] = ()
    access: str = ""


CAN: Final = Verdict(can_call=True)


def verdict_for_bearer(operation: Operation, *, has_token: bool) -> Verdict:
    """Return whether the App's Bearer Token can call it."""
    if not operation.auth:
        return CAN
    if BEARER not in operation.auth:
        return Verdict(
            can_call=False,
            reason=mark(_CONTEXT, "Needs a signed-in user; a Bearer Token acts for the App only."),
            fix=Fix.USE_USER,
        )
    if not has_token:
        return Verdict(
            can_call=False,
            reason=mark(_CONTEXT, "Needs a Bearer Token; generate one first."),
            fix=Fix.GENERATE,
        )
    return CAN


def verdict_for_user(operation: Operation, token: UserToken) -> Verdict:
    """Return whether a user's token can call it."""
    if not operation.auth:
        return CAN
    if USER not in operation.auth:
        return Verdict(
            can_call=False,
            reason=mark(_CONTEXT, "Needs the Bearer Token; X does not take a user's token here."),
            fix=Fix.USE_BEARER,
        )
    if token.state in {CredentialState.REVOKED, CredentialState.NEEDS_SIGN_IN}:
        return Verdict(
            can_call=False,
            reason=mark(_CONTEXT, "This sign-in has ended; sign in again."),
            fix=Fix.SIGN_IN,
        )
    if token.state is CredentialState.HELD:
        return Verdict(
            can_call=False,
            reason=mark(_CONTEXT, "Another program holds this sign-in; take it back first."),
        )
    missing = tuple(scope for scope in operation.auth[USER] if scope not in token.scopes)
    return _missing(missing) if missing else CAN


def _missing(scopes: tuple[str, ...]) -> Verdict:
    return Verdict(
        can_call=False,
        reason=mark(_CONTEXT, "Needs {scopes}, which this sign-in was not granted."),
        fix=Fix.SIGN_IN_WITH_SCOPES,
        scopes=scopes,
    )


def verdict_for_pair(operation: Operation, access_level: str) -> Verdict:
    """Return whether an OAuth 1.0a pair of this access level ("" unknown) can call it."""
    if not operation.auth:
        return CAN
    if OAUTH1 not in operation.auth:
        return Verdict(
            can_call=False,
            reason=mark(_CONTEXT, "X does not take OAuth 1.0a here."),
            fix=Fix.USE_USER if USER in operation.auth else Fix.USE_BEARER,
        )
    if access_level == _READ_ONLY and operation.method != "GET":
        return Verdict(
            can_call=False,
            reason=mark(
                _CONTEXT,
                "This Access Token may only read. Set Read and write in the console, then "
                "generate it anew.",
            ),
        )
    return CAN


def with_access(found: Verdict, operation: Operation) -> Verdict:
    """Return a credential's verdict, not open where X published "enterprise only".

    What the credential lacks beside that stays in it: an enterprise App needs it, too.
    """
    access = enterprise_only(operation.operation_id)
    return replace(found, can_call=False, is_open=False, access=access) if access else found


def enterprise_only(operation_id: str) -> str:
    """Return that X has an operation for enterprise Apps only, with its days; "" if not so.

    The text is a `Sentence`, which can be translated.
    """
    table = published()
    for each in table.access_to(operation_id):
        if each.level == _ENTERPRISE:
            template = _LIMITED_SINCE if each.since else _LIMITED
            return Sentence(template, since=each.since, read_at=table.access_read_at)
    return ""


def access_notes(operation_id: str) -> tuple[str, ...]:
    """Return what X published about who may call an operation and how, each a `Sentence`.

    The day on which that was read is `Published.access_read_at`, the same for all.
    """
    return tuple(
        Sentence(
            _NOTE_SINCE if each.since else _NOTE,
            note=each.note.rstrip(".") if each.since else each.note,
            since=each.since,
        )
        for each in published().access_to(operation_id)
    )
