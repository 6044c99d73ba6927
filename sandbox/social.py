"""Follows, mutes, blocks and affiliates: lists of accounts, and what changes them."""

import base64
from collections.abc import Callable, Iterable
from typing import Final

from sandbox import problems, relations
from sandbox.bodies import read_object
from sandbox.exchange import Refusal
from sandbox.fields import PUBLIC_KEY_FIELDS
from sandbox.lookups import user_page
from sandbox.operations import ANYBODY, USERS, Ask, Operation, change, found_and_not, ids_parameter
from sandbox.paging import NEXT_TOKEN, PAGING_TOKEN, max_results
from sandbox.parameters import Parameter
from sandbox.people import ACCOUNTS, BY_ID, Account
from sandbox.rendering import Document

BASE: Final = ("tweet.read", "users.read")
KEY_BYTES: Final = 65  # an uncompressed point on P-256
Accounts = Callable[[Ask], Iterable[Account]]


def search(ask: Ask) -> Document:
    """Return the accounts whose name, username or description holds the query's words."""
    words = ask.query["query"].lower().split()
    found = [
        one
        for one in ACCOUNTS
        if all(word in f"{one.username} {one.name} {one.description}".lower() for word in words)
    ]
    document = user_page(ask, found)
    document["meta"].pop("result_count")  # X's file has it in every list of accounts but this one
    return document


def listing(accounts: Accounts) -> Callable[[Ask], Document]:
    """Return what answers with a page of accounts that belong to the one in the path."""

    def room(ask: Ask) -> Document:
        if ask.path["id"] not in BY_ID:
            return {"errors": [problems.not_found("user", "id", ask.path["id"])]}
        return user_page(ask, list(accounts(ask)))

    return room


def follow(ask: Ask) -> Document:
    """Follow an account; a protected one is asked first."""
    target = _target_in_body(ask)
    me, world = ask.caller.user_id, ask.world
    if target.id == me:
        raise _forbidden("You cannot follow yourself.")
    if relations.are_apart(me, target.id):
        raise _forbidden("You have been blocked from following this account.")
    if target.is_protected and not relations.follows(world, me, target.id):
        asked = world.timeline.touched.requested.setdefault(me, [])
        if target.id not in asked:
            asked.append(target.id)
        return {"data": {"following": False, "pending_follow": True}}
    relations.follow(world, me, target.id)
    return {"data": {"following": True, "pending_follow": False}}


def unfollow(ask: Ask) -> Document:
    """Follow an account no longer, or take a request back."""
    target_id = _known(ask.path["target_user_id"]).id
    asked = ask.world.timeline.touched.requested.get(ask.caller.user_id, [])
    if target_id in asked:
        asked.remove(target_id)
    relations.unfollow(ask.world, ask.caller.user_id, target_id)
    return {"data": {"following": False}}


def mute(ask: Ask) -> Document:
    """Mute an account; again changes nothing."""
    target = _target_in_body(ask)
    if target.id == ask.caller.user_id:
        raise _forbidden("You cannot mute yourself.")
    muted = ask.world.timeline.touched.muted.setdefault(ask.caller.user_id, [])
    if target.id not in muted:
        muted.append(target.id)
    return {"data": {"muting": True}}


def unmute(ask: Ask) -> Document:
    """Mute an account no longer."""
    muted = ask.world.timeline.touched.muted.get(ask.caller.user_id, [])
    target_id = _known(ask.path["target_user_id"]).id
    if target_id in muted:
        muted.remove(target_id)
    return {"data": {"muting": False}}


def block_messages(ask: Ask) -> Document:
    """Take no more Direct Messages from an account."""
    target = _known(ask.path["id"])
    silenced = ask.world.timeline.touched.silenced.setdefault(ask.caller.user_id, [])
    if target.id not in silenced:
        silenced.append(target.id)
    return {"data": {"blocked": True}}


def unblock_messages(ask: Ask) -> Document:
    """Take Direct Messages from an account again."""
    silenced = ask.world.timeline.touched.silenced.get(ask.caller.user_id, [])
    if _known(ask.path["id"]).id in silenced:
        silenced.remove(ask.path["id"])
    return {"data": {"blocked": False}}


def public_keys(ask: Ask) -> Document:
    """Return the keys under which several accounts can be written to in private."""
    wanted: list[str] = ask.query["ids"]
    found = [_key(ask, one) for one in wanted if one in BY_ID]
    missing = [problems.not_found("user", "ids", one) for one in wanted if one not in BY_ID]
    return found_and_not(found, missing, {})


def public_key(ask: Ask) -> Document:
    """Return the keys of one account."""
    if ask.path["id"] not in BY_ID:
        return {"errors": [problems.not_found("user", "id", ask.path["id"])]}
    return {"data": [_key(ask, ask.path["id"])]}


def _key(ask: Ask, user_id: str) -> Document:
    def invented(label: str) -> str:
        return base64.b64encode(ask.world.seed.raw(KEY_BYTES, label, user_id)).decode()

    full = {
        "public_key": invented("public key"),
        "public_key_version": "1",
        "signing_public_key": invented("signing key"),
        "identity_public_key_signature": invented("signature"),
    }
    chosen = ask.query["public_key.fields"] or ["public_key", "public_key_version"]
    return {name: full[name] for name in full if name in chosen}


def _target_in_body(ask: Ask) -> Account:
    body = read_object(ask.call, {"target_user_id": str}, ("target_user_id",))
    return _known(body["target_user_id"])


def _known(user_id: str) -> Account:
    if user_id not in BY_ID:
        raise Refusal(
            problems.flat(
                404,
                "Not Found Error",
                f"Could not find user with id: [{user_id}].",
                problems.PROBLEM + "resource-not-found",
                resource_type="user",
                resource_id=user_id,
                parameter="id",
                value=user_id,
            )
        )
    return BY_ID[user_id]


def _forbidden(detail: str) -> Refusal:
    return Refusal(problems.flat(403, "Forbidden", detail))


def _muted(ask: Ask) -> list[Account]:
    return [BY_ID[one] for one in ask.world.timeline.touched.muted.get(ask.path["id"], [])]


def _list_of(
    operation_id: str,
    name: str,
    accounts: Accounts,
    scope: str = "",
    *,
    is_own: bool = False,
    default: int = 1000,
) -> Operation:
    return Operation(
        operation_id,
        "GET",
        f"/2/users/{{id}}/{name}",
        listing(accounts),
        kinds=USERS if is_own else ANYBODY,
        scopes=(*BASE, *([scope] if scope else [])),
        parameters=(max_results(1, 1000, default), PAGING_TOKEN),
        shape="users",
        is_own=is_own,
    )


_KEY_FIELDS: Final = Parameter(
    "public_key.fields", "choices", default=[], choices=PUBLIC_KEY_FIELDS
)
OPERATIONS: Final = (
    Operation(
        "searchUsers",
        "GET",
        "/2/users/search",
        search,
        kinds=USERS,
        parameters=(
            Parameter("query", "text", is_required=True, high=50, shape="[A-Za-z0-9_' ]+"),
            max_results(1, 1000, 100),
            NEXT_TOKEN,
        ),
        shape="users",
    ),
    _list_of(
        "getUsersFollowers",
        "followers",
        lambda ask: relations.followers(ask.world, ask.path["id"]),
        "follows.read",
    ),
    _list_of(
        "getUsersFollowing",
        "following",
        lambda ask: relations.following(ask.world, ask.path["id"]),
        "follows.read",
    ),
    _list_of(
        "getUsersAffiliates",
        "affiliates",
        lambda ask: [BY_ID[one] for one in relations.AFFILIATES.get(ask.path["id"], ())],
    ),
    _list_of(
        "getUsersBlocking",
        "blocking",
        lambda ask: [BY_ID[one] for one in relations.BLOCKED.get(ask.path["id"], ())],
        "block.read",
        is_own=True,
    ),
    _list_of("getUsersMuting", "muting", _muted, "mute.read", is_own=True, default=100),
    change("followUser", "POST", "/2/users/{id}/following", follow, (*BASE, "follows.write")),
    change(
        "unfollowUser",
        "DELETE",
        "/2/users/{source_user_id}/following/{target_user_id}",
        unfollow,
        (*BASE, "follows.write"),
    ),
    change("muteUser", "POST", "/2/users/{id}/muting", mute, (*BASE, "mute.write")),
    change(
        "unmuteUser",
        "DELETE",
        "/2/users/{source_user_id}/muting/{target_user_id}",
        unmute,
        (*BASE, "mute.write"),
    ),
    change(
        "blockUsersDms",
        "POST",
        "/2/users/{id}/dm/block",
        block_messages,
        (*BASE, "dm.write"),
        is_own=False,
    ),
    change(
        "unblockUsersDms",
        "POST",
        "/2/users/{id}/dm/unblock",
        unblock_messages,
        (*BASE, "dm.write"),
        is_own=False,
    ),
    Operation(
        "getUsersPublicKeys",
        "GET",
        "/2/users/public_keys",
        public_keys,
        kinds=USERS,
        scopes=(*BASE, "dm.read"),
        parameters=(ids_parameter(), _KEY_FIELDS),
    ),
    Operation(
        "getUsersPublicKey",
        "GET",
        "/2/users/{id}/public_keys",
        public_key,
        kinds=USERS,
        scopes=(*BASE, "dm.read"),
        parameters=(_KEY_FIELDS,),
    ),
)
