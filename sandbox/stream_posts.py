"""Streams of Posts: filtered by rules, sampled, and the firehoses of enterprise Apps.

The Posts of a stream are invented for it, as many a second as the knob says, from the texts
of the practice world; what people post here comes through as well. Invented ones cannot be
looked up afterwards. Streams still speak of tweets where the rest says posts (x-platform
notes §5.2).
"""

import json
from collections.abc import Callable
from typing import Any, Final

from sandbox import problems
from sandbox.clock import rfc3339
from sandbox.exchange import JSON_TYPE, Answer, Refusal
from sandbox.fields import selecting
from sandbox.limits import Quota
from sandbox.lookups import count_reads
from sandbox.operations import APPS, Ask, Operation
from sandbox.parameters import Parameter
from sandbox.people import BY_ID
from sandbox.posts import FIXED, Post, fresh_id
from sandbox.rendering import Renderer
from sandbox.stream_rules import Rule, rules_of, tests_of
from sandbox.streams import LINE_END

FAMILY: Final = "tweet"
MOST_TEMPLATES: Final = 128
MAX_BACKFILL: Final = 5
Matching = Callable[[Post], list[Rule] | None]


class Template:
    """One Post as JSON, ready to get a new id and a new moment."""

    def __init__(self, document: dict[str, Any], post: Post, language: str) -> None:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        self.language = language
        self._moment = rfc3339(post.created_ms / 1000).encode()
        self._parts = text.encode().split(post.id.encode())
        self._second = 0
        self._now: list[bytes] = self._parts

    def line(self, post_id: bytes, second: int, moment: bytes) -> bytes:
        """Return the Post as of `second`, under another id."""
        if second != self._second:
            self._second = second
            self._now = [part.replace(self._moment, moment) for part in self._parts]
        return post_id.join(self._now) + LINE_END


class PostFeed:
    """Writes the Posts of one stream; keeps templates, because thousands a second may be wanted.

    Args:
        ask: who reads, with which fields.
        matching: the rules that a Post meets, None to leave it out.
        version: changes when `matching` may say something else.
    """

    def __init__(self, ask: Ask, matching: Matching, version: Callable[[], object]) -> None:
        self._ask = ask
        self._matching = matching
        self._version = version
        self._made_from: object = None
        self._templates: list[Template] = []
        self._next = 0
        self._seen = len(ask.world.timeline.touched.created)

    def look_back(self, seconds: float) -> None:
        """Begin with the Posts that people made in the last so many seconds."""
        oldest_ms = self._ask.world.timeline.now_ms() - seconds * 1000
        created = self._ask.world.timeline.touched.created
        while self._seen and created[self._seen - 1].created_ms >= oldest_ms:
            self._seen -= 1

    def invented(self, count: int) -> bytes:
        """Return so many lines of invented Posts, none where no text of this world fits."""
        world = self._ask.world
        with world.lock:
            if (version := self._version()) != self._made_from:
                self._made_from = version
                self._templates = self._make_templates()
            if not self._templates:
                return b""
            count_reads(self._ask, count)
            now_ms = world.timeline.now_ms()
        moment = rfc3339(now_ms / 1000).encode()
        lines = []
        for _ in range(count):
            template = self._templates[self._next % len(self._templates)]
            self._next += 1
            lines.append(template.line(fresh_id(now_ms).encode(), now_ms // 1000, moment))
        return b"".join(lines)

    def made_here(self) -> bytes:
        """Return the lines of the Posts that people made since the last call."""
        created = self._ask.world.timeline.touched.created
        if len(created) <= self._seen:
            self._seen = min(self._seen, len(created))
            return b""
        with self._ask.world.lock:
            fresh, self._seen = created[self._seen :], len(created)
            documents = [self._document(post) for post in fresh]
            kept = [document for document in documents if document is not None]
            count_reads(self._ask, len(kept))
        lines = [json.dumps(document, ensure_ascii=False).encode() for document in kept]
        return b"".join(line + LINE_END for line in lines)

    def _make_templates(self) -> list[Template]:
        made = []
        for post in (*self._ask.world.timeline.newest_first(), *FIXED):
            document = self._document(post)
            if document is not None:
                made.append(Template(document, post, post.lang))
            if len(made) == MOST_TEMPLATES:
                break
        return made

    def _document(self, post: Post) -> dict[str, Any] | None:
        if BY_ID[post.author_id].is_protected:
            return None
        rules = self._matching(post)
        if rules is None:
            return None
        ask = self._ask
        render = Renderer(ask.world, ask.caller, ask.query, FAMILY, ask.call.origin)
        document: dict[str, Any] = {"data": render.post(post)}
        if includes := render.includes_of_posts([post]):
            document["includes"] = includes
        if rules:
            document["matching_rules"] = [
                {"id": rule.id, **({"tag": rule.tag} if rule.tag else {})} for rule in rules
            ]
        return document


def filtered(ask: Ask) -> Answer:
    """Open the stream of Posts that meet one of the App's rules.

    X refuses a stream without rules (connection issue RuleConfigurationIssue).
    """
    world, app_id = ask.world, ask.caller.app.app_id
    if not rules_of(world, app_id):
        raise Refusal(problems.no_rules())

    def version() -> object:
        return tuple(rules_of(world, app_id))

    tests = tests_of(world)

    def matching(post: Post) -> list[Rule] | None:
        met = [rule for rule in rules_of(world, app_id) if tests(rule)(post)]
        return met or None

    return _opened(ask, "streamPosts", PostFeed(ask, matching, version))


def everything(name: str, language: str = "") -> Callable[[Ask], Answer]:
    """Return what opens a stream of all Posts, or of those in one language."""

    def room(ask: Ask) -> Answer:
        def matching(post: Post) -> list[Rule] | None:
            return None if language and post.lang != language else []

        return _opened(ask, name, PostFeed(ask, matching, lambda: name))

    return room


def _opened(ask: Ask, name: str, feed: PostFeed) -> Answer:
    backfill: int = ask.query["backfill_minutes"] or 0
    if backfill and ask.caller.app.access != "enterprise":
        message = "The `backfill_minutes` query parameter needs enterprise access"
        raise Refusal(
            problems.invalid_request(("backfill_minutes", [str(backfill)], message)),
        )
    feed.look_back(backfill * 60)
    app_id = ask.caller.app.app_id
    ask.call.opened.append(ask.world.streams.enter(name, app_id, feed, backfill))
    return Answer(200, b"", [("Content-Type", f"{JSON_TYPE}; charset=utf-8")])


def _stream(
    operation_id: str,
    path: str,
    run: Callable[[Ask], Answer],
    *,
    partitions: int = 0,
    has_window: bool = True,
    quota: tuple[Quota, ...] = (),
    is_enterprise: bool = False,
) -> Operation:
    parameters: list[Parameter] = [Parameter("backfill_minutes", "int", low=0, high=MAX_BACKFILL)]
    if partitions:
        parameters.append(Parameter("partition", "int", is_required=True, high=partitions))
    if has_window:
        parameters += [Parameter("start_time", "time"), Parameter("end_time", "time")]
    return Operation(
        operation_id,
        "GET",
        path,
        run,
        kinds=APPS,
        parameters=(*parameters, *selecting("posts", FAMILY)),
        app_quota=quota,
        is_enterprise=is_enterprise,
    )


def _firehose(operation_id: str, language: str, partitions: int) -> Operation:
    path = "/2/tweets/firehose/stream" + (f"/lang/{language}" if language else "")
    run = everything(operation_id, language)
    return _stream(operation_id, path, run, partitions=partitions, is_enterprise=True)


OPERATIONS: Final = (
    _stream("streamPosts", "/2/tweets/search/stream", filtered, quota=(Quota(50),)),
    _stream(
        "streamPostsSample",
        "/2/tweets/sample/stream",
        everything("streamPostsSample"),
        has_window=False,
        quota=(Quota(50),),
    ),
    _stream(
        "streamPostsSample10",
        "/2/tweets/sample10/stream",
        everything("streamPostsSample10"),
        partitions=2,
        quota=(Quota(100),),
        is_enterprise=True,
    ),
    _firehose("streamPostsFirehose", "", 20),
    _firehose("streamPostsFirehoseEn", "en", 8),
    _firehose("streamPostsFirehoseJa", "ja", 2),
    _firehose("streamPostsFirehoseKo", "ko", 2),
    _firehose("streamPostsFirehosePt", "pt", 2),
)
