"""What X published about access stands in the pre-flight, with its days."""

from dataclasses import replace

import pytest

from core.catalogue import RESOURCES, Operation, catalogue, published
from core.preflight import (
    CAN,
    Fix,
    access_notes,
    enterprise_only,
    verdict_for_bearer,
    with_access,
)
from core.words_model import Sentence


def operation(identity: str) -> Operation:
    found = catalogue().by_id(identity)
    assert found is not None
    return found


def test_an_operation_for_enterprise_apps_is_not_open_and_says_since_when() -> None:
    found = with_access(CAN, operation("likePost"))

    assert (found.can_call, found.is_open) == (False, False)
    assert found.access == ("Enterprise only at X since 2026-04-16, by its pages of 2026-08-22.")


def test_one_without_a_day_tells_the_day_of_reading_alone() -> None:
    found = with_access(CAN, operation("streamPostsFirehose"))

    assert found.access == "Enterprise only at X, by its pages of 2026-08-22."


def test_what_the_credential_lacks_stays_beside_it() -> None:
    like = operation("likePost")
    found = with_access(verdict_for_bearer(like, has_token=True), like)

    assert (found.fix, found.is_open) == (Fix.USE_USER, False)
    assert found.reason.startswith("Needs a signed-in user")


@pytest.mark.parametrize("identity", ["getPostsByIds", "createPosts", "searchPostsRecent"])
def test_every_other_operation_keeps_its_verdict(identity: str) -> None:
    assert with_access(CAN, operation(identity)) is CAN
    assert enterprise_only(identity) == ""


def test_conditions_are_told_with_their_days_and_can_be_translated() -> None:
    notes = access_notes("createPosts")

    assert len(notes) == 4
    assert notes[0].endswith("through the API (since 2026-04-16).")
    assert "since" not in notes[2]
    assert all(isinstance(note, Sentence) for note in notes)
    assert access_notes("getUsage") == ()


def test_every_operation_of_the_access_table_is_one_of_the_catalogue() -> None:
    assert (RESOURCES / "published.json").is_file()
    for each in published().access:
        assert each.level in {"enterprise", "condition"}
        for identity in each.operations:
            operation(identity)


def test_the_day_of_reading_is_that_of_the_access_table() -> None:
    table = replace(published(), read_at="2020-01-01", dates={"access": "2026-09-01"})

    assert table.access_read_at == "2026-09-01"
    assert replace(table, dates={}).access_read_at == "2020-01-01"
