"""Scopes and their planner."""

from core.catalogue import catalogue
from core.scopes import (
    ALL_SCOPES,
    DEFAULT_SCOPES,
    PRESETS,
    SCOPES,
    check_scopes,
    compare_scopes,
    least_scopes,
    never_used,
    newly_used,
    parse_scopes,
)


def test_every_scope_that_an_operation_wants_is_explained() -> None:
    wanted = {scope for each in catalogue().operations for scope in each.scopes}

    assert wanted - set(SCOPES) == set()
    assert all(scope.meaning and scope.group for scope in ALL_SCOPES)
    assert len(SCOPES) == len(ALL_SCOPES)


def test_the_least_scopes_are_what_the_operations_need_and_no_more() -> None:
    create = catalogue().by_id("createPosts")
    assert create is not None

    assert least_scopes([create.scopes], stay_signed_in=False) == (
        "tweet.read",
        "tweet.write",
        "users.read",
    )
    assert "offline.access" in least_scopes([create.scopes])
    assert least_scopes([("new.scope",)], stay_signed_in=False) == ("new.scope",)


def test_scopes_are_split_at_spaces_and_commas() -> None:
    assert parse_scopes(" tweet.read,users.read  tweet.read ") == ("tweet.read", "users.read")


def test_a_choice_that_will_disappoint_is_warned_of() -> None:
    warnings = " ".join(check_scopes(("tweet.read", "tweets.read")))

    assert "tweets.read" in warnings
    assert "users.read" in warnings
    assert "two hours" in warnings
    assert check_scopes(DEFAULT_SCOPES) == ()


def test_what_was_granted_is_compared_with_what_was_asked() -> None:
    assert compare_scopes(("a", "b"), ("b", "c")) == (("a",), ("c",))


def test_presets_hold_known_scopes_and_no_advertising() -> None:
    for scopes in PRESETS.values():
        assert set(scopes) <= set(SCOPES)
        assert not any(scope.startswith("ads.") for scope in scopes)


def test_only_granted_scopes_that_were_new_count_as_newly_used() -> None:
    needed = ("tweet.read", "tweet.write", "users.read")

    assert newly_used(needed, ("tweet.read", "users.read"), ("users.read",)) == ("tweet.read",)
    assert newly_used(needed, ("tweet.read", "users.read"), ("tweet.read", "users.read")) == ()


def test_nothing_is_called_never_used_before_something_was_used() -> None:
    granted = ("tweet.read", "tweet.write", "offline.access")

    assert never_used(granted, ()) == ()
    assert never_used(granted, ("tweet.read",)) == ("tweet.write",)
