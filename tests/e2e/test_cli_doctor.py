"""`inspect` and `doctor` from outside: findings are the answer, and no value is ever printed."""

import json
from pathlib import Path

import pytest

from tests.e2e.command_line import CommandLine

SECRET = "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOgL8qq9PZyR"
KEYS = f"X_API_KEY=xvz1evFS4wEEPTGEFPHBog12A\nX_API_SECRET={SECRET}\n"


@pytest.fixture
def keypane(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


def test_inspect_names_what_is_pasted_opens_no_vault_and_prints_no_value(
    keypane: CommandLine,
) -> None:
    told = keypane.json("inspect", stdin=KEYS, passphrase=None)
    text = keypane.run("inspect", stdin=KEYS, passphrase=None)

    assert told.code == text.code == 0
    assert [finding["field"] for finding in told.answer] == ["api_key", "api_secret"]
    assert "belongs into the field API Key Secret" in text.stdout
    assert not keypane.home.exists()
    assert not any(SECRET in line for line in keypane.printed)


def test_inspect_explains_an_error_with_the_consoles_clicks(keypane: CommandLine) -> None:
    body = json.dumps({"title": "Client Forbidden", "reason": "client-not-enrolled", "status": 403})

    told = keypane.json("inspect", stdin=body, passphrase=None).answer[0]["explanation"]

    assert told["key"] == "client-not-enrolled"
    assert told["cause"]
    assert len(told["console_clicks"]) == 3
    assert told["next_step"]
    assert told["certainty"] == "documented"


def test_nothing_to_inspect_is_wrong_use(keypane: CommandLine) -> None:
    assert keypane.json("inspect", stdin=" \n", passphrase=None).error["kind"] == "bad_input"


def test_the_doctor_without_a_vault_looks_at_this_computer(keypane: CommandLine) -> None:
    found = keypane.json("doctor", passphrase=None)

    states = {check["name"]: check["state"] for check in found.answer}
    assert found.code == 0
    assert states["vault"] == "ok"
    assert states["keyring"] == "warn"  # this process has no desktop
    assert not keypane.home.exists()


def test_a_failing_check_is_an_answer_and_a_passphrase_touches_no_keyring(
    keypane: CommandLine,
) -> None:
    fields = KEYS + "CLIENT_ID=xvz1evFS4wEEPTGEFPHBog12A\nREDIRECT_URI=http://localhost/cb\n"
    keypane.run("app", "add", "My App", stdin=fields)

    found = keypane.json("doctor", "My App")
    checks = {check["name"]: check for check in found.answer}
    report = keypane.run("doctor", "My App", "--report")

    assert found.code == 0
    assert checks["client_id"]["state"] == "fail"
    assert checks["client_id"]["console_clicks"]
    assert checks["redirect_uri"]["state"] == "warn"
    assert "keyring" not in checks
    assert "[fail] client_id" in report.stdout
    assert "My App" not in report.stdout
    assert not any(SECRET in line for line in keypane.printed[1:])


def test_a_vault_that_does_not_open_is_a_finding(keypane: CommandLine) -> None:
    keypane.run("app", "add", "My App", stdin=KEYS)

    found = keypane.json("doctor", passphrase=None)

    assert found.code == 0
    assert (found.answer[0]["name"], found.answer[0]["state"]) == ("opening", "fail")


def test_an_unknown_app_is_wrong_use(keypane: CommandLine) -> None:
    assert keypane.json("doctor", "Nobody").code == 2
