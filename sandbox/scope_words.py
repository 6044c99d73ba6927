"""Every scope that the sandbox knows, and what its consent page says of it."""

from typing import Final

VIEW: Final = {
    "tweet.read": "Posts you can see, protected ones included",
    "users.read": "Accounts you can view",
    "users.email": "Your e-mail address",
    "follows.read": "Who follows you and whom you follow",
    "space.read": "Spaces you can join",
    "mute.read": "Accounts you have muted",
    "like.read": "Posts you have liked",
    "list.read": "Your Lists, private ones included",
    "block.read": "Accounts you have blocked",
    "bookmark.read": "Your bookmarks",
    "dm.read": "Your Direct Messages",
    "broadcast.read": "Your broadcasts",
    "timeline.read": "Your timelines",
    "ads.read": "Your advertising accounts",
}
DO: Final = {
    "tweet.write": "Post, repost and delete for you",
    "tweet.moderate.write": "Hide and unhide replies to your Posts",
    "follows.write": "Follow and unfollow for you",
    "mute.write": "Mute and unmute for you",
    "like.write": "Like and unlike for you",
    "list.write": "Make, change and delete Lists for you",
    "block.write": "Block and unblock for you",
    "bookmark.write": "Add and remove bookmarks",
    "dm.write": "Send Direct Messages for you",
    "media.write": "Upload media for you",
    "broadcast.write": "Manage broadcasts for you",
    "ads.write": "Change your advertising",
    "offline.access": "Stay connected until you revoke access",
}
ALL: Final = VIEW | DO
LEVELS: Final = {
    "read": ("tweet.read", "users.read"),
    "read-write": ("tweet.read", "users.read", "tweet.write", "follows.write", "like.write"),
    "read-write-directmessages": (
        "tweet.read",
        "users.read",
        "dm.read",
        "tweet.write",
        "follows.write",
        "like.write",
        "dm.write",
    ),
}  # what an OAuth 1.0a permission level amounts to, for the same page
