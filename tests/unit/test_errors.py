"""The error tree: its shape is the one that its module draws, and no error carries a value."""

import inspect
import re
from datetime import UTC, datetime

import pytest

from core import errors
from core.errors import (
    Cancelled,
    ConnectFailed,
    KeypaneError,
    OAuthRefused,
    RateLimited,
    Refused,
    ServerFault,
    TimedOut,
    TransportError,
    leaves,
)


def drawn() -> dict[str, str]:
    """Return child and parent of every error as the module's docstring draws them."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^( {4,})([A-Z]\w+)\b", line)
        if found is None or found[2] == "Cancelled":
            continue
        depth, name = len(found[1]), found[2]
        path = [step for step in path if step[0] < depth]
        if path:
            parents[name] = path[-1][1]
        path.append((depth, name))
    return parents


def test_the_tree_is_the_one_that_is_drawn() -> None:
    actual = {kind.__name__: kind.__bases__[0].__name__ for kind in leaves(KeypaneError)}

    assert actual == drawn()


def test_every_error_of_the_module_is_in_the_tree_but_cancelled() -> None:
    kinds = {
        k for _, k in inspect.getmembers(errors, inspect.isclass) if k.__module__ == errors.__name__
    }

    assert kinds - set(leaves(KeypaneError)) == {KeypaneError, Cancelled}


def test_cancelled_is_not_an_error_of_ours() -> None:
    assert not issubclass(Cancelled, KeypaneError)
    assert Cancelled(nothing_sent=True).nothing_sent
    assert not Cancelled().nothing_sent


def test_what_was_never_sent_and_what_was_are_told_apart() -> None:
    assert not issubclass(ConnectFailed, TimedOut)
    assert not issubclass(TimedOut, ConnectFailed)
    assert issubclass(ConnectFailed, TransportError)


def test_a_server_fault_is_no_refusal_because_x_may_have_acted() -> None:
    assert not issubclass(ServerFault, Refused)


def test_a_rate_limit_has_no_end_until_one_is_known() -> None:
    first, second = RateLimited(status=429), RateLimited(status=429)
    first.reset_at = datetime(2026, 9, 1, tzinfo=UTC)

    assert second.reset_at is None


@pytest.mark.parametrize(("description", "detail"), [("", "e"), ("d", "e: d")])
def test_an_oauth_refusal_says_code_and_description(description: str, detail: str) -> None:
    error = OAuthRefused("e", description, status=401)

    assert (error.detail, str(error), error.status) == (detail, detail, 401)
