"""The form, the operations and the credentials of Requests, from a draft and the snapshot."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication

from core.catalogue import BEARER, Operation, Parameter, catalogue, published
from core.model import AccessTokenPair, CredentialState
from core.preflight import (
    Fix,
    Verdict,
    access_notes,
    enterprise_only,
    verdict_for_bearer,
    verdict_for_pair,
    verdict_for_user,
    with_access,
)
from core.request_draft import Draft
from core.words_model import Sentence
from ui.presenters.keys_rows import level_words
from ui.snapshot import Snapshot
from ui.views.answer_state import Action, Problem
from ui.views.requests_state import (
    Choice,
    CredentialOption,
    Openness,
    OperationRow,
    ParameterKind,
    ParameterState,
)

FIRST: Final = ("Posts", "Users", "Usage")
_PAIR_PREFIX: Final = "pair:"
_PINNED: Final = frozenset({"tweet.fields", "post.fields", "expansions", "max_results"})


def ordered_operations() -> tuple[Operation, ...]:
    """Return all operations, Posts, Users and Usage first."""
    rank = {tag: place for place, tag in enumerate(FIRST)}
    operations = catalogue().operations
    return tuple(sorted(operations, key=lambda o: (rank.get(o.tag, len(FIRST)), o.tag)))


def verdict(operation: Operation, key: str, app_id: str, snapshot: Snapshot) -> Verdict:
    """Return whether the credential of this key can call an operation."""
    pair_id = pair_id_of(key, app_id)
    if pair_id is not None:
        pair = snapshot.pair(pair_id)
        return verdict_for_pair(operation, pair.access_level if pair else "")
    token = snapshot.user(key)
    if token is not None:
        return verdict_for_user(operation, token)
    bearer = snapshot.bearer(app_id)
    return verdict_for_bearer(operation, has_token=bearer is not None and bearer.token is not None)


def operation_rows(judge: Callable[[Operation], Verdict]) -> tuple[OperationRow, ...]:
    """Return the list of operations, each with its mark and reason."""
    rows = []
    for operation in ordered_operations():
        found = with_access(judge(operation), operation)
        openness = Openness.CAN_CALL
        if not found.can_call:
            openness = Openness.NEEDS if found.is_open else Openness.NOT_OPEN
        rows.append(
            OperationRow(
                operation.operation_id,
                operation.tag,
                operation.method,
                operation.title,
                operation.path,
                openness,
                reason_of(found),
            )
        )
    return tuple(rows)


def reason_of(found: Verdict) -> str:
    """Return a verdict's reason in the person's language."""
    return " ".join(filter(None, (_told(found.access), _credential_reason(found))))


def _credential_reason(found: Verdict) -> str:
    text = QCoreApplication.translate("preflight", found.reason) if found.reason else ""
    return text.format(scopes=", ".join(found.scopes)) if found.scopes else text


def _told(text: str) -> str:
    """Return a sentence of the pre-flight in the person's language."""
    if not isinstance(text, Sentence):
        return text
    return QCoreApplication.translate("preflight", text.template).format(**text.facts)


def remarks(operation: Operation) -> tuple[str, ...]:
    """Return what X published about who may call an operation, as quiet lines."""
    if enterprise_only(operation.operation_id):
        return ()  # the banner has it
    notes = tuple(_told(each) for each in access_notes(operation.operation_id))
    read_at = _tr("X's pages of {day}.").format(day=published().access_read_at)
    return (*notes[:-1], f"{notes[-1]} {read_at}") if notes else ()


def preflight_problem(operation: Operation, credential: Verdict) -> Problem | None:
    """Return what stands above the form when the call would be refused."""
    found = with_access(credential, operation)
    if found.can_call:
        return None
    labels = {
        Fix.SIGN_IN: _tr("Sign in again…"),
        Fix.SIGN_IN_WITH_SCOPES: _tr("Sign in with these scopes…"),
        Fix.USE_BEARER: _tr("Use the Bearer Token"),
        Fix.USE_USER: _tr("Use a signed-in user"),
        Fix.GENERATE: _tr("Generate a Bearer Token"),
    }
    actions = (Action(found.fix.value, labels[found.fix]),) if found.fix is not Fix.NONE else ()
    if found.access:
        # A warning: whoever has an enterprise contract may call, and Keypane cannot know.
        notes = " ".join(_told(each) for each in access_notes(operation.operation_id))
        reason = _credential_reason(found)
        return Problem(_told(found.access), notes, reason, actions, is_warning=True)
    return Problem(_tr("X would refuse this call."), reason_of(found), actions=actions)


def credential_options(app_id: str, snapshot: Snapshot) -> tuple[CredentialOption, ...]:
    """Return the credentials to call with, the Bearer Token first."""
    bearer = snapshot.bearer(app_id)
    has_bearer = bearer is not None and bearer.token is not None
    options = [
        CredentialOption(
            "bearer",
            _tr("Bearer Token"),
            _tr("Acts for the App, read-only") if has_bearer else _tr("None yet: generate one"),
            can_use=has_bearer,
        )
    ]
    for token in snapshot.users_of(app_id):
        usable = token.state in {CredentialState.OK, CredentialState.UNCERTAIN}
        options.append(
            CredentialOption(token.token_id, token.label, ", ".join(token.scopes), can_use=usable)
        )
    owner = snapshot.owner(app_id)
    if owner is not None:
        options.append(_pair_option("oauth1", _tr("OAuth 1.0a"), owner))
    for pair in snapshot.pairs_of(app_id):
        label = _tr("OAuth 1.0a {account}").format(account=pair.label or _tr("unknown account"))
        options.append(_pair_option(_PAIR_PREFIX + pair.pair_id, label, pair))
    return tuple(options)


def pair_id_of(key: str, app_id: str) -> str | None:
    """Return the id of the pair behind an option's key, None where it is no pair."""
    if key == "oauth1":
        return app_id
    return key.removeprefix(_PAIR_PREFIX) if key.startswith(_PAIR_PREFIX) else None


def _pair_option(key: str, label: str, pair: AccessTokenPair) -> CredentialOption:
    detail = " · ".join(part for part in (pair.label, level_words(pair.access_level)) if part)
    usable = pair.state is not CredentialState.REVOKED
    return CredentialOption(key, label, detail, can_use=usable)


def parameter_states(draft: Draft, *, touched: bool) -> tuple[ParameterState, ...]:
    """Return the form's rows. Missing values are named only once the person has tried."""
    problems = draft.problems()
    rows = []
    for parameter in draft.parameters:
        values = draft.values.get(parameter.name, ())
        problem = problems.get(parameter.name, "")
        rows.append(
            ParameterState(
                parameter.name,
                _kind(parameter),
                values,
                _hint(parameter, values),
                parameter.required,
                problem if values or touched else "",
                _excluded(draft, parameter),
                tuple(Choice(value) for value in parameter.enum),
                can_add=_can_add(parameter, values),
                is_pinned=parameter.name in _PINNED,
            )
        )
    return tuple(sorted(rows, key=lambda row: not row.is_required))


def _kind(parameter: Parameter) -> ParameterKind:
    if parameter.kind == "array":
        return ParameterKind.CHOICES if parameter.enum else ParameterKind.LIST
    if parameter.enum:
        return ParameterKind.CHOICE
    if parameter.kind == "integer":
        return ParameterKind.NUMBER
    if parameter.kind == "boolean":
        return ParameterKind.SWITCH
    is_date = parameter.facts.get("format") == "date-time"
    return ParameterKind.DATE if is_date else ParameterKind.TEXT


def _hint(parameter: Parameter, values: tuple[str, ...]) -> str:
    facts = parameter.facts
    if parameter.kind == "array" and "max_items" in facts:
        return _tr("{n} of {most}").format(n=len(values), most=facts["max_items"])
    if parameter.kind == "integer" and "minimum" in facts and "maximum" in facts:
        return _tr("{least} to {most}").format(least=facts["minimum"], most=facts["maximum"])
    if "max_length" in facts and values:
        most = facts["max_length"]
        return _tr("{n} of {most}").format(n=f"{len(values[0]):,}", most=f"{most:,}")
    return ""


def _can_add(parameter: Parameter, values: tuple[str, ...]) -> bool:
    most = parameter.facts.get("max_items")
    return most is None or len(values) < int(most)


def _excluded(draft: Draft, parameter: Parameter) -> str:
    if parameter.name in draft.values:
        return ""
    for group in draft.operation.exclusions:
        if parameter.name in group:
            for other in group:
                if other != parameter.name and other in draft.values:
                    return _tr("Not together with {other}").format(other=other)
    return ""


def takes_bearer(operation: Operation) -> bool:
    """Return whether an operation is open to a Bearer Token at all."""
    return BEARER in operation.auth


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
