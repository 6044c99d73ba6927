"""Analytics of the caller's own Posts: invented numbers that agree with themselves."""

from typing import Final

from sandbox import problems
from sandbox.clock import rfc3339
from sandbox.exchange import Refusal
from sandbox.fields import ANALYTICS_FIELDS
from sandbox.limits import Quota
from sandbox.lookups import visible
from sandbox.operations import USERS, Ask, Operation, found_and_not, ids_parameter
from sandbox.parameters import Parameter
from sandbox.posts import Post
from sandbox.rendering import Document

STEP_SECONDS: Final = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
MOST_ROWS: Final = 1_000
NOT_METRICS: Final = {"id", "timestamp", "timestamped_metrics"}


def analytics(ask: Ask) -> Document:
    """Return the metrics of the caller's Posts in a window, as a total or per step of time."""
    start, end = ask.query["start_time"], ask.query["end_time"]
    if end <= start:
        text = dict(ask.call.query)["end_time"]
        message = "Invalid 'end_time'. 'end_time' must be after `start_time`"
        raise Refusal(problems.invalid_request(("end_time", [text], message)))
    found: list[Document] = []
    missing: list[Document] = []
    for post_id in ask.query["ids"]:
        post = visible(ask, post_id)
        if post is None:
            missing.append(problems.not_found("tweet", "ids", post_id))
        elif post.author_id != ask.caller.user_id:
            missing.append(problems.not_authorized("tweet", "ids", post_id))
        else:
            found.append(_row(ask, post, start, end))
    return found_and_not(found, missing, {})


def _row(ask: Ask, post: Post, start: float, end: float) -> Document:
    chosen = ask.query["analytics.fields"] or ["id", "impressions", "engagements", "likes"]
    step = STEP_SECONDS.get(ask.query["granularity"])
    row: Document = {"id": post.id}
    if step is None:
        row |= _metrics(post, 1.0, chosen)
        if "timestamp" in chosen:
            row["timestamp"] = rfc3339(start)
        return row
    count = int((end - start + step - 1) // step)
    if count > MOST_ROWS:
        message = f"The window holds {count} steps, which are more than {MOST_ROWS}"
        raise Refusal(problems.invalid_request(("granularity", [], message)))
    row["timestamped_metrics"] = [
        {
            "timestamp": rfc3339(start + number * step),
            "metrics": _metrics(post, 1 / count, chosen),
        }
        for number in range(count)
    ]
    return row


def _metrics(post: Post, share: float, chosen: list[str]) -> dict[str, int]:
    whole = {
        "impressions": post.impressions,
        "engagements": post.likes + post.reposts + post.replies + post.quotes + post.bookmarks,
        "likes": post.likes,
        "retweets": post.reposts,
        "replies": post.replies,
        "quote_tweets": post.quotes,
        "bookmarks": post.bookmarks,
        "detail_expands": post.impressions // 40,
        "user_profile_clicks": post.impressions // 90,
        "url_clicks": post.impressions // 120,
    }
    names = [name for name in ANALYTICS_FIELDS if name in chosen and name not in NOT_METRICS]
    return {name: int(whole.get(name, 0) * share) for name in names}


OPERATIONS: Final = (
    Operation(
        "getPostsAnalytics",
        "GET",
        "/2/tweets/analytics",
        analytics,
        kinds=USERS,
        parameters=(
            ids_parameter(),
            Parameter("start_time", "time", is_required=True),
            Parameter("end_time", "time", is_required=True),
            Parameter(
                "granularity",
                "choice",
                choices=("hourly", "daily", "weekly", "total"),
                default="total",
            ),
            Parameter("analytics.fields", "choices", default=[], choices=ANALYTICS_FIELDS),
        ),
        app_quota=(Quota(300),),
        user_quota=(Quota(300),),
    ),
)
