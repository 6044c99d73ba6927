"""What a call may cost, said before it is sent."""

from decimal import Decimal

import pytest

from core.catalogue import catalogue
from core.forecast import Forecast, forecast

NOTHING = Decimal(0)


def cast(operation_id: str, body: str = "", **values: tuple[str, ...]) -> Forecast:
    operation = catalogue().by_id(operation_id)
    assert operation is not None
    return forecast(operation, {k.replace("__", "."): v for k, v in values.items()}, body)


def test_three_posts_with_their_authors_cost_what_x_would_charge_at_most() -> None:
    found = cast("getPostsByIds", ids=("1", "2", "3"), expansions=("author_id",))

    assert (found.least, found.most) == (NOTHING, Decimal("0.045"))
    assert (found.unit, found.units, found.included) == ("Post", 3, (("User", 3),))
    assert found.read_at == "2026-08-22"


def test_a_page_costs_as_many_as_it_may_hold() -> None:
    assert cast("searchPostsRecent", query=("x",)).most == Decimal("0.050")
    assert cast("searchPostsRecent", query=("x",), max_results=("100",)).most == Decimal("0.500")
    assert cast("searchPostsRecent", max_results=("many",)).units == 10


def test_one_resource_is_one() -> None:
    found = cast("getUsersMe")

    assert (found.most, found.unit, found.units) == (Decimal("0.010"), "User", 1)


@pytest.mark.parametrize(
    ("body", "price", "has_address"),
    [
        ('{"text": "hello"}', "0.015", False),
        ('{"text": "see https://example.com"}', "0.200", True),
        ('{"text": "see www.example.com"}', "0.200", True),
        ("not json", "0.015", False),
        ("[" * 100_000, "0.015", False),
        ("[1]", "0.015", False),
    ],
)
def test_a_link_in_a_post_multiplies_its_price(body: str, price: str, has_address: bool) -> None:
    found = cast("createPosts", body)

    assert (found.least, found.most) == (Decimal(price), Decimal(price))
    assert found.has_address is has_address


def test_what_x_publishes_no_price_for_is_said_to_be_unknown() -> None:
    assert not cast("getUsage").is_known
    assert not cast("getOpenApiSpec").is_known


def test_a_stream_costs_by_the_post_and_has_no_upper_bound() -> None:
    found = cast("streamPosts")

    assert found.is_open_ended
    assert found.per_unit == Decimal("0.005")


def test_mentions_may_bring_more_users_than_there_are_posts() -> None:
    assert cast("getPostsByIds", ids=("1",), expansions=("entities.mentions.username",)).may_exceed
    assert not cast("getPostsByIds", ids=("1",), expansions=("author_id",)).may_exceed


def test_every_operation_has_a_forecast() -> None:
    for operation in catalogue().operations:
        found = forecast(operation, {}, "")

        assert found.least <= found.most or found.is_open_ended
        assert found.is_known or found.most == NOTHING
