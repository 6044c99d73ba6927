"""Addresses: a redirect with its code, an authorize address, a redirect URI, a secret in a query.

Sources: x-platform notes §§2.1 to 2.3, 3; RFC 6749 §4.1.2; RFC 6750 §2.3 for secrets in
queries; August 2026.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core.errors import SignInRefused
from core.explain import explain
from core.inspector.model import Note, Piece
from core.inspector.values import TITLES, kind_of, piece_of
from core.pasted import field_named
from core.redirects import check_redirect_uri
from core.scopes import SCOPES
from core.secret import Secret
from core.words_model import mark

_CONTEXT: Final = "words"
ADDRESS: Final = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s\"'<>`\\]{1,8000}")
_AUTHORIZE: Final = ("/oauth2/authorize", "/oauth/authorize", "/oauth/authenticate")
_RESULTS: Final = frozenset({"code", "error", "denied", "oauth_verifier"})
_SECRET_NAMES: Final = frozenset(
    {
        "access_token",
        "bearer_token",
        "refresh_token",
        "client_secret",
        "token",
        "oauth_token_secret",
        "consumer_secret",
        "api_secret",
        "authorization",
        "api_key",
    }
)
_PLAIN_SEGMENT: Final = re.compile(r"[A-Za-z0-9_.~{}-]{1,19}|[a-z_]{1,32}")
_OAUTH_WORD: Final = re.compile(r"[a-z_]{3,40}")
_PLAIN_HOST: Final = re.compile(r"[a-z0-9.:-]{1,80}")
_MOST: Final = 40


def addresses(text: str) -> tuple[list[SplitResult], str]:
    """Return the addresses in a text, and the text without them."""
    found: list[SplitResult] = []
    for match in ADDRESS.finditer(text):
        parts = split(match[0].rstrip(".,;)]}"))
        if parts is not None and len(found) < _MOST:
            found.append(parts)
    return found, ADDRESS.sub(" ", text)


def split(address: str) -> SplitResult | None:
    """Return the parts of an address, None where it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def pieces_of(parts: SplitResult, now: datetime) -> list[Piece]:
    """Return what an address is and what it carries; nothing for one that means nothing here."""
    query = query_of(parts)
    names = set(query)
    if parts.path.endswith(_AUTHORIZE):
        return [_authorize(parts, query)]
    if names & _RESULTS:
        return [_redirect(parts, query), *values_of(query.items(), now)]
    if names & _SECRET_NAMES:
        return [_leaking(parts), *values_of(query.items(), now)]
    is_callback = not query and (parts.scheme not in {"http", "https"} or "callback" in parts.path)
    is_here = (parts.hostname or "") in {"127.0.0.1", "localhost", "::1"}
    if is_callback or (is_here and not query):
        return [_redirect_uri(parts)]
    return []


def query_of(parts: SplitResult) -> dict[str, str]:
    """Return the query's names and values; of a name given twice, the last value."""
    try:
        return dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100))
    except ValueError:
        return {}


def values_of(pairs: Iterable[tuple[str, str]], now: datetime) -> list[Piece]:
    """Return a piece for each named value of a query or a form that is a credential."""
    found = []
    for name, value in pairs:
        named = "code" if name == "code" else field_named(name) or ""
        if name in {"access_token", "token"} or named == "redirect_uri":
            named = ""
        piece = piece_of(value, now, named) if len(value) >= 8 else None
        if piece is not None and piece.kind != "id":
            found.append(piece)
    return found


def shown(parts: SplitResult) -> str:
    """Return an address fit to be shown: no query, no user, and no segment like a secret."""
    host = (parts.hostname or "").lower()
    host = host if _PLAIN_HOST.fullmatch(host) and len(max(host.split("."), key=len)) < 20 else "…"
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port is not None else ""
    segments = [s if not s or _PLAIN_SEGMENT.fullmatch(s) else "…" for s in parts.path.split("/")]
    scheme = _shown_scheme(parts.scheme)
    return f"{scheme}://{host}{port}{'/'.join(segments[:12])}"


def _redirect(parts: SplitResult, query: dict[str, str]) -> Piece:
    notes = [
        Note(
            mark(_CONTEXT, "Comes from X to the redirect URI {uri}."),
            {"uri": shown(parts)},
        )
    ]
    explanation = None
    if "error" in query:
        error = query["error"] if _OAUTH_WORD.fullmatch(query["error"]) else "unknown"
        explanation = explain(SignInRefused(error), operation="exchange")
        notes.append(Note(mark(_CONTEXT, "X sent an error instead of a code."), kind="warn"))
    elif "denied" in query:
        explanation = explain(SignInRefused("access_denied"), operation="exchange")
        notes.append(Note(mark(_CONTEXT, "Cancel was pressed (OAuth 1.0a)."), kind="warn"))
    elif "oauth_verifier" in query:
        notes.append(Note(mark(_CONTEXT, "Carries an OAuth 1.0a verifier, for one exchange.")))
    else:
        notes.append(Note(mark(_CONTEXT, "Carries an authorization code.")))
    if "oauth_verifier" not in query and "denied" not in query and not query.get("state"):
        warning = mark(_CONTEXT, "It has no state, so nobody can say to which sign-in it belongs.")
        notes.append(Note(warning, kind="warn"))
    notes += _disliked(parts)
    secret = Secret(parts.geturl())
    return Piece(
        "redirect",
        mark(_CONTEXT, "Redirected address"),
        notes=tuple(notes),
        explanation=explanation,
        secret=secret,
    )


def _redirect_uri(parts: SplitResult) -> Piece:
    facts = {
        "scheme": _shown_scheme(parts.scheme),
        "host": (parts.hostname or "")[:60] if "…" not in shown(parts) else "…",
        "port": str(parts.port) if parts.port is not None else "—",
    }
    told = mark(_CONTEXT, "Scheme {scheme}, host {host}, port {port}. X compares every letter.")
    return Piece(
        "redirect_uri",
        TITLES["redirect_uri"],
        field="redirect_uri",
        notes=(Note(told, facts), *_disliked(parts)),
        secret=Secret(parts.geturl()),
    )


def _disliked(parts: SplitResult) -> list[Note]:
    plain = parts._replace(query="").geturl()
    return [Note.warning(said) for said in check_redirect_uri(plain)]


def _leaking(parts: SplitResult) -> Piece:
    warning = mark(
        _CONTEXT,
        "A secret stands in the query of an address. Servers and proxies write addresses into "
        "their logs: send it in the Authorization header or the body, and replace this secret.",
    )
    return Piece(
        "address",
        mark(_CONTEXT, "Address with a secret in it"),
        notes=(
            Note(mark(_CONTEXT, "Leads to {uri}."), {"uri": shown(parts)}),
            Note(warning, kind="warn"),
        ),
    )


def _authorize(parts: SplitResult, query: dict[str, str]) -> Piece:
    notes = [Note(mark(_CONTEXT, "Begins a sign-in at {uri}."), {"uri": shown(parts)})]
    if parts.path.endswith("/oauth2/authorize"):
        notes += _authorize_faults(query)
    return Piece(
        "authorize",
        mark(_CONTEXT, "Sign-in address"),
        tail=Secret(query.get("client_id", "")).tail(),
        notes=tuple(notes),
        secret=Secret(parts.geturl()),
    )


def _authorize_faults(query: dict[str, str]) -> list[Note]:
    faults: list[str] = []
    shape, _ = kind_of(query.get("client_id", ""))
    if not query.get("client_id"):
        faults.append(mark(_CONTEXT, "The Client ID is missing."))
    elif query["client_id"].isdigit():
        faults.append(mark(_CONTEXT, "The Client ID is a number: that is the App ID."))
    elif shape != "client_id":
        faults.append(
            mark(_CONTEXT, "The Client ID has not the shape of one. Is it the API Key instead?")
        )
    if query.get("response_type") != "code":
        faults.append(mark(_CONTEXT, "X takes response_type=code only."))
    if not query.get("redirect_uri"):
        faults.append(mark(_CONTEXT, "The redirect URI is missing."))
    if not query.get("state"):
        faults.append(mark(_CONTEXT, "The state is missing."))
    elif len(query["state"]) > 500:
        faults.append(mark(_CONTEXT, "The state is longer than the 500 characters of X."))
    if not query.get("code_challenge"):
        faults.append(mark(_CONTEXT, "The code challenge (PKCE) is missing."))
    notes = [Note(fault, kind="warn") for fault in faults]
    if query.get("redirect_uri"):
        notes += [Note.warning(said) for said in check_redirect_uri(query["redirect_uri"])]
    return [*_scope_notes(query.get("scope", "")), *notes]


def _scope_notes(scope: str) -> list[Note]:
    asked = [name for name in re.split(r"[\s,+]+", unquote(scope)) if name]
    known = [name for name in asked if name in SCOPES]
    notes = []
    if known:
        facts = {"scopes": ", ".join(known)}
        notes.append(Note(mark(_CONTEXT, "Asks for {scopes}."), facts))
    if len(known) < len(asked) or not asked:
        fault = mark(_CONTEXT, "A scope is missing or not one of X's, which ends in the card.")
        notes.append(Note(fault, kind="warn"))
    if asked and "offline.access" not in known:
        lacks = mark(_CONTEXT, "Without offline.access there will be no Refresh Token.")
        notes.append(Note(lacks))
    if "," in scope:
        notes.append(Note(mark(_CONTEXT, "Scopes are parted by spaces, not commas."), kind="warn"))
    return notes


def _shown_scheme(scheme: str) -> str:
    """Return a scheme as it may be shown: a long one could be a secret in its place."""
    return scheme if len(scheme) < 12 else "…"
