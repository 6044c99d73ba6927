"""X's search language as far as the practice world can answer it.

Words, "phrases", #tags, @mentions, from:, to:, conversation_id:, lang:, is: and
has: operators, a leading minus, OR, and parentheses. Anything else is refused.
"""

import re
from collections.abc import Callable
from typing import Final

from sandbox.media import SORTS
from sandbox.people import BY_ID, BY_USERNAME
from sandbox.posts import Post
from sandbox.rendering import LINK, TAG
from sandbox.world import World

Test = Callable[[Post], bool]
_TOKEN: Final = re.compile(r'\s*(-?\(|\)|-?(?:[a-z_]+:)?"[^"]*"|[^\s()"]+)')
_FLAGS: Final[dict[str, Test]] = {
    "is:retweet": lambda post: bool(post.reposted),
    "is:reply": lambda post: bool(post.replied_to),
    "is:quote": lambda post: bool(post.quoted),
    "is:verified": lambda post: BY_ID[post.author_id].is_verified,
    "has:links": lambda post: LINK.search(post.text) is not None,
    "has:hashtags": lambda post: TAG.search(post.text) is not None,
    "has:mentions": lambda post: any(one.lower() in BY_USERNAME for one in post.mentions()),
    "has:media": lambda post: bool(post.media),
    "has:images": lambda post: any(SORTS[name].type == "photo" for name in post.media),
}
MAX_DEPTH: Final = 20


class BadQuery(Exception):
    """What cannot be understood of a query."""


def compile_query(world: World, text: str) -> Test:
    """Return the test that a query stands for.

    Keyword queries do not find reposts (X, 4 May 2026); `is:retweet` still says so.

    Raises:
        BadQuery: it is empty, unbalanced, or uses an operator that is not known here.
    """
    parser = _Parser(world, _tokens(text))
    test = parser.either(0)
    if parser.rest:
        raise BadQuery("there is a closing parenthesis too many")
    return test if "is:retweet" in text else lambda post: not post.reposted and test(post)


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadQuery("a quotation mark is missing")
        tokens.append(match[1])
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent: OR binds weaker than standing side by side."""

    def __init__(self, world: World, tokens: list[str]) -> None:
        self._world = world
        self.rest = tokens

    def either(self, depth: int) -> Test:
        tests = [self._all(depth)]
        while self.rest and self.rest[0] == "OR":
            self.rest.pop(0)
            tests.append(self._all(depth))
        return lambda post: any(test(post) for test in tests)

    def _all(self, depth: int) -> Test:
        tests: list[Test] = []
        while self.rest and self.rest[0] not in {"OR", ")"}:
            tests.append(self._one(depth))
        if not tests:
            raise BadQuery("something is missing between operators")
        return lambda post: all(test(post) for test in tests)

    def _one(self, depth: int) -> Test:
        term = self.rest.pop(0)
        is_negated, term = term.startswith("-"), term.removeprefix("-")
        if term == "(":
            if depth >= MAX_DEPTH:
                raise BadQuery("the parentheses are too deep")
            test = self.either(depth + 1)
            if not self.rest:
                raise BadQuery("a closing parenthesis is missing")
            self.rest.pop(0)
        else:
            test = _test_of(self._world, term)
        return (lambda post: not test(post)) if is_negated else test


def _test_of(world: World, token: str) -> Test:
    name, colon, value = token.partition(":")
    if colon and not token.startswith(('"', "http")):
        return _operator(world, name, value.strip('"'))
    if token.startswith("#"):
        tag = token[1:].lower()
        return lambda post: tag in (found.lower() for found in TAG.findall(post.text))
    if token.startswith("@"):
        mentioned = token[1:].lower()
        return lambda post: mentioned in (found.lower() for found in post.mentions())
    words = re.compile(rf"(?<!\w){re.escape(token.strip(chr(34)))}(?!\w)", re.IGNORECASE)
    return lambda post: words.search(post.text) is not None


def _operator(world: World, name: str, value: str) -> Test:
    wanted = value.removeprefix("@").lower()
    operators: dict[str, Test] = {
        "from": lambda post: wanted in {post.author_id, BY_ID[post.author_id].username.lower()},
        "to": lambda post: _addressee(world, post) == wanted,
        "conversation_id": lambda post: post.conversation_id == value,
        "lang": lambda post: post.lang == wanted,
    }
    test = operators.get(name) or _FLAGS.get(f"{name}:{value}")
    if test is None:
        raise BadQuery(f"the operator {name}:{value} is not in this sandbox")
    return test


def _addressee(world: World, post: Post) -> str:
    parent = world.timeline.get(post.replied_to) if post.replied_to else None
    return BY_ID[parent.author_id].username.lower() if parent else ""
