"""Posts and accounts by id or name, the caller's own account, and usage."""

from typing import Final

from sandbox import problems
from sandbox.clock import rfc3339
from sandbox.fields import USAGE_FIELDS
from sandbox.limits import DAY, Quota
from sandbox.operations import (
    APPS,
    USERS,
    Ask,
    Operation,
    found_and_not,
    ids_parameter,
)
from sandbox.paging import page
from sandbox.parameters import Parameter
from sandbox.people import BY_ID, BY_USERNAME, Account
from sandbox.posts import Post
from sandbox.rendering import Document

PROJECT_CAP: Final = 3_000_000


def posts_by_ids(ask: Ask) -> Document:
    """Return the Posts with the given ids; the others are partial errors."""
    wanted: list[str] = ask.query["ids"]
    posts = [post for id_ in wanted if (post := visible(ask, id_))]
    have = {post.id for post in posts}
    missing = [problems.not_found("tweet", "ids", id_) for id_ in wanted if id_ not in have]
    return several_posts(ask, posts, missing)


def post_by_id(ask: Ask) -> Document:
    """Return one Post."""
    post = visible(ask, ask.path["id"])
    if post is None:
        return {"errors": [problems.not_found("tweet", "id", ask.path["id"])]}
    document = several_posts(ask, [post], [])
    document["data"] = document["data"][0]
    return document


def users_by_ids(ask: Ask) -> Document:
    """Return the accounts with the given ids."""
    wanted: list[str] = ask.query["ids"]
    missing = [problems.not_found("user", "ids", id_) for id_ in wanted if id_ not in BY_ID]
    return several_users(ask, [BY_ID[id_] for id_ in wanted if id_ in BY_ID], missing)


def users_by_usernames(ask: Ask) -> Document:
    """Return the accounts with the given usernames, whatever their case."""
    wanted: list[str] = ask.query["usernames"]
    found = [BY_USERNAME[name.lower()] for name in wanted if name.lower() in BY_USERNAME]
    missing = [
        problems.not_found("user", "usernames", name)
        for name in wanted
        if name.lower() not in BY_USERNAME
    ]
    return several_users(ask, list(dict.fromkeys(found)), missing)


def user_by_id(ask: Ask) -> Document:
    """Return one account."""
    account = BY_ID.get(ask.path["id"])
    if account is None:
        return {"errors": [problems.not_found("user", "id", ask.path["id"])]}
    return _one_user(ask, account)


def user_by_username(ask: Ask) -> Document:
    """Return one account by its username."""
    name = ask.path["username"]
    account = BY_USERNAME.get(name.lower())
    if account is None:
        return {"errors": [problems.not_found("user", "username", name)]}
    return _one_user(ask, account)


def me(ask: Ask) -> Document:
    """Return the account that the token stands for."""
    return _one_user(ask, BY_ID[ask.caller.user_id])


def usage(ask: Ask) -> Document:
    """Return how many Posts the App has read per day, numbers as strings."""
    now = ask.world.clock.now()
    reads = ask.world.timeline.touched.reads.get(ask.caller.app.app_id, {})
    days = [rfc3339(now - DAY * back)[:10] for back in range(int(ask.query["days"]))]
    rows = [
        {"date": f"{day}T00:00:00.000Z", "usage": str(reads[day])} for day in days if day in reads
    ]
    project_id = f"17{ask.caller.app.app_id}"
    full: Document = {
        "project_id": project_id,
        "project_cap": str(PROJECT_CAP),
        "project_usage": str(sum(reads.values())),
        "cap_reset_day": 1,
        "daily_project_usage": {"project_id": project_id, "usage": rows},
        "daily_client_app_usage": [
            {
                "client_app_id": ask.caller.app.app_id,
                "usage": rows,
                "usage_result_count": len(rows),
            }
        ],
    }
    chosen = set(ask.query["usage.fields"]) | {"project_id", "project_cap", "project_usage"}
    return {"data": {name: value for name, value in full.items() if name in chosen}}


def visible(ask: Ask, post_id: str) -> Post | None:
    """Return the Post if the caller may see it: protected ones only their author."""
    post = ask.world.timeline.get(post_id)
    return post if post is not None and may_see(ask, post) else None


def may_see(ask: Ask, post: Post) -> bool:
    """Return whether the caller may see a Post: protected ones only their author."""
    return not BY_ID[post.author_id].is_protected or post.author_id == ask.caller.user_id


def several_posts(ask: Ask, posts: list[Post], missing: list[Document]) -> Document:
    """Return Posts with their includes, and count them as read."""
    count_reads(ask, len(posts))
    render = ask.renderer()
    return found_and_not(
        [render.post(post) for post in posts], missing, render.includes_of_posts(posts)
    )


def several_users(ask: Ask, accounts: list[Account], missing: list[Document]) -> Document:
    """Return accounts with their includes."""
    render = ask.renderer()
    return found_and_not(
        [render.user(account) for account in accounts],
        missing,
        render.includes_of_users(accounts),
    )


def user_page(ask: Ask, accounts: list[Account]) -> Document:
    """Return one page of accounts with includes and meta."""
    name = f"{ask.call.method} {ask.call.path} {ask.query.get('query') or ''}"
    chosen, meta = page(ask, accounts, lambda account: account.id, name)
    if not chosen:
        return {"meta": {"result_count": 0}}
    return {**several_users(ask, chosen, []), "meta": meta}


def count_reads(ask: Ask, posts: int) -> None:
    """Add to what the App has read today."""
    if posts:
        reads = ask.world.timeline.touched.reads.setdefault(ask.caller.app.app_id, {})
        today = rfc3339(ask.world.clock.now())[:10]
        reads[today] = reads.get(today, 0) + posts


def _one_user(ask: Ask, account: Account) -> Document:
    document = several_users(ask, [account], [])
    document["data"] = document["data"][0]
    return document


OPERATIONS: Final = (
    Operation(
        "getPostsByIds",
        "GET",
        "/2/tweets",
        posts_by_ids,
        parameters=(ids_parameter(),),
        shape="posts",
        app_quota=(Quota(3500),),
        user_quota=(Quota(5000),),
    ),
    Operation(
        "getPostsById",
        "GET",
        "/2/tweets/{id}",
        post_by_id,
        shape="posts",
        app_quota=(Quota(450),),
        user_quota=(Quota(900),),
    ),
    Operation(
        "getUsersByIds",
        "GET",
        "/2/users",
        users_by_ids,
        parameters=(ids_parameter(),),
        shape="users",
        app_quota=(Quota(300),),
        user_quota=(Quota(900),),
    ),
    Operation(
        "getUsersByUsernames",
        "GET",
        "/2/users/by",
        users_by_usernames,
        parameters=(ids_parameter("usernames", "usernames"),),
        shape="users",
        app_quota=(Quota(300),),
        user_quota=(Quota(900),),
    ),
    Operation(
        "getUsersByUsername",
        "GET",
        "/2/users/by/username/{username}",
        user_by_username,
        shape="users",
        app_quota=(Quota(300),),
        user_quota=(Quota(900),),
    ),
    Operation(
        "getUsersById",
        "GET",
        "/2/users/{id}",
        user_by_id,
        shape="users",
        app_quota=(Quota(300),),
        user_quota=(Quota(900),),
    ),
    Operation(
        "getUsersMe",
        "GET",
        "/2/users/me",
        me,
        kinds=USERS,
        shape="users",
        user_quota=(Quota(75),),
        is_billed=False,
    ),
    Operation(
        "getUsage",
        "GET",
        "/2/usage/tweets",
        usage,
        kinds=APPS,
        parameters=(
            Parameter("days", "int", low=1, high=90, default=7),
            Parameter("usage.fields", "choices", default=[], choices=USAGE_FIELDS),
        ),
        app_quota=(Quota(50),),
        is_billed=False,
    ),
)
