"""The cards of an answer: a Post or a user as a person reads it, frozen and without logic."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.card_text import TextPart


class Metric(StrEnum):
    """What X counts of a Post or a user, under one name whatever the key family."""

    REPLIES = "replies"
    REPOSTS = "reposts"
    LIKES = "likes"
    QUOTES = "quotes"
    BOOKMARKS = "bookmarks"
    VIEWS = "views"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    POSTS = "posts"
    LISTED = "listed"


class Relation(StrEnum):
    """How a Post stands to one that it refers to."""

    REPLY = "reply"
    QUOTE = "quote"
    REPOST = "repost"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MediaNote:
    """One attachment, described and not fetched.

    Attributes:
        kind: X's word: "photo", "video", "animated_gif"; "" when it was not included.
        width, height: pixels, 0 unknown.
        duration_ms: of a video, 0 unknown.
        picture: where the photo, or the still of a video, is said to be; "" unless `url` and
            `preview_image_url` were asked for. Somebody else's text: see `core.media_hosts`.
    """

    media_key: str
    kind: str = ""
    alt_text: str = ""
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer of a poll and how many chose it."""

    label: str
    votes: int = 0


@dataclass(frozen=True, slots=True)
class ReferencedPost:
    """A Post that the card replies to, quotes or reposts; its text only if X included it."""

    relation: Relation
    post_id: str
    author_name: str = ""
    author_username: str = ""
    parts: tuple[TextPart, ...] = ()

    @property
    def text(self) -> str:
        """The text as read, "" when X did not include this Post."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class PostCard:
    """A Post as a person reads it.

    Attributes:
        author_name, author_username: "" unless the `author_id` expansion brought them.
        created_at: None unless `created_at` was asked for.
        metrics: only those that came, in reading order.
        portrait: where the author's profile picture is said to be, "" unless it was asked for.
    """

    post_id: str
    parts: tuple[TextPart, ...] = ()
    title: str = ""
    author_id: str = ""
    author_name: str = ""
    author_username: str = ""
    created_at: datetime | None = None
    metrics: tuple[tuple[Metric, int], ...] = ()
    media: tuple[MediaNote, ...] = ()
    poll: tuple[PollOption, ...] = ()
    references: tuple[ReferencedPost, ...] = ()
    place: str = ""
    portrait: str = ""

    @property
    def text(self) -> str:
        """The text as read: entities unescaped, links as X displays them."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class UserCard:
    """A user as a person reads it.

    Attributes:
        portrait: where the profile picture is said to be, "" unless it was asked for.
    """

    user_id: str
    name: str = ""
    username: str = ""
    parts: tuple[TextPart, ...] = ()
    created_at: datetime | None = None
    metrics: tuple[tuple[Metric, int], ...] = ()
    location: str = ""
    verified_type: str = ""
    is_protected: bool = False
    portrait: str = ""

    @property
    def text(self) -> str:
        """The person's description of themselves, as read."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class PartialError:
    """One thing that X left out of an answer with status 200.

    Attributes:
        value: what was asked for, such as an id or a username.
        kind: the last segment of the problem type, such as "resource-not-found".
        field: the field that was withheld, "" when a whole resource is missing.
    """

    value: str
    title: str = ""
    detail: str = ""
    kind: str = ""
    resource_type: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class CardsState:
    """All cards of one answer, and what X left out of it.

    Attributes:
        has_pictures: whether there are attachments or addresses of profile pictures.
    """

    posts: tuple[PostCard, ...] = ()
    users: tuple[UserCard, ...] = ()
    errors: tuple[PartialError, ...] = ()
    next_token: str = ""
    has_pictures: bool = False

    @property
    def is_empty(self) -> bool:
        """True when there is no Post and no user to show."""
        return not self.posts and not self.users
