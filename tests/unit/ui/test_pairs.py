"""OAuth 1.0a in the window's states: rows, credentials of requests, the page, the explainer."""

from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from core.catalogue import catalogue
from core.model import App, ConsumerKeys, CredentialState, HttpRequest
from core.secret import Secret
from core.signature_explainer import explain_signature
from tests.fakes.nouns import app, owner
from ui.presenters import requests_rows
from ui.presenters.keys_copy import copied_secret, shown_secret
from ui.presenters.keys_rows import keys_state
from ui.presenters.signature_text import signature_text
from ui.snapshot import Snapshot
from ui.views.credential_row import Act
from ui.views.sign_in_pair import PairState, SignInPairView
from ui.widgets import NoticeState

SIGN_IN = {Act.SIGN_IN_PAIR, Act.SIGN_IN_PIN}
JANE = owner(
    token=Secret("18-jane-access-token"),
    token_secret=Secret("jane-secret-value"),
    pair_id="jane",
    username="jane",
    access_level="read-write",
)


def rows(of: App, *pairs: Any) -> tuple[Any, ...]:
    return keys_state(of, Snapshot((of,), owners=pairs), {}, {}).authentication[1:]


def test_each_pair_has_a_row_that_tells_whose_it_is_and_what_it_may_do() -> None:
    mine, hers = rows(app(), owner(username="acme", access_level="read"), JANE)

    assert (mine.key, mine.sub) == ("owner", "For @acme · Read")
    assert (hers.key, hers.label) == ("pair:jane", "OAuth 1.0a @jane")
    assert hers.sub == "For @jane · Read and write"
    assert hers.acts == (Act.REVEAL, Act.COPY, Act.CHECK, Act.REVOKE)
    assert hers.mask.startswith("18-")


def test_the_owners_row_offers_a_sign_in_with_or_without_a_pair() -> None:
    (absent,) = rows(app())
    (present,) = rows(app(), owner())
    (keyless,) = rows(app(consumer=None))

    assert set(absent.more) >= SIGN_IN
    assert set(present.more) >= SIGN_IN
    assert not SIGN_IN & {*keyless.acts, *keyless.more}


@pytest.mark.parametrize(
    ("state", "proof", "text"),
    [
        (CredentialState.REVOKED, 401, "Revoked · proven, X answered 401"),
        (CredentialState.REVOKED, None, "Revoked at X"),
        (CredentialState.UNCERTAIN, None, "Uncertain"),
    ],
)
def test_a_row_says_how_a_pair_stands(state: CredentialState, proof: int | None, text: str) -> None:
    _, hers = rows(app(), replace(JANE, state=state, proof_status=proof))

    assert [status.text for status in hers.statuses] == [text]
    assert (Act.REVOKE in hers.acts) == (state is not CredentialState.REVOKED)


def test_what_a_row_shows_and_copies_is_its_own_pair() -> None:
    the_app = app()
    snapshot = Snapshot((the_app,), owners=(owner(), JANE))

    shown = shown_secret("pair:jane", the_app, snapshot)
    copied, label = copied_secret("pair:jane", "token_secret", the_app, snapshot)

    assert shown == Secret("18-jane-access-token\njane-secret-value")
    assert copied == Secret("jane-secret-value")
    assert label == "Access Token Secret"
    assert copied_secret("pair:gone", "token", the_app, snapshot) == (None, "")


def test_each_live_pair_is_a_credential_of_requests() -> None:
    ended = replace(JANE, pair_id="sam", username="sam", state=CredentialState.REVOKED)
    snapshot = Snapshot((app(),), owners=(owner(), JANE, ended))

    options = {o.key: o for o in requests_rows.credential_options("app-1", snapshot)}

    assert options["pair:jane"].label == "OAuth 1.0a @jane"
    assert options["pair:jane"].can_use
    assert not options["pair:sam"].can_use
    assert requests_rows.pair_id_of("pair:jane", "app-1") == "jane"
    assert requests_rows.pair_id_of("oauth1", "app-1") == "app-1"
    assert requests_rows.pair_id_of("bearer", "app-1") is None


def test_a_pair_that_may_only_read_is_judged_by_its_own_level() -> None:
    reader = replace(JANE, access_level="read")
    snapshot = Snapshot((app(),), owners=(owner(access_level="read-write"), reader))
    write = next(o for o in catalogue().operations if o.operation_id == "createPosts")

    assert not requests_rows.verdict(write, "pair:jane", "app-1", snapshot).can_call
    assert requests_rows.verdict(write, "oauth1", "app-1", snapshot).can_call


def test_the_explanation_has_its_steps_in_order_and_no_credential() -> None:
    keys = ConsumerKeys(Secret("consumer-key-0123456789"), Secret("consumer-secret-0123456789"))
    request = HttpRequest(
        "POST", "https://api.x.com/2/tweets", (("dry", "a b"),), body=b'{"text":"x"}'
    )

    text = signature_text(
        explain_signature(
            request, keys, JANE.token, JANE.token_secret, nonce="once", timestamp=1318622958
        )
    )

    places = [text.index(f"{number}. ") for number in range(1, 8)]
    assert places == sorted(places)
    assert "dry = a%20b" in text
    assert "…6789&…alue" in text
    assert "The JSON body takes no part" in text
    for secret in (keys.api_key, keys.api_secret, JANE.token, JANE.token_secret):
        assert secret.reveal() not in text


# --- the page ----------------------------------------------------------------------------------


@pytest.fixture
def page(qtbot: QtBot) -> SignInPairView:
    view = SignInPairView()
    qtbot.addWidget(view)
    view.show()
    return view


def test_the_page_asks_for_a_pin_an_address_or_nothing(page: SignInPairView) -> None:
    seen = []
    for wants in ("pin", "address", ""):
        page.render_state(PairState("Sign in", wants=wants))
        seen.append((page.pin.isVisible(), page.address.isVisible()))

    assert seen == [(True, False), (False, True), (False, False)]


def test_return_in_the_field_gives_what_was_typed(page: SignInPairView, qtbot: QtBot) -> None:
    page.render_state(PairState("Sign in", wants="pin"))
    page.pin.setText(" 1234567 ")

    with qtbot.waitSignal(page.given) as given:
        page.pin.returnPressed.emit()

    assert given.args == ["1234567"]
    page.clear_hand()
    assert page.pin.text() == ""


def test_while_the_answer_is_under_way_nothing_is_given_twice(
    page: SignInPairView, qtbot: QtBot
) -> None:
    page.render_state(PairState("Sign in", wants="pin", busy="Finishing the sign-in…"))
    page.pin.setText("1234567")

    with qtbot.assertNotEmitted(page.given):
        page.pin.returnPressed.emit()


def test_the_end_names_the_account_and_offers_two_ways(page: SignInPairView, qtbot: QtBot) -> None:
    page.render_state(
        PairState("Sign in", account="@jane", account_note="User ID 18", level="Read and write")
    )

    with qtbot.waitSignal(page.keep_wanted):
        page._keep.click()
    with qtbot.waitSignal(page.not_me_wanted):
        page._not_me.click()
    assert not page._cancel.isVisible()


def test_a_notices_button_says_which(page: SignInPairView, qtbot: QtBot) -> None:
    page.render_state(PairState("Sign in", notice=NoticeState("No", "", "warn", "Again", "again")))

    with qtbot.waitSignal(page.action_wanted) as wanted:
        page.notice._action.click()

    assert wanted.args == ["again"]
