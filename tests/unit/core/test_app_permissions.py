"""App permissions as noted, against what X's answers said of OAuth 1.0a pairs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.app_permissions import mismatch
from core.doctor.app_checks import Held, app_checks
from core.model import AccessTokenPair, CredentialState
from tests.fakes.nouns import app, owner

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def pair(level: str, **more: object) -> AccessTokenPair:
    return replace(owner(), access_level=level, **more)  # type: ignore[arg-type]  # fields of it


def noting(permissions: str):  # type: ignore[no-untyped-def]  # an App
    return replace(app(), permissions=permissions)


@pytest.mark.parametrize(
    ("noted", "seen", "is_less"),
    [
        ("read-write", "read", True),
        ("read-write-directmessages", "read-write", True),
        ("read", "read-write", False),
        ("read-write", "read-write-directmessages", False),
    ],
)
def test_a_level_that_is_not_the_noted_one_is_named(noted: str, seen: str, is_less: bool) -> None:
    found = mismatch(noting(noted), (pair(seen),))

    assert found is not None
    assert (found.noted, found.seen, found.is_less) == (noted, seen, is_less)


def test_nothing_is_said_where_nothing_is_known_or_all_agrees() -> None:
    assert mismatch(noting(""), (pair("read"),)) is None
    assert mismatch(noting("read"), (pair(""), pair("read"))) is None
    assert mismatch(noting("read"), (pair("a level of tomorrow"),)) is None
    assert mismatch(noting("read-write"), (pair("read", state=CredentialState.REVOKED),)) is None
    assert mismatch(noting("read-write"), (pair("read", app_id="another"),)) is None


def test_the_pair_that_fails_comes_before_the_one_that_may_more() -> None:
    more, less = pair("read-write-directmessages"), pair("read", pair_id="p-2")

    found = mismatch(noting("read-write"), (more, less))

    assert found is not None
    assert found.pair == less


def test_the_doctor_names_it_with_what_to_click() -> None:
    checks = {
        check.name: check
        for check in app_checks(Held(noting("read-write"), pair=pair("read")), NOW)
    }
    check = checks["permissions"]

    assert check.state == "warn"
    assert check.filled(check.detail).startswith("Noted is read-write; X's answers say read")
    assert any("App permissions" in click for click in check.clicks)
    quiet = {c.name: c for c in app_checks(Held(noting("read"), pair=pair("read")), NOW)}
    assert quiet["permissions"].state == "ok"
