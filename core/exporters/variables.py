"""The names under which programs look for credentials of X in their environment.

Neither tweepy nor xdk nor twitter-api-v2 reads a variable by itself: the names are those of
their documentation and examples, of X's own pages, and of xurl.
Source: x-platform notes §8.4, read August 2026.
"""

from collections.abc import Mapping
from typing import Final

from core.issuing import Issued
from core.model import App
from core.secret import Secret

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "bearer_token": (
        "X_BEARER_TOKEN",
        "BEARER_TOKEN",
        "X_API_BEARER_TOKEN",
        "TWITTER_BEARER_TOKEN",
        "APP_ACCESS_TOKEN",
    ),
    "api_key": (
        "X_API_KEY",
        "API_KEY",
        "CONSUMER_KEY",
        "X_CONSUMER_KEY",
        "TWITTER_API_KEY",
        "TWITTER_CONSUMER_KEY",
        "TWITTER_APP_KEY",
    ),
    "api_secret": (
        "X_API_SECRET",
        "API_SECRET",
        "API_SECRET_KEY",
        "API_KEY_SECRET",
        "CONSUMER_SECRET",
        "X_CONSUMER_SECRET",
        "TWITTER_API_SECRET",
        "TWITTER_API_SECRET_KEY",
        "TWITTER_CONSUMER_SECRET",
        "TWITTER_APP_SECRET",
    ),
    "access_token": (
        "X_ACCESS_TOKEN",
        "ACCESS_TOKEN",
        "TWITTER_ACCESS_TOKEN",
        "ACCESS_KEY",
        "X_OAUTH1_TOKEN",
    ),
    "access_token_secret": (
        "X_ACCESS_TOKEN_SECRET",
        "ACCESS_TOKEN_SECRET",
        "ACCESS_SECRET",
        "TOKEN_SECRET",
        "X_ACCESS_SECRET",
        "TWITTER_ACCESS_TOKEN_SECRET",
        "TWITTER_ACCESS_SECRET",
    ),
    "user_access_token": ("X_USER_ACCESS_TOKEN", "USER_ACCESS_TOKEN"),
    "client_id": ("X_CLIENT_ID", "CLIENT_ID", "TWITTER_CLIENT_ID"),
    "client_secret": ("X_CLIENT_SECRET", "CLIENT_SECRET", "TWITTER_CLIENT_SECRET"),
    "redirect_uri": ("X_REDIRECT_URI", "REDIRECT_URI"),
    "refresh_token": ("X_REFRESH_TOKEN", "REFRESH_TOKEN"),
}
# Beside a user's Access Token these would make half of another credential, or refresh it
# behind our back.
_MISLEADING: Final = ("access_token_secret", "refresh_token")


def variables_for(app: App, issued: Issued) -> dict[str, str]:
    """Return the variables of a program that shall use this one credential, revealed.

    A user's Access Token stands under ACCESS_TOKEN too, where xdk's examples look for it.
    """
    found: dict[str, str] = {}
    for field, value in _fields(app, issued).items():
        found |= dict.fromkeys(NAMES[field], value.reveal())
    found["KEYPANE_APP"] = app.name
    found["KEYPANE_API_URL"] = app.environment.api_url
    if app.environment.kind != "x":
        found["API_BASE_URL"] = app.environment.api_url  # xurl's name: no sandbox token goes to X
    return found


def misleading(issued: Issued) -> frozenset[str]:
    """Return the names that must not stand beside this credential."""
    fields = _MISLEADING if issued.kind == "user" else ()
    return frozenset(name for field in fields for name in NAMES[field])


def _fields(app: App, issued: Issued) -> dict[str, Secret]:
    fields: dict[str, Secret] = {}
    if issued.kind == "bearer" and issued.token is not None:
        fields["bearer_token"] = issued.token
    elif issued.kind == "user" and issued.token is not None:
        fields |= {"access_token": issued.token, "user_access_token": issued.token}
        if app.client is not None and app.client.client_id:
            fields["client_id"] = app.client.client_id
    elif issued.pair is not None and issued.consumer is not None:
        fields = {
            "api_key": issued.consumer.api_key,
            "api_secret": issued.consumer.api_secret,
            "access_token": issued.pair.token,
            "access_token_secret": issued.pair.token_secret,
        }
    return fields
