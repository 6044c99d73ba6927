"""The most used Python library for X works against the sandbox as it does against X.

Tweepy writes X's hosts into its code, so they are replaced on the way out, before
anything is signed. Nothing else about it is changed.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import tweepy  # type: ignore[import-untyped]

from sandbox import Sandbox

FIXED = 1261326399320715264
OTHER = 1278347468690915330
SCOPES = ["tweet.read", "users.read", "tweet.write", "offline.access"]
X_HOSTS = ("https://api.twitter.com", "https://twitter.com")


def here(sandbox: Sandbox, url: str) -> str:
    """Return the address at the sandbox for one at X."""
    for host in X_HOSTS:
        url = url.replace(host, sandbox.origin, 1)
    return url


@pytest.fixture(autouse=True)
def x_is_the_sandbox(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send what tweepy sends to X to the sandbox, and allow a redirect URI on loopback."""
    send = requests.Session.request

    def request(session: requests.Session, method: str, url: str, **how: Any) -> Any:
        return send(session, method, here(sandbox, url), **how)

    monkeypatch.setattr(requests.Session, "request", request)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def owner(sandbox: Sandbox) -> Iterator[tweepy.Client]:
    """Return tweepy as the owner of the ready App, by OAuth 1.0a."""
    app = sandbox.ready_app
    client = tweepy.Client(
        consumer_key=app.api_key,
        consumer_secret=app.api_secret,
        access_token=app.access_token,
        access_token_secret=app.access_token_secret,
    )
    yield client
    client.session.close()


def bearer_client(sandbox: Sandbox) -> tweepy.Client:
    app = sandbox.ready_app
    handler = tweepy.OAuth2AppHandler(app.api_key, app.api_secret)
    return tweepy.Client(bearer_token=handler.apply_auth().bearer_token)


def sign_in(sandbox: Sandbox, handler: Any, username: str) -> dict[str, Any]:
    url = here(sandbox, handler.get_authorization_url())
    return dict(handler.fetch_token(sandbox.authorize_without_browser(url, username)))


def test_tweepy_generates_the_bearer_token_of_the_sandbox(sandbox: Sandbox) -> None:
    client = bearer_client(sandbox)

    assert client.bearer_token == sandbox.bearer_token
    client.session.close()


def test_tweepy_reads_posts_with_the_bearer_token(sandbox: Sandbox) -> None:
    client = bearer_client(sandbox)

    answer = client.get_tweets(
        [FIXED, OTHER, 20], tweet_fields=["created_at"], expansions=["author_id"]
    )

    assert [post.id for post in answer.data] == [FIXED, OTHER]
    assert [user.username for user in answer.includes["users"]] == ["acme", "PracticeDevs"]
    assert answer.errors[0]["resource_id"] == "20"
    client.session.close()


def test_tweepy_pages_through_a_search(sandbox: Sandbox) -> None:
    client = bearer_client(sandbox)

    pages = tweepy.Paginator(client.search_recent_tweets, "lang:en", max_results=50)
    ids = [post.id for post in pages.flatten()]

    assert len(ids) == len(set(ids)) > 90
    client.session.close()


def test_tweepy_counts_and_looks_users_up(sandbox: Sandbox) -> None:
    client = bearer_client(sandbox)

    counts = client.get_recent_tweets_count("from:acme", granularity="day")
    user = client.get_user(username="acme", user_fields=["public_metrics"])
    posts = client.get_users_tweets(user.data.id, exclude=["replies"])

    assert counts.meta["total_tweet_count"] > 5
    assert user.data.public_metrics["followers_count"] == 4210
    assert posts.meta["result_count"] == 10
    client.session.close()


def test_tweepy_meets_the_rate_limit(sandbox: Sandbox) -> None:
    client = bearer_client(sandbox)
    sandbox.set_limit("getPostsById", 1)
    client.get_tweet(FIXED)

    with pytest.raises(tweepy.TooManyRequests):
        client.get_tweet(FIXED)
    client.session.close()


def test_tweepy_signs_for_the_owner(owner: tweepy.Client) -> None:
    assert owner.get_me(user_fields=["description"]).data.username == "acme"


def test_tweepy_writes_likes_and_deletes_by_signature(owner: tweepy.Client) -> None:
    post_id = owner.create_tweet(text="Hello from tweepy & friends + “quotes”").data["id"]

    assert owner.get_tweet(post_id, user_auth=True).data.text.endswith("“quotes”")
    assert owner.like(post_id).data == {"liked": True}
    assert owner.retweet(OTHER).data["retweeted"] is True
    assert owner.delete_tweet(post_id).data == {"deleted": True}


def test_tweepy_cannot_bookmark_by_signature(owner: tweepy.Client) -> None:
    with pytest.raises(tweepy.Forbidden):
        owner.request("POST", "/2/users/1733410282/bookmarks", json={}, user_auth=True)


def test_tweepy_goes_the_three_legs(sandbox: Sandbox) -> None:
    app = sandbox.ready_app
    handler = tweepy.OAuth1UserHandler(app.api_key, app.api_secret, callback=app.redirect_uri)
    url = here(sandbox, handler.get_authorization_url())
    back = sandbox.authorize_without_browser(url, "acme_ops")

    pair = handler.get_access_token(back.partition("oauth_verifier=")[2])

    client = tweepy.Client(
        consumer_key=app.api_key,
        consumer_secret=app.api_secret,
        access_token=pair[0],
        access_token_secret=pair[1],
    )
    assert client.get_me().data.username == "acme_ops"
    client.session.close()
    handler.oauth.close()


def test_tweepy_takes_a_pin(sandbox: Sandbox) -> None:
    app = sandbox.ready_app
    handler = tweepy.OAuth1UserHandler(app.api_key, app.api_secret, callback="oob")
    url = here(sandbox, handler.get_authorization_url(access_type="read"))

    pair = handler.get_access_token(sandbox.pin_without_browser(url, "newsdesk_demo"))

    assert pair[0].startswith("2244410115-")
    handler.oauth.close()


@pytest.mark.parametrize("is_confidential", [True, False])
def test_tweepy_signs_a_user_in_with_pkce(sandbox: Sandbox, *, is_confidential: bool) -> None:
    app = sandbox.add_app("Tweepy App", confidential=is_confidential)
    handler = tweepy.OAuth2UserHandler(
        client_id=app.client_id,
        redirect_uri=app.redirect_uri,
        scope=SCOPES,
        client_secret=app.client_secret or None,
    )

    token = sign_in(sandbox, handler, "acme_ops")

    client = tweepy.Client(token["access_token"])
    assert client.get_me(user_auth=False).data.username == "acme_ops"
    assert client.create_tweet(text="By PKCE", user_auth=False).data["text"] == "By PKCE"
    client.session.close()
    handler.close()


def test_tweepy_refreshes_as_its_base_class_does(sandbox: Sandbox) -> None:
    app = sandbox.ready_app
    handler = tweepy.OAuth2UserHandler(
        client_id=app.client_id,
        redirect_uri=app.redirect_uri,
        scope=SCOPES,
        client_secret=app.client_secret,
    )
    old = sign_in(sandbox, handler, "acme")

    new = handler.refresh_token(
        "https://api.twitter.com/2/oauth2/token",
        refresh_token=old["refresh_token"],
        auth=handler.auth,
    )

    assert new["refresh_token"] != old["refresh_token"]
    assert sandbox.state()["rotations"] == 1
    handler.close()
