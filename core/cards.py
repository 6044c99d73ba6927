"""Turns an answer of X into cards: the Posts and the users a person wants to read.

Pure and forgiving: an answer in an unknown shape gives fewer cards, never an error.
Both key families are understood, the older `tweet` one and the `post` one of OpenAPI
2.167 (`includes.tweets`/`includes.posts`, `note_tweet`/`note_post`,
`retweet_count`/`repost_count`, ...), because X has not said which one it will keep.

Source: OpenAPI 2.159 and 2.167, data dictionary and response format, read 2026-08-22.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias, cast

from core.card_model import (
    CardsState,
    MediaNote,
    Metric,
    PartialError,
    PollOption,
    PostCard,
    ReferencedPost,
    Relation,
    UserCard,
)
from core.card_text import TextPart, parts_of

Json: TypeAlias = Mapping[str, object]


_POST_METRICS: Final = (
    ("reply_count", Metric.REPLIES),
    ("retweet_count", Metric.REPOSTS),
    ("repost_count", Metric.REPOSTS),
    ("like_count", Metric.LIKES),
    ("quote_count", Metric.QUOTES),
    ("bookmark_count", Metric.BOOKMARKS),
    ("impression_count", Metric.VIEWS),
)
_USER_METRICS: Final = (
    ("followers_count", Metric.FOLLOWERS),
    ("following_count", Metric.FOLLOWING),
    ("tweet_count", Metric.POSTS),
    ("post_count", Metric.POSTS),
    ("listed_count", Metric.LISTED),
)
_RELATIONS: Final = {
    "replied_to": Relation.REPLY,
    "quoted": Relation.QUOTE,
    "retweeted": Relation.REPOST,
    "reposted": Relation.REPOST,
}
# Direct Messages carry a text and an id too; they are no Posts.
_NOT_A_POST: Final = ("event_type", "dm_conversation_id", "dm_event_id")


def cards_from_answer(document: object) -> CardsState:
    """Return the cards of a decoded JSON answer of X.

    Takes anything that JSON can be, and returns no cards for what it does not know.
    """
    if not isinstance(document, Mapping):
        return CardsState()
    answer = cast("Json", document)
    data = answer.get("data")
    items = list(_objects(data if isinstance(data, list) else [data]))
    known = _Included(answer.get("includes"))
    posts = tuple(_post(item, known) for item in items if _is_post(item))
    users = tuple(_user(item) for item in items if _is_user(item))
    return CardsState(
        posts,
        users,
        partial_errors(answer),
        _text(_object(answer.get("meta")), "next_token"),
        any(post.media or post.portrait for post in posts) or any(user.portrait for user in users),
    )


def partial_errors(document: object) -> tuple[PartialError, ...]:
    """Return what a successful answer says it left out (`errors[]` beside `data`)."""
    return tuple(
        PartialError(
            value=_text(error, "value") or _text(error, "resource_id"),
            title=_text(error, "title"),
            detail=_text(error, "detail") or _text(error, "message"),
            # Only the last segment: X writes both api.twitter.com and api.x.com before it.
            kind=_text(error, "type").rstrip("/").rpartition("/")[2],
            resource_type=_text(error, "resource_type"),
            field=_text(error, "field"),
        )
        for error in _objects(_object(document).get("errors"))
    )


class _Included:
    """What X sent beside the data, found by id."""

    def __init__(self, includes: object) -> None:
        found = _object(includes)
        self.users = _by("id", found.get("users"))
        self.posts = _by("id", found.get("tweets")) | _by("id", found.get("posts"))
        self.media = _by("media_key", found.get("media"))
        self.polls = _by("id", found.get("polls"))
        self.places = _by("id", found.get("places"))


def _post(item: Json, known: _Included) -> PostCard:
    author = known.users.get(_text(item, "author_id"), {})
    attached = _object(item.get("attachments"))
    polls = (known.polls.get(name, {}) for name in _strings(attached.get("poll_ids")))
    place = known.places.get(_text(_object(item.get("geo")), "place_id"), {})
    return PostCard(
        post_id=_text(item, "id"),
        parts=_post_parts(item),
        title=_text(_object(item.get("article")), "title") or _text(item, "article_title"),
        author_id=_text(item, "author_id"),
        author_name=_text(author, "name"),
        author_username=_text(author, "username") or _text(item, "username"),
        created_at=_moment(item.get("created_at")),
        metrics=_metrics(item, _POST_METRICS),
        media=tuple(_media(key, known) for key in _strings(attached.get("media_keys"))),
        poll=tuple(
            PollOption(_text(option, "label"), _count(option.get("votes")) or 0)
            for poll in polls
            for option in _objects(poll.get("options"))
        ),
        references=_references(item, known),
        place=_text(place, "full_name"),
        portrait=_text(author, "profile_image_url"),
    )


def _post_parts(item: Json) -> tuple[TextPart, ...]:
    # The note holds the whole of a long Post; `text` is then its beginning only.
    note = _object(item.get("note_tweet") or item.get("note_post"))
    whole = note if _text(note, "text") else item
    return parts_of(_text(whole, "text"), _object(whole.get("entities")))


def _references(item: Json, known: _Included) -> tuple[ReferencedPost, ...]:
    listed = item.get("referenced_tweets") or item.get("referenced_posts")
    return tuple(_reference(entry, known) for entry in _objects(listed))


def _reference(entry: Json, known: _Included) -> ReferencedPost:
    post = known.posts.get(_text(entry, "id"), {})
    author = known.users.get(_text(post, "author_id"), {})
    return ReferencedPost(
        _RELATIONS.get(_text(entry, "type"), Relation.OTHER),
        _text(entry, "id"),
        _text(author, "name"),
        _text(author, "username"),
        _post_parts(post),
    )


def _media(key: str, known: _Included) -> MediaNote:
    media = known.media.get(key, {})
    return MediaNote(
        key,
        _text(media, "type"),
        _text(media, "alt_text"),
        _count(media.get("width")) or 0,
        _count(media.get("height")) or 0,
        _count(media.get("duration_ms")) or 0,
        # A video's own address leads to the film, which is not shown.
        _text(media, "url" if _text(media, "type") == "photo" else "preview_image_url"),
    )


def _user(item: Json) -> UserCard:
    entities = _object(_object(item.get("entities")).get("description"))
    return UserCard(
        user_id=_text(item, "id"),
        name=_text(item, "name"),
        username=_text(item, "username"),
        parts=parts_of(_text(item, "description"), entities),
        created_at=_moment(item.get("created_at")),
        metrics=_metrics(item, _USER_METRICS),
        location=_text(item, "location"),
        verified_type=_text(item, "verified_type"),
        is_protected=item.get("protected") is True,
        portrait=_text(item, "profile_image_url"),
    )


def _is_post(item: Json) -> bool:
    is_other = any(key in item for key in _NOT_A_POST)
    return bool(_text(item, "id")) and isinstance(item.get("text"), str) and not is_other


def _is_user(item: Json) -> bool:
    return bool(_text(item, "id")) and isinstance(item.get("username"), str) and "text" not in item


def _metrics(item: Json, wanted: tuple[tuple[str, Metric], ...]) -> tuple[tuple[Metric, int], ...]:
    public = _object(item.get("public_metrics"))
    found: dict[Metric, int] = {}
    for key, metric in wanted:
        count = _count(public.get(key))
        if count is not None:
            found.setdefault(metric, count)
    return tuple(found.items())


def _count(value: object) -> int | None:
    """Return a count; X writes some of its numbers as strings."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20
    return int(str(value)) if is_number else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _text(item: Json, key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}


def _objects(value: object) -> Iterator[Json]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            yield cast("Json", item)


def _strings(value: object) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _by(key: str, value: object) -> dict[str, Json]:
    return {_text(item, key): item for item in _objects(value) if _text(item, key)}
