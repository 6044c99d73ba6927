"""What is this pasted thing? Told offline, piece by piece, without ever printing a value.

Takes anything: a value, text of X's console, `.env` lines, JSON, a curl command, a
redirected address, an error's body or a log line. Reads at most 256 KiB.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from core.errors import BadInput
from core.explain import Explanation
from core.inspector.addresses import addresses, pieces_of, values_of
from core.inspector.calls import authorization_pieces, pieces_of_call
from core.inspector.curl import curl_calls
from core.inspector.failures import failures_in
from core.inspector.halves import together
from core.inspector.model import Note, Piece
from core.inspector.values import piece_of
from core.pasted import field_named, read_pasted
from core.redaction import redact
from core.scopes import SCOPES
from core.words_model import mark

__all__ = ["Note", "Piece", "inspect"]

_CONTEXT: Final = "words"
_LONGEST: Final = 256 << 10
_MOST_LINES: Final = 1000
_MOST_PIECES: Final = 60
_MOST_DOCUMENTS: Final = 20
_AUTHORIZATION: Final = re.compile(
    r"(?mi)^[<>*\s]*[\"']?authorization[\"']?\s*[:=]\s*[\"']?([^\r\n]{1,4000}?)[\"',]*\s*$"
)
_FORM_LINE: Final = re.compile(
    r"(?m)^\s*\??([\w.]{1,40}=[^&\s]{0,4000}(?:&[\w.]{1,40}=[^&\s]{0,4000})+)\s*$"
)
_LONE_CODE: Final = re.compile(r"(?m)^\s*\??(?:code|state)=(\S{8,4000})\s*$")
_BARE: Final = re.compile(r"[A-Za-z0-9_%+/=~.-]{15,4096}")


def inspect(text: str, now: datetime) -> tuple[Piece, ...]:
    """Return what each piece of `text` is. Asks nobody, raises nothing, prints no value.

    Args:
        text: whatever was pasted.
        now: to say what has expired (UTC).

    Returns:
        The pieces in the order of their weight: failures, calls and addresses, values, and
        last what they say together. One piece of kind "unknown" where nothing is known;
        none for an empty text.
    """
    text = text[:_LONGEST].lstrip("\ufeff")
    if not text.strip():
        return ()
    found = _Inspection(now).run(text)
    if not found:
        title = mark(_CONTEXT, "Nothing that Keypane knows")
        return (Piece("unknown", title, is_sure=False),)
    return tuple(_without_values(found))


class _Inspection:
    """One text, taken apart step by step: what a step knows, the next no longer sees."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._pieces: list[Piece] = []
        self._seen: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    def run(self, text: str) -> list[Piece]:
        calls, rest = curl_calls(text)
        for call in calls:
            self._add(pieces_of_call(call, self._now))
        whole = rest
        documents, rest = _documents(rest)
        failures = failures_in(whole, documents)
        for document in documents:
            self._read_document(document)
        rest = self._headers(rest)
        found, rest = addresses(rest)
        for parts in found:
            self._add(pieces_of(parts, self._now))
        rest = self._forms(rest)
        self._labelled(rest)
        self._bare(rest)
        keys = {piece.explanation.key for piece in self._pieces if piece.explanation}
        failures = [one for one in failures if one.explanation and one.explanation.key not in keys]
        return [*failures, *self._pieces, *together(self._pieces)]

    def _add(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            value = piece.secret.reveal() if piece.secret is not None else ""
            is_known = bool(value) and (value, piece.kind) in self._told
            if is_known or len(self._pieces) >= _MOST_PIECES:
                continue
            self._told.add((value, piece.kind))
            self._seen.add(value)
            self._pieces.append(piece)

    def _headers(self, text: str) -> str:
        for match in _AUTHORIZATION.finditer(text):
            self._add(authorization_pieces(match[1], self._now)[0])
        return _AUTHORIZATION.sub(" ", text)

    def _forms(self, text: str) -> str:
        for match in _FORM_LINE.finditer(text):
            pairs = [pair.partition("=")[::2] for pair in match[1].split("&")]
            self._add(values_of(pairs, self._now))
        for match in _LONE_CODE.finditer(text):
            self._add(values_of([("code", match[1])], self._now))
        return _FORM_LINE.sub(" ", text)

    def _labelled(self, text: str) -> None:
        lines = "\n".join(text.splitlines()[:_MOST_LINES])
        try:
            pasted = read_pasted(lines)
        except BadInput:
            return  # it begins like JSON and is none; the values in it are found one by one
        for name, secret in pasted.fields.items():
            piece = piece_of(secret.reveal(), self._now, name)
            if piece is not None:
                self._add([piece])

    def _bare(self, text: str) -> None:
        for match in _BARE.finditer(text):
            value = match[0].rpartition("=")[2] if re.match(r"[A-Za-z_]+=", match[0]) else match[0]
            if value in self._seen or len(self._pieces) >= _MOST_PIECES:
                continue
            piece = piece_of(value, self._now) or piece_of(value.strip(".-_=/"), self._now)
            if piece is not None:
                self._add([piece])

    def _read_document(self, document: dict[str, Any]) -> None:
        """Take the credentials out of a JSON object, and say what the object itself is."""
        leaves = list(_leaves(document))
        is_grant = "access_token" in document and "token_type" in document
        is_app_only = is_grant and "expires_in" not in document
        for name, value in leaves:
            named = field_named(name) or ""
            if is_grant and name == "access_token":
                named = "bearer_token" if is_app_only else "user_access_token"
            elif name in {"access_token", "token", "bearer"}:
                named = ""
            piece = piece_of(value, self._now, named) if len(value) >= 8 else None
            if piece is not None and (piece.kind != "id" or len(leaves) == 1):
                self._add([piece])
        if is_grant:
            self._add([_grant(document, is_app_only=is_app_only)])


def _grant(document: dict[str, Any], *, is_app_only: bool) -> Piece:
    if is_app_only:
        title = mark(_CONTEXT, "Answer of /oauth2/token: the App's Bearer Token")
        return Piece("document", title)
    scopes = [name for name in str(document.get("scope", "")).split() if name in SCOPES]
    notes = []
    if scopes:
        granted = mark(_CONTEXT, "Granted: {scopes}.")
        notes.append(Note(granted, {"scopes": ", ".join(scopes)}))
    title = mark(_CONTEXT, "Answer of the token endpoint: a user's sign-in")
    return Piece("document", title, notes=tuple(notes))


def _documents(text: str) -> tuple[list[dict[str, Any]], str]:
    """Return the JSON objects in a text, and the text without them."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    rest: list[str] = []
    place = 0
    for _ in range(_MOST_DOCUMENTS):
        start = text.find("{", place)
        if start < 0:
            break
        try:
            document, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            document, end = None, start + 1
        rest.append(text[place:start])
        if isinstance(document, dict):
            found.append(document)
        else:
            rest.append(text[start:end])
        place = end
    rest.append(text[place:])
    return found, " ".join(rest) if found else text


def _leaves(document: object, name: str = "") -> list[tuple[str, str]]:
    """Return the named texts in a document, at most 400, in order."""
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, object]] = [(name, document)]
    while waiting and len(found) < 400:
        key, node = waiting.pop(0)
        if isinstance(node, dict):
            waiting[:0] = [(str(child), value) for child, value in node.items()][:400]
        elif isinstance(node, list):
            waiting[:0] = [(key, value) for value in node[:100]]
        elif isinstance(node, str):
            found.append((key, node))
    return found


def _without_values(pieces: list[Piece]) -> list[Piece]:
    """Make sure that no fact of a failure, which may hold X's words, quotes a value."""
    values = [
        piece.secret.reveal()
        for piece in pieces
        if piece.secret is not None and len(piece.secret) >= 8 and piece.kind != "id"
    ]
    return [_masked(piece, values) if piece.explanation is not None else piece for piece in pieces]


def _masked(piece: Piece, values: list[str]) -> Piece:
    explanation = piece.explanation
    assert explanation is not None, "asked before"
    words = replace(explanation.words, facts=_mask(explanation.words.facts, values))
    told: Explanation = replace(explanation, words=words)
    return replace(piece, explanation=told)


def _mask(facts: Mapping[str, str], values: list[str]) -> dict[str, str]:
    masked = {name: redact(text) for name, text in facts.items()}
    for value in values:
        masked = {name: text.replace(value, "…") for name, text in masked.items()}
    return masked
