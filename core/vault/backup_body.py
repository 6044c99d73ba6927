"""What is in a backup: the vault's nouns and its unfinished operations, as JSON."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from core.errors import BadInput, VaultCorrupt, VaultUnavailable
from core.vault.codec import KINDS, decode, encode, from_json, to_json
from core.vault.intents import Answer, Intent, OpenOperation

N = TypeVar("N")

# What belongs to this computer alone: the folder of a browser that was not copied.
_LOCAL: Final = frozenset({"browser_session"})
PORTABLE: Final[Mapping[str, type]] = {
    kind.name: noun for noun, kind in KINDS.items() if kind.name not in _LOCAL
}
_NAMES: Final[Mapping[type, str]] = {noun: name for name, noun in PORTABLE.items()}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a vault held at one moment.

    Attributes:
        made_at: that moment.
        nouns: Apps, credentials, settings and Activity, oldest first within a kind.
        operations: what was unfinished at X.
    """

    made_at: datetime
    nouns: tuple[object, ...] = ()
    operations: tuple[OpenOperation, ...] = ()

    def of(self, kind: type[N]) -> tuple[N, ...]:
        """Return the nouns of one kind."""
        return tuple(noun for noun in self.nouns if type(noun) is kind)


def to_body(contents: Contents) -> bytes:
    """Return the contents as a backup's body."""
    return to_json(
        {
            "made_at": contents.made_at.isoformat(),
            "records": [
                [_NAMES[type(noun)], encode(noun).decode()]
                for noun in contents.nouns
                if type(noun) in _NAMES
            ],
            "operations": [_operation_document(each) for each in contents.operations],
        }
    )


def from_body(body: bytes) -> Contents:
    """Return what is in a backup's body.

    Raises:
        BadInput: a newer version wrote it, or it is not what a backup holds.
    """
    try:
        document = from_json(body)
        nouns = tuple(_noun(name, text) for name, text in document["records"])
        operations = tuple(_operation(each) for each in document["operations"])
        return Contents(_moment(document["made_at"]), nouns, operations)
    except VaultUnavailable:
        raise BadInput(
            "FILE", "a newer version of Keypane made this backup; install that version"
        ) from None
    except (VaultCorrupt, KeyError, TypeError, ValueError, AttributeError):
        raise BadInput("FILE", "the backup's content is malformed") from None


def _noun(name: str, text: str) -> object:
    try:
        kind = PORTABLE[name]
    except KeyError:
        raise VaultUnavailable("newer_version", "a newer version wrote a record") from None
    noun: object = decode(kind, text.encode())
    return noun


def _operation_document(operation: OpenOperation) -> dict[str, object]:
    intent, answer = operation.intent, operation.answer
    return {
        "lock_name": operation.lock_name,
        "intent": {
            "operation": intent.operation,
            "app_id": intent.app_id,
            "subject_id": intent.subject_id,
            "at": intent.at.isoformat(),
            "fingerprint": intent.fingerprint,
            "facts": [list(fact) for fact in intent.facts],
            "attempt": intent.attempt,
            "operation_id": intent.operation_id,
        },
        "answer": None
        if answer is None
        else {
            "status": answer.status,
            "body": binascii.b2a_base64(answer.body, newline=False).decode(),
            "received_at": answer.received_at.isoformat(),
            "content_type": answer.content_type,
            "again_at": answer.again_at.isoformat() if answer.again_at else None,
        },
    }


def _operation(document: dict[str, Any]) -> OpenOperation:
    intent, answer = dict(document["intent"]), document["answer"]
    intent["at"] = _moment(intent["at"])
    intent["facts"] = tuple((str(name), str(value)) for name, value in intent["facts"])
    if answer is not None:
        answer = dict(answer)
        answer["body"] = binascii.a2b_base64(answer["body"], strict_mode=True)
        answer["received_at"] = _moment(answer["received_at"])
        answer["again_at"] = _moment(answer["again_at"]) if answer.get("again_at") else None
        answer = Answer(**answer)
    return OpenOperation(str(document["lock_name"]), Intent(**intent), answer)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
