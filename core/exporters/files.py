"""Files of other tools, with the credentials in them or with references in their place.

A reference is the name of a variable that `keypane exec` sets, as "${X_API_KEY}", or the
command that prints a fresh token.
"""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from core.errors import BadInput
from core.exporters.variables import NAMES
from core.hand_over import env_text
from core.portable import PortableApp, PortablePair, PortableUser
from core.secret import Secret

# The order in which X's portal shows them.
_FIELDS: Final = (
    *("api_key", "api_secret", "bearer_token", "access_token", "access_token_secret"),
    *("client_id", "client_secret", "redirect_uri", "user_access_token", "refresh_token"),
)
_UNKNOWN_TIME: Final = 0
_HEAD: Final = (
    "# The values stay in Keypane; run a program with them: keypane exec {app} -- COMMAND\n"
)


def values_of(app: PortableApp) -> dict[str, Secret]:
    """Return an App's fields, its one pair and its one user among them, in the portal's order.

    Of several pairs or users none is chosen.
    """
    found = dict(app.fields)
    if len(app.pairs) == 1:
        found |= {
            "access_token": app.pairs[0].token,
            "access_token_secret": app.pairs[0].token_secret,
        }
    if len(app.users) == 1:
        user = app.users[0]
        held = {"user_access_token": user.access_token, "refresh_token": user.refresh_token}
        found |= {field: value for field, value in held.items() if value is not None}
    return {field: found[field] for field in _FIELDS if field in found}


def named_values(app: PortableApp) -> dict[str, Secret]:
    """Return the same under the names of environment variables."""
    return {NAMES[field][0]: value for field, value in values_of(app).items()}


def to_env(app: PortableApp, *, reveal: bool) -> str:
    """Return the lines of a `.env` file; without `reveal`, lines for a shell that sources them.

    Raises:
        BadInput: a value cannot stand on one line.
    """
    if reveal:
        return env_text(named_values(app))
    name = shlex.quote(app.name)
    lines = [_HEAD.format(app=name)]
    for field in values_of(app):
        if field == "refresh_token":
            continue  # it works once, and only here
        lines.append(f'{NAMES[field][0]}="{_reference(app, field)}"\n')
    return "".join(lines)


def to_postman(app: PortableApp, *, reveal: bool) -> str:
    """Return a Postman environment; without `reveal`, references to Postman's own vault."""
    values = [
        {
            "key": NAMES[field][0],
            "value": value.reveal() if reveal else f"{{{{vault:{NAMES[field][0]}}}}}",
            "type": "secret" if field != "redirect_uri" else "default",
            "enabled": True,
        }
        for field, value in values_of(app).items()
        if reveal or field != "refresh_token"
    ]
    document = {"name": app.name, "values": values, "_postman_variable_scope": "environment"}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def to_json(app: PortableApp, *, reveal: bool) -> str:
    """Return plain JSON by our names of the fields."""
    shown = _shown(reveal=reveal)
    document: dict[str, Any] = {"name": app.name} if app.name else {}
    document |= {field: shown(field, value) for field, value in values_of(app).items()}
    if len(app.users) == 1:
        user = app.users[0]
        if user.username:
            document["username"] = user.username
        if user.expires_at is not None:
            document["expires_at"] = _seconds(user.expires_at)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def to_xurl(apps: Sequence[PortableApp], *, reveal: bool) -> str:
    """Return xurl's `auth.yml` with these Apps, the first as its default.

    xurl keeps one OAuth 1.0a pair per App, so only an App's single pair is in it.
    """
    shown = _shown(reveal=reveal)
    document = {"apps": {app.name: _xurl_app(app, shown) for app in apps}}
    return _yaml({**document, "default_app": apps[0].name} if apps else document)


def to_twurl(apps: Sequence[PortableApp], *, reveal: bool) -> str:
    """Return twurl's `.twurlrc` with the OAuth 1.0a pairs and Bearer Tokens of these Apps.

    Raises:
        BadInput: an App has no API Key, under which twurl keeps everything.
    """
    shown = _shown(reveal=reveal)
    profiles: dict[str, dict[str, Any]] = {}
    bearers: dict[str, str] = {}
    for app in apps:
        if "api_key" not in app.fields:
            raise BadInput("APP", "twurl keeps everything under the API Key, and there is none")
        key = shown("api_key", app.fields["api_key"])
        secret = shown("api_secret", app.fields.get("api_secret", Secret("")))
        for number, pair in enumerate(app.pairs, 1):
            name = pair.username or f"account{number}"
            held = {"username": name, "consumer_key": key, "consumer_secret": secret}
            profiles.setdefault(name, {})[key] = {**held, **_twurl_pair(pair, shown)}
        if bearer := app.fields.get("bearer_token"):
            bearers[key] = shown("bearer_token", bearer)
    document: dict[str, Any] = {"profiles": profiles}
    return _yaml({**document, "bearer_tokens": bearers} if bearers else document)


_Shown = Callable[[str, Secret], str]


def _shown(*, reveal: bool) -> _Shown:
    def shown(field: str, value: Secret) -> str:
        return value.reveal() if reveal else f"${{{NAMES[field][0]}}}"

    return shown


def _reference(app: PortableApp, field: str) -> str:
    if field in {"bearer_token", "user_access_token"}:
        user = app.users[0].username if app.users else ""
        who = "bearer" if field == "bearer_token" else (f"@{user}" if user else "")
        chosen = f" --as {shlex.quote(who)}" if who else ""
        return f"$(keypane token {shlex.quote(app.name)}{chosen})"
    return f"${{{NAMES[field][0]}}}"


def _xurl_app(app: PortableApp, shown: _Shown) -> dict[str, Any]:
    kept: dict[str, Any] = {
        field: shown(field, app.fields[field]) if field in app.fields else ""
        for field in ("client_id", "client_secret")
    }
    if "redirect_uri" in app.fields:
        kept["redirect_uri"] = app.fields["redirect_uri"].reveal()
    if app.users:
        kept["oauth2_tokens"] = {user.username: _xurl_user(user, shown) for user in app.users}
    if len(app.pairs) == 1 or {"api_key", "api_secret"} & app.fields.keys():
        kept["oauth1_token"] = {"type": "oauth1", "oauth1": _xurl_pair(app, shown)}
    if "bearer_token" in app.fields:
        bearer = shown("bearer_token", app.fields["bearer_token"])
        kept["bearer_token"] = {"type": "bearer", "bearer": bearer}
    return kept


def _xurl_user(user: PortableUser, shown: _Shown) -> dict[str, Any]:
    held: dict[str, Any] = {
        "access_token": user.access_token and shown("user_access_token", user.access_token),
        "refresh_token": user.refresh_token and shown("refresh_token", user.refresh_token),
    }
    seconds = _seconds(user.expires_at) if user.expires_at is not None else _UNKNOWN_TIME
    facts = {name: value or "" for name, value in held.items()}
    return {"type": "oauth2", "oauth2": {**facts, "expiration_time": seconds}}


def _xurl_pair(app: PortableApp, shown: _Shown) -> dict[str, str]:
    pair = app.pairs[0] if len(app.pairs) == 1 else None
    values: Mapping[str, tuple[str, Secret | None]] = {
        "access_token": ("access_token", pair.token if pair else None),
        "token_secret": ("access_token_secret", pair.token_secret if pair else None),
        "consumer_key": ("api_key", app.fields.get("api_key")),
        "consumer_secret": ("api_secret", app.fields.get("api_secret")),
    }
    return {name: shown(field, value) if value else "" for name, (field, value) in values.items()}


def _twurl_pair(pair: PortablePair, shown: _Shown) -> dict[str, str]:
    return {
        "token": shown("access_token", pair.token),
        "secret": shown("access_token_secret", pair.token_secret),
    }


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _yaml(document: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1 << 16)
    return text
