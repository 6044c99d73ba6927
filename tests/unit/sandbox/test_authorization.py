"""The consent page: what it demands, what it shows, and how it leads back."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

from sandbox import Sandbox
from sandbox.visitor import ConsentRefused
from tests.unit.sandbox.client import Client, query_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def page_of(client: Client, **changes: str | None) -> str:
    answer = client.call("GET", client.authorize_url(**changes).removeprefix(client.origin))
    assert answer.status_code == 200
    return answer.text


def ticket_of(page: str) -> str:
    match = re.search(r'name="ticket" value="(\w+)"', page)
    assert match is not None
    return match[1]


def test_consent_leads_back_with_state_and_code(client: Client, sandbox: Sandbox) -> None:
    address = sandbox.authorize_without_browser(client.authorize_url(state="a b/ü"), "acme")

    assert address.startswith(client.app.redirect_uri + "?")
    assert query_of(address)["state"] == "a b/ü"
    assert set(query_of(address)) == {"state", "code"}


def test_cancel_leads_back_with_access_denied_and_no_code(client: Client, sandbox: Sandbox) -> None:
    url = client.authorize_url()

    address = sandbox.authorize_without_browser(url, "acme", decision="cancel")

    assert query_of(address) == {"error": "access_denied", "state": "state-1"}


def test_parameters_join_a_query_that_the_redirect_uri_has(sandbox: Sandbox) -> None:
    app = sandbox.add_app("Query App", redirect_uris=["http://127.0.0.1:9/cb?from=x"])

    address = sandbox.authorize_without_browser(Client(sandbox, app).authorize_url(), "acme")

    assert address.startswith("http://127.0.0.1:9/cb?from=x&state=state-1&code=")


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"response_type": None},
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": None},
        {"redirect_uri": "http://127.0.0.1:8739/callback/"},
        {"redirect_uri": "http://127.0.0.1:8740/callback"},
        {"redirect_uri": "http://localhost:8739/callback"},
        {"redirect_uri": "http://127.0.0.1:8739/callback?x=1"},
        {"redirect_uri": None},
        {"scope": "tweet.read nonsense"},
        {"scope": ""},
        {"scope": None},
        {"scope": "tweet.read  users.read"},
        {"state": None},
        {"state": ""},
        {"state": "x" * 501},
        {"code_challenge": None},
        {"code_challenge": "x" * 42},
        {"code_challenge": "x" * 44},
        {"code_challenge": "=" * 43},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": None},
    ],
)
def test_any_mistake_shows_a_card_and_redirects_nowhere(
    client: Client, changes: dict[str, str | None]
) -> None:
    answer = client.call("GET", client.authorize_url(**changes).removeprefix(client.origin))

    assert answer.status_code == 400
    assert "Something went wrong" in answer.text
    assert "Location" not in answer.headers
    assert "Authorize app" not in answer.text


def test_the_api_key_is_not_a_client_id(client: Client) -> None:
    url = client.authorize_url(client_id=client.app.api_key)

    assert client.call("GET", url.removeprefix(client.origin)).status_code == 400


def test_a_doubled_parameter_shows_the_card(client: Client) -> None:
    url = client.authorize_url() + "&state=other"

    assert client.call("GET", url.removeprefix(client.origin)).status_code == 400


def test_a_state_of_five_hundred_characters_is_fine(client: Client, sandbox: Sandbox) -> None:
    url = client.authorize_url(state="x" * 500)

    assert query_of(sandbox.authorize_without_browser(url, "acme"))["state"] == "x" * 500


def test_the_page_names_the_app_the_scopes_and_the_buttons(client: Client) -> None:
    page = unescape(page_of(client))

    assert "<h1>Practice App wants to access your X account.</h1>" in page
    assert "Posts you can see, protected ones included" in page
    assert "Stay connected until you revoke access" in page
    assert ">Authorize app</button>" in page
    assert ">Cancel</button>" in page
    assert '<html lang="en">' in page


def test_the_first_account_is_checked_and_only_that(client: Client) -> None:
    radios = re.findall(r'<input type="radio"[^>]*>', page_of(client))

    assert len(radios) == len(client.app.users)
    assert ["checked" in radio for radio in radios] == [True] + [False] * (len(radios) - 1)


def test_a_section_without_scopes_is_not_shown(client: Client) -> None:
    page = page_of(client, scope="tweet.read users.read")

    assert "Things this App can view" in page
    assert "Things this App can do" not in page


def test_an_app_name_cannot_bring_html(sandbox: Sandbox) -> None:
    app = sandbox.add_app("<script>alert(1)</script>")

    assert "<script>" not in page_of(Client(sandbox, app))


def test_every_page_forbids_scripts_frames_and_storing(client: Client) -> None:
    good = client.authorize_url().removeprefix(client.origin)
    for path in (good, "/i/oauth2/authorize"):
        headers = client.call("GET", path).headers
        policy = headers["Content-Security-Policy"]

        assert "default-src 'none'" in policy
        assert "script-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["Cache-Control"] == "no-store"


def test_the_form_may_lead_to_the_redirect_uri(client: Client) -> None:
    answer = client.call("GET", client.authorize_url().removeprefix(client.origin))

    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:8739;" in policy


def test_consent_without_a_ticket_is_refused(client: Client) -> None:
    form = {"account": client.app.users[0][0], "decision": "authorize"}

    for ticket in ({}, {"ticket": ""}, {"ticket": "x" * 43}):
        answer = client.call("POST", "/i/oauth2/authorize", data=form | ticket)
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_a_ticket_works_once(client: Client) -> None:
    form = {
        "ticket": ticket_of(page_of(client)),
        "account": client.app.users[0][0],
        "decision": "authorize",
    }

    assert client.call("POST", "/i/oauth2/authorize", data=form).status_code == 303
    assert client.call("POST", "/i/oauth2/authorize", data=form).status_code == 400


def test_a_ticket_dies_after_ten_minutes(client: Client, sandbox: Sandbox) -> None:
    form = {
        "ticket": ticket_of(page_of(client)),
        "account": client.app.users[0][0],
        "decision": "authorize",
    }
    sandbox.advance(600)

    assert client.call("POST", "/i/oauth2/authorize", data=form).status_code == 400


@pytest.mark.parametrize(
    "changes", [{"account": "99"}, {"account": ""}, {"decision": "maybe"}, {"decision": ""}]
)
def test_a_form_that_the_page_cannot_make_is_refused(
    client: Client, changes: dict[str, str]
) -> None:
    form = {
        "ticket": ticket_of(page_of(client)),
        "account": client.app.users[0][0],
        "decision": "authorize",
    }

    answer = client.call("POST", "/i/oauth2/authorize", data=form | changes)

    assert answer.status_code == 400


def test_a_form_from_another_origin_is_refused(client: Client) -> None:
    form = {
        "ticket": ticket_of(page_of(client)),
        "account": client.app.users[0][0],
        "decision": "authorize",
    }

    answer = client.call(
        "POST", "/i/oauth2/authorize", data=form, headers={"Origin": "http://evil.example"}
    )

    assert answer.status_code == 400


def test_the_helper_says_when_there_was_no_consent_page(client: Client, sandbox: Sandbox) -> None:
    with pytest.raises(ConsentRefused):
        sandbox.authorize_without_browser(client.authorize_url(client_id="x"), "acme")
    with pytest.raises(ConsentRefused):
        sandbox.authorize_without_browser(client.authorize_url(), "nobody_known")


def test_a_test_can_change_what_the_redirect_carries(client: Client, sandbox: Sandbox) -> None:
    sandbox.tamper_redirect(lambda pairs: [*pairs, ("iss", "http://evil.example")])

    address = sandbox.authorize_without_browser(client.authorize_url(), "acme")

    assert query_of(address)["iss"] == "http://evil.example"


@pytest.mark.parametrize(("delivery", "mark"), [("javascript", "location"), ("form", "submit()")])
def test_a_test_can_choose_another_way_back(
    client: Client, sandbox: Sandbox, delivery: str, mark: str
) -> None:
    page = page_of(client)
    sandbox.deliver_by(delivery)
    form = {
        "ticket": ticket_of(page),
        "account": client.app.users[0][0],
        "decision": "authorize",
    }

    answer = client.call("POST", "/i/oauth2/authorize", data=form)

    assert answer.status_code == 200
    assert mark in answer.text
    assert urlsplit(client.app.redirect_uri).netloc in answer.text
