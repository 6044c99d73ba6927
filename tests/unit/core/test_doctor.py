"""The doctor's checks: each trouble is found, named, and comes with its next step."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.adapters.machine import ThisMachine
from core.adapters.requests_transport import RequestsTransport
from core.doctor import SAFE_FACTS, Check, Doctor, report
from core.environment import Environment
from core.errors import BadInput, Cancelled, VaultLocked
from core.model import App, BearerToken, ClientCredentials, ConsumerKeys, CredentialState, UserToken
from core.network import Way
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import Vault
from sandbox import Sandbox
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.vaults import vault_in

API_KEY = "xvz1evFS4wEEPTGEFPHBog12A"
CLIENT_ID = base64.urlsafe_b64encode(b"abcdefghij0123456789:1:ci").decode().rstrip("=")


class FakeMachine:
    """A computer in order; a test changes what it dislikes."""

    def __init__(self) -> None:
        self.port = "free"
        self.folder = "private"
        self.way: Way | Exception = Way("system")
        self.variables: dict[str, bool] = {}

    def port_state(self, host: str, port: int) -> Any:
        return self.port

    def way_to(self, scheme: str, host: str) -> Way:
        if isinstance(self.way, Exception):
            raise self.way
        return self.way

    def certificate_variables(self) -> dict[str, bool]:
        return self.variables

    def folder_state(self, folder: str) -> Any:
        return self.folder


class Practice:
    """A doctor over a session vault with one App in order."""

    def __init__(self, vault: Vault, clock: FakeClock, transport: RequestsTransport) -> None:
        self.vault, self.clock = vault, clock
        self.keys, self.machine = FakeKeys(), FakeMachine()
        self.doctor = Doctor(vault, self.keys, clock, transport, self.machine)
        self.app = App(
            "a1", "Acme Bot", Environment.x(), clock.now(),
            ConsumerKeys(Secret(API_KEY), Secret("s1S" * 16 + "ab")),
            ClientCredentials(Secret(CLIENT_ID), Secret("c1C" * 16 + "-_")),
            ("http://127.0.0.1:8739/callback",),
        )  # fmt: skip
        self.bearer = BearerToken("a1", Secret("A" * 22 + "x" * 60), clock.now())
        vault.save(self.app, self.bearer)

    def user(self, **changes: Any) -> None:
        now = self.clock.now()
        token = UserToken(
            "t1",
            "a1",
            Secret("at"),
            Secret("rt"),
            (),
            (),
            now,
            now + timedelta(hours=2),
            "1",
            "acme",
        )
        self.vault.save(replace(token, **changes))

    def checks(self, app: App | None = None, **how: Any) -> dict[str, Check]:
        found = self.doctor.examine(app or self.app, CancelToken(), **how)
        return {check.name: check for check in found}


@pytest.fixture
def practice(vault: Vault, clock: FakeClock, transport: RequestsTransport) -> Practice:
    return Practice(vault, clock, transport)


def test_an_app_in_order_gives_no_warning(practice: Practice) -> None:
    checks = practice.checks()

    assert {check.state for check in checks.values()} == {"ok"}
    assert list(checks)[:5] == [
        "consumer_keys",
        "client_id",
        "client_type",
        "fields",
        "redirect_uri",
    ]
    assert {"port", "proxy", "certificates", "keyring", "vault", "clock"} <= set(checks)


def _client(client_id: str, secret: str = "") -> dict[str, object]:
    return {"client": ClientCredentials(Secret(client_id), Secret.maybe(secret))}


APPS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no keys": ({"consumer": None}, "consumer_keys", "warn", "not here"),
    "half a pair": (
        {"consumer": ConsumerKeys(Secret(API_KEY), Secret(""))}, "consumer_keys", "warn", "Only",
    ),
    "Client ID as API Key": (
        {"consumer": ConsumerKeys(Secret(CLIENT_ID), Secret("s1S" * 16 + "ab"))},
        "consumer_keys", "fail", "Client ID stands",
    ),
    "no Client ID": ({"client": None}, "client_id", "warn", "not here"),
    "API Key as Client ID": (_client(API_KEY), "client_id", "fail", "API Key stands"),
    "App ID as Client ID": (_client("28145902"), "client_id", "fail", "App ID stands"),
    "Bearer Token as Client ID": (
        _client("A" * 22 + "x" * 60), "client_id", "fail", "Another value stands",
    ),
    "cut-off Client ID": (_client("abcdefgh"), "client_id", "warn", "not the shape"),
    "public with a secret": ({"app_type": "native"}, "client_type", "fail", "public App"),
    "confidential without": (
        {"app_type": "bot", **_client(CLIENT_ID)}, "client_type", "fail", "confidential App",
    ),
    "no redirect URI": ({"redirect_uris": ()}, "redirect_uri", "warn", "None is known"),
    "blocked scheme": (
        {"redirect_uris": ("telnet://host/callback",)}, "redirect_uri", "fail", "does not accept",
    ),
    "localhost": (
        {"redirect_uris": ("http://localhost:8739/callback",)}, "redirect_uri", "warn", "127.0.0.1",
    ),
    "eleven": (
        {"redirect_uris": tuple(f"http://127.0.0.1:80{n:02}/" for n in range(11))},
        "redirect_uri", "fail", "There are 11",
    ),
    "another App's Bearer Token": ({"x_app_id": "42"}, "bearer", "fail", "another App"),
}  # fmt: skip


@pytest.mark.parametrize("name", APPS)
def test_a_wrong_set_up_is_found_with_cause_and_next_step(name: str, practice: Practice) -> None:
    changes, check_name, state, words = APPS[name]
    inside = bytes(16) + (7922114).to_bytes(8, "little") + bytes(20)
    bearer = Secret(base64.b64encode(inside).decode().rstrip("=") + "%3Dabc")
    practice.vault.save(replace(practice.bearer, token=bearer))

    check = practice.checks(replace(practice.app, **changes))[check_name]

    facts = check.as_facts()
    assert check.state == state
    assert words in str(facts["detail"])
    assert facts["cause"]
    assert facts["next_step"]


def _as_port(state: str) -> Callable[[Practice], None]:
    return lambda practice: setattr(practice.machine, "port", state)


MACHINES: dict[str, tuple[Callable[[Practice], None], str, str]] = {
    "port taken": (_as_port("taken"), "port", "warn"),
    "port forbidden": (_as_port("forbidden"), "port", "warn"),
    "foreign proxy": (
        lambda p: setattr(p.machine, "way", BadInput("proxy", "socks")), "proxy", "fail",
    ),
    "locked settings": (
        lambda p: setattr(p.machine, "way", VaultLocked("keyring")), "proxy", "warn",
    ),
    "certificates by variable": (
        lambda p: setattr(p.machine, "variables", {"SSL_CERT_FILE": True}), "certificates", "warn",
    ),
    "lost certificates": (
        lambda p: setattr(p.machine, "variables", {"SSL_CERT_FILE": False}), "certificates", "warn",
    ),
    "open folder": (lambda p: setattr(p.machine, "folder", "shared"), "vault", "warn"),
    "foreign folder": (lambda p: setattr(p.machine, "folder", "foreign"), "vault", "fail"),
    "folder read-only": (lambda p: setattr(p.machine, "folder", "read_only"), "vault", "fail"),
    "no keyring": (lambda p: setattr(p.keys, "mode", "missing"), "keyring", "warn"),
    "locked keyring": (lambda p: setattr(p.keys, "mode", "locked"), "keyring", "warn"),
    "ended sign-in": (lambda p: p.user(state=CredentialState.NEEDS_SIGN_IN), "users", "warn"),
    "idle sign-in": (
        lambda p: p.user(issued_at=p.clock.now() - timedelta(days=151)), "users", "warn",
    ),
    "uncertain": (lambda p: p.user(state=CredentialState.UNCERTAIN), "uncertain", "warn"),
}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_a_trouble_of_this_computer_is_found(name: str, practice: Practice) -> None:
    trouble, check_name, state = MACHINES[name]
    trouble(practice)

    check = practice.checks()[check_name]

    assert check.state == state
    assert check.cause
    assert check.next_step


def test_the_keyring_is_left_alone_when_it_should_be(practice: Practice) -> None:
    checks = practice.checks(asks_keyring=False)

    assert "keyring" not in checks
    assert practice.keys.calls == []


def test_a_proxy_is_named(practice: Practice) -> None:
    practice.machine.way = Way("system", "http://proxy.corp:3128")
    assert "proxy.corp, as the system says" in detail_of(practice, "proxy")

    practice.machine.way = Way("manual", "http://proxy.corp:3128", Secret("me:word"))
    assert "proxy.corp, as set in Settings" in detail_of(practice, "proxy")

    practice.machine.way = Way("off")
    assert detail_of(practice, "proxy").startswith("None, as set in Settings")


def test_added_certificates_are_told_and_make_the_variables_moot(practice: Practice) -> None:
    practice.machine.variables = {"SSL_CERT_FILE": False}
    practice.machine.way = Way("system", certificates="PEM")

    check = practice.checks()["certificates"]

    assert check.state == "ok"
    assert "added in Settings" in check.detail


def detail_of(practice: Practice, name: str) -> str:
    return str(practice.checks()[name].as_facts()["detail"])


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (120, "warn"), (-900, "fail")])
def test_the_clock_is_compared_with_one_free_call_only_when_allowed(
    seconds: int, state: str, practice: Practice, sandbox: Sandbox
) -> None:
    practice.clock.jump((datetime.now(UTC) - practice.clock.now()).total_seconds() + seconds)
    app = replace(practice.app, environment=Environment.sandbox(sandbox.origin))

    offline = practice.checks(app)["clock"]
    asked_offline = len(sandbox.seen)
    online = practice.checks(app, is_online=True)["clock"]

    assert (offline.state, asked_offline) == ("ok", 0)
    assert online.state == state
    assert [(seen.method, seen.path) for seen in sandbox.seen] == [("GET", "/2/usage/tweets")]
    assert "authorization" not in sandbox.seen[0].headers


def test_no_way_to_x_is_a_finding_and_not_an_end(practice: Practice) -> None:
    nowhere = replace(practice.app, environment=Environment.sandbox("http://127.0.0.1:9"))

    check = practice.checks(nowhere, is_online=True)["clock"]

    assert check.state == "fail"
    assert "refused" in str(check.as_facts()["detail"])


def test_cancel_ends_the_checks(practice: Practice) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(Cancelled):
        practice.doctor.examine(practice.app, cancel)


def test_a_locked_vault_and_no_app_are_examined_too(
    tmp_path: Path, clock: FakeClock, transport: RequestsTransport
) -> None:
    doctor = Doctor(vault_in(tmp_path), FakeKeys(), clock, transport, FakeMachine())

    checks = {check.name: check for check in doctor.examine(None, CancelToken())}

    assert checks["uncertain"].state == "ok"
    assert "no vault" in checks["uncertain"].detail


# --- the report ----------------------------------------------------------------------------------


def test_a_report_names_checks_and_nothing_of_the_persons(practice: Practice) -> None:
    practice.machine.way = Way("manual", "http://secret-proxy.corp:3128")
    uri = "https://acme-internal.example/callback"
    app = replace(practice.app, redirect_uris=(uri,))

    text = report(practice.checks(app).values())

    assert "[ok] redirect_uri: In use: …" in text
    for word in ("acme", "Acme", "corp", API_KEY, CLIENT_ID, "a1"):
        assert word not in text


def test_a_report_takes_facts_from_an_allow_list_only() -> None:
    facts = {"port": "8739", "host": "acme.example", "uri": "https://acme.example"}
    check = Check("x", "ok", "X", "{port} {host} {uri}", facts=facts)

    assert "8739 … …" in report([check])
    assert not {"host", "uri", "account", "app"} & SAFE_FACTS


# --- the real machine ----------------------------------------------------------------------------


def test_a_taken_port_is_told_from_a_free_one(sandbox: Sandbox) -> None:
    port = int(sandbox.origin.rpartition(":")[2])
    machine = ThisMachine()

    taken = machine.port_state("127.0.0.1", port)
    sandbox.stop()

    assert taken == "taken"
    assert machine.port_state("127.0.0.1", port) == "free"
    assert machine.port_state("localhost", 70_000) == "forbidden"


def test_the_modes_of_a_folder_are_read(tmp_path: Path) -> None:
    machine = ThisMachine()
    private, shared = tmp_path / "private", tmp_path / "shared"
    private.mkdir(mode=0o700)
    shared.mkdir()
    shared.chmod(0o755)

    states = [machine.folder_state(str(path)) for path in (private, shared, tmp_path / "none")]

    assert states == ["private", "shared", "absent"]


def test_variables_of_certificates_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))

    assert ThisMachine().certificate_variables() == {"SSL_CERT_FILE": False}
