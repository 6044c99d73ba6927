"""The scope planner in the window: rows, presets, and what was never used."""

from typing import Any

from core.model import CredentialState
from tests.fakes.nouns import app, user
from ui.presenters.keys_rows import keys_state
from ui.snapshot import Snapshot

GRANTED = ("tweet.read", "users.read", "tweet.write", "offline.access")


def tip(**given: Any) -> str:
    """Return the tooltip of a user's row."""
    mine, token = app(), user(scopes=GRANTED, **given)
    return keys_state(mine, Snapshot((mine,), users=(token,)), {}, {}).users[0].sub_tooltip


def test_a_row_names_the_scopes_that_no_call_needed() -> None:
    assert "Never used here: tweet.write" in tip(used_scopes=("tweet.read", "users.read"))


def test_a_row_says_nothing_of_scopes_before_the_first_call_and_after_the_end() -> None:
    used = ("tweet.read",)

    assert "Never used" not in tip()
    assert "Never used" not in tip(used_scopes=used, state=CredentialState.REVOKED)
