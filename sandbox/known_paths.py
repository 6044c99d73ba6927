"""Methods and paths of X's API (specification 2.167, August 2026), for honest refusals.

What is known here but served by no room answers 403 and says so; what is not
known at all answers 404, as at X.
"""

import re
from typing import Final

_TABLE: Final = """
/2/account_activity/subscriptions/count GET
/2/account_activity/webhooks/{webhook_id}/subscriptions/all GET POST
/2/account_activity/webhooks/{webhook_id}/subscriptions/all/list GET
/2/account_activity/webhooks/{webhook_id}/subscriptions/{user_id}/all DELETE
/2/activity/stream GET
/2/activity/subscriptions DELETE GET POST
/2/activity/subscriptions/{subscription_id} DELETE PUT
/2/articles/draft POST
/2/articles/{article_id}/publish POST
/2/broadcasts GET
/2/broadcasts/scheduled GET POST
/2/broadcasts/scheduled/{id} DELETE GET PUT
/2/broadcasts/scheduled/{id}/live POST
/2/broadcasts/{id} GET
/2/broadcasts/{id}/chat GET POST
/2/broadcasts/{id}/chat/mutes POST
/2/broadcasts/{id}/chat/mutes/{user_id} DELETE
/2/broadcasts/{id}/chat/{message_id} DELETE
/2/chat/conversations GET
/2/chat/conversations/group POST
/2/chat/conversations/group/initialize POST
/2/chat/conversations/{id} GET
/2/chat/conversations/{id}/events GET
/2/chat/conversations/{id}/keys POST
/2/chat/conversations/{id}/members POST
/2/chat/conversations/{id}/messages POST
/2/chat/conversations/{id}/messages/delete POST
/2/chat/conversations/{id}/read POST
/2/chat/conversations/{id}/typing POST
/2/chat/media/upload/initialize POST
/2/chat/media/upload/{id}/append POST
/2/chat/media/upload/{id}/finalize POST
/2/chat/media/{id}/{media_hash_key} GET
/2/communities/search GET
/2/communities/{id} GET
/2/compliance/jobs GET POST
/2/compliance/jobs/{id} GET
/2/connections DELETE GET
/2/connections/all DELETE
/2/connections/{endpoint_id} DELETE
/2/dm_conversations POST
/2/dm_conversations/media/{dm_id}/{media_id}/{resource_id} GET
/2/dm_conversations/with/{participant_id}/dm_events GET
/2/dm_conversations/with/{participant_id}/messages POST
/2/dm_conversations/{dm_conversation_id}/messages POST
/2/dm_conversations/{id}/dm_events GET
/2/dm_events GET
/2/dm_events/{event_id} DELETE GET
/2/likes/compliance/stream GET
/2/likes/firehose/stream GET
/2/likes/sample10/stream GET
/2/lists POST
/2/lists/{id} DELETE GET PUT
/2/lists/{id}/followers GET
/2/lists/{id}/members GET POST
/2/lists/{id}/members/{user_id} DELETE
/2/lists/{id}/tweets GET
/2/media GET
/2/media/analytics GET
/2/media/metadata POST
/2/media/subtitles DELETE POST
/2/media/upload GET POST
/2/media/upload/initialize POST
/2/media/upload/{id}/append POST
/2/media/upload/{id}/finalize POST
/2/media/{media_key} GET
/2/news/search GET
/2/news/{id} GET
/2/notes POST
/2/notes/evaluate POST
/2/notes/search/notes_written GET
/2/notes/search/posts_eligible_for_notes GET
/2/notes/{id} DELETE
/2/openapi.json GET
/2/spaces GET
/2/spaces/by/creator_ids GET
/2/spaces/search GET
/2/spaces/{id} GET
/2/spaces/{id}/buyers GET
/2/spaces/{id}/tweets GET
/2/trends/by/woeid/{woeid} GET
/2/tweets GET POST
/2/tweets/analytics GET
/2/tweets/compliance/stream GET
/2/tweets/counts/all GET
/2/tweets/counts/recent GET
/2/tweets/firehose/stream GET
/2/tweets/firehose/stream/lang/en GET
/2/tweets/firehose/stream/lang/ja GET
/2/tweets/firehose/stream/lang/ko GET
/2/tweets/firehose/stream/lang/pt GET
/2/tweets/label/stream GET
/2/tweets/sample/stream GET
/2/tweets/sample10/stream GET
/2/tweets/search/all GET
/2/tweets/search/recent GET
/2/tweets/search/stream GET
/2/tweets/search/stream/rules GET POST
/2/tweets/search/stream/rules/counts GET
/2/tweets/search/webhooks GET
/2/tweets/search/webhooks/{webhook_id} DELETE POST
/2/tweets/{id} DELETE GET
/2/tweets/{id}/liking_users GET
/2/tweets/{id}/quote_tweets GET
/2/tweets/{id}/retweeted_by GET
/2/tweets/{id}/retweets GET
/2/tweets/{tweet_id}/hidden PUT
/2/usage/tweets GET
/2/users GET
/2/users/by GET
/2/users/by/username/{username} GET
/2/users/compliance/stream GET
/2/users/me GET
/2/users/personalized_trends GET
/2/users/public_keys GET
/2/users/reposts_of_me GET
/2/users/search GET
/2/users/{id} GET
/2/users/{id}/affiliates GET
/2/users/{id}/blocking GET
/2/users/{id}/bookmarks GET POST
/2/users/{id}/bookmarks/folders GET POST
/2/users/{id}/bookmarks/folders/{folder_id} GET
/2/users/{id}/bookmarks/{tweet_id} DELETE
/2/users/{id}/dm/block POST
/2/users/{id}/dm/unblock POST
/2/users/{id}/followed_lists GET POST
/2/users/{id}/followed_lists/{list_id} DELETE
/2/users/{id}/followers GET
/2/users/{id}/following GET POST
/2/users/{id}/liked_tweets GET
/2/users/{id}/likes POST
/2/users/{id}/likes/{tweet_id} DELETE
/2/users/{id}/list_memberships GET
/2/users/{id}/mentions GET
/2/users/{id}/muting GET POST
/2/users/{id}/owned_lists GET
/2/users/{id}/pinned_lists GET POST
/2/users/{id}/pinned_lists/{list_id} DELETE
/2/users/{id}/public_keys GET POST
/2/users/{id}/retweets POST
/2/users/{id}/retweets/{source_tweet_id} DELETE
/2/users/{id}/timelines/reverse_chronological GET
/2/users/{id}/tweets GET
/2/users/{source_user_id}/following/{target_user_id} DELETE
/2/users/{source_user_id}/muting/{target_user_id} DELETE
/2/webhooks GET POST
/2/webhooks/replay POST
/2/webhooks/{webhook_id} DELETE PUT
"""
_KNOWN: Final = tuple(
    (path, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), methods)
    for path, *methods in (line.split() for line in _TABLE.split("\n") if line)
)
_NAMES: Final = frozenset(
    (method, path) for path, _, methods in _KNOWN if "{" not in path for method in methods
)


def known_path(method: str, path: str) -> str | None:
    """Return the path of X's operation as X writes it, or None when X has no such one."""
    for template, pattern, methods in _KNOWN:
        if method in methods and pattern.fullmatch(path):
            return template
    return None


def is_name_of_x(method: str, path: str) -> bool:
    """Return whether a path is an operation's own name, and so no other's `{id}`."""
    return (method, path) in _NAMES
