"""Commands in this process, on a fake transport: what only a person at a terminal could meet."""

import json
import re

import pytest

from cli.limits_commands import usage_rows
from core.model import App, CredentialState
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.fake_transport import FakeTransport, answer
from tests.fakes.nouns import user
from tests.unit.cli.conftest import Run


def test_an_unknown_name_in_a_paste_is_told_only_where_it_cannot_be_a_secret(cli_run: Run) -> None:
    text = "DATABASE_URL=x\nQWxhZGRpbjpvcGVuIHNlc2FtZQ==\nsk_live_51Habcdefghijklmnopqrstuvwxyz=1"

    code, added, said = cli_run("app", "add", "App", stdin=text)

    assert code == 0
    assert "DATABASE_URL means nothing here." in added["warnings"]
    assert "QWxh" not in said + str(added)
    assert "sk_live" not in said + str(added)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("AAAAsecret",), "1 more word than it takes"),
        (("AAAAsecret", "BBBBsecret"), "2 more words than it takes"),
        (("--token=AAAAsecret",), "unrecognized options: --token"),
    ],
)
def test_a_word_that_a_command_has_no_place_for_is_not_repeated(
    cli_run: Run, words: tuple[str, ...], told: str
) -> None:
    code, answered, said = cli_run("inspect", *words)

    assert code == 2
    assert told in answered["error"]["message"]
    assert "secret" not in str(answered) + said


def test_quiet_says_nothing_but_the_answer(cli_run: Run) -> None:
    _, added, said = cli_run("app", "add", "App", stdin="CLIENT_ID=abc", quiet=True)

    assert added["warnings"]
    assert said == ""


def test_a_revoke_that_did_not_take_is_uncertain_and_exits_4(
    cli_run: Run, transport: FakeTransport
) -> None:
    fields = {"api_key": "k" * 25, "api_secret": "s" * 50, "bearer_token": "A" * 60}
    cli_run("app", "add", "App", stdin=json.dumps(fields))
    transport.will(answer({"access_token": "x"}), answer({"data": {}}))

    code, facts, _ = cli_run("bearer", "revoke", "App")

    assert code == 4
    assert facts == {"state": "uncertain", "proof": {"status": 200}}


def test_a_revoked_user_is_told_with_the_proof_and_without_an_end_to_come(
    cli_run: Run, vault: Vault
) -> None:
    cli_run("app", "add", "App", stdin="CLIENT_ID=abc")
    (app,) = vault.all(App)
    vault.save(
        user(app_id=app.app_id, access_token=None, refresh_token=None,
             state=CredentialState.REVOKED, proof_status=401)
    )  # fmt: skip

    _, said, _ = cli_run("user", "list", "App", text=True)

    assert re.sub(" +", " ", said.strip()) == "@dev_user-1 revoked (X answered 401)"


def test_without_a_bearer_the_state_is_the_answer(cli_run: Run) -> None:
    cli_run("app", "add", "App")

    for action in ("check", "revoke"):
        assert cli_run("bearer", action, "App")[:2] == (6, {"state": "absent"})


def test_a_token_that_died_elsewhere_is_told_with_its_proof(
    cli_run: Run, transport: FakeTransport
) -> None:
    cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)
    transport.will(answer({"title": "Unauthorized"}, 401))

    code, facts, _ = cli_run("bearer", "check", "App")

    assert (code, facts) == (6, {"state": "revoked", "proof": {"status": 401}})


@pytest.mark.parametrize(("status", "code"), [(200, 0), (201, 0), (404, 3), (429, 3), (503, 4)])
def test_the_exit_code_of_a_request_is_xs_status(
    cli_run: Run, transport: FakeTransport, status: int, code: int
) -> None:
    cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)
    transport.will(answer({"title": "as it may be"}, status))

    ended, facts, _ = cli_run("request", "GET", "/2/tweets")

    assert ended == code
    assert facts["status"] == status
    assert facts["body"] == {"title": "as it may be"}


def test_an_answer_that_is_no_json_is_printed_as_text(
    cli_run: Run, transport: FakeTransport
) -> None:
    cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)
    transport.will(answer(b"<html>gone</html>", 404, {"content-type": "text/html"}))

    assert cli_run("request", "GET", "/2/tweets")[1]["body"] == "<html>gone</html>"


def test_cookies_are_not_printed(cli_run: Run, transport: FakeTransport) -> None:
    cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)
    transport.will(answer({}, headers={"set-cookie": "guest_id=secret", "x-request-id": "1"}))

    headers = cli_run("request", "GET", "/2/tweets")[1]["headers"]

    assert "set-cookie" not in headers
    assert headers["x-request-id"] == "1"


def test_a_parameter_without_value_is_wrong_use(cli_run: Run) -> None:
    cli_run("app", "add", "App")

    assert cli_run("request", "GET", "/2/tweets", "-q", "ids")[0] == 2


def test_the_only_app_need_not_be_named(cli_run: Run, transport: FakeTransport) -> None:
    for name in ("One", "Two"):
        cli_run("app", "add", name, stdin="BEARER_TOKEN=" + "A" * 60)
    transport.will(answer({}))

    assert cli_run("request", "GET", "/2/tweets")[0] == 2
    assert cli_run("request", "GET", "/2/tweets", "--app", "Two")[0] == 0


def test_usage_is_read_from_xs_texts() -> None:
    data = {
        "project_id": "12",
        "project_usage": "7",
        "project_cap": "3000000",
        "cap_reset_day": 3,
        "daily_project_usage": {
            "project_id": "12",
            "usage": [{"date": "2026-08-22", "usage": "7"}],
        },
        "daily_client_app_usage": [
            {"client_app_id": "99", "usage": [{"date": "2026-08-22", "usage": 5}]}
        ],
    }

    assert usage_rows(data) == [
        {"scope": "project", "id": "12", "usage": 7, "cap": 3000000, "reset_day": 3},
        {"scope": "project", "id": "12", "date": "2026-08-22", "usage": 7},
        {"scope": "app", "id": "99", "date": "2026-08-22", "usage": 5},
    ]


def test_a_strange_usage_answer_is_no_disaster() -> None:
    assert usage_rows({"daily_project_usage": 3, "daily_client_app_usage": [1]})[0]["usage"] is None
    assert len(usage_rows({"daily_client_app_usage": 5})) == 1


def test_each_step_of_a_bearer_token_is_told_to_a_person(
    cli_run: Run, transport: FakeTransport
) -> None:
    keys = json.dumps({"api_key": "k" * 25, "api_secret": "s" * 50})
    cli_run("app", "add", "My App", stdin=keys)
    token = "A" * 60
    granted = answer({"token_type": "bearer", "access_token": token})
    works = answer({"data": {"project_cap": "1"}})
    ended = answer({"access_token": token})
    dead = answer({"title": "Unauthorized"}, 401)
    transport.will(granted, works, ended, dead)

    said = [
        cli_run("bearer", action, "My App", text=True) for action in ("generate", "check", "revoke")
    ]

    assert [out for _, out, _ in said] == [
        "The Bearer Token of My App is in the vault.\n",
        "The Bearer Token of My App works.\n",
        "The Bearer Token of My App is revoked (X answered 401).\n",
    ]
    assert "keypane bearer check 'My App'" in said[0][2]
    assert "keypane bearer generate 'My App'" in said[2][2]
    assert token not in str(said)


def test_a_name_that_is_not_signed_in_is_told_beside_those_that_are(
    cli_run: Run, vault: Vault
) -> None:
    cli_run("app", "add", "App")
    none = cli_run("user", "check", "App", "@nobody")
    vault.save(user(app_id=vault.app_named("App").app_id, username="acme"))

    other = cli_run("user", "check", "App", "@nobody")

    assert "No account is signed in" in none[1]["error"]["message"]
    assert "others are" in other[1]["error"]["message"]
    assert "Signed in to App: @acme." in other[2]
    assert none[0] == other[0] == 6


def test_usage_is_a_sum_and_a_line_per_day_for_a_person(
    cli_run: Run, transport: FakeTransport
) -> None:
    cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)
    days = [{"date": "2026-11-23T00:00:00.000Z", "usage": "1200"}]
    project = {"project_id": "7", "usage": days}
    data = {"project_id": "7", "project_usage": "1200", "project_cap": "3000000",
            "cap_reset_day": "1", "daily_project_usage": project}  # fmt: skip
    transport.will(answer({"data": data}), answer({"data": {}}))

    whole = cli_run("usage", "App", text=True)[1]
    bare = cli_run("usage", "App", text=True)[1]

    first, _, whose, day = whole.splitlines()
    assert first == "Project 7: 1,200 of 3,000,000 Posts read, counted anew on day 1 of the month."
    assert whose == "Project 7, by day (UTC):"
    assert day.split() == ["2026-11-23", "1,200"]
    assert bare == "Project unknown: an unknown number of Posts read.\n"


def test_a_window_that_has_ended_is_full_again(
    cli_run: Run, transport: FakeTransport, clock: FakeClock
) -> None:
    cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)
    reset = int(clock.now().timestamp()) + 600
    told = {
        "x-rate-limit-limit": "50",
        "x-rate-limit-remaining": "3",
        "x-rate-limit-reset": str(reset),
    }
    transport.will(answer({"data": {}}, headers=told))
    cli_run("usage", "App")

    before = cli_run("limits", "App")[1][0]
    clock.advance(601)
    after = cli_run("limits", "App")[1][0]
    line = cli_run("limits", "App", text=True)[1].splitlines()[0]

    assert before["endpoint"] == "GET /2/usage/tweets"
    assert (before["remaining"], after["remaining"]) == (3, 50)
    assert "50 of 50 left: X began to count anew" in line


def test_an_unknown_app_is_told_beside_those_that_are_here(cli_run: Run) -> None:
    none = cli_run("app", "show", "Nothing")
    cli_run("app", "add", "Zebra")
    cli_run("app", "add", "Ant")

    some = cli_run("app", "show", "Nothing")

    assert "Apps here: none." in none[2]
    assert "Apps here: Ant, Zebra." in some[2]
    assert none[0] == some[0] == 2


@pytest.mark.parametrize("name", ["\x1b[31m", "a\nb", "\udcff", "x" * 101])
def test_a_holder_is_a_name_that_can_be_shown(cli_run: Run, name: str) -> None:
    cli_run("app", "add", "App")

    code, refused, _ = cli_run("user", "hand-over", "App", "acme", "--to", name)

    assert (code, refused["error"]["kind"]) == (2, "bad_input")
    assert "--to" in refused["error"]["message"]


@pytest.mark.parametrize("text", ["hello", "# only a remark\n", "{}", "DATABASE_URL=x"])
def test_input_without_any_field_is_told(cli_run: Run, text: str) -> None:
    code, added, _ = cli_run("app", "add", "App", stdin=text)

    assert code == 0
    assert added["warnings"][-1].startswith("Standard input holds no field of an App")


@pytest.mark.parametrize(
    "text", ["[1, 2]", '[{"api_key": "x"}]', "[" * 100_000, '{"api_key": ', "\udcff"]
)
def test_input_that_cannot_be_fields_is_refused(cli_run: Run, text: str) -> None:
    code, refused, _ = cli_run("app", "add", "App", stdin=text)

    assert (code, refused["error"]["kind"]) == (2, "bad_input")
    assert cli_run("app", "list")[1] == []


def test_a_field_that_stands_twice_in_json_is_told_however_deep(cli_run: Run) -> None:
    twice = '{"api_key": "a", "api_key": "b"}'
    deep = '{"a": ' * 800 + '{"client_id": "abc"}' + "}" * 800

    assert any("twice" in each for each in cli_run("app", "add", "One", stdin=twice)[1]["warnings"])
    assert cli_run("app", "add", "Two", stdin=deep)[0] == 0
    assert cli_run("app", "show", "Two")[1]["has"] == ["client_id"]
