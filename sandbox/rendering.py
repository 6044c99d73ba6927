"""Posts and accounts as X's JSON: the chosen fields, and what expansions bring along."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sandbox import media as pictures
from sandbox import relations
from sandbox.callers import Caller
from sandbox.clock import rfc3339
from sandbox.people import BY_ID, BY_USERNAME, Account
from sandbox.posts import FIXED, SNOWFLAKE_EPOCH_MS, Post
from sandbox.world import World

TAG: Final = re.compile(r"(?<!\w)#(\w+)")
LINK: Final = re.compile(r"https?://\S+")
MOST_EDITS: Final = 5
EDIT_SECONDS: Final = 3600
USER_DEFAULTS: Final = ("id", "name", "username")
EXPANSION_SHOWS: Final = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "entities.mentions.username": "entities",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
    "referenced_posts": "referenced_tweets",
    "attachments.poll_ids": "attachments",
    "attachments.media_keys": "attachments",
    "referenced_tweets.id.attachments.media_keys": "attachments",
    "pinned_tweet_id": "pinned_tweet_id",
    "pinned_post_id": "pinned_tweet_id",
    "affiliation": "affiliation",
    "affiliation.user_id": "affiliation",
    "most_recent_tweet_id": "most_recent_tweet_id",
    "most_recent_post_id": "most_recent_tweet_id",
}
Document = dict[str, Any]


class Renderer:
    """Writes one answer's Posts and accounts, in the old names throughout.

    Attributes:
        chosen_post, chosen_user: names of the wanted fields.
    """

    def __init__(
        self,
        world: World,
        caller: Caller,
        values: dict[str, Any],
        family: str = "",
        origin: str = "",
    ) -> None:
        family = family or world.field_family
        self._world = world
        self._caller = caller
        self._origin = origin
        self._expansions = set(values.get("expansions") or [])
        shown = {EXPANSION_SHOWS[name] for name in self._expansions if name in EXPANSION_SHOWS}
        self._post_fields = {
            "id",
            "text",
            "edit_history_tweet_ids",
            *(
                "note_tweet" if f == "note_post" else f
                for f in values.get(f"{family}.fields") or []
            ),
            *shown,
        }
        self._media_fields = {"media_key", "type", *(values.get("media.fields") or [])}
        self._poll_fields = {"id", "options", *(values.get("poll.fields") or [])}
        self._user_fields = {*USER_DEFAULTS, *(values.get("user.fields") or []), *shown}

    def post(self, post: Post) -> Document:
        """Return one Post with its chosen fields."""
        full = _post_facts(self._world, post)
        if post.author_id == self._caller.user_id:
            full["non_public_metrics"] = {
                "impression_count": post.impressions,
                "user_profile_clicks": post.impressions // 90,
            }
        return {name: value for name, value in full.items() if name in self._post_fields}

    def user(self, account: Account) -> Document:
        """Return one account with its chosen fields."""
        full = _user_facts(self._world, account)
        full["profile_image_url"] = pictures.portrait(self._origin, account.id, account.username)
        if self._caller.user_id not in {"", account.id}:
            status = relations.status(self._world, self._caller.user_id, account.id)
            full |= {"connection_status": status} if status else {}
        if account.id == self._caller.user_id and "users.email" in self._caller.scopes:
            full["confirmed_email"] = f"{account.username}@mail.example"
        return {name: value for name, value in full.items() if name in self._user_fields}

    def includes_of_posts(self, posts: Sequence[Post]) -> Document:
        """Return what the expansions ask for beside the given Posts."""
        linked = [post for one in posts for post in self._linked(one)]
        users: list[Account] = []
        for post in posts:
            users += self._people_beside(post)
        if "referenced_tweets.id.author_id" in self._expansions:
            users += [BY_ID[post.author_id] for post in linked]
        wants_linked = self._expansions & {
            "referenced_tweets.id",
            "referenced_tweets.id.author_id",
            "referenced_posts",
        }
        includes = self._includes(users, linked if wants_linked else [])
        if "attachments.poll_ids" in self._expansions:
            polls = [self._poll(post) for post in dict.fromkeys(posts) if post.poll_options]
            includes |= {"polls": polls} if polls else {}
        shown = list(posts) if "attachments.media_keys" in self._expansions else []
        if "referenced_tweets.id.attachments.media_keys" in self._expansions:
            shown += linked
        if media := [media for post in dict.fromkeys(shown) for media in self._media(post)]:
            includes["media"] = media
        return includes

    def _media(self, post: Post) -> list[Document]:
        full = [one.facts(self._origin) for one in pictures.attached(post.id, post.media)]
        return [
            {name: value for name, value in facts.items() if name in self._media_fields}
            for facts in full
        ]

    def _poll(self, post: Post) -> Document:
        ends = post.created_ms / 1000 + post.poll_minutes * 60
        full = {
            "id": post.poll_id,
            "options": [
                {"position": number, "label": label, "votes": 0}
                for number, label in enumerate(post.poll_options, 1)
            ],
            "duration_minutes": post.poll_minutes,
            "end_datetime": rfc3339(ends),
            "voting_status": "open" if self._world.clock.now() < ends else "closed",
        }
        return {name: full[name] for name in full if name in self._poll_fields}

    def includes_of_users(self, accounts: Iterable[Account]) -> Document:
        """Return what the expansions ask for beside the given accounts."""
        accounts = list(accounts)
        posts: list[Post | None] = []
        for account in accounts:
            if self._expansions & {"pinned_tweet_id", "pinned_post_id"}:
                posts.append(_pinned(self._world, account))
            if self._expansions & {"most_recent_tweet_id", "most_recent_post_id"}:
                posts.append(_newest(self._world, account))
        employers: list[Account] = []
        if self._expansions & {"affiliation", "affiliation.user_id"}:
            ids = [relations.AFFILIATED_TO.get(account.id) for account in accounts]
            employers = [BY_ID[one] for one in ids if one]
        return self._includes(employers, [post for post in posts if post is not None])

    def _people_beside(self, post: Post) -> list[Account]:
        people = []
        if "author_id" in self._expansions:
            people.append(BY_ID[post.author_id])
        if "in_reply_to_user_id" in self._expansions and post.replied_to:
            parent = self._world.timeline.get(post.replied_to)
            people += [BY_ID[parent.author_id]] if parent else []
        if "entities.mentions.username" in self._expansions:
            names = (name.lower() for name in post.mentions())
            people += [BY_USERNAME[name] for name in names if name in BY_USERNAME]
        return people

    def _linked(self, post: Post) -> list[Post]:
        """Return the Posts that it refers to, as far as the caller may see them."""
        ids = [id_ for id_ in (post.replied_to, post.quoted, post.reposted) if id_]
        found = [one for one in map(self._world.timeline.get, ids) if one is not None]
        return [
            one
            for one in found
            if not BY_ID[one.author_id].is_protected or one.author_id == self._caller.user_id
        ]

    def _includes(self, users: Sequence[Account], posts: Sequence[Post]) -> Document:
        includes: Document = {}
        if users:
            includes["users"] = [self.user(account) for account in dict.fromkeys(users)]
        if posts:
            includes["tweets"] = [self.post(post) for post in dict.fromkeys(posts)]
        return includes


def _post_facts(world: World, post: Post) -> Document:
    touched = world.timeline.touched
    history = world.timeline.history(post)
    facts: Document = {
        "id": post.id,
        "text": post.text,
        "edit_history_tweet_ids": history,
        "author_id": post.author_id,
        "conversation_id": post.conversation_id,
        "created_at": rfc3339(post.created_ms / 1000),
        "display_text_range": [0, len(post.text)],
        "edit_controls": {
            "edits_remaining": MOST_EDITS + 1 - len(history),
            "is_edit_eligible": BY_ID[post.author_id].is_verified and not post.poll_options,
            "editable_until": rfc3339(editable_until(history[0])),
        },
        "lang": post.lang,
        "possibly_sensitive": False,
        "public_metrics": {
            "retweet_count": post.reposts + _made_here(world, "reposted", post),
            "reply_count": post.replies + _made_here(world, "replied_to", post),
            "like_count": post.likes + sum(post.id in ids for ids in touched.likes.values()),
            "quote_count": post.quotes + _made_here(world, "quoted", post),
            "bookmark_count": post.bookmarks
            + sum(post.id in ids for ids in touched.bookmarks.values()),
            "impression_count": post.impressions,
        },
        "reply_settings": post.reply_settings,
    }
    if post.poll_options:
        facts["attachments"] = {"poll_ids": [post.poll_id]}
    if post.media:
        keys = [one.key for one in pictures.attached(post.id, post.media)]
        facts["attachments"] = {"media_keys": keys}
    if entities := _entities(post.text):
        facts["entities"] = entities
    links = [("replied_to", post.replied_to), ("quoted", post.quoted), ("retweeted", post.reposted)]
    if referenced := [{"type": kind, "id": id_} for kind, id_ in links if id_]:
        facts["referenced_tweets"] = referenced
    parent = world.timeline.get(post.replied_to) if post.replied_to else None
    if parent is not None:
        facts["in_reply_to_user_id"] = parent.author_id
    return facts


def editable_until(first_id: str) -> float:
    """Return until when a Post can be edited, in seconds since 1970: an hour from its first."""
    return ((int(first_id) >> 22) + SNOWFLAKE_EPOCH_MS) / 1000 + EDIT_SECONDS


def _made_here(world: World, link: str, post: Post) -> int:
    timeline = world.timeline
    return sum(
        getattr(made, link) == post.id and made.id not in timeline.touched.deleted
        for made in timeline.touched.created
    )


def _entities(text: str) -> Document:
    entities: Document = {}
    tags = [{"start": m.start(), "end": m.end(), "tag": m[1]} for m in TAG.finditer(text)]
    links = [
        {"start": m.start(), "end": m.end(), "url": m[0], "expanded_url": m[0]}
        for m in LINK.finditer(text)
    ]
    mentions = [
        {"start": m.start(), "end": m.end(), "username": m[1], "id": BY_USERNAME[m[1].lower()].id}
        for m in re.finditer(r"(?<!\w)@(\w{1,15})", text)
        if m[1].lower() in BY_USERNAME
    ]
    for name, rows in (("hashtags", tags), ("urls", links), ("mentions", mentions)):
        if rows:
            entities[name] = rows
    return entities


def _user_facts(world: World, account: Account) -> Document:
    facts: Document = {
        "id": account.id,
        "name": account.name,
        "username": account.username,
        "created_at": account.joined,
        "description": account.description,
        "location": account.location or None,
        "url": account.url or None,
        "protected": account.is_protected,
        "verified": account.is_verified,
        "verified_type": "business" if account.is_verified else "none",
        "public_metrics": {
            "followers_count": account.followers,
            "following_count": account.following,
            "tweet_count": sum(p.author_id == account.id for p in world.timeline.newest_first()),
            "listed_count": account.listed,
            "like_count": len(world.timeline.touched.likes.get(account.id, [])),
        },
    }
    if employer := relations.AFFILIATED_TO.get(account.id):
        facts["affiliation"] = {
            "description": BY_ID[employer].name,
            "url": BY_ID[employer].url,
            "badge_url": f"{BY_ID[employer].url}/badge.png",
            "user_id": [employer],
        }
    for name, post in (
        ("pinned_tweet_id", _pinned(world, account)),
        ("most_recent_tweet_id", _newest(world, account)),
    ):
        if post is not None:
            facts[name] = post.id
    return {name: value for name, value in facts.items() if value is not None}


def _pinned(world: World, account: Account) -> Post | None:
    for post in FIXED:
        if post.author_id == account.id:
            return world.timeline.get(post.id)
    return None


def _newest(world: World, account: Account) -> Post | None:
    return next((p for p in world.timeline.newest_first() if p.author_id == account.id), None)
