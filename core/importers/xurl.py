"""xurl's store: YAML of today (`~/.xurl/auth.yml`, or the file `~/.xurl`), JSON of before.

Source: x-platform notes §8.1 (xurl's store/tokens.go and store/paths.go), read August 2026.
"""

import re
from typing import Final

from core.importers.limits import bounded, credential, label
from core.importers.plain_json import moment
from core.importers.strict_json import Facts, read_object
from core.importers.strict_yaml import read_map
from core.portable import Imported, PortableApp, PortablePair, PortableUser
from core.secret import Secret

_MARK: Final = re.compile(r"^apps\s*:", re.MULTILINE)
_NO_SCOPES: Final = "xurl does not keep scopes; they are known after the next refresh."


def is_one(text: str) -> bool:
    """Return whether a text looks like a store of xurl."""
    if text.lstrip().startswith("{"):
        return '"oauth2_tokens"' in text or '"oauth1_tokens"' in text
    return _MARK.search(text) is not None


def read(text: str) -> Imported:
    """Return the Apps of xurl's store. Raises BadInput where it is malformed."""
    if text.lstrip().startswith("{"):
        facts = read_object(text)
        apps = (_app("default", facts),) if "apps" not in facts else _apps(facts)
    else:
        apps = _apps(read_map(text))
    has_users = any(user.refresh_token for app in apps for user in app.users)
    return Imported("xurl", apps, (_NO_SCOPES,) if has_users else ())


def _apps(facts: Facts) -> tuple[PortableApp, ...]:
    return tuple(_app(name, _map(app)) for name, app in bounded(_map(facts.get("apps")).items()))


def _app(name: str, facts: Facts) -> PortableApp:
    oauth1 = _map(_map(facts.get("oauth1_token") or facts.get("oauth1_tokens")).get("oauth1"))
    found = {
        "api_key": oauth1.get("consumer_key"),
        "api_secret": oauth1.get("consumer_secret"),
        "client_id": facts.get("client_id"),
        "client_secret": facts.get("client_secret"),
        "redirect_uri": facts.get("redirect_uri"),
        "bearer_token": _map(facts.get("bearer_token")).get("bearer"),
    }
    token, secret = credential(oauth1.get("access_token")), credential(oauth1.get("token_secret"))
    return PortableApp(
        name=label(name),
        fields={field: value for field, raw in found.items() if (value := credential(raw))},
        pairs=(PortablePair(token, secret),) if token and secret else (),
        users=tuple(
            _user(username, _map(_map(held).get("oauth2")))
            for username, held in bounded(_map(facts.get("oauth2_tokens")).items())
        ),
    )


def _user(username: str, facts: Facts) -> PortableUser:
    access: Secret | None = credential(facts.get("access_token"))
    return PortableUser(
        access,
        credential(facts.get("refresh_token")),
        label(username).removeprefix("@"),
        moment(facts.get("expiration_time")),
    )


def _map(value: object) -> Facts:
    return value if isinstance(value, dict) else {}
