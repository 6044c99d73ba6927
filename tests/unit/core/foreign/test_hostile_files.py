"""A foreign file may be anything: it is read within limits, or refused in a sentence."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.importers import SOURCES, read_foreign, source_of
from core.importers.plan import warnings_of
from core.importers.reading import read_file
from tests.timing import within

KEY = "a" * 25
BOMB = "a: &a [x,x,x]\n" + "".join(
    f"{this}: &{this} [{','.join(['*' + before] * 9)}]\n"
    for before, this in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "a bomb of aliases": ("xurl", "apps:\n  one: {}\n" + BOMB),
    "an anchor": ("xurl", "apps: &all\n  one: {client_id: abc}\n"),
    "a merge": ("twurl", "profiles: &p {a: {}}\nbearer_tokens: {<<: *p}\n"),
    "a tag that would run": ("xurl", 'apps: !!python/object/apply:os.system ["touch /tmp/x"]\n'),
    "a tag of text": ("xurl", "apps:\n  one:\n    client_id: !!str abc\n"),
    "a directive": ("twurl", "%TAG ! tag:x,2000:\n---\nprofiles: {}\n"),
    "two documents": ("xurl", "apps: {}\n---\napps: {}\n"),
    "a name twice in YAML": ("xurl", "apps:\n  one: {}\n  one: {client_id: b}\n"),
    "a list for a map": ("xurl", "- apps\n"),
    "broken YAML": ("twurl", "profiles: {a: [\n"),
    "a map as a name": ("xurl", "apps:\n  ? {a: b}\n  : c\n"),
    "deep YAML": ("xurl", "apps: " + "{a: " * 400 + "}" * 400),
    "deep JSON": ("json", '{"a":' * 50_000 + "1" + "}" * 50_000),
    "broken JSON": ("json", '{"client_id": '),
    "a name twice in JSON": ("json", '{"client_id": "a", "client_id": "b"}'),
    "a JSON list": ("json", '["client_id"]'),
    "no number": ("json", '{"client_id": NaN}'),
    "an open quote": ("env", 'CLIENT_ID="abc\n'),
    "too many lines": ("env", "".join(f"N{n}=1\n" for n in range(201))),
    "too many values": ("postman", json.dumps({"values": [{"key": "a", "value": "b"}] * 201})),
    "too many apps": (
        "xurl",
        "apps:\n" + "".join(f"  a{n}: {{client_id: b}}\n" for n in range(201)),
    ),
    "no credential": ("env", "DEBUG=1\nDATABASE_URL=postgres://localhost\n"),
    "nothing": ("env", ""),
    "an empty store": ("xurl", "apps: {}\n"),
    "too long": ("env", f"CLIENT_ID={'a' * (256 << 10)}"),
    "only values that cannot be": ("env", f"CLIENT_ID={'a' * 9000}\nAPI_KEY='a\nb'\n"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_malformed_or_too_much_is_refused_at_once(case: str) -> None:
    source, text = REFUSED[case]
    start = time.monotonic()

    with pytest.raises(BadInput):
        read_foreign(text, source)
    assert within(1, since=start)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"\ufeffAPI_KEY={KEY}\r\nX=1\r\n", KEY),
        (f"export X_API_KEY = {KEY}   # from the portal", KEY),
        (f"TWITTER_CONSUMER_KEY='{KEY}'", KEY),
        (f'api_key="{KEY[:5]}\\"{KEY[5:]}"', f'{KEY[:5]}"{KEY[5:]}'),
        (f"NOTE='first line\nAPI_KEY=of the note\n'\nAPI_KEY={KEY}", KEY),
        (f"API_KEY={KEY}#part", f"{KEY}#part"),
        (f"API_KEY=old\nAPI_KEY={KEY}", KEY),
        (f"API_KEY=$(touch /tmp/never)\nCONSUMER_KEY={KEY}", KEY),
        (f"API_KEY=${{OTHER}}\nCONSUMER_KEY={KEY}", KEY),
    ],
)
def test_a_dot_env_file_is_read_as_libraries_read_it_and_nothing_runs(
    text: str, value: str
) -> None:
    found = read_foreign(text)

    assert found.source == "env"
    assert found.apps[0].fields["api_key"].reveal() == value


def test_yaml_is_text_whatever_it_looks_like() -> None:
    found = read_foreign("apps:\n  007:\n    client_id: 0123\n    client_secret: yes\n")

    app = found.apps[0]
    assert app.name == "007"
    assert {name: value.reveal() for name, value in app.fields.items()} == {
        "client_id": "0123",
        "client_secret": "yes",
    }


def test_the_store_of_an_old_xurl_becomes_the_app_default() -> None:
    token = {"access_token": "at", "refresh_token": "rt", "expiration_time": 1_900_000_000}
    pair = {"access_token": "1-a", "token_secret": "s", "consumer_key": "k", "consumer_secret": "c"}
    text = json.dumps(
        {
            "oauth2_tokens": {"alice": {"type": "oauth2", "oauth2": token}},
            "oauth1_tokens": {"type": "oauth1", "oauth1": pair},
            "bearer_token": None,
        }
    )

    found = read_foreign(text)

    (app,) = found.apps
    assert (found.source, app.name, app.users[0].username) == ("xurl", "default", "alice")
    assert app.pairs[0].token.reveal() == "1-a"
    assert warnings_of(found)[0].startswith("xurl keeps a Refresh Token of the same grant.")
    assert not any("Refresh Token" in warning for warning in warnings_of(found, "xurl"))


def test_a_token_answer_of_x_is_a_users_and_one_without_a_user_is_the_apps() -> None:
    answer = {"token_type": "bearer", "expires_in": 7200, "access_token": "u", "refresh_token": "r"}
    bearer = {"token_type": "bearer", "access_token": "A" * 22 + "x" * 60}

    assert read_foreign(json.dumps(answer)).apps[0].users[0].access_token is not None
    assert set(read_foreign(json.dumps(bearer)).apps[0].fields) == {"bearer_token"}


def test_what_is_switched_off_in_postman_stays_out() -> None:
    values = [
        {"key": "consumer_key", "value": KEY, "enabled": False},
        {"key": "client_id", "value": "abc", "enabled": True},
    ]
    text = json.dumps({"name": "Mine", "values": values})

    assert set(read_foreign(text).apps[0].fields) == {"client_id"}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.sampled_from(SOURCES))
def test_any_text_is_read_or_refused(text: str, source: str) -> None:
    for chosen in (source, source_of(text)):
        try:
            found = read_foreign(text, chosen)
        except BadInput:
            continue
        assert found.apps


_scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
_words = st.sampled_from(
    ["apps", "values", "key", "value", "oauth2_tokens", "oauth2", "profiles", "client_id", "name"]
)
_trees = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4)
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_words, _trees, max_size=6), st.sampled_from(SOURCES))
def test_any_shape_is_read_or_refused(tree: object, source: str) -> None:
    try:
        found = read_foreign(json.dumps(tree), source)
    except BadInput:
        return
    assert found.apps


# --- files -----------------------------------------------------------------------------------


def test_a_regular_file_and_the_folder_of_xurl_are_read(tmp_path: Path) -> None:
    (tmp_path / "auth.yml").write_bytes(b"\xef\xbb\xbfapps: {}")

    assert read_file(tmp_path / "auth.yml") == read_file(tmp_path) == "apps: {}"


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(2 << 30)

    with pytest.raises(BadInput, match="256 KiB"):
        read_file(huge)


@pytest.mark.skipif(os.name != "posix", reason="files of POSIX")
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "real").write_text(f"API_KEY={KEY}")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "linked-folder").symlink_to(tmp_path)

    for name in ("pipe", "link", "linked-folder", "absent", ".", "/dev/zero", "/dev/tty"):
        with pytest.raises(BadInput):
            read_file(tmp_path / name)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"API_KEY=\xff\xfe")

    with pytest.raises(BadInput, match="UTF-8"):
        read_file(tmp_path / "file")
