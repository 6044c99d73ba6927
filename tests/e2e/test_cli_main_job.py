"""The main job by the command line: real processes, a real sandbox, nothing left behind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.redaction import forms_of
from tests.e2e.command_line import (
    CommandLine,
    SandboxProcess,
    http_exchange,
    sandbox_process,
)

TWO_POSTS = "ids=1261326399320715264,1278347468690915330"


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as running:
        yield running


@pytest.fixture
def x(shared_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox, as new."""
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture
def keypane(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


def test_a_bearer_is_generated_used_revoked_and_proven(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    keypane.add_app(x)

    generated = keypane.json("bearer", "generate", "Practice")
    checked = keypane.json("bearer", "check", "Practice")
    token = keypane.json("token", "Practice", "--as", "bearer")
    read = keypane.json("request", "GET", "/2/tweets", "-q", TWO_POSTS, "--as", "bearer")
    revoked = keypane.json("bearer", "revoke", "Practice")
    after = keypane.json("token", "Practice")

    assert (generated.code, generated.answer) == (0, {"state": "ok"})
    assert (checked.code, checked.answer) == (0, {"state": "ok"})
    assert token.answer["kind"] == "bearer"
    assert token.answer["token"].startswith("AAAA")
    assert read.code == 0
    assert read.answer["status"] == 200
    assert len(read.answer["body"]["data"]) == 2
    assert read.answer["rate_limit"]["limit"] == 3500
    assert revoked.answer == {"state": "revoked", "proof": {"status": 401}}
    assert (after.code, after.error["kind"]) == (6, "no_credential")
    assert x.control("state")["bearers"] == 0


def test_a_regenerated_bearer_is_another_one(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)
    keypane.json("bearer", "generate", "Practice")
    before = keypane.run("token", "Practice").stdout

    assert keypane.json("bearer", "regenerate", "Practice").answer["state"] == "ok"

    after = keypane.run("token", "Practice").stdout
    assert after.endswith("\n")
    assert before != after
    assert x.control("state")["bearers"] == 1


def test_a_user_signs_in_by_paste_is_refreshed_and_revoked(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    keypane.add_app(x)
    name = x.facts["users"][0]["username"]

    signed_in = keypane.sign_in(x)
    first = keypane.json("token", "Practice")
    me = keypane.json("request", "GET", "/2/users/me", "--as", f"@{name}")
    refreshed = keypane.json("user", "refresh", "Practice", name)
    second = keypane.json("token", "Practice")
    revoked = keypane.json("user", "revoke", "Practice", x.facts["users"][0]["id"])
    listed = keypane.json("user", "list", "Practice")
    after = keypane.json("token", "Practice", "--as", name)

    user = json.loads(signed_in.stdout)["user"]
    assert (user["username"], user["state"]) == (name, "ok")
    assert set(user["scopes"]) == {"tweet.read", "users.read", "offline.access"}
    assert first.answer["kind"] == "user"  # the App's single user is the default
    assert first.answer["expires_at"].endswith("Z")
    assert me.answer["body"]["data"]["username"] == name
    assert refreshed.answer["state"] == "ok"
    assert first.answer["token"] != second.answer["token"]
    assert (revoked.answer["state"], revoked.answer["proof"]) == ("revoked", {"status": 401})
    assert [each["state"] for each in listed.answer] == ["revoked"]
    assert after.code == 6
    assert x.control("state")["rotations"] == 1
    assert x.control("state")["replays"] == 0
    assert x.control("state")["users"] == []


@pytest.mark.serial  # the Practice App's port
def test_a_user_signs_in_with_the_systems_browser(
    keypane: CommandLine, x: SandboxProcess, tmp_path: Path
) -> None:
    keypane.add_app(x)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    browser.chmod(0o700)
    keypane.environment["BROWSER"] = f"{browser} %s"

    with keypane.started("sign-in", "Practice", "--json") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["authorize_url"]
        status, _, _ = http_exchange("GET", x.consent(url))
        out, _ = process.communicate(timeout=60)

    assert status in {200, 303}
    assert (process.returncode, json.loads(out)["user"]["state"]) == (0, "ok")
    assert (tmp_path / "opened").read_text() == url


def test_a_token_that_ran_out_is_refreshed_when_it_is_asked_for(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    keypane.add_app(x)
    keypane.sign_in(x)
    x.control("clock", {"advance_seconds": 7300})

    me = keypane.json("request", "GET", "/2/users/me")

    assert me.answer["status"] == 200  # a 401, one refresh, and the request again
    assert x.control("state")["rotations"] == 1


def test_cancel_on_the_consent_page_is_a_refusal(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)

    refused = keypane.sign_in(x, button="cancel")

    assert refused.code == 3
    assert refused.error["problem"] == "access_denied"
    assert keypane.json("user", "list", "Practice").answer == []


def test_a_foreign_address_sends_nothing(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)
    pasted = "http://127.0.0.1:8739/callback?state=wrong&code=stolen\n"

    result = keypane.run("sign-in", "Practice", "--browser", "paste", "--json", stdin=pasted)

    assert result.code == 2
    assert json.loads(result.stdout.splitlines()[1])["error"]["kind"] == "state_mismatch"
    assert x.control("ledger") == []


def test_a_wrong_key_is_refused_with_code_99(keypane: CommandLine, x: SandboxProcess) -> None:
    wrong = json.dumps({"api_key": "k" * 25, "api_secret": "s" * 50})
    keypane.json("app", "add", "Wrong", "--environment", f"sandbox:{x.origin}", stdin=wrong)

    refused = keypane.json("bearer", "generate", "Wrong")

    assert refused.code == 3
    assert (refused.error["status"], refused.error["problem"]) == (403, "99")
    assert keypane.json("app", "list").answer[0]["bearer"] == {"state": "absent"}


def test_a_refused_request_prints_xs_answer(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)
    keypane.json("bearer", "generate", "Practice")

    refused = keypane.json("request", "GET", "/2/users/me", "--as", "bearer")

    assert refused.code == 3
    assert refused.answer["status"] == 403
    assert refused.answer["body"]["title"] == "Unsupported Authentication"


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_refresh_that_was_cut_off_is_recovered_once(
    keypane: CommandLine, x: SandboxProcess, drop: str
) -> None:
    keypane.add_app(x)
    keypane.sign_in(x)
    x.fault("POST", "/2/oauth2/token", drop=drop, times=1)
    name = x.facts["users"][0]["username"]

    cut = keypane.json("user", "refresh", "Practice", name)
    between = keypane.json("user", "list", "Practice")
    again = keypane.json("user", "refresh", "Practice", name)

    assert cut.code == 4
    assert between.answer[0]["state"] == "uncertain"
    if drop == "before":
        assert (again.code, again.answer["state"]) == (0, "ok")
    else:
        assert again.code == 6  # X rotated; only the person can help now
        assert keypane.json("user", "list", "Practice").answer[0]["state"] == "needs_sign_in"


def test_a_revocation_that_was_cut_off_is_settled_by_a_check(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    keypane.add_app(x)
    keypane.json("bearer", "generate", "Practice")
    x.fault("POST", "/oauth2/invalidate_token", drop="after")

    cut = keypane.json("bearer", "revoke", "Practice")
    between = keypane.json("app", "show", "Practice")
    settled = keypane.json("bearer", "check", "Practice")

    assert cut.code == 4
    assert between.answer["bearer"]["state"] == "uncertain"
    assert settled.answer == {"state": "revoked", "proof": {"status": 401}}


def test_two_processes_that_refresh_at_once_rotate_once(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    keypane.add_app(x)
    keypane.sign_in(x)
    name = x.facts["users"][0]["username"]
    x.fault("POST", "/2/oauth2/token", delay_seconds=1.0)
    arguments = ("user", "refresh", "Practice", name, "--json")

    with keypane.started(*arguments) as first, keypane.started(*arguments) as second:
        answers = [
            json.loads(process.communicate("", timeout=60)[0]) for process in (first, second)
        ]

    assert {answer["state"] for answer in answers} == {"ok"}
    assert x.control("state")["replays"] == 0


def test_a_held_token_is_refused_until_it_is_taken_back(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    keypane.add_app(x)
    keypane.sign_in(x)
    name = x.facts["users"][0]["username"]

    held = keypane.json("user", "hand-over", "Practice", name, "--to", "the bot")
    refused = keypane.json("token", "Practice")
    keypane.json("user", "take-back", "Practice", name)

    assert (held.answer["state"], held.answer["holder"]) == ("held", "the bot")
    assert refused.code == 6
    assert keypane.json("token", "Practice").code == 0


def test_limits_and_usage_are_lists(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)
    keypane.json("bearer", "generate", "Practice")
    keypane.json("request", "GET", "/2/tweets", "-q", TWO_POSTS)

    limits = keypane.json("limits", "Practice").answer
    usage = keypane.json("usage", "Practice").answer

    assert limits[0]["endpoint"] == "GET /2/tweets"
    assert (limits[0]["limit"], limits[0]["remaining"]) == (3500, 3499)
    assert any(row["source"] == "published" for row in limits)
    assert usage[0]["scope"] == "project"


def test_pages_are_joined(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)
    keypane.json("bearer", "generate", "Practice")
    user_id = x.facts["users"][0]["id"]
    request = ("request", "GET", f"/2/users/{user_id}/tweets", "-q", "max_results=5")

    one = keypane.json(*request).answer["body"]
    all_of_them = keypane.json(*request, "--all-pages").answer["body"]

    assert len(one["data"]) == 5
    assert len(all_of_them["data"]) > 5
    assert all_of_them["meta"]["result_count"] == len(all_of_them["data"])
    assert len({post["id"] for post in all_of_them["data"]}) == len(all_of_them["data"])


def test_no_secret_is_printed_or_kept_in_the_clear(keypane: CommandLine, x: SandboxProcess) -> None:
    keypane.add_app(x)
    keypane.json("bearer", "generate", "Practice")
    keypane.sign_in(x)
    keypane.run("app", "list")
    keypane.run("app", "show", "Practice")
    keypane.run("user", "list", "Practice")
    keypane.run("request", "GET", "/2/users/me")
    secrets = [
        *(x.facts[name] for name in ("api_key", "api_secret", "client_secret")),
        keypane.json("token", "Practice", "--as", "bearer").answer["token"],
        keypane.json("token", "Practice").answer["token"],
    ]
    keypane.json("user", "revoke", "Practice", x.facts["users"][0]["username"])
    keypane.json("bearer", "revoke", "Practice")

    forms = {form for secret in secrets for form in forms_of(secret)}
    printed = "".join(keypane.printed)
    kept = b"".join(path.read_bytes() for path in keypane.home.rglob("*") if path.is_file())

    assert [form for form in forms if form in printed] == []
    assert [form for form in forms if form.encode() in kept] == []
    assert [form for form in forms if form.encode("utf-16-le") in kept] == []
    assert b"Practice" not in kept
    assert x.origin.encode() not in kept
