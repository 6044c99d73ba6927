"""Search and counts over everything that the practice world has, for the App alone."""

from typing import Final

from sandbox.limits import Quota
from sandbox.operations import APPS, Ask, Operation
from sandbox.posts import KEPT_MS
from sandbox.rendering import Document
from sandbox.timelines import (
    counted_by_query,
    counting,
    found_by_query,
    searching,
    seen_by,
)

QUERY_LENGTH: Final = 1024  # of self-serve Apps; the specification allows 4,096
DEFAULT_COUNT_SECONDS: Final = 30 * 86_400
ONE_A_SECOND: Final = Quota(1, 1)


def search_all(ask: Ask) -> Document:
    """Return the Posts of all time that fit a query."""
    return found_by_query(ask, seen_by(ask, ask.world.timeline.newest_first()))


def counts_all(ask: Ask) -> Document:
    """Return how many Posts fit a query; without a start, those of the last thirty days."""
    now = ask.world.clock.now()
    start: float = ask.query["start_time"] or now - DEFAULT_COUNT_SECONDS
    oldest = now - KEPT_MS / 1000 - DEFAULT_COUNT_SECONDS
    posts = (
        post
        for post in seen_by(ask, ask.world.timeline.newest_first())
        if post.created_ms / 1000 >= start
    )
    return counted_by_query(ask, posts, max(start, oldest))


OPERATIONS: Final = (
    Operation(
        "searchPostsAll",
        "GET",
        "/2/tweets/search/all",
        search_all,
        kinds=APPS,
        parameters=searching(QUERY_LENGTH, 500),
        shape="posts",
        app_quota=(Quota(300), ONE_A_SECOND),
    ),
    Operation(
        "getPostsCountsAll",
        "GET",
        "/2/tweets/counts/all",
        counts_all,
        kinds=APPS,
        parameters=counting(QUERY_LENGTH),
        shape="counts",
        app_quota=(Quota(300),),
    ),
)
