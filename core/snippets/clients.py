"""Which method of a client library makes which call, as far as it has one.

Read out of the libraries themselves by `scripts/make_client_methods.py`.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from core.catalogue import RESOURCES

_PLACE: Final = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a client library.

    Attributes:
        name: as in `get_tweets` or `posts.get_by_ids`.
        places: the argument for each placeholder of the path, in order.
        arguments: query parameter -> argument; what is not here it does not take.
        pages: it returns one page after the other.
        body: it takes a JSON body as `body`.
        signs: `user_auth` tells it whether to sign with OAuth 1.0a.
    """

    name: str
    places: tuple[str, ...]
    arguments: dict[str, str]
    pages: bool = False
    body: bool = False
    signs: bool = False


@cache
def methods_of(library: str) -> dict[str, Method]:
    """Return a library's methods by "GET /2/tweets/{}"."""
    document = json.loads((RESOURCES / "client_methods.json").read_text("utf-8"))
    return {
        key: Method(
            facts["name"],
            tuple(facts.get("places", ())),
            facts.get("arguments", {}),
            facts.get("pages", False),
            facts.get("body", False),
            facts.get("signs", False),
        )
        for key, facts in document[library]["methods"].items()
    }


def key_of(method: str, path: str) -> str:
    """Return what stands for an operation, whatever its placeholders are called."""
    return f"{method.upper()} {_PLACE.sub('{}', path)}"
