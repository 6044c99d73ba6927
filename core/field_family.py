"""X's renaming of tweet to post in its newest API file, behind one function.

OpenAPI 2.167 calls REST parameters `post.fields`, while X's prose, its own tools and its
stream operations still say `tweet.fields`. Which of them production takes today is unknown,
so the family is a switch; the default is the older one, which all published tools use.
Source: x-platform notes §5.1 ("rename trap") and §5.4, read August 2026.
"""

from dataclasses import replace
from typing import Final

from core.catalogue import Operation, Parameter, catalogue

TWEET: Final = "tweet"
POST: Final = "post"

FAMILY_SETTING: Final = "field_family"
"""The setting's name: TWEET or POST, as the person chose."""

_chosen = [TWEET]
_MODEL: Final = "streamPosts"  # this operation still spells the older enumerations out
_USER_EXPANSIONS: Final = {
    "affiliation": "affiliation.user_id",
    "most_recent_post_id": "most_recent_tweet_id",
    "pinned_post_id": "pinned_tweet_id",
}


def chosen_family() -> str:
    """Return the family under which new requests are composed in this process."""
    return _chosen[0]


def choose_family(family: str) -> None:
    """Compose new requests under this family; anything but TWEET and POST is passed over."""
    if family in {TWEET, POST}:
        _chosen[0] = family


def parameters_of(operation: Operation, family: str = TWEET) -> tuple[Parameter, ...]:
    """Return an operation's parameters under the names of one family."""
    if family == POST or operation.streaming:
        return operation.parameters
    return tuple(_older(parameter) for parameter in operation.parameters)


def _older(parameter: Parameter) -> Parameter:
    model = catalogue().by_id(_MODEL)
    older = {p.name: p for p in model.parameters} if model is not None else {}
    match parameter.name:
        case "post.fields" if "tweet.fields" in older:
            return replace(parameter, name="tweet.fields", enum=older["tweet.fields"].enum)
        case "user.fields" if "user.fields" in older:
            return replace(parameter, enum=older["user.fields"].enum)
        case "expansions" if "pinned_post_id" in parameter.enum:
            return replace(
                parameter, enum=tuple(_USER_EXPANSIONS.get(name, name) for name in parameter.enum)
            )
        case "expansions" if "referenced_posts" in parameter.enum and "expansions" in older:
            return replace(parameter, enum=older["expansions"].enum)
    return parameter
