"""One of each noun, for tests that care about few of its fields."""

from typing import Any

from core.environment import Environment
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    BearerToken,
    ClientCredentials,
    ConsumerKeys,
    UserToken,
)
from core.secret import Secret
from tests.fakes.clock import START


def app(app_id: str = "app-1", **given: Any) -> App:
    """Return an App with both kinds of credentials."""
    facts: dict[str, Any] = {
        "name": f"Name of {app_id}",
        "environment": Environment.x(),
        "created_at": START,
        "consumer": ConsumerKeys(Secret("api-key-" + app_id), Secret("api-secret-" + app_id)),
        "client": ClientCredentials(Secret("client-id-" + app_id), Secret("client-s-" + app_id)),
        "redirect_uris": ("http://127.0.0.1:8080/callback",),
    }
    return App(app_id, **{**facts, **given})


def bearer(app_id: str = "app-1", **given: Any) -> BearerToken:
    """Return a Bearer Token that is alive."""
    facts: dict[str, Any] = {"token": Secret("bearer-of-" + app_id), "fetched_at": START}
    return BearerToken(app_id, **{**facts, **given})


def owner(app_id: str = "app-1", **given: Any) -> AccessTokenPair:
    """Return an Access Token and Secret."""
    facts: dict[str, Any] = {
        "token": Secret("access-token-" + app_id),
        "token_secret": Secret("access-secret-" + app_id),
        "added_at": START,
    }
    return AccessTokenPair(app_id, **{**facts, **given})


def user(token_id: str = "user-1", app_id: str = "app-1", **given: Any) -> UserToken:
    """Return a user token that is alive."""
    facts: dict[str, Any] = {
        "access_token": Secret("access-of-" + token_id),
        "refresh_token": Secret("refresh-of-" + token_id),
        "scopes": ("tweet.read",),
        "requested_scopes": ("tweet.read", "users.read"),
        "issued_at": START,
        "expires_at": START,
        "username": "dev_" + token_id,
    }
    return UserToken(token_id, app_id, **{**facts, **given})


def activity(subject: str = "bearer", app_id: str = "app-1", **given: Any) -> Activity:
    """Return one line of what happened."""
    facts: dict[str, Any] = {"at": START, "what": "generate", "outcome": "ok"}
    return Activity(app_id, subject=subject, **{**facts, **given})
