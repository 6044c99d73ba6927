"""The main job in the real window, from pasted keys to a proven end."""

import re
import socket

import pytest
from PySide6.QtCore import QObject, QTimer

from core.model import CredentialState
from tests.e2e.window.bench import Bench, timers


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


def test_the_time_left_of_an_access_token_is_counted_down(bench: Bench) -> None:
    bench.sign_in()

    left = re.compile(r"\b(2 h( 0 min)?|1 h 59 min) left\b")
    bench.person.wait(lambda: left.search(bench.person.screen()), "the time left")


@pytest.mark.serial  # the Practice App's port
def test_the_embedded_view_needs_no_port(bench: Bench) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 8739))  # the Practice App's redirect URI
        taken.listen()

        assert bench.sign_in().label == "@acme"


def test_a_timer_that_is_left_running_would_be_found() -> None:
    owner = QObject()
    timer = QTimer(owner)
    timer.start(60_000)

    assert "QObject" in timers()
    timer.stop()
    assert "QObject" not in timers()
