"""Environments: X, a sandbox, a server of one's own; and which addresses they may reach."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.environment import Environment, is_loopback, origin_of
from core.errors import BadInput

CUSTOM = {
    "name": "Mine",
    "authorize_url": "https://auth.example/authorize",
    "token_url": "https://auth.example/token",
    "revoke_url": "https://auth.example/revoke",
    "api_url": "https://api.example/",
}


def test_x_is_reached_at_its_own_hosts_and_no_other() -> None:
    x = Environment.x()

    assert x.allowed_origins == {"https://api.x.com", "https://x.com"}
    assert x.token_url == "https://api.x.com/2/oauth2/token"
    assert x.app_only_url == "https://api.x.com/oauth2/token"
    assert x.expected_issuer == "https://x.com"
    assert not x.is_loopback


def test_everything_of_x_is_https() -> None:
    values = dataclasses.asdict(Environment.x()).items()

    assert all(str(value).startswith("https://") for name, value in values if name.endswith("_url"))


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8123", "http://localhost:1/", "http://[::1]:9"]
)
def test_a_sandbox_lives_on_this_computer(origin: str) -> None:
    sandbox = Environment.sandbox(origin)

    assert sandbox.is_loopback
    assert sandbox.allowed_origins == {origin.rstrip("/")}
    assert sandbox.expected_issuer == origin.rstrip("/")


@pytest.mark.parametrize(
    "origin",
    [
        "http://192.168.0.1:80",
        "https://x.com",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:1/path",
        "http://127.0.0.1:1?x",
        "http://u@127.0.0.1:1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "127.0.0.1:80",
        "",
    ],
)
def test_a_sandbox_lives_nowhere_else(origin: str) -> None:
    with pytest.raises(BadInput) as caught:
        Environment.sandbox(origin)

    assert caught.value.where == "environment"


def test_the_embedded_sandbox_moves_to_the_port_it_has_today() -> None:
    embedded = Environment.sandbox("http://127.0.0.1:1", embedded=True)

    moved = embedded.moved_to("http://127.0.0.1:2")

    assert moved == Environment.sandbox("http://127.0.0.1:2", embedded=True)
    assert moved.moved_to("http://127.0.0.1:2") is moved


@pytest.mark.parametrize(
    "fixed",
    [Environment.x(), Environment.sandbox("http://127.0.0.1:1"), Environment.custom(CUSTOM)],
)
def test_anything_else_stays_where_it_is(fixed: Environment) -> None:
    assert fixed.moved_to("http://127.0.0.1:2") is fixed


def test_a_custom_environment_is_built_from_four_addresses() -> None:
    custom = Environment.custom(CUSTOM)

    assert custom.api_url == "https://api.example"
    assert custom.allowed_origins == {"https://auth.example", "https://api.example"}
    assert custom.expected_issuer == "https://auth.example"
    assert custom.app_only_url == ""


def test_a_custom_environment_may_name_its_issuer_and_needs_no_name() -> None:
    facts = {**CUSTOM, "name": "", "issuer": "https://issuer.example"}
    custom = Environment.custom(facts)

    assert (custom.expected_issuer, custom.name) == ("https://issuer.example", "Custom")


def test_only_the_api_address_of_a_custom_environment_loses_its_slash() -> None:
    facts = {
        **CUSTOM,
        "token_url": "https://auth.example/token/",
        "issuer": "https://auth.example/",
    }
    custom = Environment.custom(facts)

    assert custom.api_url == "https://api.example"
    assert custom.token_url == "https://auth.example/token/"
    assert custom.expected_issuer == "https://auth.example/"
    assert Environment.from_facts(custom.facts()) == custom


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token_url", ""),
        ("token_url", 7),
        ("token_url", None),
        ("token_url", "http://auth.example/token"),
        ("token_url", "ftp://auth.example/token"),
        ("token_url", "https:///token"),
        ("token_url", "https://u:p@auth.example/token"),
        ("token_url", "https://auth.example/token?x=1"),
        ("token_url", "https://auth.example/token#x"),
        ("token_url", "https://auth.example:99999/"),
        ("token_url", "https://[::x/"),
        ("issuer", "http://auth.example"),
        ("surprise", "x"),
    ],
)
def test_a_custom_environment_that_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(BadInput) as caught:
        Environment.custom({**CUSTOM, field: value})

    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize(
    "environment",
    [
        Environment.x(),
        Environment.sandbox("http://127.0.0.1:1"),
        Environment.sandbox("http://127.0.0.1:1", embedded=True),
        Environment.custom(CUSTOM),
        Environment.custom(
            {**CUSTOM, "issuer": "https://i.example", "app_only_url": "https://a.example/t"}
        ),
    ],
    ids=lambda e: e.name,
)
def test_an_environment_is_rebuilt_from_its_facts(environment: Environment) -> None:
    assert Environment.from_facts(environment.facts()) == environment


@pytest.mark.parametrize("facts", [{}, {"kind": "y"}, {"kind": "sandbox"}, {"kind": "custom"}])
def test_facts_that_make_no_environment_are_refused(facts: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Environment.from_facts(facts)


@given(st.text(max_size=60))
def test_whatever_a_person_types_ends_as_an_environment_or_as_bad_input(text: str) -> None:
    for prefix in ("", "http://127.0.0.1", "https://"):
        try:
            built = Environment.custom({**CUSTOM, "api_url": prefix + text})
        except BadInput:
            continue
        assert all(o.startswith("https://") or is_loopback(o) for o in built.allowed_origins)


def test_an_origin_is_compared_in_lower_case() -> None:
    assert origin_of("HTTPS://API.X.com/2/Tweets") == "https://api.x.com"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.2/", "http://127.0.0.1.evil/", "http://evil/?127.0.0.1", "http://0.0.0.0/"],
)
def test_what_only_looks_like_this_computer_is_not(url: str) -> None:
    assert not is_loopback(url)
