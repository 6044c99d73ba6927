"""The Posts of the practice world: the same ones for everybody, always of the last days.

There is one Post for every 80 minutes of time; author, text and numbers follow
from the slot's number alone. So a Post keeps its id across restarts, 126 of them
lie in the last seven days whatever the date, and advancing the clock brings new
ones. Two fixed Posts of 2020 carry the ids of X's own examples.
"""

import functools
import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from sandbox.clock import SandboxClock
from sandbox.people import BY_ID, BY_USERNAME, OWNER_ID

SLOT_MS: Final = 4_800_000
KEPT_MS: Final = 14 * 86_400_000
SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
MENTION: Final = re.compile(r"(?<!\w)@(\w{1,15})")
_TEXTS: Final = (
    ("acme", "Build {n} is green again. Lunch is back on."),
    ("testing_tess", "Wrote test {n} first. It failed for the right reason. #testing"),
    ("PracticeDevs", "Paging through results: keep the token, not the page number. #XAPI"),
    ("acme_ops", "Maintenance tonight from 22:00 UTC, about {m} minutes. @acme has the details."),
    ("mei_graphs", "Bus 12 was on time {m} days in a row. New chart tomorrow. #dataviz"),
    ("ada_builds", "Reading the rate limit headers first saved us {m} minutes today. #XAPI"),
    ("newsdesk_demo", "Local bridge reopens after {m} days. Ducks unimpressed."),
    ("acme", "Release {n}: faster start, fewer surprises. Thanks @testing_tess. #changelog"),
    ("rosa_writes", "Draft {m} of the migration guide is up: https://developers.example/guide/{n}"),
    ("cloudwatcher", "Cloud cover {m} percent, uptime 100. Good morning."),
    ("byte_bakery", "Sourdough number {n} and a socket leak, both done before nine."),
    ("jonas_b", "Thanks @acme for the quick answer on ticket {n}."),
    ("quiet_corner", "Only for those who are here: page {n}."),
    ("PracticeDevs", "A refresh token that is used twice ends its whole family. Note {n}. #OAuth"),
    ("acme_ops", "All systems normal. Queue length {m}."),
    ("testing_tess", "Flaky test {n} turned out to be a flaky clock. #testing"),
    ("ada_builds", "New corgi, same compiler. Day {m}: https://ada.example/notes/{n}"),
    ("newsdesk_demo", "Mayor counts {m} pigeons, asks for recount."),
    ("acme", "We moved {m} queues to the other room. Nobody noticed, which was the plan."),
    ("rosa_writes", "Removed {m} commas. Put {m} back. #writing"),
    ("mei_graphs", "Chart {n}: delays by weather. cc @cloudwatcher #dataviz"),
    ("jonas_b", "Closed {m} issues, opened one. Progress."),
    ("byte_bakery", "Small utility {n}: counts crumbs, prints JSON. https://bakery.example/{n}"),
)
_MEDIA: Final = {  # by the place of the text
    4: ("chart",),
    6: ("film",),
    9: ("sky",),
    10: ("loop",),
    20: ("chart", "square"),
}
_REPLIES: Final = (
    "Seen, thank you. We are on it.",
    "Same here since Tuesday.",
    "That worked, thanks!",
    "Could you share the request id?",
)
_QUOTES: Final = ("Worth a read.", "This, exactly.", "Adding our numbers below. #dataviz")


@dataclass(frozen=True, slots=True)
class Post:
    """One Post.

    Attributes:
        replied_to, quoted, reposted: ids of other Posts, or "".
        previous: the id of the version that this one edits, or "".
        poll_options, poll_minutes: of its poll, empty where it has none.
        media: names of the sorts of its attachments (see `media`).
        replies, reposts, likes, quotes, bookmarks, impressions: what others did before
            anybody touched it here.
    """

    id: str
    author_id: str
    text: str
    created_ms: int
    replied_to: str = ""
    quoted: str = ""
    reposted: str = ""
    conversation_id: str = ""
    lang: str = "en"
    replies: int = 0
    reposts: int = 0
    likes: int = 0
    quotes: int = 0
    bookmarks: int = 0
    impressions: int = 0
    reply_settings: str = "everyone"
    previous: str = ""
    poll_options: tuple[str, ...] = ()
    poll_minutes: int = 0
    media: tuple[str, ...] = ()

    @property
    def poll_id(self) -> str:
        """The id of its poll."""
        return str(int(self.id) + 1)

    def mentions(self) -> list[str]:
        """Return the usernames that the text mentions, in order."""
        return MENTION.findall(self.text)


FIXED: Final = (
    Post(
        "1278347468690915330",
        "2244999021",
        "Pagination tokens now last longer, and #XAPI answers say when they expire. "
        "Details in the changelog.",
        (1278347468690915330 >> 22) + SNOWFLAKE_EPOCH_MS,
        conversation_id="1278347468690915330",
        replies=12,
        reposts=84,
        likes=311,
        quotes=9,
        bookmarks=57,
        impressions=40_219,
        media=("chart",),
    ),
    Post(
        "1261326399320715264",
        OWNER_ID,
        "Our bot posts build results here. It signs in with PKCE and keeps its refresh token "
        "in a vault.",
        (1261326399320715264 >> 22) + SNOWFLAKE_EPOCH_MS,
        conversation_id="1261326399320715264",
        replies=2,
        reposts=5,
        likes=40,
        quotes=1,
        bookmarks=3,
        impressions=2_904,
    ),
)


@dataclass(slots=True)
class Touched:
    """What people did here on top of the invented Posts; this part is saved."""

    created: list[Post] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    likes: dict[str, list[str]] = field(default_factory=dict)  # user id -> Post ids, newest last
    bookmarks: dict[str, list[str]] = field(default_factory=dict)
    folders: dict[str, dict[str, str]] = field(default_factory=dict)  # user id -> id -> name
    filed: dict[str, list[str]] = field(default_factory=dict)  # folder id -> Post ids
    reads: dict[str, dict[str, int]] = field(default_factory=dict)  # App ID -> day -> Posts read
    followed: dict[str, list[str]] = field(default_factory=dict)  # user id -> user ids
    unfollowed: dict[str, list[str]] = field(default_factory=dict)
    requested: dict[str, list[str]] = field(default_factory=dict)
    muted: dict[str, list[str]] = field(default_factory=dict)
    silenced: dict[str, list[str]] = field(default_factory=dict)  # no Direct Messages from them
    lists_followed: dict[str, list[str]] = field(default_factory=dict)  # user id -> list ids
    lists_left: dict[str, list[str]] = field(default_factory=dict)
    lists_pinned: dict[str, list[str]] = field(default_factory=dict)
    rules: dict[str, list[list[str]]] = field(default_factory=dict)  # App ID -> id, value, tag


class Timeline:
    """All Posts that exist at the clock's now."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self.touched = Touched()

    def now_ms(self) -> int:
        """Return the clock's now in milliseconds."""
        return int(self._clock.now() * 1000)

    def newest_first(self) -> Iterator[Post]:
        """Return every Post that exists, the newest first."""
        now = self.now_ms()
        slots = range(now // SLOT_MS, (now - KEPT_MS) // SLOT_MS, -1)
        invented = (post for post in map(_invented, slots) if post.created_ms <= now)
        everything = [*self.touched.created, *invented, *FIXED]
        everything.sort(key=lambda post: int(post.id), reverse=True)
        gone = self.touched.deleted
        older = {post.previous for post in self.touched.created if post.id not in gone}
        return (post for post in everything if post.id not in gone and post.id not in older)

    def get(self, post_id: str) -> Post | None:
        """Return the Post with this id, if it exists now."""
        if post_id in self.touched.deleted:
            return None
        for post in (*FIXED, *self.touched.created):
            if post.id == post_id:
                return post
        created_ms = (int(post_id) >> 22) + SNOWFLAKE_EPOCH_MS
        if not self.now_ms() - KEPT_MS < created_ms <= self.now_ms():
            return None
        post = _invented(created_ms // SLOT_MS)
        return post if post.id == post_id else None

    def history(self, post: Post) -> list[str]:
        """Return the ids of all versions of a Post, the oldest first."""
        by_previous = {one.previous: one.id for one in self.touched.created if one.previous}
        before = {one.id: one.previous for one in self.touched.created}
        first = post.id
        while before.get(first):
            first = before[first]
        ids = [first]
        while (following := by_previous.get(ids[-1])) is not None:
            ids.append(following)
        return ids

    def create(self, author_id: str, text: str, replied_to: str, quoted: str, **more: Any) -> Post:
        """Return a new Post of the author's, visible from now on; `more` are fields of it."""
        now = self.now_ms()
        post_id = str(_snowflake(now, len(self.touched.created) % 4096))
        parent = self.get(replied_to) if replied_to else None
        post = Post(
            post_id,
            author_id,
            text,
            now,
            replied_to=replied_to,
            quoted=quoted,
            conversation_id=parent.conversation_id if parent else post_id,
            **more,
        )
        self.touched.created.append(post)
        return post

    def repost(self, user_id: str, of: Post) -> Post:
        """Return the user's repost of a Post, a new one if there is none."""
        for post in self.touched.created:
            if (post.author_id, post.reposted) == (user_id, of.id) and self.get(post.id):
                return post
        author = BY_ID[of.author_id].username
        post = replace(self.create(user_id, f"RT @{author}: {of.text}", "", ""), reposted=of.id)
        self.touched.created[-1] = post
        return post

    def delete(self, post_id: str) -> None:
        """Take a Post down."""
        self.touched.deleted.add(post_id)

    def clear(self) -> None:
        """Undo everything that was done here."""
        self.touched = Touched()

    def dump(self) -> dict[str, Any]:
        """Return what was done here, for the state file."""
        document = asdict(self.touched)
        document["deleted"] = sorted(self.touched.deleted)
        document["hidden"] = sorted(self.touched.hidden)
        return document

    def load(self, document: dict[str, Any]) -> None:
        """Take what a state file says was done here."""
        for row in document["created"]:
            for name in ("poll_options", "media"):
                row[name] = tuple(row.get(name, ()))
        document["created"] = [Post(**row) for row in document["created"]]
        document["deleted"] = set(document["deleted"])
        document["hidden"] = set(document["hidden"])
        self.touched = Touched(**document)


_SERIAL: Final = itertools.count(1)


def fresh_id(now_ms: int) -> str:
    """Return an id that nothing else has, of the moment `now_ms`."""
    return str(_snowflake(now_ms, next(_SERIAL) % (1 << 22)))


def _snowflake(created_ms: int, low: int) -> int:
    return ((created_ms - SNOWFLAKE_EPOCH_MS) << 22) | low


@functools.lru_cache(maxsize=2048)
def _invented(slot: int) -> Post:
    mixed = int.from_bytes(hashlib.sha256(str(slot).encode()).digest()[:8])
    created_ms = slot * SLOT_MS + mixed % 2_400_000
    post_id = str(_snowflake(created_ms, mixed % 4096))
    place = slot * 5 % len(_TEXTS)
    username, text = _TEXTS[place]
    plain = Post(
        post_id,
        BY_USERNAME[username.lower()].id,
        text.replace("{n}", str(slot % 9973)).replace("{m}", str(2 + mixed % 58)),
        created_ms,
        conversation_id=post_id,
        replies=mixed % 9,
        reposts=(mixed >> 8) % 23,
        likes=(mixed >> 16) % 140,
        quotes=(mixed >> 24) % 4,
        bookmarks=(mixed >> 32) % 12,
        impressions=400 + (mixed >> 40) % 9_000,
        media=_MEDIA.get(place, ()),
    )
    return _linked(plain, slot, mixed)


def _linked(plain: Post, slot: int, mixed: int) -> Post:
    """Return the Post as a reply, a quote or a repost where its slot says so."""
    if slot % 7 == 3:
        parent = _invented(slot - 1)
        mention = f"@{BY_ID[parent.author_id].username} "
        return replace(
            plain,
            text=mention + _REPLIES[mixed % len(_REPLIES)],
            replied_to=parent.id,
            conversation_id=parent.conversation_id,
            media=(),
        )
    if slot % 9 == 4:
        quoted = _invented(slot - 2)
        return replace(plain, text=_QUOTES[mixed % len(_QUOTES)], quoted=quoted.id, media=())
    if slot % 11 == 5:
        original = _invented(slot - 4)
        author = BY_ID[original.author_id]
        if not original.reposted and not author.is_protected and author.id != plain.author_id:
            text = f"RT @{author.username}: {original.text}"
            return replace(plain, text=text, reposted=original.id, media=())
    return plain
