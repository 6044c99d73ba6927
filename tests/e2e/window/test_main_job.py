"""The main job in the real window, from pasted keys to a proven end."""

from core.model import CredentialState
from tests.e2e.window.bench import Bench


def test_a_bearer_token_is_generated_checked_and_regenerated(bench: Bench) -> None:
    person = bench.person
    first = bench.generate()
    assert first.token is not None
    assert first.token.reveal() == bench.sandbox.bearer_token

    person.press("Check Bearer Token")
    person.reads("It works. The call was free.", "Works · checked")

    person.press("Regenerate Bearer Token")
    person.reads("Every program that uses this Bearer Token stops working at once.")
    assert bench.sandbox.bearer_token == first.token.reveal()
    person.press("Regenerate")
    person.reads("Regenerated. Put the new Bearer Token where the old one was.")
    second = bench.bearer
    assert second is not None
    assert second.token is not None
    assert second.token != first.token
    assert second.token.reveal() == bench.sandbox.bearer_token
    assert len(bench.asked("/oauth2/invalidate_token")) == 1


def test_a_bearer_token_is_revoked_and_the_row_says_that_it_was_proven(bench: Bench) -> None:
    person = bench.person
    bench.generate()

    person.press("Revoke Bearer Token")
    person.press("Revoke")

    person.reads("Revoked · proven, X answered 401")
    assert bench.sandbox.bearer_token is None
    assert bench.bearer is not None
    assert bench.bearer.state is CredentialState.REVOKED
    assert bench.bearer.token is None
    assert [seen.status for seen in bench.asked("/2/usage/tweets", "GET")] == [401]


def test_a_user_signs_in_in_the_window_refreshes_and_is_revoked(bench: Bench) -> None:
    person = bench.person
    first = bench.sign_in()
    assert first.label == "@acme"
    person.reads("@acme", " left")

    person.press("Refresh @acme")
    person.reads("Refreshed. The new pair is stored.")
    second = bench.users[0]
    assert second.access_token != first.access_token
    assert second.refresh_token != first.refresh_token
    assert bench.sandbox.state()["rotations"] == 1

    person.press("Revoke @acme")
    person.reads("Access Token and Refresh Token of @acme end at X for this App")
    person.press("Revoke")
    person.reads("Revoked · proven, X answered 401")
    ended = bench.users[0]
    assert ended.state is CredentialState.REVOKED
    assert (ended.access_token, ended.refresh_token) == (None, None)
    assert bench.sandbox.state()["users"] == []
