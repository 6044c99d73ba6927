"""All that the Requests pane shows, as frozen values: the presenter fills them in.

Texts arrive ready to read, translated and with units; the views add no condition
about X. Values are compared with `==`, so a part whose state did not change is not
drawn anew.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from ui.views.answer_state import AnswerState, Problem
from ui.views.requests_bounds import BoundsState
from ui.widgets import ConfirmState


class Openness(StrEnum):
    """Whether the chosen credential can call an operation: ●, ▲ or ■."""

    CAN_CALL = "can_call"
    NEEDS = "needs"
    NOT_OPEN = "not_open"


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation in the list.

    Attributes:
        operation_id: what `operation_chosen` carries.
        group: the heading above it; rows of a group stand together.
        method: upper case, as HTTP has it.
        title: in words, such as "Posts by IDs".
        path: such as "/2/tweets"; found by the search and shown in the tooltip.
        reason: why the mark is not ●, and the fix, in one sentence.
    """

    operation_id: str
    group: str
    method: str
    title: str
    path: str = ""
    openness: Openness = Openness.CAN_CALL
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CredentialOption:
    """One credential to call with, such as "Bearer Token" or "@acme".

    Attributes:
        key: what `credential_chosen` carries.
        detail: what tells it apart, such as its scopes or why it cannot be used.
    """

    key: str
    label: str
    detail: str = ""
    can_use: bool = True


class ParameterKind(StrEnum):
    """How a parameter is filled in, and what `parameter_changed` carries for it.

    LIST and CHOICES carry a tuple of strings; SWITCH "true", "false" or "" for
    unset; all others the text as typed, "" for unset.
    """

    LIST = "list"  # chips, typed freely
    CHOICES = "choices"  # chips, picked from an enumeration
    CHOICE = "choice"  # one of an enumeration
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # RFC 3339
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enumeration, with what it means ("" when there is nothing to say)."""

    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class ParameterState:
    """One row of the form.

    Attributes:
        values: what is set; at most one value unless the kind is LIST or CHOICES.
        hint: quiet words after the name, such as "3 of 100" or "10 to 100".
        error: why the value cannot be sent; shown below it.
        disabled_reason: why it cannot be set now; "" when it can.
        can_add: False when a list is full.
        is_pinned: shown even when it is empty and not required; others wait behind
            "Add parameter" until they are wanted.
        meaning: what it does, for the tooltip and the accessible description.
    """

    name: str
    kind: ParameterKind = ParameterKind.TEXT
    values: tuple[str, ...] = ()
    hint: str = ""
    is_required: bool = False
    error: str = ""
    disabled_reason: str = ""
    choices: tuple[Choice, ...] = ()
    can_add: bool = True
    is_pinned: bool = False
    placeholder: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class BodyState:
    """The JSON body of a write.

    Attributes:
        text: what stands in the editor; a text the person typed is never replaced
            by an equal one, so the cursor stays.
        hint: such as "text or media needed".
        error: why it cannot be sent, such as "line 2: a comma is missing".
        error_line: 1-based line to mark, 0 for none.
    """

    text: str
    hint: str = ""
    error: str = ""
    error_line: int = 0


@dataclass(frozen=True, slots=True)
class RequestsState:
    """The whole pane.

    Attributes:
        chosen: the operation_id of the chosen operation.
        credential: the key of the chosen credential.
        url: the address as it will be sent, with query.
        price: range and unit, such as "$0.010–$0.045"; price_detail: how it is made up.
        send_label: "Send", or a longer verb where that is clearer.
        cannot_send: why Send is off; "" when it is on.
        preflight: why the call would be refused, and the fix; None when it can go.
        remarks: what X published about the operation, quiet lines below the address.
        is_busy: Send is Cancel.
        confirmation: set while the person is asked before a call; None closes the question.
        can_stop_asking: whether that question can be switched off for the session.
        bounds: set while the person is asked when many calls stop; None closes the dialog.
        more_ways: what the menu beside Send offers, as key and label.
    """

    operations: tuple[OperationRow, ...] = ()
    chosen: str = ""
    credentials: tuple[CredentialOption, ...] = ()
    credential: str = ""
    method: str = "GET"
    url: str = ""
    url_error: str = ""
    price: str = ""
    price_detail: str = ""
    parameters: tuple[ParameterState, ...] = ()
    body: BodyState | None = None
    cannot_send: str = ""
    preflight: Problem | None = None
    remarks: tuple[str, ...] = ()
    is_busy: bool = False
    confirmation: ConfirmState | None = None
    can_stop_asking: bool = False
    bounds: BoundsState | None = None
    more_ways: tuple[tuple[str, str], ...] = ()
    send_label: str = ""
    answer: AnswerState = field(default_factory=AnswerState)
