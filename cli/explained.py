"""Checks and explanations as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.errors import (
    BadInput,
    Cancelled,
    NoCredential,
    VaultLocked,
    VaultUnavailable,
)
from core.explain import Explanation, explain

if TYPE_CHECKING:  # the doctor's checks take 50 ms to load, and few commands need them
    from core.doctor import Check

_MARKS = {"ok": "✓", "warn": "▲", "fail": "■"}
_UNLOCKING = "add --vault-passphrase-fd 3 3< passphrase.txt"
_COMMANDS = {  # what is missing, and whether another program holds it
    ("bearer", False): "keypane bearer generate APP",
    ("user", False): "keypane sign-in APP",
    ("user", True): "keypane user take-back APP @name",
}


def explanation_lines(told: Explanation) -> Iterator[str]:
    """Return what happened, why, what to click, and what to do next."""
    facts = told.words
    yield facts.filled(facts.message)
    yield f"    Why: {facts.filled(told.cause)}"
    yield from _clicks([facts.filled(click) for click in told.clicks])
    if facts.next_step:
        yield f"    Next: {facts.filled(facts.next_step)}"
    if told.source and told.certainty != "documented":
        yield f"    ({told.certainty}, {told.source})"


def why_lines(error: BaseException, operation: str) -> Iterator[str]:
    """Return why an error came, what to click at X and what to type here.

    Its own line said the rest.

    Empty where that line says all there is: the person mistyped, or stopped it.
    """
    if isinstance(error, BadInput | Cancelled):
        return
    told = explain(error, operation=operation)
    yield f"    Why: {told.words.filled(told.cause)}"
    yield from _clicks([told.words.filled(click) for click in told.clicks])
    if command := _command_for(error):
        yield f"    By command: {command}"


def _command_for(error: BaseException) -> str:
    """Return what to type; the words of both faces name the window's places."""
    if isinstance(error, VaultLocked):
        return "" if error.needs == "keyring" else _UNLOCKING
    if isinstance(error, VaultUnavailable):
        return _UNLOCKING if error.reason == "no_keyring" else ""
    if isinstance(error, NoCredential):
        return _COMMANDS.get((error.what, error.state == "held"), "")
    return ""


def check_lines(check: Check) -> Iterator[str]:
    """Return one check; what is well takes one line."""
    yield f"{_MARKS[check.state]} {check.filled(check.title)}: {check.filled(check.detail)}"
    if check.state == "ok":
        return
    if check.cause:
        yield f"    Why: {check.filled(check.cause)}"
    yield from _clicks([check.filled(click) for click in check.clicks])
    if check.next_step:
        yield f"    Next: {check.filled(check.next_step)}"


def _clicks(clicks: list[str]) -> Iterator[str]:
    for number, click in enumerate(clicks, start=1):
        yield f"    {number}. {click}"
