"""JSON bodies of writing operations, checked key by key."""

from collections.abc import Mapping
from typing import Any

from sandbox import problems
from sandbox.exchange import Answer, Call, Malformed, Refusal, json_answer
from sandbox.parameters import ID

Kinds = Mapping[str, type]


def read_object(call: Call, kinds: Kinds, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the body's object.

    Args:
        call: its body must be JSON.
        kinds: what each allowed key's value must be; keys that end in "_id" must be ids.
        required: keys that must be there.

    Raises:
        Refusal: 400, and why.
    """
    if not call.is_json:
        raise Refusal(_invalid("the Content-Type must be application/json"))
    try:
        document = call.json()
    except Malformed:
        raise Refusal(_invalid("the body is not valid JSON")) from None
    if not isinstance(document, dict):
        raise Refusal(_invalid("$: an object was expected"))
    check(document, kinds, required)
    return document


def check(document: Mapping[str, Any], kinds: Kinds, required: tuple[str, ...] = ()) -> None:
    """Refuse an object with unknown, missing or wrongly typed keys.

    Raises:
        Refusal: 400, and why.
    """
    for name, value in document.items():
        if name not in kinds:
            raise Refusal(
                _invalid(
                    f"$.{name}: is not defined in the schema and the schema does not allow "
                    "additional properties"
                )
            )
        kind = kinds[name]
        is_wrong = not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        if is_wrong or (name.endswith("_id") and not ID.fullmatch(str(value))):
            raise Refusal(_invalid(f"$.{name}: [{value}] is not valid"))
    for name in required:
        if name not in document:
            raise Refusal(_invalid(f"$.{name}: is missing but it is required"))


def refuse(message: str) -> Refusal:
    """Return the 400 for a body, ready to be raised."""
    return Refusal(_invalid(message))


def _invalid(message: str) -> Answer:
    return json_answer(
        400,
        {
            "errors": [{"message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": problems.PROBLEM + "invalid-request",
        },
    )
