"""Rate limits: numbers, headers, pools and windows."""

import time

from sandbox import Sandbox
from tests.unit.sandbox.client import ACME, Client

ME = "/2/users/me"
USAGE = "/2/usage/tweets"


def test_every_answer_tells_the_published_limit(client: Client) -> None:
    answer = client.get("/2/tweets", client.bearer(), ids="20")

    assert answer.headers["x-rate-limit-limit"] == "3500"
    assert answer.headers["x-rate-limit-remaining"] == "3499"
    left = int(answer.headers["x-rate-limit-reset"]) - time.time()
    assert 890 < left <= 901


def test_refusals_of_a_known_caller_count_too(client: Client) -> None:
    bearer = client.bearer()

    refused = client.get("/2/tweets", bearer, nonsense="1")

    assert refused.status_code == 400
    assert refused.headers["x-rate-limit-remaining"] == "3499"


def test_the_seventy_sixth_call_in_a_window_is_429(client: Client) -> None:
    token = client.sign_in()["access_token"]
    statuses = [client.me(token) for _ in range(76)]

    assert statuses == [200] * 75 + [429]


def test_a_429_says_so_in_body_and_headers(client: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getUsersMe", 1)
    token = client.sign_in()["access_token"]
    client.me(token)

    answer = client.get(ME, token)

    assert answer.status_code == 429
    assert answer.json() == {
        "title": "Too Many Requests",
        "type": "about:blank",
        "status": 429,
        "detail": "Too Many Requests",
    }
    assert answer.headers["x-rate-limit-limit"] == "1"
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert int(answer.headers["x-rate-limit-reset"]) > time.time()


def test_after_the_window_calls_are_answered_again(client: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getUsersMe", 1)
    token = client.sign_in()["access_token"]
    assert [client.me(token), client.me(token)] == [200, 429]

    sandbox.advance(901)
    assert client.me(token) == 200


def test_users_do_not_share_a_pool(client: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getUsersMe", 1)
    first, second = (client.sign_in(name)["access_token"] for name in ("acme", "acme_ops"))

    assert [client.me(first), client.me(second), client.me(first)] == [200, 200, 429]


def test_both_credentials_of_a_user_share_a_pool(client: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getUsersMe", 1)

    assert client.me(client.sign_in("acme")["access_token"]) == 200
    assert client.call("GET", ME, auth=client.signer()).status_code == 429


def test_the_app_and_its_users_do_not_share_a_pool(client: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getPostsByIds", 1)
    bearer, token = client.bearer(), client.sign_in()["access_token"]

    answers = [client.get("/2/tweets", one, ids="20").status_code for one in (bearer, token)]
    assert answers == [200, 200]
    assert client.get("/2/tweets", bearer, ids="20").status_code == 429


def test_operations_do_not_share_a_pool(client: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getPostsByIds", 1)
    bearer = client.bearer()
    client.get("/2/tweets", bearer, ids="20")

    assert client.get("/2/tweets/20", bearer).status_code == 200


def test_apps_do_not_share_a_pool(client: Client, public: Client, sandbox: Sandbox) -> None:
    sandbox.set_limit("getUsage", 1)

    assert client.get(USAGE, client.bearer()).status_code == 200
    assert public.get(USAGE, public.bearer()).status_code == 200


def test_a_second_limit_of_a_day_has_headers_of_its_own(client: Client) -> None:
    token = client.sign_in(scopes="tweet.read users.read like.write")["access_token"]
    body = {"tweet_id": "1261326399320715264"}

    answer = client.write("POST", f"/2/users/{ACME}/likes", token, body)

    assert answer.headers["x-rate-limit-limit"] == "50"
    assert answer.headers["x-user-limit-24hour-limit"] == "1000"
    assert answer.headers["x-user-limit-24hour-remaining"] == "999"
