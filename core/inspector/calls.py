"""What is wrong with a call: the kind of credential, its place, the address, and the right way.

Sources: x-platform notes §§1.1, 2.4, 4, 5 and 7; the auth kinds of X's OpenAPI file
(`core.catalogue`); August 2026.
"""

import base64
import binascii
import re
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, parse_qsl

from core.catalogue import BEARER, OAUTH1, USER, catalogue
from core.inspector.addresses import query_of, shown, split, values_of
from core.inspector.curl import Call
from core.inspector.model import Note, Piece
from core.inspector.values import kind_of, piece_of
from core.redaction import redact
from core.words_model import mark

_CONTEXT: Final = "words"
_APP_ONLY: Final = ("/oauth2/token", "/oauth2/invalidate_token")
_TOKEN: Final = ("/2/oauth2/token", "/2/oauth2/revoke")
_SECRETS_IN_QUERY: Final = frozenset(
    {"access_token", "bearer_token", "client_secret", "refresh_token", "token", "api_key"}
)
_VARIABLE: Final = re.compile(
    r"[$%{<].*[}%>]?|(?:YOUR|MY|XXX)[A-Z_. -]*|[*•x.…]{3,}", re.IGNORECASE
)
_LONGEST_PLAIN: Final = 20


def pieces_of_call(call: Call, now: datetime) -> list[Piece]:
    """Return the call itself with what is wrong about it, then each credential in it."""
    parts = split(call.url if "://" in call.url else f"https://{call.url}")
    if parts is None or not call.url:
        parts = split("https://api.x.com/")
    assert parts is not None, "a constant"
    header = call.header("authorization") or ""
    pieces = _credentials(call, header, parts, now)
    kind = _sent_kind(call, header)
    notes = [_told(call, parts, kind)]
    faults = [*_address_faults(call, parts), *_header_faults(header, call)]
    faults += _kind_faults(call, parts, kind)
    notes += [Note(fault, kind="warn") for fault in dict.fromkeys(faults)]
    corrected = _corrected(call, parts, kind) if faults else ""
    title = mark(_CONTEXT, "curl command")
    return [Piece("curl", title, notes=tuple(notes), corrected=corrected), *pieces]


def authorization_pieces(value: str, now: datetime) -> tuple[list[Piece], str]:
    """Return the credentials in an Authorization value, and which kind it is to X."""
    scheme, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "basic":
        return _pair(_from_basic(rest), now), "basic"
    if scheme.lower() == "oauth":
        return _signed(rest, now), OAUTH1
    bare = rest if scheme.lower() == "bearer" else value.strip()
    if not bare or _is_variable(bare):
        return [], ""
    piece = piece_of(bare, now)
    kind = piece.kind if piece is not None else ""
    return ([piece] if piece is not None else []), kind


def _credentials(call: Call, header: str, parts: SplitResult, now: datetime) -> list[Piece]:
    pieces = authorization_pieces(header, now)[0] if header else []
    if call.user:
        pieces += _pair(call.user, now)
    pieces += values_of(query_of(parts).items(), now)
    pieces += values_of(_form(call).items(), now)
    return pieces


def _pair(user: str, now: datetime) -> list[Piece]:
    """Return the halves of a Basic pair; which pair it is the first half tells."""
    first, _, second = user.partition(":")
    if not first or _is_variable(first):
        return []
    is_client = kind_of(first)[0] == "client_id"
    names = ("client_id", "client_secret") if is_client else ("api_key", "api_secret")
    found = [piece_of(first, now, names[0])]
    if second and not _is_variable(second):
        found.append(piece_of(second, now, names[1]))
    return [piece for piece in found if piece is not None]


def _signed(rest: str, now: datetime) -> list[Piece]:
    names = {"oauth_consumer_key": "api_key", "oauth_token": "access_token"}
    found = re.findall(r"(oauth_\w{1,30})=\"([^\"]{1,200})\"", rest[:4000])
    pieces = [piece_of(value, now, names[name]) for name, value in found if name in names]
    return [piece for piece in pieces if piece is not None]


def _from_basic(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _form(call: Call) -> dict[str, str]:
    text = "&".join(call.data)
    if call.is_json or text.lstrip().startswith("{"):
        return {}
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
    except ValueError:
        return {}


def _is_variable(value: str) -> bool:
    return bool(_VARIABLE.fullmatch(value))


def _sent_kind(call: Call, header: str) -> str:
    """Return which kind of credential goes out: a name of the catalogue, "basic", or ""."""
    if call.user:
        return "basic"
    if not header:
        return ""
    scheme = header.partition(" ")[0].lower()
    if scheme in {"basic", "oauth"}:
        return {"basic": "basic", "oauth": OAUTH1}[scheme]
    value = header.rpartition(" ")[2]
    return {"bearer_token": BEARER, "user_access_token": USER}.get(kind_of(value)[0], "")


def _told(call: Call, parts: SplitResult, kind: str) -> Note:
    sent = {
        BEARER: "Bearer Token",
        USER: "OAuth 2.0 user",
        OAUTH1: "OAuth 1.0a",
        "basic": "Basic",
    }.get(kind, "—")
    told = mark(_CONTEXT, "Sends {method} {uri}; credential: {kind}.")
    return Note(told, {"method": call.sent_method, "uri": shown(parts), "kind": sent})


def _address_faults(call: Call, parts: SplitResult) -> list[str]:
    faults = []
    host = parts.hostname or ""
    is_here = host in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme == "http" and not is_here:
        faults.append(mark(_CONTEXT, "X takes https only."))
    if host == "api.twitter.com":
        faults.append(mark(_CONTEXT, "api.twitter.com is the older name; api.x.com is today's."))
    if host in {"x.com", "twitter.com"} and parts.path.startswith("/2/"):
        faults.append(mark(_CONTEXT, "The API is at api.x.com, not at x.com."))
    if parts.path.startswith("/1.1/") and "oauth" not in parts.path:
        faults.append(mark(_CONTEXT, "X closed most of the 1.1 addresses; use those with /2/."))
    if query_of(parts).keys() & _SECRETS_IN_QUERY:
        faults.append(
            mark(_CONTEXT, "A secret stands in the address, where servers log it. Replace it.")
        )
    if call.is_insecure:
        faults.append(
            mark(_CONTEXT, "-k lets anyone in between read the credential. Leave it out.")
        )
    return faults


def _header_faults(header: str, call: Call) -> list[str]:
    scheme, _, rest = header.partition(" ")
    if header and not rest:
        if not _is_variable(header):
            return [mark(_CONTEXT, "The word Bearer is missing before the token.")]
        return []
    if scheme.lower() == "bearer":
        return _bearer_faults(rest.strip())
    if scheme.lower() == "basic" and kind_of(rest.strip())[0] in {
        "bearer_token",
        "user_access_token",
    }:
        return [mark(_CONTEXT, "A token stands behind Basic. Tokens go behind the word Bearer.")]
    if call.header("content-type") == "application/json" and _form(call):
        return [mark(_CONTEXT, "The body is a form, and the header calls it JSON.")]
    return []


def _bearer_faults(value: str) -> list[str]:
    if value.lower().startswith("bearer "):
        return [mark(_CONTEXT, "The word Bearer stands there twice.")]
    if value[:1] in "\"'":
        return [mark(_CONTEXT, "The token stands in quotes of its own; X wants it without.")]
    kind, is_sure = kind_of(value)
    wrong = {
        "client_id": mark(_CONTEXT, "A Client ID stands behind Bearer; a token belongs there."),
        "refresh_token": mark(
            _CONTEXT, "A Refresh Token stands behind Bearer. It only buys an Access Token."
        ),
        "access_token": mark(
            _CONTEXT, "An OAuth 1.0a Access Token stands behind Bearer. It signs, with its secret."
        ),
        "code": mark(_CONTEXT, "An authorization code stands behind Bearer; exchange it first."),
    }
    if kind in wrong and is_sure:
        return [wrong[kind]]
    if kind in {"api_key", "api_secret", "client_secret"}:
        return [mark(_CONTEXT, "It looks as if a key stood behind Bearer; a token belongs there.")]
    return []


def _kind_faults(call: Call, parts: SplitResult, kind: str) -> list[str]:
    if parts.path in _TOKEN:
        return _token_faults(call, _form(call))
    if parts.path in _APP_ONLY:
        return _app_only_faults(call, kind)
    operation = catalogue().find(call.sent_method, parts.path)
    if operation is None or not operation.auth or kind in operation.auth:
        return []
    if not kind and call.header("authorization"):
        return []  # a variable or an unknown shape: nothing can be said
    faults = {
        "": mark(_CONTEXT, "There is no Authorization header, so X answers 401."),
        "basic": mark(_CONTEXT, "Operations take no Basic pair: generate a Bearer Token with it."),
        BEARER: mark(_CONTEXT, "This operation acts for a user; a Bearer Token gets 403 here."),
    }
    other = mark(_CONTEXT, "This operation does not take this kind of credential.")
    return [faults.get(kind, other)]


def _app_only_faults(call: Call, kind: str) -> list[str]:
    if kind == OAUTH1 and call.url.endswith("invalidate_token"):
        return []
    if kind != "basic":
        return [mark(_CONTEXT, "This address wants API Key and API Key Secret as Basic (-u).")]
    if call.user and kind_of(call.user.partition(":")[0])[0] == "client_id":
        return [mark(_CONTEXT, "Client ID and Client Secret do not work here: use the API Key.")]
    return []


def _token_faults(call: Call, form: dict[str, str]) -> list[str]:
    faults = []
    if form.get("grant_type") == "client_credentials":
        faults.append(
            mark(_CONTEXT, "Bearer Tokens come from /oauth2/token, without the 2 before it.")
        )
    if "client_secret" in form:
        faults.append(
            mark(_CONTEXT, "X refuses a Client Secret in the body: send both as Basic (-u).")
        )
    if call.user and kind_of(call.user.partition(":")[0])[0] == "api_key":
        faults.append(mark(_CONTEXT, "API Key and Secret do not work here: use the Client ID."))
    if not call.user and "client_id" not in form and not call.header("authorization"):
        faults.append(mark(_CONTEXT, "The Client ID is missing."))
    return faults


# --- the corrected call --------------------------------------------------------------------------


def _corrected(call: Call, parts: SplitResult, kind: str) -> str:
    form = _form(call)
    path = parts.path
    if path in _TOKEN and form.get("grant_type") == "client_credentials":
        path = "/oauth2/token"
    words = ["curl"]
    if call.sent_method != "GET":
        words.append(f"-X {call.sent_method}")
    words += _right_credential(call, path, kind)
    words.append(f"'{_right_address(parts, path, call)}'")
    if path in {*_TOKEN, *_APP_ONLY}:
        words += _right_form(path, form)
    elif call.data and not call.is_get:
        words.append("-H 'Content-Type: application/json' -d @body.json")
    return redact_but_variables(" ".join(words))


def redact_but_variables(text: str) -> str:
    """Mask what looks like a secret; names of variables are left."""
    kept = re.split(r"(\$[A-Z_]+|-H \"Authorization: Bearer \$[A-Z_]+\")", text)
    return "".join(part if place % 2 else redact(part) for place, part in enumerate(kept))


def _right_credential(call: Call, path: str, kind: str) -> list[str]:
    if path in _APP_ONLY:
        return ['-u "$X_API_KEY:$X_API_SECRET"']
    if path in _TOKEN:
        is_confidential = bool(call.user) or "client_secret" in _form(call)
        return ['-u "$X_CLIENT_ID:$X_CLIENT_SECRET"'] if is_confidential else []
    operation = catalogue().find(call.sent_method, path)
    takes = operation.auth if operation is not None else {BEARER: ()}
    if BEARER in takes and kind != USER:
        return ['-H "Authorization: Bearer $X_BEARER_TOKEN"']
    return ['-H "Authorization: Bearer $X_USER_ACCESS_TOKEN"']


def _right_address(parts: SplitResult, path: str, call: Call) -> str:
    is_here = (parts.hostname or "") in {"127.0.0.1", "localhost", "::1"}
    origin = shown(parts._replace(path="")) if is_here else "https://api.x.com"
    shown_path = shown(parts._replace(path=path)).partition("://")[2].partition("/")[2]
    pairs = [(k, v) for k, v in query_of(parts).items() if k not in _SECRETS_IN_QUERY]
    pairs += [pair for pair in _form(call).items() if call.is_get]
    query = "&".join(f"{_plain(name)}={_plain(value)}" for name, value in pairs)
    return f"{origin}/{shown_path}{'?' if query else ''}{query}"


def _right_form(path: str, form: dict[str, str]) -> list[str]:
    if path == "/oauth2/token":
        return ["-d grant_type=client_credentials"]
    variables = {
        "token": "$TOKEN",
        "access_token": "$X_BEARER_TOKEN",
        "refresh_token": "$X_REFRESH_TOKEN",
        "code": "$CODE",
        "code_verifier": "$CODE_VERIFIER",
        "client_id": "$X_CLIENT_ID",
        "redirect_uri": "$X_REDIRECT_URI",
    }
    words = []
    for name, value in form.items():
        if name in variables:
            words.append(f'--data-urlencode "{name}={variables[name]}"')
        elif name in {"grant_type", "token_type_hint"}:
            words.append(f"-d {name}={_plain(value)}")
    if path in _TOKEN and "client_id" not in form:
        words.append('-d "client_id=$X_CLIENT_ID"')
    return words


def _plain(value: str) -> str:
    """Return a parameter if every word of it is too short to be a secret, a gap otherwise."""
    words = re.split(r"[^A-Za-z0-9_-]+", value)
    is_plain = re.fullmatch(r"[A-Za-z0-9_.,:@ -]*", value) and len(value) <= 400
    return value.replace(" ", "%20") if is_plain and max(map(len, words)) < _LONGEST_PLAIN else "…"
