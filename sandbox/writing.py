"""Creating, deleting and hiding Posts."""

from typing import Any, Final

from sandbox import problems
from sandbox.bodies import check, read_object, refuse
from sandbox.exchange import Answer, Refusal, json_answer
from sandbox.fields import in_family
from sandbox.limits import DAY, Quota
from sandbox.lookups import visible
from sandbox.operations import USERS, Ask, Operation, change
from sandbox.people import BY_ID
from sandbox.posts import Post
from sandbox.rendering import LINK, MOST_EDITS, Document, editable_until

MAX_WEIGHT: Final = 280
LINK_WEIGHT: Final = 23
LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
EXCLUSIVE: Final = ("media", "poll", "quote_tweet_id", "card_uri")
BODY: Final[dict[str, type]] = {
    "text": str,
    "media": dict,
    "poll": dict,
    "reply": dict,
    "quote_tweet_id": str,
    "reply_settings": str,
    "geo": dict,
    "community_id": str,
    "share_with_followers": bool,
    "for_super_followers_only": bool,
    "direct_message_deep_link": str,
    "card_uri": str,
    "nullcast": bool,
    "made_with_ai": bool,
    "paid_partnership": bool,
    "edit_options": dict,
}
REPLY: Final[dict[str, type]] = {
    "in_reply_to_tweet_id": str,
    "exclude_reply_user_ids": list,
    "auto_populate_reply_metadata": bool,
}
POLL: Final[dict[str, type]] = {"options": list, "duration_minutes": int, "reply_settings": str}
REPLY_SETTINGS: Final = {"following", "mentionedUsers", "subscribers", "verified"}


def create(ask: Ask) -> Answer:
    """Create a Post of the caller's; the same text twice in a row is refused."""
    body = read_object(ask.call, BODY)
    text: str = body.get("text", "")
    if not text.strip() and "media" not in body:
        raise refuse("$.text: a Post needs text or media")
    if sum(name in body for name in EXCLUSIVE) > 1:
        raise refuse(f"only one of {', '.join(EXCLUSIVE)} can be given")
    if "media" in body or "card_uri" in body:
        raise refuse("$.media: this sandbox has no media; leave it away")
    if body.get("reply_settings") not in {None, *REPLY_SETTINGS}:
        raise refuse(f"$.reply_settings: is not one of {', '.join(sorted(REPLY_SETTINGS))}")
    _check_poll(body.get("poll"))
    parent = _parent(ask, body.get("reply"))
    quoted: str = body.get("quote_tweet_id", "")
    if quoted and visible(ask, quoted) is None:
        raise Refusal(problems.flat(403, "Forbidden", "The Post to quote is not visible to you."))
    if weight(text) > MAX_WEIGHT:
        raise Refusal(problems.flat(403, "Forbidden", "Your Tweet text is too long."))
    _check_rest(body)
    timeline = ask.world.timeline
    edited = _edited(ask, body.get("edit_options"))
    if any(
        post.text == text and post.author_id == ask.caller.user_id and timeline.get(post.id)
        for post in timeline.touched.created
    ):
        duplicate = "You are not allowed to create a Tweet with duplicate content."
        raise Refusal(problems.flat(403, "Forbidden", duplicate))
    poll = body.get("poll") or {"options": (), "duration_minutes": 0}
    post = timeline.create(
        ask.caller.user_id,
        text,
        parent.id if parent else "",
        quoted,
        reply_settings=body.get("reply_settings", "everyone"),
        previous=edited.id if edited else "",
        poll_options=tuple(poll["options"]),
        poll_minutes=poll["duration_minutes"],
    )
    history = timeline.history(post)
    document = {"data": {"id": post.id, "text": text, "edit_history_tweet_ids": history}}
    return json_answer(201, in_family(document, ask.world.field_family))


def delete(ask: Ask) -> Document:
    """Delete one of the caller's own Posts."""
    post = visible(ask, ask.path["id"])
    if post is None:
        raise Refusal(no_such_post(ask.path["id"]))
    if post.author_id != ask.caller.user_id:
        detail = "You are not authorized to delete this Tweet."
        raise Refusal(problems.flat(403, "Forbidden", detail))
    ask.world.timeline.delete(post.id)
    return {"data": {"deleted": True}}


def hide(ask: Ask) -> Document:
    """Hide or unhide a reply in a conversation that the caller began."""
    body = read_object(ask.call, {"hidden": bool}, ("hidden",))
    post = visible(ask, ask.path["tweet_id"])
    if post is None:
        raise Refusal(no_such_post(ask.path["tweet_id"]))
    first = ask.world.timeline.get(post.conversation_id)
    if not post.replied_to or first is None or first.author_id != ask.caller.user_id:
        detail = "You can hide only replies in conversations that you began."
        raise Refusal(problems.flat(403, "Forbidden", detail))
    hidden = ask.world.timeline.touched.hidden
    (hidden.add if body["hidden"] else hidden.discard)(post.id)
    return {"data": {"hidden": body["hidden"]}}


def weight(text: str) -> int:
    """Return the length of a Post as X counts it: most letters 1, others 2, a link 23."""
    links = LINK.findall(text)
    rest = LINK.sub("", text)
    light = sum(any(low <= ord(c) <= high for low, high in LIGHT) for c in rest)
    return light + 2 * (len(rest) - light) + LINK_WEIGHT * len(links)


def no_such_post(post_id: str) -> Answer:
    """Return the 404 for a Post that is not there to be changed."""
    return problems.flat(
        404,
        "Not Found Error",
        f"Could not find tweet with id: [{post_id}].",
        problems.PROBLEM + "resource-not-found",
        resource_type="tweet",
        resource_id=post_id,
        parameter="id",
        value=post_id,
    )


def _parent(ask: Ask, reply: dict[str, Any] | None) -> Post | None:
    if reply is None:
        return None
    check(reply, REPLY, ("in_reply_to_tweet_id",))
    parent = visible(ask, reply["in_reply_to_tweet_id"])
    if parent is None:
        detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
        raise Refusal(problems.flat(403, "Forbidden", detail))
    return parent


def _check_rest(body: dict[str, Any]) -> None:
    """Check what is taken and has no effect here, and refuse what this world does not have."""
    if "geo" in body:
        check(body["geo"], {"place_id": str})
    if "community_id" in body:
        detail = "You are not a member of this community."
        raise Refusal(problems.flat(403, "Forbidden", detail))
    if body.get("share_with_followers"):
        raise refuse("$.share_with_followers: goes with community_id")


def _edited(ask: Ask, options: dict[str, Any] | None) -> Post | None:
    """Return the version that is to be edited: one's own, of the last hour, with X Premium."""
    if options is None:
        return None
    check(options, {"previous_post_id": str}, ("previous_post_id",))
    post = visible(ask, options["previous_post_id"])
    if post is None:
        raise Refusal(no_such_post(options["previous_post_id"]))
    history = ask.world.timeline.history(post)
    why = ""
    if post.author_id != ask.caller.user_id or not BY_ID[ask.caller.user_id].is_verified:
        why = "You are not allowed to edit this Tweet."
    elif post.poll_options or history[-1] != post.id or len(history) > MOST_EDITS:
        why = "This Tweet can not be edited any more."
    elif ask.world.clock.now() >= editable_until(history[0]):
        why = "The time to edit this Tweet is over."
    if why:
        raise Refusal(problems.flat(403, "Forbidden", why))
    return post


def _check_poll(poll: dict[str, Any] | None) -> None:
    if poll is None:
        return
    check(poll, POLL, ("options", "duration_minutes"))
    options = poll["options"]
    if not 2 <= len(options) <= 4 or not all(
        isinstance(option, str) and 1 <= len(option) <= 25 for option in options
    ):
        raise refuse("$.poll.options: two to four texts of up to 25 characters")
    if not 5 <= poll["duration_minutes"] <= 10_080:
        raise refuse("$.poll.duration_minutes: is not between 5 and 10080")


OPERATIONS: Final = (
    Operation(
        "createPosts",
        "POST",
        "/2/tweets",
        create,
        kinds=USERS,
        scopes=("tweet.read", "tweet.write", "users.read"),
        app_quota=(Quota(10_000, DAY),),
        user_quota=(Quota(100),),
        is_write=True,
    ),
    change(
        "deletePosts",
        "DELETE",
        "/2/tweets/{id}",
        delete,
        ("tweet.read", "tweet.write", "users.read"),
        is_own=False,
    ),
    change(
        "hidePostsReply",
        "PUT",
        "/2/tweets/{tweet_id}/hidden",
        hide,
        ("tweet.read", "users.read", "tweet.moderate.write"),
        is_own=False,
    ),
)
