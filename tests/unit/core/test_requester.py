"""Requests with each kind of credential."""

import json
from dataclasses import replace

import pytest

from core.errors import BadAnswer, BadInput, NoCredential
from core.exchange import RequestSpec
from core.model import OAUTH1, CredentialRef, CredentialState, HttpRequest, HttpResponse
from core.ports import CancelToken
from core.secret import Secret
from tests.fakes.fake_transport import Streamed, answer
from tests.unit.core.service_bench import (
    APP_ID,
    DEAD_TOKEN,
    ME,
    UNAUTHORIZED,
    Bench,
    authorization,
    token_answer,
)

POSTS = RequestSpec(APP_ID, "GET", "/2/tweets", query=(("ids", "1,2"),))
USER = CredentialRef("user", "user-1")
STREAM = RequestSpec(APP_ID, "GET", "/2/tweets/search/stream")
ME_AS_USER = RequestSpec(APP_ID, "GET", "/2/users/me", USER)
LIMITS = {
    "x-rate-limit-limit": "900",
    "x-rate-limit-remaining": "899",
    "x-rate-limit-reset": "1787400000",
}


def test_the_bearer_token_goes_out_as_x_gave_it(bench: Bench) -> None:
    bench.keep_bearer("AAAA%2Fold%3D")
    bench.will(answer({"data": []}))

    exchange = bench.requester.send(POSTS, bench.cancel)

    request = bench.transport.seen[0]
    assert request.url == "https://api.x.com/2/tweets"
    assert request.query == (("ids", "1,2"),)
    assert authorization(request) == "Bearer AAAA%2Fold%3D"
    assert exchange.url == "https://api.x.com/2/tweets?ids=1%2C2"
    assert exchange.was_accepted


def test_a_refusal_is_an_answer(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(answer(UNAUTHORIZED, 401))

    exchange = bench.requester.send(POSTS, bench.cancel)

    assert exchange.response.status == 401
    assert not exchange.was_accepted


def test_the_owners_pair_signs_the_query(bench: Bench) -> None:
    bench.keep_pair()
    bench.will(answer(ME))

    bench.requester.send(
        RequestSpec(APP_ID, "GET", "/2/users/me", OAUTH1, (("user.fields", "id"),)), bench.cancel
    )

    assert 'oauth_token="17-pair"' in authorization(bench.transport.seen[0])


def test_a_due_user_token_is_refreshed_before_it_is_used(bench: Bench) -> None:
    bench.keep_user(lives_seconds=10)
    bench.will(token_answer(), answer(ME))

    bench.requester.send(ME_AS_USER, bench.cancel)

    assert bench.paths == ["/2/oauth2/token", "/2/users/me"]
    assert authorization(bench.transport.seen[1]) == "Bearer new-access"


def test_a_401_is_answered_by_one_refresh_and_one_repeat(bench: Bench) -> None:
    bench.keep_user()
    dead = answer(UNAUTHORIZED, 401)
    bench.will(dead, token_answer(), dead)

    exchange = bench.requester.send(ME_AS_USER, bench.cancel)

    assert bench.paths == ["/2/users/me", "/2/oauth2/token", "/2/users/me"]
    assert exchange.refreshed
    assert exchange.response.status == 401


def test_a_401_is_repeated_with_the_token_that_another_program_has_just_got(bench: Bench) -> None:
    old = bench.keep_user()

    def refused_while_another_refreshes(_: HttpRequest, __: CancelToken) -> HttpResponse:
        bench.clock.advance(1)
        fresh = Secret("winner-access")
        bench.vault.save(replace(old, access_token=fresh, issued_at=bench.clock.now()))
        return answer(UNAUTHORIZED, 401)

    bench.will(refused_while_another_refreshes, answer(ME))

    assert bench.requester.send(ME_AS_USER, bench.cancel).response.status == 200
    assert bench.paths == ["/2/users/me", "/2/users/me"]
    assert authorization(bench.transport.seen[1]) == "Bearer winner-access"


def test_a_401_that_cannot_be_helped_is_the_answer(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer(UNAUTHORIZED, 401), answer(DEAD_TOKEN, 400))

    assert bench.requester.send(ME_AS_USER, bench.cancel).response.status == 401
    assert bench.user().state is CredentialState.NEEDS_SIGN_IN


@pytest.mark.parametrize("credential", [CredentialRef("bearer"), OAUTH1])
def test_a_missing_credential_sends_nothing(bench: Bench, credential: CredentialRef) -> None:
    with pytest.raises(NoCredential):
        bench.requester.send(RequestSpec(APP_ID, "GET", "/2/tweets", credential), bench.cancel)

    assert bench.transport.seen == []


@pytest.mark.parametrize(
    "path",
    [
        "2/tweets",
        "//evil.example/2/tweets",
        "https://evil.example/2/tweets",
        "/2/../oauth2/token",
        "/2/%2e%2e/x",
        "/2/tweets#x",
        "/2\\tweets",
        "/2/tweets\r\nHost: evil",
        "/oauth2/invalidate_token",
        "/2/oauth2/revoke",
        "",
    ],
)
def test_no_path_leaves_the_api(bench: Bench, path: str) -> None:
    bench.keep_bearer()

    with pytest.raises(BadInput):
        bench.requester.send(RequestSpec(APP_ID, "GET", path), bench.cancel)

    assert bench.transport.seen == []


@pytest.mark.parametrize(
    "name", ["Authorization", "host", "Cookie", "Content-Length", "Transfer-Encoding", "a b", ""]
)
def test_headers_that_carry_credentials_are_ours(bench: Bench, name: str) -> None:
    bench.keep_bearer()

    with pytest.raises(BadInput):
        bench.requester.build(RequestSpec(APP_ID, "GET", "/2/tweets", headers=((name, "x"),)))


def test_a_query_in_the_path_is_understood(bench: Bench) -> None:
    request = bench.requester.build(RequestSpec(APP_ID, "get", "/2/tweets?ids=1%2C2&x="))

    assert request.query == (("ids", "1,2"), ("x", ""))
    assert request.method == "GET"


def test_a_body_must_be_json(bench: Bench) -> None:
    with pytest.raises(BadInput):
        bench.requester.build(RequestSpec(APP_ID, "POST", "/2/tweets", body="text=hello"))

    request = bench.requester.build(RequestSpec(APP_ID, "POST", "/2/tweets", body='{"text":"ä"}'))
    assert json.loads(request.body or b"") == {"text": "ä"}


def test_a_stream_is_not_sent_as_a_request_that_ends(bench: Bench) -> None:
    bench.keep_bearer()
    with pytest.raises(BadInput):
        bench.requester.send(STREAM, bench.cancel)

    assert bench.transport.seen == []


def test_a_stream_is_opened_with_the_credential_and_its_limits_are_remembered(
    bench: Bench,
) -> None:
    bench.keep_bearer("AAAA%2Fold%3D")
    bench.will(Streamed(((b"1",),), LIMITS))

    with bench.requester.open_stream(STREAM, bench.cancel) as opened:
        lines = list(opened.batches())

    assert lines == [(b"1",)]
    assert authorization(bench.transport.seen[0]) == "Bearer AAAA%2Fold%3D"
    known = bench.requester.limits.latest(APP_ID)
    assert known is not None
    assert (known.endpoint, known.rate_limit.remaining) == ("GET /2/tweets/search/stream", 899)


def test_rate_limits_are_remembered_per_endpoint_and_credential(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(answer({}, headers=LIMITS), answer({}, headers=LIMITS))

    bench.requester.send(POSTS, bench.cancel)
    bench.requester.send(RequestSpec(APP_ID, "GET", "/2/tweets/42"), bench.cancel)

    known = bench.requester.limits.known(APP_ID)
    assert [(k.endpoint, k.credential) for k in known] == [
        ("GET /2/tweets", "bearer"),
        ("GET /2/tweets/{id}", "bearer"),
    ]
    assert known[0].rate_limit.remaining == 899


def page(number: int, following: str | None) -> HttpResponse:
    meta = {"result_count": 1, **({"next_token": following} if following else {})}
    return answer({"data": [{"id": str(number)}], "meta": meta})


def test_pages_are_followed_until_there_is_none(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(page(1, "t2"), page(2, "t3"), page(3, None))
    spec = RequestSpec(APP_ID, "GET", "/2/users/1/tweets", query=(("max_results", "5"),))

    pages = list(bench.requester.pages(spec, bench.cancel))

    assert len(pages) == 3
    assert [dict(r.query).get("pagination_token") for r in bench.transport.seen] == [
        None,
        "t2",
        "t3",
    ]
    assert all(dict(r.query)["max_results"] == "5" for r in bench.transport.seen)


def test_pages_that_go_in_a_circle_end(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(page(1, "t2"), page(2, "t2"))
    spec = RequestSpec(APP_ID, "GET", "/2/users/1/tweets")

    with pytest.raises(BadAnswer):
        list(bench.requester.pages(spec, bench.cancel))


def test_pages_end_with_a_refusal(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(page(1, "t2"), answer({"title": "Too Many Requests"}, 429))
    spec = RequestSpec(APP_ID, "GET", "/2/users/1/tweets")

    assert [e.response.status for e in bench.requester.pages(spec, bench.cancel)] == [200, 429]


def test_an_accepted_call_writes_down_which_scopes_were_of_use(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer(ME))

    bench.requester.send(ME_AS_USER, bench.cancel)

    assert set(bench.user().used_scopes) == {"tweet.read", "users.read"}


def test_a_call_that_uses_nothing_new_writes_nothing(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer(ME), answer(ME))
    bench.requester.send(ME_AS_USER, bench.cancel)
    mark = bench.vault.mark()

    bench.requester.send(ME_AS_USER, bench.cancel)

    assert bench.vault.mark() == mark


def test_a_refused_call_used_no_scope(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer({"title": "Forbidden", "status": 403}, 403))

    bench.requester.send(ME_AS_USER, bench.cancel)

    assert bench.user().used_scopes == ()


NAMED = RequestSpec(APP_ID, "GET", "/2/tweets?tweet.fields=lang", query=(("ids", "1"),))


def refused_over(name: str) -> HttpResponse:
    return answer({"errors": [{"parameters": {name: ["lang"]}, "message": "unknown"}]}, 400)


def test_names_that_x_refuses_are_tried_once_under_the_other_family(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(refused_over("tweet.fields"), answer({"data": []}))

    exchange = bench.requester.send(NAMED, bench.cancel)

    assert exchange.was_accepted
    assert exchange.renamed
    assert [request.query for request in bench.transport.seen] == [
        (("tweet.fields", "lang"), ("ids", "1")),
        (("post.fields", "lang"), ("ids", "1")),
    ]


def test_names_that_x_refuses_in_both_families_keep_the_first_refusal(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(refused_over("tweet.fields"), refused_over("post.fields"))

    exchange = bench.requester.send(NAMED, bench.cancel)

    assert not exchange.renamed
    assert b"tweet.fields" in exchange.response.body
    assert len(bench.transport.seen) == 2


def test_the_pages_behind_a_renamed_one_keep_its_names(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(refused_over("tweet.fields"), page(1, "abc"), page(2, None))
    spec = RequestSpec(APP_ID, "GET", "/2/users/1/tweets", query=(("tweet.fields", "lang"),))

    pages = list(bench.requester.pages(spec, bench.cancel))

    assert len(pages) == 2
    assert bench.transport.seen[-1].query == (
        ("post.fields", "lang"),
        ("pagination_token", "abc"),
    )


def test_a_search_that_x_allows_once_a_second_waits_between_its_pages(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(page(1, "abc"), page(2, None))
    spec = RequestSpec(APP_ID, "GET", "/2/tweets/search/all", query=(("query", "x"),))
    waits: list[float] = []

    class Noting(CancelToken):
        def wait(self, seconds: float) -> bool:
            waits.append(seconds)
            return False

    list(bench.requester.pages(spec, Noting()))

    assert waits == [1.0]
