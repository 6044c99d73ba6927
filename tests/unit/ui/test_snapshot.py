"""A Snapshot answers by App as a search through all would."""

from datetime import UTC, datetime, timedelta

from core.model import BearerToken, UserToken
from core.secret import Secret
from ui.snapshot import Snapshot

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def user(token_id: str, app_id: str) -> UserToken:
    return UserToken(token_id, app_id, Secret("a"), None, (), (), NOW, NOW + timedelta(hours=2))


def test_users_come_per_app_in_the_order_they_were_added() -> None:
    users = (user("1", "a"), user("2", "b"), user("3", "a"))
    snapshot = Snapshot(users=users)

    assert snapshot.users_of("a") == (users[0], users[2])
    assert snapshot.users_of("b") == (users[1],)
    assert snapshot.users_of("gone") == ()


def test_the_first_bearer_token_of_an_app_is_its_own() -> None:
    bearers = tuple(BearerToken("a", Secret(value), NOW) for value in ("one", "two"))
    snapshot = Snapshot(bearers=bearers)

    assert snapshot.bearer("a") is bearers[0]
    assert snapshot.bearer("b") is None


def test_looking_something_up_leaves_equal_snapshots_equal() -> None:
    one, other = Snapshot(users=(user("1", "a"),)), Snapshot(users=(user("1", "a"),))
    one.users_of("a")

    assert one == other
