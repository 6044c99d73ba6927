"""Who follows, mutes and blocks whom in the practice world, and who is affiliated to whom.

At first everybody follows everybody whose account is public, and one block stands, so that
every list has something to show. What people do here is kept on top of that.
"""

from typing import Final

from sandbox.people import ACCOUNTS, BY_ID, BY_USERNAME, OWNER_ID, Account
from sandbox.world import World

BLOCKED: Final = {OWNER_ID: (BY_USERNAME["cloudwatcher"].id,)}
AFFILIATES: Final = {
    OWNER_ID: (BY_USERNAME["acme_ops"].id, BY_USERNAME["newsdesk_demo"].id),
}
AFFILIATED_TO: Final = {one: to for to, ids in AFFILIATES.items() for one in ids}


def follows(world: World, user_id: str, other_id: str) -> bool:
    """Return whether an account follows another."""
    touched = world.timeline.touched
    if other_id in touched.followed.get(user_id, []):
        return True
    if other_id in touched.unfollowed.get(user_id, []) or user_id == other_id:
        return False
    return not (BY_ID[other_id].is_protected or are_apart(user_id, other_id))


def are_apart(user_id: str, other_id: str) -> bool:
    """Return whether one of the two blocks the other."""
    return other_id in BLOCKED.get(user_id, ()) or user_id in BLOCKED.get(other_id, ())


def follow(world: World, user_id: str, other_id: str) -> None:
    """Let an account follow another."""
    touched = world.timeline.touched
    _without(touched.unfollowed, user_id, other_id)
    if not follows(world, user_id, other_id):
        touched.followed.setdefault(user_id, []).append(other_id)


def unfollow(world: World, user_id: str, other_id: str) -> None:
    """Let an account follow another no longer."""
    touched = world.timeline.touched
    _without(touched.followed, user_id, other_id)
    if follows(world, user_id, other_id):
        touched.unfollowed.setdefault(user_id, []).append(other_id)


def following(world: World, user_id: str) -> list[Account]:
    """Return whom an account follows."""
    return [one for one in ACCOUNTS if follows(world, user_id, one.id)]


def followers(world: World, user_id: str) -> list[Account]:
    """Return who follows an account."""
    return [one for one in ACCOUNTS if follows(world, one.id, user_id)]


def mutes(world: World, user_id: str, other_id: str) -> bool:
    """Return whether an account has muted another."""
    return other_id in world.timeline.touched.muted.get(user_id, [])


def status(world: World, user_id: str, other_id: str) -> list[str]:
    """Return what X calls the connection status, from the first account's side."""
    told = {
        "following": follows(world, user_id, other_id),
        "followed_by": follows(world, other_id, user_id),
        "follow_request_sent": other_id in world.timeline.touched.requested.get(user_id, []),
        "muting": mutes(world, user_id, other_id),
        "blocking": other_id in BLOCKED.get(user_id, ()),
    }
    return [word for word, is_so in told.items() if is_so]


def _without(lists: dict[str, list[str]], user_id: str, other_id: str) -> None:
    if other_id in lists.get(user_id, []):
        lists[user_id].remove(other_id)
