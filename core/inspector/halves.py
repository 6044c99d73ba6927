"""Pieces that belong together, or do not: pairs with a missing half, tokens of two Apps."""

from typing import Final

from core.inspector.addresses import query_of, split
from core.inspector.model import Note, Piece
from core.inspector.values import TITLES
from core.pasted import app_id_of_bearer, check_fields
from core.redirects import is_redirect_to
from core.secret import Secret
from core.words_model import mark

_CONTEXT: Final = "words"


def together(pieces: list[Piece]) -> list[Piece]:
    """Return one piece with what the others say about each other, or nothing."""
    notes = [
        *_same_answer(pieces),
        *_same_app(pieces),
        *_same_user(pieces),
        *_same_attempt(pieces),
        *_missing(pieces),
    ]
    if not notes:
        return []
    return [Piece("together", mark(_CONTEXT, "Taken together"), notes=tuple(notes))]


def _same_answer(pieces: list[Piece]) -> list[Note]:
    """A pair of X carries the same moment, so it can be seen whether two belong together."""
    access = [p for p in pieces if p.kind == "user_access_token" and p.issued_at]
    refresh = [p for p in pieces if p.kind == "refresh_token" and p.issued_at]
    if len(access) != 1 or len(refresh) != 1:
        return []
    if access[0].issued_at == refresh[0].issued_at:
        same = mark(_CONTEXT, "Access Token and Refresh Token come from the same answer of X.")
        return [Note(same, kind="ok")]
    other = mark(
        _CONTEXT,
        "Access Token and Refresh Token come from two different answers of X. Where the Access "
        "Token is the younger one, this Refresh Token is dead.",
    )
    return [Note(other, kind="warn")]


def _same_app(pieces: list[Piece]) -> list[Note]:
    found = {
        app_id
        for piece in pieces
        if piece.kind == "bearer_token" and piece.secret is not None
        if (app_id := app_id_of_bearer(piece.secret))
    }
    if len(found) < 2:
        return []
    return [Note(mark(_CONTEXT, "The Bearer Tokens belong to different Apps."), kind="warn")]


def _same_user(pieces: list[Piece]) -> list[Note]:
    users = {
        piece.secret.reveal().partition("-")[0]
        for piece in pieces
        if piece.kind == "access_token" and piece.secret is not None
    }
    if len(users) < 2:
        return []
    return [Note(mark(_CONTEXT, "The Access Tokens act for different users."), kind="warn")]


def _same_attempt(pieces: list[Piece]) -> list[Note]:
    begun = _query(pieces, "authorize")
    come = _query(pieces, "redirect")
    address = next((p.secret.reveal() for p in pieces if p.kind == "redirect" and p.secret), "")
    if begun is None or come is None:
        return []
    notes = []
    if begun.get("state") == come.get("state"):
        notes.append(
            Note(mark(_CONTEXT, "The redirect carries the state it began with."), kind="ok")
        )
    else:
        other = mark(_CONTEXT, "The redirect's state is not that of this sign-in address.")
        notes.append(Note(other, kind="warn"))
    if begun.get("redirect_uri") and not is_redirect_to(begun["redirect_uri"], address):
        other = mark(_CONTEXT, "The redirect came to another address than the one asked for.")
        notes.append(Note(other, kind="warn"))
    return notes


def _query(pieces: list[Piece], kind: str) -> dict[str, str] | None:
    for piece in pieces:
        if piece.kind == kind and piece.secret is not None:
            parts = split(piece.secret.reveal())
            return query_of(parts) if parts is not None else None
    return None


def _missing(pieces: list[Piece]) -> list[Note]:
    fields: dict[str, Secret] = {
        piece.field: piece.secret
        for piece in pieces
        if piece.field in TITLES and piece.secret is not None
    }
    kinds = {piece.kind for piece in pieces}
    notes = [
        Note.warning(warning)
        for warning in check_fields(fields)
        if "came without" in warning and not _is_a_call(pieces)
    ]
    if "user_access_token" in kinds and "refresh_token" not in kinds and "document" in kinds:
        lacks = mark(
            _CONTEXT,
            "There is no Refresh Token: offline.access was not asked for, so the sign-in ends "
            "with the Access Token.",
        )
        notes.append(Note(lacks, kind="warn"))
    return notes


def _is_a_call(pieces: list[Piece]) -> bool:
    return any(piece.kind == "curl" for piece in pieces)
