"""Handing over: .env lines that come back as they went, and commands that hold no value."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.hand_over import Host, command_for, env_text, is_ignored, merged, values_of
from core.model import ClientCredentials
from core.pasted import read_pasted
from core.secret import Secret, reveal
from tests.fakes.nouns import app, user


def test_a_server_gets_what_it_needs_to_act_and_to_refresh() -> None:
    names = list(values_of(app(), user()))

    assert names == ["X_CLIENT_ID", "X_CLIENT_SECRET", "X_USER_ACCESS_TOKEN", "X_REFRESH_TOKEN"]


def test_a_public_client_hands_over_no_client_secret() -> None:
    values = values_of(app(client=ClientCredentials(Secret("public"))), user())

    assert "X_CLIENT_SECRET" not in values


def test_keypane_reads_back_the_env_file_that_it_writes() -> None:
    values = values_of(app(), user())

    found = read_pasted(env_text(values)).fields

    assert {reveal(value) for value in found.values()} == {reveal(v) for v in values.values()}


def test_token_characters_stand_without_quotes() -> None:
    assert env_text({"X_BEARER_TOKEN": Secret("AAAA%2Fb-c_d=")}) == "X_BEARER_TOKEN=AAAA%2Fb-c_d=\n"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_a_shell_reads_every_value_as_it_was(value: str) -> None:
    line = env_text({"NAME": Secret(value)}).rstrip("\n")

    if line.startswith('NAME="'):  # shlex leaves these two escaped, a shell does not
        line = line.replace("\\$", "$").replace("\\`", "`")
    assert shlex.split(line) == [f"NAME={value}"]


@pytest.mark.parametrize("value", ["two\nlines", "bell\a"])
def test_a_value_that_does_not_fit_on_a_line_is_refused(value: str) -> None:
    with pytest.raises(BadInput):
        env_text({"NAME": Secret(value)})


def test_an_existing_file_keeps_its_other_lines() -> None:
    before = "# ours\nPORT=80\nX_REFRESH_TOKEN=old\nexport X_REFRESH_TOKEN=older\n"

    after = merged(before, {"X_REFRESH_TOKEN": Secret("new"), "X_CLIENT_ID": Secret("id")})

    assert after == "# ours\nPORT=80\nX_REFRESH_TOKEN=new\nX_CLIENT_ID=id\n"


@pytest.mark.parametrize("host", list(Host))
def test_a_command_names_the_file_and_no_value(host: Host) -> None:
    command = command_for(host, "/home/me/my app/.env", "acme-prod")

    assert command == "" or "'/home/me/my app/.env'" in command
    assert "TOKEN" not in command


@pytest.mark.parametrize("target", ["a b", "$(rm)", "--force", "a;b"])
def test_a_target_that_is_no_name_is_refused(target: str) -> None:
    with pytest.raises(BadInput):
        command_for(Host.FLY, ".env", target)


@pytest.mark.parametrize(
    ("text", "path", "covered"),
    [
        (".env\n", ".env", True),
        (".env\n", "server/.env", True),
        ("/.env\n", "server/.env", False),
        (".env*\n", ".env.production", True),
        ("*.env\n!prod.env\n", "prod.env", False),
        ("secrets/\n", "secrets/.env", True),
        ("**/secrets\n", "a/secrets/.env", True),
        ("# .env\n", ".env", False),
        ("", ".env", False),
    ],
)
def test_a_gitignore_covers_a_file_or_does_not(text: str, path: str, covered: bool) -> None:
    assert is_ignored(text, path) is covered
