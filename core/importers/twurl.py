"""twurl's `~/.twurlrc`: one App per consumer key, with the OAuth 1.0a pairs of its users.

Source: x-platform notes §8.2 (twurl's lib/twurl/rcfile.rb), read August 2026.
"""

import re
from typing import Final

from core.importers.limits import bounded, credential, label
from core.importers.strict_yaml import Facts, read_map
from core.portable import Imported, PortableApp, PortablePair
from core.secret import Secret

_MARK: Final = re.compile(r"^(?:profiles|bearer_tokens)\s*:", re.MULTILINE)


def is_one(text: str) -> bool:
    """Return whether a text looks like a store of twurl."""
    return _MARK.search(text) is not None


def read(text: str) -> Imported:
    """Return the Apps of twurl's store. Raises BadInput where it is malformed."""
    facts = read_map(text)
    fields: dict[str, dict[str, Secret]] = {}
    pairs: dict[str, list[PortablePair]] = {}
    for username, profiles in bounded(_map(facts.get("profiles")).items()):
        for key, raw in bounded(_map(profiles).items()):
            profile = _map(raw)
            pairs.setdefault(key, []).extend(_pair(username, profile))
            found = fields.setdefault(key, {})
            for field, value in (
                ("api_key", credential(profile.get("consumer_key") or key)),
                ("api_secret", credential(profile.get("consumer_secret"))),
            ):
                if value is not None:
                    found[field] = value
    for key, raw in bounded(_map(facts.get("bearer_tokens")).items()):
        bearer, api_key = credential(raw), credential(key)
        found = fields.setdefault(key, {"api_key": api_key} if api_key else {})
        if bearer is not None:
            found["bearer_token"] = bearer
    apps = tuple(
        PortableApp("twurl" if number == 1 else f"twurl {number}", held, tuple(pairs.get(key, ())))
        for number, (key, held) in enumerate(fields.items(), 1)
    )
    return Imported("twurl", apps)


def _pair(username: str, profile: Facts) -> list[PortablePair]:
    token, secret = credential(profile.get("token")), credential(profile.get("secret"))
    name = label(profile.get("username") or username).removeprefix("@")
    return [PortablePair(token, secret, name)] if token and secret else []


def _map(value: object) -> Facts:
    return value if isinstance(value, dict) else {}
