"""When a person is asked before a call, and what the question says."""

from decimal import Decimal

import pytest

from core.catalogue import catalogue
from core.forecast import Forecast, forecast
from core.request_draft import Draft
from ui.presenters.requests_price import Asked, Rules, dollars_from, price_words, rules_from
from ui.presenters.requests_question import effect, question

CHEAP = Forecast(True, Decimal(0), Decimal("0.010"), "Post", 2)
DEAR = Forecast(True, Decimal(0), Decimal("2.5"), "Post", 500)


def draft(operation_id: str, body: str = "", **values: str) -> Draft:
    operation = catalogue().by_id(operation_id)
    assert operation is not None
    return Draft(operation, {name: (value,) for name, value in values.items()}, body=body)


@pytest.mark.parametrize(
    ("rules", "method", "price", "environment", "asked"),
    [
        (Rules(), "GET", CHEAP, "x", Asked.NO),
        (Rules(), "POST", CHEAP, "x", Asked.WRITE),
        (Rules(), "DELETE", CHEAP, "custom", Asked.WRITE),
        (Rules(), "GET", DEAR, "x", Asked.PRICE),
        (Rules(), "GET", DEAR, "custom", Asked.NO),
        (Rules(above=None), "GET", DEAR, "x", Asked.NO),
        (Rules(above=Decimal("2.5")), "GET", DEAR, "x", Asked.NO),
        (Rules(writes=False), "POST", CHEAP, "x", Asked.NO),
        (Rules(writes=False), "POST", DEAR, "x", Asked.PRICE),
        (Rules(), "POST", DEAR, "sandbox", Asked.NO),
        (Rules(in_sandbox=True), "POST", CHEAP, "sandbox", Asked.WRITE),
        (Rules(in_sandbox=True), "GET", DEAR, "sandbox", Asked.PRICE),
    ],
)
def test_who_is_asked_when(
    rules: Rules, method: str, price: Forecast, environment: str, asked: Asked
) -> None:
    assert rules.asked(method, price, environment) is asked


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("0.50", "0.50"),
        (" $2 ", "2"),
        ("1,5", "1.5"),
        ("0", "0"),
        ("", None),
        ("much", None),
        ("-1", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e9", None),
    ],
)
def test_a_sum_is_read_or_refused(text: str, dollars: str | None) -> None:
    assert dollars_from(text) == (None if dollars is None else Decimal(dollars))


def test_what_settings_hold_becomes_rules() -> None:
    kept = {"requests.ask_above": "", "requests.ask_in_sandbox": "yes"}

    assert rules_from(kept.get, writes=True) == Rules(None, True)
    assert rules_from(lambda _name, usual: usual, writes=False) == Rules(writes=False)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (draft("createPosts", '{"text": "hello"}'), "Publishes a Post as @acme: “hello”"),
        (
            draft("createPosts", '{"text": "x", "reply": {"in_reply_to_tweet_id": "7"}}'),
            "It answers Post 7.",
        ),
        (draft("deletePosts", id="7"), "Deletes Post 7 of @acme. X does not bring it back."),
        (draft("likePost", '{"tweet_id": "7"}', id="1"), "Likes Post 7 as @acme"),
        (draft("hidePostsReply", '{"hidden": false}', tweet_id="7"), "Shows the hidden reply 7"),
        (draft("updateRules", '{"add": [{"value": "a"}]}'), "Adds 1 rules to the stream."),
        (draft("updateRules", delete_all="true"), "Deletes every rule"),
        (draft("updateRules", dry_run="true"), "without keeping them"),
        (draft("createPosts", "not json"), "Publishes a Post as @acme"),
        (draft("createPosts", "[1]"), "Publishes a Post as @acme"),
    ],
)
def test_the_question_says_what_the_call_does(asked: Draft, words: str) -> None:
    assert words in effect(asked, "@acme")


def test_every_write_has_a_sentence() -> None:
    for operation in catalogue().operations:
        if operation.method != "GET":
            assert "@acme" in effect(Draft(operation), "@acme") or "rule" in effect(
                Draft(operation), "@acme"
            )


def test_a_post_with_a_link_is_said_to_cost_many_times_as_much() -> None:
    post = draft("createPosts", '{"text": "see https://example.com"}')
    price = forecast(post.operation, post.values, post.body)

    asked = question(post, "@acme", price, Asked.WRITE, "x")

    assert "$0.200" in " ".join(asked.sentences)
    assert asked.is_dangerous


@pytest.mark.parametrize(
    ("price", "environment", "short"),
    [
        (CHEAP, "x", "up to $0.010"),
        (CHEAP, "sandbox", "up to $0.010 at X"),
        (CHEAP, "custom", ""),
        (Forecast(is_known=False), "x", "price unknown"),
        (Forecast(True, is_open_ended=True, per_unit=Decimal("0.005")), "x", "$0.005 a Post"),
    ],
)
def test_the_price_stands_beside_send(price: Forecast, environment: str, short: str) -> None:
    assert price_words(price, environment)[0] == short
