"""What is in a pasted text: .env lines, JSON, lines with a colon, or text of X's console.

Reads names in the spellings that people and tools use, and looks at the shape of each
value. The shapes are not documented by X, so a check warns and never refuses.
Source: x-platform notes §§2.6, 4.1 and 8.4, samples read in August 2026.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from core.errors import BadInput
from core.redirects import check_redirect_uri
from core.secret import Secret
from core.words_model import Sentence, mark

_CONTEXT: Final = "words"
FIELDS: Final = (
    "api_key",
    "api_secret",
    "client_id",
    "client_secret",
    "redirect_uri",
    "access_token",
    "access_token_secret",
    "bearer_token",
)
USER_FIELDS: Final = ("user_access_token", "refresh_token")
LABELS: Final[Mapping[str, str]] = {
    "api_key": "API Key",
    "api_secret": "API Key Secret",
    "client_id": "Client ID",
    "client_secret": "Client Secret",
    "redirect_uri": "redirect URI",
    "access_token": "Access Token",
    "access_token_secret": "Access Token Secret",
    "bearer_token": "Bearer Token",
    "user_access_token": "user Access Token",
    "refresh_token": "Refresh Token",
}
_LONGEST_TEXT: Final = 1 << 20
_LONGEST_VALUE: Final = 8192
_LONGEST_NAME: Final = 30
_LONGEST_WORD: Final = 20  # an API Key, the shortest of X's, has 25 letters and digits
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*|[a-z]+(_[a-z0-9]+)*")
_PREFIXES: Final = ("X_", "TWITTER_", "TW_", "OAUTH_", "OAUTH2_", "API_")
_SPELLINGS: Final[Mapping[str, str]] = {
    "api_key": "API_KEY CONSUMER_KEY APP_KEY CONSUMER_API_KEY KEY",
    "api_secret": (
        "API_SECRET API_SECRET_KEY API_KEY_SECRET CONSUMER_SECRET APP_SECRET SECRET_KEY "
        "CONSUMER_API_SECRET CONSUMER_KEY_SECRET"
    ),
    "client_id": "CLIENT_ID",
    "client_secret": "CLIENT_SECRET",
    "redirect_uri": (
        "REDIRECT_URI REDIRECT_URL CALLBACK_URL CALLBACK_URI CALLBACK CALLBACK_URI_REDIRECT_URL"
    ),
    "access_token": "ACCESS_TOKEN ACCESS_KEY OAUTH1_TOKEN TOKEN",
    "access_token_secret": (
        "ACCESS_TOKEN_SECRET ACCESS_SECRET TOKEN_SECRET OAUTH1_TOKEN_SECRET ACCESS_KEY_SECRET"
    ),
    "bearer_token": "BEARER_TOKEN BEARER APP_ACCESS_TOKEN",
    "user_access_token": "USER_ACCESS_TOKEN OAUTH2_ACCESS_TOKEN",
    "refresh_token": "REFRESH_TOKEN",
}
_FIELD_OF: Final = {name: key for key, names in _SPELLINGS.items() for name in names.split()}
_LINE: Final = re.compile(r"^(?:export\s+|set\s+)?([A-Za-z][A-Za-z0-9_./ -]{0,60}?)\s*[=:]\s*(.*)$")
_SHAPES: Final = (
    (re.compile(r"A{18,}[A-Za-z0-9%+/=_-]{20,}"), "bearer_token"),
    (re.compile(r"[0-9]{2,20}-[A-Za-z0-9]{20,60}"), "access_token"),
    (re.compile(r"[A-Za-z0-9]{25}"), "api_key"),
)
# What `keypane sandbox` says besides an App's fields.
_PASSED_OVER: Final = frozenset({"origin", "users"})
_HALF_SIGNS: Final = re.compile("[\ud800-\udfff]")  # JSON can escape one alone
_INVISIBLE: Final = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_INVISIBLE_SIGNS: Final = mark(_CONTEXT, "Invisible characters were removed from the {field}.")
_TWICE: Final = mark(_CONTEXT, "The {field} stands there twice; the last one is used.")
_ODD_SIGNS: Final = mark(_CONTEXT, "The {field} holds characters that no credential of X has.")
_LOOKS_LIKE: Final = mark(_CONTEXT, "The {field} looks like the {other}.")
_WITHOUT: Final = mark(_CONTEXT, "The {field} came without the {other}.")
_TOO_LONG: Final = mark(_CONTEXT, "The {field} is far too long.")
_NO_RUN_OF_A: Final = mark(_CONTEXT, "A Bearer Token of X begins with a run of A.")
_SHORT_CLIENT_ID: Final = mark(_CONTEXT, "The Client ID is shorter than those of X.")
_ODD_LENGTH: Final = mark(_CONTEXT, "The {field} has an unusual length.")


def _said(template: str, key: str, other: str = "") -> Sentence:
    """Return a warning about a field; X's names of the fields stay as X writes them."""
    return Sentence(template, field=LABELS[key], other=LABELS.get(other, ""))


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found.

    Attributes:
        fields: by our names (`FIELDS`, `USER_FIELDS`), trimmed.
        warnings: sentences for the person; none holds a value.
        unknown: names that mean nothing to us; "" for what stands where a name belongs and
            may be half a secret.
    """

    fields: Mapping[str, Secret] = field(default_factory=dict)
    warnings: tuple[Sentence, ...] = ()
    unknown: tuple[str, ...] = ()

    def get(self, name: str) -> Secret | None:
        """Return a field, None where it is absent or empty."""
        value = self.fields.get(name)
        return value or None


def read_pasted(text: str) -> Pasted:
    """Return the fields of a text in any of the known forms.

    Raises:
        BadInput: it is too long, or begins like JSON and is not a JSON object of whole texts.
    """
    if len(text) > _LONGEST_TEXT:
        raise BadInput("stdin", "this is too long to be an App's keys")
    text = text.lstrip("\ufeff").strip()
    pairs = list(_json_pairs(text) if text.startswith(("{", "[")) else _line_pairs(text))
    fields: dict[str, Secret] = {}
    warnings: list[Sentence] = []
    unknown: list[str] = []
    for name, raw in pairs:
        key = field_named(name)
        if key is None:
            if name not in _PASSED_OVER:
                unknown.append(name if _is_name(name) else "")
            continue
        value, cleaned = _trimmed(raw)
        if not value:
            continue
        key = _by_value(key, value)
        if cleaned:
            warnings.append(_said(_INVISIBLE_SIGNS, key))
        if key in fields and fields[key] != Secret(value):
            warnings.append(_said(_TWICE, key))
        fields[key] = Secret(value)
    return Pasted(fields, (*warnings, *check_fields(fields)), tuple(dict.fromkeys(unknown)))


def _is_name(text: str) -> bool:
    """Say whether a text may be told: it is short, and no run in it is as long as a credential."""
    is_short = len(text) <= _LONGEST_NAME and max(map(len, text.split("_"))) <= _LONGEST_WORD
    return is_short and _NAME.fullmatch(text) is not None


def field_named(name: str) -> str | None:
    """Return which field a name means, in any of the spellings in use; None for a foreign one."""
    plain = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    if plain in _FIELD_OF:
        return _FIELD_OF[plain]
    for prefix in _PREFIXES:
        if plain.startswith(prefix) and (found := field_named(plain.removeprefix(prefix))):
            return found
    return None


def check_fields(fields: Mapping[str, Secret]) -> tuple[Sentence, ...]:
    """Return warnings about the shapes of an App's fields, and about missing halves."""
    warnings: list[Sentence] = []
    for key, value in fields.items():
        text = value.reveal()
        if key == "redirect_uri":
            warnings += check_redirect_uri(text)
            continue
        if not text.isascii() or not text.isprintable() or " " in text:
            warnings.append(_said(_ODD_SIGNS, key))
        elif (shape := shape_of(text)) and shape != key:
            warnings.append(_said(_LOOKS_LIKE, key, shape))
        elif warning := _length_warning(key, text):
            warnings.append(warning)
    for first, second in (
        ("api_key", "api_secret"),
        ("client_secret", "client_id"),
        ("access_token", "access_token_secret"),
    ):
        for here, missing in ((first, second), (second, first)):
            if here in fields and missing not in fields and missing != "client_secret":
                warnings.append(_said(_WITHOUT, here, missing))
    return tuple(dict.fromkeys(warnings))


def shape_of(text: str) -> str | None:
    """Return which field a value is by its shape, None where the shape does not tell."""
    for pattern, field_name in _SHAPES:
        if pattern.fullmatch(text):
            return field_name
    before, _, last = _decoded(text).rpartition(":")
    if last == "ci" and before.endswith(":1"):
        return "client_id"
    return {"at": "user_access_token", "rt": "refresh_token"}.get(before.rpartition(":")[2])


def app_id_of_bearer(token: Secret) -> str:
    """Return the numeric App ID that a Bearer Token seems to hold, "" where it holds none.

    Not documented: decoded from the samples in X's documentation, read in August 2026.
    """
    first = unquote(token.reveal()).partition("=")[0]
    try:
        raw = base64.b64decode(first + "=" * (-len(first) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    number = int.from_bytes(raw[16:24], "little") if len(raw) == 44 else 0
    return str(number) if 0 < number < 1 << 60 else ""


def _json_pairs(text: str) -> Iterator[tuple[str, str]]:
    try:
        facts = json.loads(text, object_pairs_hook=_Members)  # a name may stand twice
    except (ValueError, RecursionError):
        raise BadInput("stdin", "it begins like JSON and is none") from None
    if not isinstance(facts, _Members):
        raise BadInput("stdin", "it is JSON, and not one object with fields")
    for name, value in _flat(facts):
        if _HALF_SIGNS.search(f"{name}{value}"):
            raise BadInput("stdin", "the JSON holds halves of characters")
        if value is None:
            continue
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            yield name, str(value)
        elif field_named(name) is None:
            yield name, ""
        else:
            raise BadInput("stdin", "a field of the JSON is not text")


class _Members(list[tuple[str, object]]):
    """The members of a JSON object, in order."""


def _flat(facts: _Members) -> Iterator[tuple[str, object]]:
    waiting = facts[::-1]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, _Members):
            waiting += value[::-1]
        else:
            yield name, value


def _line_pairs(text: str) -> Iterator[tuple[str, str]]:
    label = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("#", "//", ";")):
            continue
        match = _LINE.match(line)
        if match and match[2] and not line.lower().startswith(("http:", "https:")):
            label = ""
            yield match[1], _unquoted(match[2])
        elif field_named(line.rstrip(":= ")) is not None:
            label = line.rstrip(":= ")  # X's console shows the name above the value
        elif label:
            yield label, _unquoted(line)
            label = ""


def _unquoted(value: str) -> str:
    value = value.strip().removesuffix(",").rstrip()
    if len(value) >= 2 and value[0] in "\"'`" and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return re.split(r"\s+#", value, maxsplit=1)[0]


def _trimmed(raw: str) -> tuple[str, bool]:
    visible = _INVISIBLE.sub("", raw)
    return visible.strip(), visible != raw


def _by_value(key: str, value: str) -> str:
    """ACCESS_TOKEN names two different things; there the value decides."""
    shape = shape_of(value)
    return shape if key == "access_token" and shape in USER_FIELDS else key


def _length_warning(key: str, text: str) -> Sentence | None:
    usual = {"api_key": (20, 30), "api_secret": (40, 60), "access_token_secret": (40, 60)}
    if len(text) > _LONGEST_VALUE:
        return _said(_TOO_LONG, key)
    shortest, longest = usual.get(key, (1, _LONGEST_VALUE))
    if key == "bearer_token" and not text.startswith("AAAA"):
        return _said(_NO_RUN_OF_A, key)
    if key == "client_id" and len(text) < 20:
        return _said(_SHORT_CLIENT_ID, key)
    if not shortest <= len(text) <= longest:
        return _said(_ODD_LENGTH, key)
    return None


def _decoded(text: str) -> str:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return raw.decode("ascii")
    except (binascii.Error, ValueError):
        return ""
