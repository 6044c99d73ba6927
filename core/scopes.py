"""The scopes of OAuth 2.0 user context: what each allows, how risky it is, what needs it.

Sources: docs.x.com, "OAuth 2.0 Authorization Code Flow" and OpenAPI 2.167, read 2026-08-22.
Meanings are in our own words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

OFFLINE: Final = "offline.access"


class Risk(StrEnum):
    """What someone with the token could do at worst."""

    READS = "reads"
    PRIVATE = "private"
    WRITES = "writes"
    LASTING = "lasting"


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope as a person should know it.

    Attributes:
        title: what it is called in a few words.
        group: the heading it stands under.
        note: a condition or doubt that a person should know; "" if none.
    """

    name: str
    title: str
    group: str
    meaning: str
    risk: Risk
    note: str = ""


def _scope(line: str) -> Scope:
    name, title, group, risk, meaning, *note = (part.strip() for part in line.split("|"))
    return Scope(name, title, group, meaning, Risk(risk), note[0] if note else "")


ALL_SCOPES: Final = tuple(
    _scope(line)
    for line in (
        (
            "tweet.read|Read Posts|Posts|reads|"
            "See Posts, protected ones included where this account may see them"
        ),
        "tweet.write|Write Posts|Posts|writes|Create, repost and delete Posts as this account",
        (
            "tweet.moderate.write|Moderate replies|Posts|writes|"
            "Hide and show replies to this account's Posts"
        ),
        (
            "timeline.read|Read timelines|Posts|reads|"
            "Read this account's timelines|In X's API file only"
        ),
        "users.read|Read accounts|Accounts|reads|See accounts, this one's profile included",
        (
            "users.email|Read e-mail address|Accounts|private|"
            "See the confirmed e-mail address|Wants a switch in the App"
        ),
        "follows.read|Read follows|Accounts|reads|See who follows and is followed",
        "follows.write|Follow and unfollow|Accounts|writes|Follow and unfollow as this account",
        "block.read|Read blocks|Accounts|private|See whom this account blocks",
        (
            "block.write|Block and unblock|Accounts|writes|"
            "Block and unblock as this account|No operation asks for it"
        ),
        "mute.read|Read mutes|Accounts|private|See whom this account mutes",
        "mute.write|Mute and unmute|Accounts|writes|Mute and unmute as this account",
        "like.read|Read likes|Likes and bookmarks|reads|See likes",
        "like.write|Like and unlike|Likes and bookmarks|writes|Like and unlike as this account",
        "bookmark.read|Read bookmarks|Likes and bookmarks|private|See this account's bookmarks",
        "bookmark.write|Change bookmarks|Likes and bookmarks|writes|Add and remove bookmarks",
        (
            "list.read|Read Lists|Lists and Spaces|reads|"
            "See Lists, private ones of this account included"
        ),
        "list.write|Change Lists|Lists and Spaces|writes|Create and change Lists as this account",
        "space.read|Read Spaces|Lists and Spaces|reads|See Spaces",
        "broadcast.read|Read broadcasts|Lists and Spaces|reads|See broadcasts|In X's API file only",
        (
            "broadcast.write|Start broadcasts|Lists and Spaces|writes|"
            "Start broadcasts|In X's API file only"
        ),
        (
            "dm.read|Read Direct Messages|Messages and media|private|"
            "Read this account's Direct Messages"
        ),
        (
            "dm.write|Send Direct Messages|Messages and media|writes|"
            "Send Direct Messages as this account"
        ),
        "media.write|Upload media|Messages and media|writes|Upload media as this account",
        (
            "offline.access|Stay signed in|Staying signed in|lasting|"
            "Refresh the token without asking again"
        ),
        (
            "ads.read|Read advertising|Advertising|private|"
            "See this account's advertising|Advertising accounts only"
        ),
        (
            "ads.write|Change advertising|Advertising|writes|"
            "Change this account's advertising|Advertising accounts only"
        ),
    )
)
SCOPES: Final = {scope.name: scope for scope in ALL_SCOPES}
_BASE: Final = ("tweet.read", "users.read")
_ADVANCED: Final = frozenset({"ads.read", "ads.write"})

PRESETS: Final[dict[str, tuple[str, ...]]] = {
    "Read Posts and users": (*_BASE, OFFLINE),
    "Read and write Posts": (*_BASE, "tweet.write", OFFLINE),
    "Everything": tuple(s.name for s in ALL_SCOPES if s.name not in _ADVANCED),
}
DEFAULT_SCOPES: Final = PRESETS["Read Posts and users"]


def parse_scopes(text: str) -> tuple[str, ...]:
    """Return the scopes of a text, split at spaces and commas, each once and in order."""
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def check_scopes(names: Iterable[str]) -> tuple[str, ...]:
    """Return warnings about a choice of scopes; empty when it looks fine."""
    chosen = tuple(names)
    warnings = [f"X is not known to have a scope {name}." for name in chosen if name not in SCOPES]
    warnings += [
        f"Nearly every operation of X wants {name} too." for name in _BASE if name not in chosen
    ]
    if OFFLINE not in chosen:
        warnings.append("Without offline.access the sign-in ends after two hours.")
    return tuple(warnings)


def compare_scopes(
    requested: Iterable[str], granted: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the scopes that were asked for but not granted, and granted but not asked for."""
    asked, got = tuple(requested), tuple(granted)
    return tuple(s for s in asked if s not in got), tuple(s for s in got if s not in asked)


def least_scopes(needs: Iterable[Iterable[str]], *, stay_signed_in: bool = True) -> tuple[str, ...]:
    """Return the fewest scopes that allow operations with these needs, in a fixed order."""
    wanted = {scope for need in needs for scope in need}
    if stay_signed_in:
        wanted.add(OFFLINE)
    known = [scope.name for scope in ALL_SCOPES if scope.name in wanted]
    return (*known, *sorted(wanted - set(known)))


def newly_used(
    needed: Iterable[str], granted: Iterable[str], used: Iterable[str]
) -> tuple[str, ...]:
    """Return the granted scopes that a call with these needs used for the first time."""
    got, known = tuple(granted), tuple(used)
    return tuple(s for s in dict.fromkeys(needed) if s in got and s not in known)


def never_used(granted: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    """Return the granted scopes that no call here ever needed; empty before the first call.

    offline.access is left out: no operation needs it, every refresh does.
    """
    known = tuple(used)
    if not known:
        return ()
    return tuple(scope for scope in granted if scope not in known and scope != OFFLINE)
