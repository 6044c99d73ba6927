"""Likes and reposts: making and undoing them, and who did."""

from typing import Final

from sandbox import problems
from sandbox.bodies import read_object
from sandbox.exchange import Refusal
from sandbox.limits import DAY, Quota
from sandbox.lookups import user_page, visible
from sandbox.operations import USERS, Ask, Operation, change
from sandbox.paging import PAGING_TOKEN, max_results
from sandbox.people import ACCOUNTS, BY_ID, Account
from sandbox.posts import Post
from sandbox.rendering import Document
from sandbox.timelines import post_page
from sandbox.writing import no_such_post

LIKE_SCOPES: Final = ("tweet.read", "users.read", "like.write")
REPOST_SCOPES: Final = ("tweet.read", "tweet.write", "users.read")


def like(ask: Ask) -> Document:
    """Like a Post; liking it again changes nothing."""
    post = post_in_body(ask)
    likes = ask.world.timeline.touched.likes.setdefault(ask.caller.user_id, [])
    if post.id not in likes:
        likes.append(post.id)
    return {"data": {"liked": True}}


def unlike(ask: Ask) -> Document:
    """Take a like back."""
    likes = ask.world.timeline.touched.likes.get(ask.caller.user_id, [])
    if ask.path["tweet_id"] in likes:
        likes.remove(ask.path["tweet_id"])
    return {"data": {"liked": False}}


def repost(ask: Ask) -> Document:
    """Repost a Post; again changes nothing."""
    post = post_in_body(ask)
    made = ask.world.timeline.repost(ask.caller.user_id, post)
    return {"data": {"retweeted": True, "rest_id": made.id}}


def unrepost(ask: Ask) -> Document:
    """Take a repost back."""
    for made in ask.world.timeline.touched.created:
        if (made.author_id, made.reposted) == (ask.caller.user_id, ask.path["source_tweet_id"]):
            ask.world.timeline.delete(made.id)
    return {"data": {"retweeted": False}}


def liked_posts(ask: Ask) -> Document:
    """Return the Posts that the caller has liked, the latest like first."""
    ids = reversed(ask.world.timeline.touched.likes.get(ask.path["id"], []))
    posts = [post for post in map(ask.world.timeline.get, ids) if post]
    return post_page(ask, posts, tells_ends=False)


def liking_users(ask: Ask) -> Document:
    """Return the accounts that like a Post; X shows them to its author only."""
    post = _seen(ask, ask.path["id"])
    if isinstance(post, dict):
        return post
    here = ask.world.timeline.touched.likes
    likers = [account for account in ACCOUNTS if post.id in here.get(account.id, [])]
    return user_page(ask, likers + _some_others(post, post.likes, likers))


def reposters(ask: Ask) -> Document:
    """Return the accounts that have reposted a Post."""
    post = _seen(ask, ask.path["id"])
    if isinstance(post, dict):
        return post
    found = [p.author_id for p in ask.world.timeline.newest_first() if p.reposted == post.id]
    here = [BY_ID[user_id] for user_id in dict.fromkeys(found)]
    return user_page(ask, here + _some_others(post, post.reposts, here))


def post_in_body(ask: Ask, **more: type) -> Post:
    """Return the visible Post that the body names.

    Raises:
        Refusal: 400 for the body, 404 for the Post.
    """
    body = read_object(ask.call, {"tweet_id": str, **more}, ("tweet_id",))
    post = visible(ask, body["tweet_id"])
    if post is None:
        raise Refusal(no_such_post(body["tweet_id"]))
    return post


def _seen(ask: Ask, post_id: str) -> Post | Document:
    return visible(ask, post_id) or {"errors": [problems.not_found("tweet", "id", post_id)]}


def _some_others(post: Post, number: int, but: list[Account]) -> list[Account]:
    """Return the few known accounts among the invented likes or reposts of a Post."""
    first = int(post.id) >> 22
    names = [ACCOUNTS[(first + step) % len(ACCOUNTS)] for step in range(min(number, 5))]
    return [account for account in names if account not in but and not account.is_protected]


_PAGES: Final = (max_results(1, 100, 100), PAGING_TOKEN)
OPERATIONS: Final = (
    change(
        "likePost", "POST", "/2/users/{id}/likes", like, LIKE_SCOPES, (Quota(50), Quota(1000, DAY))
    ),
    change(
        "unlikePost",
        "DELETE",
        "/2/users/{id}/likes/{tweet_id}",
        unlike,
        LIKE_SCOPES,
        (Quota(50), Quota(1000, DAY)),
    ),
    change("repostPost", "POST", "/2/users/{id}/retweets", repost, REPOST_SCOPES),
    change(
        "unrepostPost",
        "DELETE",
        "/2/users/{id}/retweets/{source_tweet_id}",
        unrepost,
        REPOST_SCOPES,
    ),
    Operation(
        "getUsersLikedPosts",
        "GET",
        "/2/users/{id}/liked_tweets",
        liked_posts,
        kinds=USERS,
        scopes=("tweet.read", "users.read", "like.read"),
        parameters=(max_results(5, 100, 100), PAGING_TOKEN),
        shape="posts",
        user_quota=(Quota(75),),
        is_own=True,
    ),
    Operation(
        "getPostsLikingUsers",
        "GET",
        "/2/tweets/{id}/liking_users",
        liking_users,
        kinds=USERS,
        scopes=("tweet.read", "users.read", "like.read"),
        parameters=_PAGES,
        shape="users",
        user_quota=(Quota(75),),
    ),
    Operation(
        "getPostsRepostedBy",
        "GET",
        "/2/tweets/{id}/retweeted_by",
        reposters,
        parameters=_PAGES,
        shape="users",
        app_quota=(Quota(75),),
        user_quota=(Quota(75),),
    ),
)
