"""Each failure shows its own cause and its next step on the command line."""

import io

import pytest

from cli.command_run import CommandRun
from cli.dispatch import failed
from cli.request_refusal import say_why
from core.answers import refusal
from core.errors import (
    BadInput,
    Cancelled,
    KeypaneError,
    NoCredential,
    VaultLocked,
    VaultUnavailable,
)
from core.explain import explain, explain_answer
from core.model import HttpResponse
from core.start_options import StartOptions
from sandbox import Sandbox
from tests.unit.core.test_explain import ERRORS, MENU, VAGUE
from tests.unit.sandbox.client import Client

SAYS_IT_ALL = (BadInput, Cancelled)


def run_of(*, quiet: bool = False, json: bool = False) -> tuple[CommandRun, io.StringIO]:
    said = io.StringIO()

    def no_world() -> None:
        raise AssertionError("an error needs no world to be told")

    options = StartOptions(quiet=quiet, json=json)
    return CommandRun(options, no_world, io.StringIO(), io.StringIO(), said), said  # type: ignore[arg-type]


def said_about(error: BaseException, *, quiet: bool = False) -> str:
    run, said = run_of(quiet=quiet)
    failed(run, error)
    return said.getvalue()


def answer_in_the_menu(name: str, sandbox: Sandbox) -> HttpResponse:
    response = MENU[name][1](Client(sandbox))
    headers = {key.lower(): value for key, value in response.headers.items()}
    return HttpResponse(response.status_code, headers, response.content)


@pytest.mark.parametrize("name", MENU)
def test_each_failure_of_the_menu_is_told_with_its_cause_wherever_it_comes(
    name: str, sandbox: Sandbox
) -> None:
    answer = answer_in_the_menu(name, sandbox)
    told = explain_answer(answer.status, answer.headers, answer.body)
    facts = told.words
    cause = f"Why: {facts.filled(told.cause)}"
    clicks = [facts.filled(click) for click in told.clicks]
    assert told.key == MENU[name][0]
    assert told.key not in VAGUE
    assert facts.next_step

    by_a_command = said_about(refusal(answer.status, answer.headers, answer.body))
    run, said = run_of(json=True)
    say_why(run, explain_answer(answer.status, answer.headers, answer.body))
    by_request = said.getvalue()

    for text in (by_a_command, by_request):
        assert cause in text
        assert all(click in text for click in clicks)
    assert facts.filled(facts.next_step) in by_request


@pytest.mark.parametrize("key", ERRORS)
def test_each_error_of_ours_is_told_with_its_cause(key: str) -> None:
    error = ERRORS[key]
    text = said_about(error)

    if isinstance(error, SAYS_IT_ALL):
        assert text.count("\n") == 1
        return
    assert f"Why: {explain(error).words.filled(explain(error).cause)}" in text
    assert text.startswith("keypane: ")


def test_no_two_failures_are_told_alike() -> None:
    texts = {
        key: said_about(error)
        for key, error in ERRORS.items()
        if not isinstance(error, SAYS_IT_ALL)
    }

    assert len(set(texts.values())) == len(texts)


def test_quiet_keeps_to_the_one_line() -> None:
    error: KeypaneError | Cancelled = ERRORS["vault-locked"]

    assert said_about(error, quiet=True).count("\n") == 1
    assert said_about(error).count("\n") > 1


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (NoCredential("bearer"), "keypane bearer generate APP"),
        (NoCredential("user", "needs_sign_in"), "keypane sign-in APP"),
        (NoCredential("user", "held"), "keypane user take-back APP @name"),
        (VaultLocked("passphrase"), "add --vault-passphrase-fd 3 3< passphrase.txt"),
        (VaultLocked("choice"), "add --vault-passphrase-fd 3 3< passphrase.txt"),
        (VaultUnavailable("no_keyring"), "add --vault-passphrase-fd 3 3< passphrase.txt"),
    ],
)
def test_what_a_command_mends_is_told_as_a_command(error: KeypaneError, command: str) -> None:
    assert f"    By command: {command}\n" in said_about(error)


@pytest.mark.parametrize("error", [VaultLocked("keyring"), VaultUnavailable("disk_full")])
def test_no_command_is_named_where_none_helps(error: KeypaneError) -> None:
    assert "By command" not in said_about(error)


def test_a_bug_is_told_with_a_cause_too() -> None:
    assert "This is a fault of Keypane" in said_about(ZeroDivisionError())
