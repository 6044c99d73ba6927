"""One value: what its shape says, when it was issued, and whether it still lives.

Shapes and the times inside are not documented; they were decoded from samples in X's own
documentation (x-platform notes §§1.1, 2.6, August 2026), so a shape never refuses anything.
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from core.inspector.model import Note, Piece
from core.pasted import FIELDS, app_id_of_bearer, check_fields, shape_of
from core.secret import Secret
from core.words_model import mark

_CONTEXT: Final = "words"

TITLES: Final = {
    "api_key": mark(_CONTEXT, "API Key"),
    "api_secret": mark(_CONTEXT, "API Key Secret"),
    "client_id": mark(_CONTEXT, "Client ID"),
    "client_secret": mark(_CONTEXT, "Client Secret"),
    "redirect_uri": mark(_CONTEXT, "Redirect URI"),
    "access_token": mark(_CONTEXT, "Access Token (OAuth 1.0a)"),
    "access_token_secret": mark(_CONTEXT, "Access Token Secret (OAuth 1.0a)"),
    "bearer_token": mark(_CONTEXT, "Bearer Token"),
    "user_access_token": mark(_CONTEXT, "Access Token of a user (OAuth 2.0)"),
    "refresh_token": mark(_CONTEXT, "Refresh Token of a user (OAuth 2.0)"),
    "code": mark(_CONTEXT, "Authorization code"),
    "id": mark(_CONTEXT, "Numeric id"),
}
_LIVES: Final = {
    "user_access_token": timedelta(seconds=7200),
    "code": timedelta(seconds=30),
}
_STAMPED: Final = re.compile(r"[^:]*:([0-9]{13}):[0-9]+:[0-9]+:(at|rt|ac):[0-9]+")
_KINDS: Final = {"at": "user_access_token", "rt": "refresh_token", "ac": "code"}
_ID: Final = re.compile(r"[0-9]{15,19}")
_GUESSES: Final = (
    (re.compile(r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9]{20,30}"), "api_key"),
    (re.compile(r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9]{43,47}"), "access_token_secret"),
    (re.compile(r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9]{50}"), "api_secret"),
    (re.compile(r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9_-]{50}"), "client_secret"),
)
_SNOWFLAKE_EPOCH_MS: Final = 1288834974657
_EARLIEST: Final = datetime(2012, 1, 1, tzinfo=UTC)
_LONGEST: Final = 4096


def piece_of(text: str, now: datetime, named: str = "") -> Piece | None:
    """Return what a value is, None where neither its name nor its shape says.

    Args:
        text: the bare value.
        now: to say whether it has expired.
        named: the field that stood beside it, "" for none.
    """
    shape, is_sure = kind_of(text)
    kind = named or shape
    if not kind or len(text) > _LONGEST:
        return None
    if named in {"access_token", "bearer_token"} and shape in {"user_access_token", "bearer_token"}:
        kind = shape  # names mix these up, and here the shape is certain
    secret = Secret(text)
    notes = [*_about(kind, secret), *_misplaced(kind, shape, secret, is_sure=is_sure)]
    issued_at = issued(text)
    expires_at = issued_at + _LIVES[kind] if issued_at and kind in _LIVES else None
    if issued_at is not None:
        made = mark(_CONTEXT, "Made {time}.") if kind == "id" else mark(_CONTEXT, "Issued {time}.")
        notes.append(Note(made, {"time": _moment(issued_at)}))
    if expires_at is not None:
        notes.append(_life(expires_at, now))
    return Piece(
        kind,
        TITLES[kind],
        tail=secret.tail(),
        field=kind if kind not in {"code", "id"} else "",
        is_sure=bool(named) or is_sure,
        issued_at=issued_at,
        expires_at=expires_at,
        notes=tuple(notes),
        secret=secret,
    )


def kind_of(text: str) -> tuple[str, bool]:
    """Return what a value seems to be, "" for nothing known, and whether that is certain."""
    stamped = _STAMPED.fullmatch(_decoded(text))
    if stamped is not None:
        return _KINDS[stamped[2]], True
    shape = shape_of(text)
    if shape is not None and shape != "api_key":
        return shape, True
    if _ID.fullmatch(text):
        return "id", False
    return next((kind for shape, kind in _GUESSES if shape.fullmatch(text)), ""), False


def issued(text: str) -> datetime | None:
    """Return when a token, a code or an id was made, None where it does not tell."""
    stamped = _STAMPED.fullmatch(_decoded(text))
    if stamped is not None:
        return _from_ms(int(stamped[1]))
    if _ID.fullmatch(text) and len(text) >= 17:
        return _from_ms((int(text) >> 22) + _SNOWFLAKE_EPOCH_MS)
    return None


def _from_ms(milliseconds: int) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment if moment >= _EARLIEST else None


def _life(expires_at: datetime, now: datetime) -> Note:
    facts = {"time": _moment(expires_at)}
    if expires_at <= now:
        return Note(mark(_CONTEXT, "Expired {time}."), facts, "warn")
    return Note(mark(_CONTEXT, "Lives until {time}, unless it was revoked."), facts, "ok")


def _about(kind: str, secret: Secret) -> list[Note]:
    text = secret.reveal()
    if kind == "bearer_token":
        return _about_bearer(secret)
    if kind == "access_token" and "-" in text:
        user_id = text.partition("-")[0]
        if user_id.isascii() and user_id.isdigit() and len(user_id) <= 20:
            return [Note(mark(_CONTEXT, "Acts for the user id {id}."), {"id": user_id})]
    if kind == "refresh_token":
        return [Note(mark(_CONTEXT, "Works once, and seems to live for about six months."))]
    if kind == "code":
        return [Note(mark(_CONTEXT, "Works once, within 30 seconds."))]
    if kind == "id":
        return [Note(mark(_CONTEXT, "An id of X: of a Post, a user or an App. No secret."))]
    return []


def _about_bearer(secret: Secret) -> list[Note]:
    text = secret.reveal()
    notes = [Note(mark(_CONTEXT, "Stands for the App, not for a user. Never expires by itself."))]
    if app_id := app_id_of_bearer(secret):
        notes.append(Note(mark(_CONTEXT, "Belongs to the App ID {id}."), {"id": app_id}))
    if "%25" in text:
        warning = mark(_CONTEXT, "It is escaped twice: %25 stands where % belongs.")
        notes.append(Note(warning, kind="warn"))
    elif text.startswith("AAAA") and "%" not in text and re.search("[+/=]", text):
        warning = mark(
            _CONTEXT, "Its escapes were taken away. X wants it as it came, with %2F, %2B and %3D."
        )
        notes.append(Note(warning, kind="warn"))
    return notes


def _misplaced(kind: str, shape: str, secret: Secret, *, is_sure: bool) -> list[Note]:
    """Return what is wrong about a value that was named, by its shape and length."""
    if kind == "redirect_uri" or kind not in TITLES:
        return []
    if is_sure and shape not in {"", kind}:
        template = mark(_CONTEXT, "It is named {named} and looks like: {shape}.")
        return [Note(template, {"named": TITLES[kind], "shape": TITLES[shape]}, "warn")]
    odd = check_fields({kind: secret}) if kind in FIELDS else ()
    return [Note.warning(said) for said in odd if "came without" not in said]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _decoded(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return raw.decode("ascii")
    except (binascii.Error, ValueError):
        return ""
