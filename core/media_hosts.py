"""Which pictures of an answer may be fetched: the one place that decides it.

An address in an answer is text that somebody else wrote. It is followed only where it leads to
the servers on which X keeps media, or, for a sandbox, to that sandbox's stand-in for them.

Sources: the fields `url`, `preview_image_url` and `profile_image_url` of X's OpenAPI 2.159 and
2.167 (plain text there, without a host); the hosts as X's data dictionary shows them in its
examples: uploads, previews and profile pictures on pbs.twimg.com, older previews on
video.twimg.com, the picture of an account that has none on abs.twimg.com; read 2026-11-24.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from core.environment import Environment

_X_HOSTS: Final = {
    "pbs.twimg.com": "/",
    "video.twimg.com": "/",
    # Of X's static files only those that stand for a missing profile picture.
    "abs.twimg.com": "/sticky/default_profile_images/",
}
SANDBOX_PATH: Final = "/pbs/"
_LONGEST: Final = 2_048
_MOST_PARAMETERS: Final = 8
# No user, no fragment, no backslash, nothing that two readers could read in two ways.
_ADDRESS: Final = re.compile(
    r"(?P<origin>(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?)"
    r"(?P<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+)"
    r"(?:\?(?P<query>(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*))?"
)
_CLIMBS: Final = re.compile(r"/(?:\.|%2[Ee]){1,2}(?:/|$)|%2[Ff]|%5[Cc]|%00")


@dataclass(frozen=True, slots=True)
class MediaSource:
    """A picture that may be fetched.

    Attributes:
        url: without its query.
        query: names and values, decoded, in order.
    """

    url: str
    query: tuple[tuple[str, str], ...] = ()


def media_source(environment: Environment, address: str) -> MediaSource | None:
    """Return what may be fetched for an address of an answer, None where it leads elsewhere.

    Args:
        environment: of the App that got the answer. X's media are for X alone: an answer of a
            server of the person's own makes nothing be fetched anywhere.
        address: as it stands in the answer.
    """
    found = _ADDRESS.fullmatch(address) if len(address) <= _LONGEST else None
    if found is None or _CLIMBS.search(found["path"]):
        return None
    if environment.kind == "x":
        is_plain = found["scheme"] == "https" and found["port"] in {None, "443"}
        beginning = _X_HOSTS.get(found["host"]) if is_plain else None
    elif environment.kind == "sandbox" and environment.is_loopback:
        beginning = SANDBOX_PATH if found["origin"] == environment.api_url else None
    else:
        beginning = None
    if beginning is None or not found["path"].startswith(beginning):
        return None
    query = tuple(parse_qsl(found["query"] or "", keep_blank_values=True))
    if len(query) > _MOST_PARAMETERS:
        return None
    return MediaSource(found["origin"] + found["path"], query)


def has_media(environment: Environment) -> bool:
    """Return whether there are media servers at all that this environment's answers may name."""
    return environment.kind in {"x", "sandbox"}
