"""Lists of accounts: whose they are, who is in them, following and pinning them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox import problems
from sandbox.bodies import read_object
from sandbox.exchange import Refusal
from sandbox.operations import ANYBODY, USERS, Ask, Operation, change
from sandbox.paging import PAGING_TOKEN, max_results, page
from sandbox.people import BY_ID, BY_USERNAME
from sandbox.rendering import Document
from sandbox.world import World

READ: Final = ("tweet.read", "users.read", "list.read")
WRITE: Final = ("tweet.read", "users.read", "list.write")
MOST_PINNED: Final = 5


@dataclass(frozen=True, slots=True)
class MemberList:
    """One List of the practice world. Members and followers are usernames."""

    id: str
    owner: str
    name: str
    description: str
    created: str
    members: tuple[str, ...]
    followers: tuple[str, ...] = ()
    is_private: bool = False


LISTS: Final = (
    MemberList(
        "1441162269824405510",
        "PracticeDevs",
        "People who read headers",
        "They know their rate limits.",
        "2021-09-23T22:10:40.000Z",
        ("ada_builds", "testing_tess", "jonas_b", "acme"),
        ("acme", "rosa_writes"),
    ),
    MemberList(
        "1451305624956858369",
        "acme",
        "Our machines",
        "Accounts that post by themselves.",
        "2021-10-21T21:56:21.000Z",
        ("acme_ops", "newsdesk_demo"),
        ("acme_ops",),
    ),
    MemberList(
        "1533124957120512005",
        "acme",
        "To answer",
        "Not for others.",
        "2022-06-04T16:32:08.000Z",
        ("jonas_b",),
        is_private=True,
    ),
    MemberList(
        "1600800200300400505",
        "mei_graphs",
        "Drawn by hand",
        "Charts with an author.",
        "2022-12-08T10:27:58.000Z",
        ("mei_graphs", "rosa_writes", "byte_bakery"),
        ("acme", "ada_builds", "testing_tess"),
    ),
)
BY_LIST_ID: Final = {one.id: one for one in LISTS}


def follows(world: World, user_id: str, one: MemberList) -> bool:
    """Return whether an account follows a List."""
    touched = world.timeline.touched
    if one.id in touched.lists_followed.get(user_id, []):
        return True
    is_given = BY_ID[user_id].username in one.followers
    return is_given and one.id not in touched.lists_left.get(user_id, [])


def owned(ask: Ask) -> Document:
    """Return the Lists that an account owns."""
    name = _username(ask)
    return _page(ask, [one for one in LISTS if one.owner == name])


def memberships(ask: Ask) -> Document:
    """Return the Lists that an account is in."""
    name = _username(ask)
    return _page(ask, [one for one in LISTS if name in one.members])


def followed(ask: Ask) -> Document:
    """Return the Lists that an account follows."""
    _username(ask)
    return _page(ask, [one for one in LISTS if follows(ask.world, ask.path["id"], one)])


def pinned(ask: Ask) -> Document:
    """Return the Lists that the caller has pinned, all of them."""
    ids = ask.world.timeline.touched.lists_pinned.get(ask.caller.user_id, [])
    return _shown(ask, [BY_LIST_ID[one] for one in ids], {"result_count": len(ids)})


def follow(ask: Ask) -> Document:
    """Follow a List; again changes nothing."""
    one = _list_in_body(ask)
    touched = ask.world.timeline.touched
    _remove(touched.lists_left.get(ask.caller.user_id, []), one.id)
    if not follows(ask.world, ask.caller.user_id, one):
        touched.lists_followed.setdefault(ask.caller.user_id, []).append(one.id)
    return {"data": {"following": True}}


def unfollow(ask: Ask) -> Document:
    """Follow a List no longer."""
    one = _visible(ask, ask.path["list_id"])
    touched = ask.world.timeline.touched
    _remove(touched.lists_followed.get(ask.caller.user_id, []), one.id)
    if follows(ask.world, ask.caller.user_id, one):
        touched.lists_left.setdefault(ask.caller.user_id, []).append(one.id)
    return {"data": {"following": False}}


def pin(ask: Ask) -> Document:
    """Pin a List, five at most."""
    one = _list_in_body(ask)
    ids = ask.world.timeline.touched.lists_pinned.setdefault(ask.caller.user_id, [])
    if one.id not in ids:
        if len(ids) >= MOST_PINNED:
            detail = f"You can pin {MOST_PINNED} Lists at most."
            raise Refusal(problems.flat(403, "Forbidden", detail))
        ids.append(one.id)
    return {"data": {"pinned": True}}


def unpin(ask: Ask) -> Document:
    """Unpin a List."""
    _remove(
        ask.world.timeline.touched.lists_pinned.get(ask.caller.user_id, []), ask.path["list_id"]
    )
    return {"data": {"pinned": False}}


def _username(ask: Ask) -> str:
    account = BY_ID.get(ask.path["id"])
    if account is None:
        raise Refusal(problems.only_errors(problems.not_found("user", "id", ask.path["id"])))
    return account.username


def _list_in_body(ask: Ask) -> MemberList:
    body = read_object(ask.call, {"list_id": str}, ("list_id",))
    return _visible(ask, body["list_id"])


def _visible(ask: Ask, list_id: str) -> MemberList:
    one = BY_LIST_ID.get(list_id)
    if one is None or not _may_see(ask, one):
        detail = f"Could not find list with id: [{list_id}]."
        type_ = problems.PROBLEM + "resource-not-found"
        raise Refusal(problems.flat(404, "Not Found Error", detail, type_))
    return one


def _may_see(ask: Ask, one: MemberList) -> bool:
    return not one.is_private or BY_USERNAME[one.owner.lower()].id == ask.caller.user_id


def _page(ask: Ask, found: list[MemberList]) -> Document:
    seen = [one for one in found if _may_see(ask, one)]
    name = f"{ask.call.method} {ask.call.path}"
    chosen, meta = page(ask, seen, lambda one: one.id, name)
    return _shown(ask, chosen, meta)


def _shown(ask: Ask, chosen: list[MemberList], meta: Document) -> Document:
    fields = {"id", "name", *ask.query["list.fields"]}
    wants_owner = "owner_id" in ask.query["expansions"]
    if wants_owner:
        fields.add("owner_id")
    document: Document = {"meta": meta}
    if chosen:
        rows = [_facts(ask.world, one) for one in chosen]
        document["data"] = [{k: row[k] for k in row if k in fields} for row in rows]
    if chosen and wants_owner:
        owners = dict.fromkeys(BY_USERNAME[one.owner.lower()] for one in chosen)
        render = ask.renderer()
        document["includes"] = {"users": [render.user(one) for one in owners]}
    return document


def _facts(world: World, one: MemberList) -> Document:
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "created_at": one.created,
        "member_count": len(one.members),
        "follower_count": sum(follows(world, user_id, one) for user_id in BY_ID),
        "owner_id": BY_USERNAME[one.owner.lower()].id,
        "private": one.is_private,
    }


def _remove(ids: list[str], list_id: str) -> None:
    if list_id in ids:
        ids.remove(list_id)


def _list_of(operation_id: str, name: str, run: Callable[[Ask], Document]) -> Operation:
    is_pinned = name == "pinned_lists"
    return Operation(
        operation_id,
        "GET",
        f"/2/users/{{id}}/{name}",
        run,
        kinds=USERS if is_pinned else ANYBODY,
        scopes=READ,
        parameters=() if is_pinned else (max_results(1, 100, 100), PAGING_TOKEN),
        shape="lists",
        is_own=is_pinned,
    )


OPERATIONS: Final = (
    _list_of("getUsersOwnedLists", "owned_lists", owned),
    _list_of("getUsersListMemberships", "list_memberships", memberships),
    _list_of("getUsersFollowedLists", "followed_lists", followed),
    _list_of("getUsersPinnedLists", "pinned_lists", pinned),
    change("followList", "POST", "/2/users/{id}/followed_lists", follow, WRITE),
    change("unfollowList", "DELETE", "/2/users/{id}/followed_lists/{list_id}", unfollow, WRITE),
    change("pinList", "POST", "/2/users/{id}/pinned_lists", pin, WRITE),
    change("unpinList", "DELETE", "/2/users/{id}/pinned_lists/{list_id}", unpin, WRITE),
)
