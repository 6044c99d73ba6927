"""All operations that the sandbox serves, gathered from the rooms that answer them."""

from typing import Final

from sandbox import (
    analytics,
    archive,
    bookmarks,
    engagement,
    lookups,
    member_lists,
    social,
    stream_posts,
    stream_rules,
    timelines,
    writing,
)
from sandbox.operations import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *lookups.OPERATIONS,
    *timelines.OPERATIONS,
    *writing.OPERATIONS,
    *engagement.OPERATIONS,
    *bookmarks.OPERATIONS,
    *archive.OPERATIONS,
    *analytics.OPERATIONS,
    *social.OPERATIONS,
    *member_lists.OPERATIONS,
    *stream_rules.OPERATIONS,
    *stream_posts.OPERATIONS,
)
