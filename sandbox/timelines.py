"""Lists of Posts: search, counts, an account's Posts, mentions and home."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from sandbox import problems, relations
from sandbox.clock import rfc3339
from sandbox.exchange import Refusal
from sandbox.limits import Quota
from sandbox.lookups import count_reads, may_see, visible
from sandbox.operations import USERS, Ask, Operation
from sandbox.paging import NEXT_TOKEN, PAGING_TOKEN, max_results, page
from sandbox.parameters import Parameter
from sandbox.people import ACCOUNTS, BY_ID
from sandbox.posts import Post
from sandbox.rendering import Document
from sandbox.search_query import BadQuery, Test, compile_query

RECENT_SECONDS: Final = 7 * 86_400
FRESH_SECONDS: Final = 10
QUERY_LENGTH: Final = 512  # of self-serve Apps; the specification allows 4,096
STEP_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400}
WINDOW: Final = (
    Parameter("start_time", "time"),
    Parameter("end_time", "time"),
    Parameter("since_id", "id"),
    Parameter("until_id", "id"),
)
EXCLUDE: Final = Parameter("exclude", "choices", default=[], choices=("replies", "retweets"))
_ORDER: Final = Parameter(
    "sort_order", "choice", choices=("recency", "relevancy"), default="recency"
)
_STEP: Final = Parameter("granularity", "choice", choices=tuple(STEP_SECONDS), default="hour")


def searching(query_length: int, most: int) -> tuple[Parameter, ...]:
    """Return the parameters of a search that gives `most` Posts a page."""
    query = _query_parameter(query_length)
    return (query, max_results(10, most, 10), NEXT_TOKEN, PAGING_TOKEN, *WINDOW, _ORDER)


def counting(query_length: int) -> tuple[Parameter, ...]:
    """Return the parameters of counts."""
    return (_query_parameter(query_length), NEXT_TOKEN, PAGING_TOKEN, *WINDOW, _STEP)


def _query_parameter(length: int) -> Parameter:
    return Parameter("query", "text", is_required=True, high=length)


def search_recent(ask: Ask) -> Document:
    """Return the Posts of the last seven days that fit a query."""
    return found_by_query(ask, _recent(ask))


def found_by_query(ask: Ask, posts: Iterable[Post]) -> Document:
    """Return those of `posts` that fit the query and its window, in the order asked for."""
    found = list(filter(_query(ask), _window(ask, posts)))
    if ask.query["sort_order"] == "relevancy":
        found.sort(key=lambda post: post.likes, reverse=True)
    return post_page(ask, found)


def counts_recent(ask: Ask) -> Document:
    """Return how many Posts of the last seven days fit a query, per minute, hour or day."""
    now = ask.world.clock.now()
    start: float = ask.query["start_time"] or now - RECENT_SECONDS
    return counted_by_query(ask, _recent(ask), start)


def counted_by_query(ask: Ask, posts: Iterable[Post], start: float) -> Document:
    """Return how many of `posts` fit the query, per minute, hour or day from `start` on."""
    step = STEP_SECONDS[ask.query["granularity"]]
    fitting = filter(_query(ask), _window(ask, posts))
    moments = [post.created_ms / 1000 for post in fitting]
    end: float = ask.query["end_time"] or ask.world.clock.now()
    counts = Counter(int(moment // step) for moment in moments if start <= moment < end)
    chosen = {name.replace("post_", "tweet_") for name in ask.query["search_count.fields"]}
    rows, low = [], start
    while low < end:
        high = min(end, (low // step + 1) * step)
        count = counts[int(low // step)]
        row = {"start": rfc3339(low), "end": rfc3339(high), "tweet_count": count}
        rows.append({name: row[name] for name in row if not chosen or name in chosen})
        low = high
    return {"data": rows, "meta": {"total_tweet_count": len(moments)}}


def posts_of_user(ask: Ask) -> Document:
    """Return an account's Posts, the newest first."""
    user_id = ask.path["id"]
    if user_id not in BY_ID:
        return {"errors": [problems.not_found("user", "id", user_id)]}
    if BY_ID[user_id].is_protected and user_id != ask.caller.user_id:
        return {"errors": [problems.not_authorized("user", "id", user_id)]}
    mine = (post for post in ask.world.timeline.newest_first() if post.author_id == user_id)
    return post_page(ask, _without(ask, _window(ask, mine)))


def mentions(ask: Ask) -> Document:
    """Return the Posts that mention an account."""
    account = BY_ID.get(ask.path["id"])
    if account is None:
        return {"errors": [problems.not_found("user", "id", ask.path["id"])]}
    name = account.username.lower()
    found = (
        post
        for post in seen_by(ask, ask.world.timeline.newest_first())
        if not post.reposted and name in (one.lower() for one in post.mentions())
    )
    return post_page(ask, list(_window(ask, found)))


def home(ask: Ask) -> Document:
    """Return the caller's home timeline: whom they follow and have not muted, and themselves."""
    me, world = ask.caller.user_id, ask.world
    shown = {
        one.id
        for one in ACCOUNTS
        if one.id == me
        or (relations.follows(world, me, one.id) and not relations.mutes(world, me, one.id))
    }
    posts = seen_by(ask, world.timeline.newest_first())
    mine = (post for post in posts if post.author_id in shown)
    return post_page(ask, _without(ask, _window(ask, mine)))


def quotes(ask: Ask) -> Document:
    """Return the Posts that quote a Post; by X's file there is no way back in these pages."""
    document = _around(ask, "quoted")
    document.get("meta", {}).pop("previous_token", None)
    return document


def reposts(ask: Ask) -> Document:
    """Return the Posts that are reposts of a Post."""
    return _around(ask, "reposted")


def reposts_of_me(ask: Ask) -> Document:
    """Return the caller's Posts that others have reposted."""
    everything = list(ask.world.timeline.newest_first())
    reposted = {post.reposted for post in everything if post.author_id != ask.caller.user_id}
    mine = [p for p in everything if p.author_id == ask.caller.user_id and p.id in reposted]
    return post_page(ask, mine, tells_ends=False)


def post_page(ask: Ask, posts: list[Post], *, tells_ends: bool = True) -> Document:
    """Return one page of Posts with includes and meta.

    By X's file only searches and timelines tell the newest and the oldest id of a page.
    """
    name = f"{ask.call.method} {ask.call.path} {ask.query.get('query') or ''}"
    chosen, meta = page(ask, posts, lambda post: post.id, name)
    if not chosen:
        return {"meta": {"result_count": 0}}
    count_reads(ask, len(chosen))
    render = ask.renderer()
    document: Document = {"data": [render.post(post) for post in chosen]}
    if includes := render.includes_of_posts(chosen):
        document["includes"] = includes
    ids = sorted((post.id for post in chosen), key=int)
    ends = {"newest_id": ids[-1], "oldest_id": ids[0]} if tells_ends else {}
    document["meta"] = {**ends, **meta}
    return document


def _around(ask: Ask, link: str) -> Document:
    post = visible(ask, ask.path["id"])
    if post is None:
        return {"errors": [problems.not_found("tweet", "id", ask.path["id"])]}
    found = (p for p in ask.world.timeline.newest_first() if getattr(p, link) == post.id)
    excluded = ask.query.get("exclude") or []
    kept = [p for p in seen_by(ask, found) if not ("replies" in excluded and p.replied_to)]
    return post_page(ask, kept, tells_ends=False)


def _recent(ask: Ask) -> Iterator[Post]:
    now = ask.world.clock.now()
    oldest, newest = now - RECENT_SECONDS, now - FRESH_SECONDS
    start, end = ask.query["start_time"], ask.query["end_time"]
    if start is not None and start < oldest:
        _refuse_time(ask, "start_time", start, f"must be on or after {_minute(oldest)}")
    if end is not None and end > newest:
        _refuse_time(ask, "end_time", end, "must be a minimum of 10 seconds prior to the request")
    if start is not None and end is not None and start >= end:
        _refuse_time(ask, "end_time", end, "must be after `start_time`")
    posts = ask.world.timeline.newest_first()
    return (p for p in seen_by(ask, posts) if oldest <= p.created_ms / 1000 <= now)


def _query(ask: Ask) -> Test:
    try:
        return compile_query(ask.world, ask.query["query"])
    except BadQuery as bad:
        query = ask.query["query"]
        message = f"There were errors processing your request: {bad}"
        raise Refusal(problems.invalid_request(("query", [query], message))) from None


def _window(ask: Ask, posts: Iterable[Post]) -> Iterator[Post]:
    start, end = ask.query["start_time"], ask.query["end_time"]
    since, until = ask.query["since_id"], ask.query["until_id"]
    for post in posts:
        if start is not None and post.created_ms < start * 1000:
            continue
        if end is not None and post.created_ms >= end * 1000:
            continue
        if since is not None and int(post.id) <= int(since):
            continue
        if until is not None and int(post.id) >= int(until):
            continue
        yield post


def _without(ask: Ask, posts: Iterable[Post]) -> list[Post]:
    excluded = ask.query["exclude"]
    return [
        post
        for post in posts
        if not (post.replied_to and "replies" in excluded)
        and not (post.reposted and "retweets" in excluded)
    ]


def seen_by(ask: Ask, posts: Iterable[Post]) -> Iterator[Post]:
    """Yield those of `posts` that the caller may see."""
    return (post for post in posts if may_see(ask, post))


def _refuse_time(ask: Ask, name: str, value: float, why: str) -> None:
    text = dict(ask.call.query).get(name, rfc3339(value))
    message = f"Invalid '{name}':'{text}'. '{name}' {why}"
    raise Refusal(problems.invalid_request((name, [text], message)))


def _minute(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%MZ")


OPERATIONS: Final = (
    Operation(
        "searchPostsRecent",
        "GET",
        "/2/tweets/search/recent",
        search_recent,
        parameters=searching(QUERY_LENGTH, 100),
        shape="posts",
        app_quota=(Quota(450),),
        user_quota=(Quota(300),),
    ),
    Operation(
        "getPostsCountsRecent",
        "GET",
        "/2/tweets/counts/recent",
        counts_recent,
        kinds=("app", "oauth2"),
        scopes=(),
        parameters=counting(QUERY_LENGTH),
        shape="counts",
        app_quota=(Quota(300),),
    ),
    Operation(
        "getUsersPosts",
        "GET",
        "/2/users/{id}/tweets",
        posts_of_user,
        parameters=(max_results(5, 100, 10), PAGING_TOKEN, *WINDOW, EXCLUDE),
        shape="posts",
        app_quota=(Quota(10_000),),
        user_quota=(Quota(900),),
    ),
    Operation(
        "getUsersMentions",
        "GET",
        "/2/users/{id}/mentions",
        mentions,
        parameters=(max_results(5, 100, 10), PAGING_TOKEN, *WINDOW),
        shape="posts",
        app_quota=(Quota(450),),
        user_quota=(Quota(300),),
    ),
    Operation(
        "getUsersTimeline",
        "GET",
        "/2/users/{id}/timelines/reverse_chronological",
        home,
        kinds=USERS,
        parameters=(max_results(1, 100, 100), PAGING_TOKEN, *WINDOW, EXCLUDE),
        shape="posts",
        user_quota=(Quota(180),),
        is_own=True,
    ),
    Operation(
        "getPostsQuotedPosts",
        "GET",
        "/2/tweets/{id}/quote_tweets",
        quotes,
        parameters=(max_results(10, 100, 10), PAGING_TOKEN, EXCLUDE),
        shape="posts",
        app_quota=(Quota(75),),
        user_quota=(Quota(75),),
    ),
    Operation(
        "getPostsReposts",
        "GET",
        "/2/tweets/{id}/retweets",
        reposts,
        parameters=(max_results(1, 100, 100), PAGING_TOKEN),
        shape="posts",
        app_quota=(Quota(75),),
        user_quota=(Quota(75),),
    ),
    Operation(
        "getUsersRepostsOfMe",
        "GET",
        "/2/users/reposts_of_me",
        reposts_of_me,
        kinds=USERS,
        scopes=("tweet.read", "timeline.read"),
        parameters=(max_results(1, 100, 100), PAGING_TOKEN),
        shape="posts",
        user_quota=(Quota(75),),
    ),
)
