"""Sign-ins that X never answered: what they leave in Activity, and that they leave nothing else."""

import pytest
from PySide6.QtWidgets import QWidget

from core import authorization, three_legged
from core.model import Activity, App
from tests.conftest import Canaries
from tests.e2e.window.bench import Bench
from tests.e2e.window.own_browser import (
    OwnBrowser,
    begin_in_own_browser,
    somebody_listens,
    use_redirect_uris,
)

EXCHANGE = "/2/oauth2/token"


@pytest.fixture
def app(bench: Bench, port: int, canaries: Canaries) -> App:
    """The App on the desk, with a redirect URI on a port of this test alone."""
    return use_redirect_uris(bench, canaries, f"http://127.0.0.1:{port}/callback")


def attempts(bench: Bench) -> tuple[Activity, ...]:
    app_id = bench.program.desk.app_id
    return tuple(line for line in bench.vault.activities(app_id) if line.what == "sign_in")


def steps(line: Activity) -> list[str]:
    return [name.removeprefix("step:") for name, _ in line.facts]


def wait_for_line(bench: Bench) -> Activity:
    bench.person.wait(lambda: attempts(bench), "a line of Activity")
    (line,) = attempts(bench)
    return line


def test_a_stopped_sign_in_is_told_in_activity_with_its_steps(bench: Bench) -> None:
    bench.open_consent()
    bench.person.press("Check the set-up")
    bench.person.reads("Something went wrong")  # X's card, which only a person can see
    bench.person.press("Close the doctor")
    bench.person.press("Cancel sign-in")

    line = wait_for_line(bench)

    assert line.outcome == "cancelled"
    assert steps(line) == ["begun", "opened_here", "card_asked", "given_up"]
    bench.show("Activity")
    bench.person.reads("Sign-in", "Stopped")
    bench.person.pick("Activity", "Sign-in")
    bench.person.reads("The set-up was looked at", "The sign-in was ended here")
    assert bench.asked(EXCHANGE) == []


def test_foreign_redirects_and_the_end_of_time_are_steps_of_the_same_line(
    bench: Bench, app: App, own: OwnBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorization, "ATTEMPT_SECONDS", 20)
    redirect = bench.sandbox.authorize_without_browser(begin_in_own_browser(bench, own))
    bench.person.type_into("Redirected address", redirect.replace("state=", "state=x"))
    bench.person.press("Use this address")
    bench.person.reads("A redirect came that does not belong to this sign-in.")

    presenter_of(bench).consent._time_is_up()
    line = wait_for_line(bench)

    assert line.outcome == "failed"
    assert steps(line) == ["begun", "opened_system", "foreign", "time_up"]
    assert "the state is not this attempt's" in dict(line.facts)["step:foreign"]
    assert bench.asked(EXCHANGE) == []
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")


def presenter_of(bench: Bench):  # type: ignore[no-untyped-def]  # Qt's own typing loses it
    from ui.presenters.sign_in import SignInPresenter

    found = bench.program.window.findChild(SignInPresenter)
    assert found is not None
    return found


@pytest.fixture
def waiting(bench: Bench, app: App, own: OwnBrowser) -> OwnBrowser:
    begin_in_own_browser(bench, own)
    bench.person.reads("Waiting for your browser")
    return own


@pytest.mark.parametrize("way", ["tab", "doctor"])
def test_a_page_that_is_left_closes_its_port_and_is_written_down(
    bench: Bench, waiting: OwnBrowser, way: str
) -> None:
    if way == "tab":
        bench.show("Requests")
    else:
        bench.program.panes.pages.show_doctor()

    bench.person.wait(lambda: not somebody_listens(waiting.where), "the end of the listening")
    assert wait_for_line(bench).outcome == "cancelled"


def test_an_answered_sign_in_is_told_once(bench: Bench, app: App, own: OwnBrowser) -> None:
    page = begin_in_own_browser(bench, own)
    own.go(bench.sandbox.authorize_without_browser(page, decision="cancel"))
    bench.person.reads("The sign-in was cancelled at X.")
    bench.person.press("Cancel sign-in")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")

    assert [line.outcome for line in attempts(bench)] == ["refused"]


def test_a_sign_in_by_oauth_1_that_is_stopped_is_told_too(bench: Bench) -> None:
    bench.person.press_from_menu(
        "More for Access Token and Secret", "Sign in with OAuth 1.0a and a PIN…"
    )
    bench.consent_page()
    bench.person.press("Cancel sign-in")

    line = wait_for_line(bench)

    assert line.outcome == "cancelled"
    assert steps(line) == ["request_token", "opened_here", "given_up"]
    assert dict(line.facts)["step:request_token"].endswith("way PIN")


def test_a_pin_is_waited_for_no_longer_than_a_redirect(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(three_legged, "ATTEMPT_SECONDS", 1)
    bench.person.press_from_menu(
        "More for Access Token and Secret", "Sign in with OAuth 1.0a and a PIN…"
    )

    assert wait_for_line(bench).outcome == "failed"
    bench.person.reads("did not come back within five minutes")


def test_closing_the_window_makes_no_pane(bench: Bench) -> None:
    from ui.shell import Tab

    made = bench.program.window._factories
    bench.program.panes.pages.show_doctor()
    made[Tab.KEYS] = made[Tab.ACTIVITY] = _never
    bench.program.window._panes.clear()

    bench.end()


def _never() -> QWidget:
    raise AssertionError("a pane was made at the end")
