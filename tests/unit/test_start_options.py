"""Shared options are found before and after a command, and nothing after `--` is touched."""

from pathlib import Path

import pytest

from core.errors import BadInput
from core.start_options import StartOptions, split


def test_they_stand_before_or_after_the_command() -> None:
    expected = StartOptions(Path("/data"), json=True, quiet=True, passphrase_fd=3)

    before = split(
        ["--home", "/data", "--json", "--quiet", "--vault-passphrase-fd=3", "app", "list"]
    )
    after = split(
        ["app", "list", "--vault-passphrase-fd", "3", "--quiet", "--json", "--home=/data"]
    )

    assert before == after == (expected, ["app", "list"])


def test_what_follows_two_dashes_belongs_to_the_child() -> None:
    assert split(["exec", "A", "--", "http", "--json"]) == (
        StartOptions(),
        ["exec", "A", "--", "http", "--json"],
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--home"],
        ["--home="],
        ["--home", "--json"],
        ["--vault-passphrase-fd", "three"],
        ["--vault-passphrase-fd=٣"],
    ],
)
def test_a_missing_or_senseless_value_is_named(arguments: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        split(arguments)

    assert caught.value.where == arguments[0].partition("=")[0]
