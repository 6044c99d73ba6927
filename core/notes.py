"""What is noted beside credentials: who uses them, what checks told of the App, receipts.

Pure nouns. X tells none of this in one place: the first is the person's own knowledge, the
second what free calls let slip, the third the proof of a revocation for an incident ticket.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

OK = "ok"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class UsedBy:
    """Where a credential is used, in the person's words: "fly.io acme-prod", "GitHub X_BEARER".

    Attributes:
        subject_id: as `subject_id` makes it.
        places: one line each.
    """

    subject_id: str
    app_id: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What calls told about the App's standing at X; it outlives a restart.

    Attributes:
        package: "ok", "open" (X said client-not-enrolled) or "" while nothing told.
        credits: "ok", "open" (X answered 402) or "" while nothing told.
        noted_at: when the last of it was learnt.
    """

    app_id: str
    package: str
    credits: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a token was ended at X, and how that was proven. It holds no token.

    Attributes:
        subject_id: whose it is, as `subject_id` makes it.
        subject: as a person names it: "Bearer Token", "@acme".
        tail: the last characters of the token that ended.
        revoked_at: when X said yes, or when the token was found dead.
        proof_status: of the call that had to answer 401; None if it got no answer.
        transaction_id: X's x-transaction-id of that call, "" where it sent none.
    """

    receipt_id: str
    app_id: str
    subject_id: str
    subject: str
    tail: str
    revoked_at: datetime
    proof_status: int | None = None
    proven_at: datetime | None = None
    transaction_id: str = ""


@dataclass(frozen=True, slots=True)
class Replacement:
    """How far the replacement of a credential is; gone once every place has the new one.

    Attributes:
        subject_id: whose it is, as `subject_id` makes it.
        tail: the last characters of the old one, which ended at X.
        works: a check went through with the new one.
        ticked: the places that have the new one.
    """

    subject_id: str
    app_id: str
    begun_at: datetime
    leaked: bool = False
    tail: str = ""
    works: bool = False
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """That an App's sign-ins in the embedded view stay signed in at X, as the person chose.

    What X left in the browser lies in a folder of its own; this only names it.

    Attributes:
        folder: a random name that tells nothing; never a path.
    """

    app_id: str
    folder: str
    kept_at: datetime


def subject_id(app_id: str, key: str) -> str:
    """Return what names a credential among all Apps; `key` is its row's or its token's."""
    return f"{app_id}:{key}"


def clean_places(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the places as they are kept: trimmed, none twice, none empty."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))


def receipt_text(receipt: Receipt, app_name: str) -> str:
    """Return the receipt as lines for an incident ticket. It holds no secret."""
    lines = [
        f"Revoked at X: {receipt.subject} of {app_name}",
        f"Token: ends in {receipt.tail}" if receipt.tail else "Token: its end is not known",
        f"Revoked: {_utc(receipt.revoked_at)}",
    ]
    if receipt.proof_status is None:
        lines.append("Proof: none, the proving call got no answer")
    else:
        at = f" at {_utc(receipt.proven_at)}" if receipt.proven_at else ""
        lines.append(f"Proof: a call with it answered {receipt.proof_status}{at}")
    if receipt.transaction_id:
        lines.append(f"X's transaction id: {receipt.transaction_id}")
    return "\n".join(lines) + "\n"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
