"""Checks and explanations as lines for a person."""

from collections.abc import Iterator

from core.doctor import Check
from core.explain import Explanation

_MARKS = {"ok": "✓", "warn": "▲", "fail": "■"}


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
