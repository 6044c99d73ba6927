"""What an exporter writes, its importer reads: for every App that can be."""

import string
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.exporters.files import to_env, to_json, to_postman, to_twurl, to_xurl
from core.exporters.hosts import to_host
from core.hand_over import Host
from core.importers import read_foreign, source_of
from core.portable import PortableApp, PortablePair, PortableUser
from core.secret import Secret

FEW = settings(max_examples=60, deadline=None)
_ODD = string.ascii_letters + string.digits + "-_=%+/.:~'\"\\# $&;<>|!*()[]{}éß😀"
_REFERENCES = ("${", "$(", "{{", "op://")

app_names = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=20)
usernames = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=15)
secrets = (
    st.text(_ODD, min_size=1, max_size=60)
    .map(str.strip)
    .filter(lambda text: text and not any(mark in text for mark in _REFERENCES))
    .map(Secret)
)
times = st.integers(1_000_000_000, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
fields = st.dictionaries(
    st.sampled_from(["api_key", "api_secret", "client_id", "client_secret", "bearer_token"]),
    secrets,
    min_size=1,
)


def pairs(username: st.SearchStrategy[str]) -> st.SearchStrategy[PortablePair]:
    return st.builds(PortablePair, secrets, secrets, username)


def users(username: st.SearchStrategy[str]) -> st.SearchStrategy[PortableUser]:
    return st.builds(PortableUser, secrets, st.none() | secrets, username, st.none() | times)


def at_most_one(items: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=1).map(tuple)


nobody = st.just("")
apps = st.builds(
    PortableApp, app_names, fields, at_most_one(pairs(nobody)), at_most_one(users(nobody))
)
xurl_apps = st.builds(
    PortableApp,
    app_names,
    fields,
    at_most_one(pairs(nobody)),
    st.lists(users(usernames), max_size=3, unique_by=lambda user: user.username).map(tuple),
)
twurl_apps = st.builds(
    PortableApp,
    st.just("twurl"),
    st.fixed_dictionaries(
        {"api_key": secrets, "api_secret": secrets}, optional={"bearer_token": secrets}
    ),
    st.lists(pairs(usernames), min_size=1, max_size=3, unique_by=lambda pair: pair.username).map(
        tuple
    ),
)


def timeless(app: PortableApp) -> PortableApp:
    return replace(app, users=tuple(replace(user, expires_at=None) for user in app.users))


@FEW
@given(apps)
def test_a_dot_env_file_comes_back(app: PortableApp) -> None:
    text = to_env(app, reveal=True)

    assert read_foreign(text, "env").apps == (replace(timeless(app), name=""),)


@FEW
@given(apps)
def test_a_postman_environment_comes_back(app: PortableApp) -> None:
    text = to_postman(app, reveal=True)

    assert source_of(text) == "postman"
    assert read_foreign(text).apps == (timeless(app),)


@FEW
@given(apps)
def test_plain_json_comes_back(app: PortableApp) -> None:
    assert read_foreign(to_json(app, reveal=True), "json").apps == (app,)


@FEW
@given(st.lists(xurl_apps, min_size=1, max_size=3, unique_by=lambda app: app.name))
def test_a_store_of_xurl_comes_back(kept: list[PortableApp]) -> None:
    text = to_xurl(kept, reveal=True)

    assert source_of(text) == "xurl"
    assert read_foreign(text).apps == tuple(kept)


@FEW
@given(twurl_apps)
def test_a_store_of_twurl_comes_back(app: PortableApp) -> None:
    text = to_twurl([app], reveal=True)

    assert source_of(text) == "twurl"
    assert read_foreign(text).apps == (app,)


@FEW
@given(apps, st.sampled_from([Host.GITHUB, Host.FLY, Host.KUBERNETES, Host.DOCKER]))
def test_what_a_host_is_given_comes_back(app: PortableApp, host: Host) -> None:
    first, *inside, last = to_host(app, host, reveal=True).splitlines(keepends=True)

    assert f"<<'{last.strip()}'" in first
    assert read_foreign("".join(inside), "env").apps == (replace(timeless(app), name=""),)


@FEW
@given(twurl_apps)
def test_without_consent_no_value_is_in_a_text(app: PortableApp) -> None:
    long = Secret("CANARY-value-that-nothing-else-holds")
    app = replace(
        app,
        name="My App",
        fields=dict.fromkeys([*app.fields, "client_id", "client_secret"], long),
        pairs=(PortablePair(long, long),),
        users=(PortableUser(long, long, "acme"),),
    )
    texts = [
        *(write(app, reveal=False) for write in (to_env, to_postman, to_json)),
        *(write([app], reveal=False) for write in (to_xurl, to_twurl)),
        *(to_host(app, host, reveal=False) for host in Host if host is not Host.ENV_FILE),
    ]

    assert all("CANARY" not in text for text in texts)
    assert all("X_" in text or "keypane" in text for text in texts)
