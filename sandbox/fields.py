"""Which fields and expansions X knows, in the old names and in the new ones.

"tweet" is the family that X's prose and most clients use (specification 2.159 and
before), "post" the one that specification 2.167 renamed. A world answers to one
of them at a time and refuses the other as X does: by naming what it accepts.
"""

from typing import Final

from sandbox.parameters import Parameter


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TWEET_FIELDS: Final = _words(
    "article attachments author_id card_uri community_id context_annotations conversation_id "
    "created_at display_text_range edit_controls edit_history_tweet_ids entities geo id "
    "in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics "
    "note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive "
    "promoted_metrics public_metrics referenced_tweets reply_settings scopes source "
    "suggested_source_links suggested_source_links_with_counts text withheld"
)
POST_FIELDS: Final = _words(
    "article article_title attachments card_uri community_id context_annotations conversation_id "
    "created_at display_text_range edit_controls entities geo id lang matched_media_notes "
    "media_metadata non_public_metrics note_post note_request_suggestions organic_metrics "
    "paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes "
    "source suggested_source_links suggested_source_links_with_counts text withheld"
)
_SHARED_USER_FIELDS: Final = (
    "confirmed_email connection_status created_at description entities id is_identity_verified "
    "location name parody profile_banner_url profile_image_url protected public_metrics "
    "receives_your_dm subscription subscription_type url username verified "
    "verified_followers_count verified_type withheld"
)
USER_FIELDS: Final = {
    "tweet": _words(f"{_SHARED_USER_FIELDS} affiliation most_recent_tweet_id pinned_tweet_id"),
    "post": _words(f"{_SHARED_USER_FIELDS} subscribes_to_you"),
}
_SHARED_EXPANSIONS: Final = (
    "article.cover_media article.media_entities attachments.media_keys "
    "attachments.media_source_tweet attachments.poll_ids author_id "
    "entities.mentions.username geo.place_id in_reply_to_user_id"
)
POST_EXPANSIONS: Final = {
    "tweet": _words(
        f"{_SHARED_EXPANSIONS} edit_history_tweet_ids entities.note.mentions.username "
        "referenced_tweets.id referenced_tweets.id.attachments.media_keys "
        "referenced_tweets.id.author_id"
    ),
    "post": _words(f"{_SHARED_EXPANSIONS} edit_history_post_ids referenced_posts username"),
}
USER_EXPANSIONS: Final = {
    "tweet": ("affiliation.user_id", "most_recent_tweet_id", "pinned_tweet_id"),
    "post": ("affiliation", "most_recent_post_id", "pinned_post_id"),
}
MEDIA_FIELDS: Final = _words(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url "
    "promoted_metrics public_metrics type url variants width"
)
POLL_FIELDS: Final = _words("duration_minutes end_datetime id options voting_status")
PLACE_FIELDS: Final = _words(
    "contained_within country country_code full_name geo id name place_type"
)
USAGE_FIELDS: Final = _words(
    "cap_reset_day daily_client_app_usage daily_project_usage project_cap project_id project_usage"
)
LIST_FIELDS: Final = _words(
    "created_at description follower_count id member_count name owner_id private"
)
PUBLIC_KEY_FIELDS: Final = _words(
    "identity_public_key_signature juicebox_config public_key public_key_version signing_public_key"
)
ANALYTICS_FIELDS: Final = _words(
    "app_install_attempts app_opens bookmarks detail_expands email_tweet engagements follows "
    "hashtag_clicks id impressions likes media_views permalink_clicks quote_tweets replies "
    "retweets shares timestamp timestamped_metrics unfollows unlikes url_clicks "
    "user_profile_clicks"
)
NEW_NAMES: Final = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "pinned_tweet_id": "pinned_post_id",
    "most_recent_tweet_id": "most_recent_post_id",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "total_tweet_count": "total_post_count",
    "tweets": "posts",
}


def post_fields_parameter(family: str) -> Parameter:
    """Return `tweet.fields` or `post.fields`."""
    choices = TWEET_FIELDS if family == "tweet" else POST_FIELDS
    return _list(f"{family}.fields", choices)


def selecting(shape: str, family: str) -> tuple[Parameter, ...]:
    """Return the parameters that choose fields.

    Args:
        shape: what the answer is made of: "posts", "users", "lists" or "counts".
        family: "tweet" or "post".
    """
    posts = post_fields_parameter(family)
    users = _list("user.fields", USER_FIELDS[family])
    if shape == "users":
        return users, _list("expansions", USER_EXPANSIONS[family]), posts
    if shape == "posts":
        return (
            posts,
            _list("expansions", POST_EXPANSIONS[family]),
            users,
            _list("media.fields", MEDIA_FIELDS),
            _list("poll.fields", POLL_FIELDS),
            _list("place.fields", PLACE_FIELDS),
        )
    if shape == "lists":
        listed = LIST_FIELDS if family == "tweet" else tuple(set(LIST_FIELDS) - {"owner_id"})
        return _list("list.fields", listed), _list("expansions", ("owner_id",)), users
    if shape == "counts":
        return (_list("search_count.fields", ("end", "start", f"{family}_count")),)
    return ()


def in_family(document: object, family: str) -> object:
    """Return the document with every key under the family's name."""
    if family == "tweet":
        return document
    if isinstance(document, dict):
        return {
            NEW_NAMES.get(key, key): in_family(value, family) for key, value in document.items()
        }
    if isinstance(document, list):
        return [in_family(item, family) for item in document]
    return document


def _list(name: str, choices: tuple[str, ...]) -> Parameter:
    return Parameter(name, "choices", default=[], choices=choices)
