"""`keypane network`: what it keeps, and what it says of the way to X."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli import run
from core.adapters.machine import ThisMachine
from core.adapters.network_settings import NetworkSettings
from core.network import NETWORK, Network
from core.secret import Secret
from core.start_options import StartOptions
from core.vault.vault import Vault
from tests.fakes.certificates import Authority
from tests.fakes.vaults import vault_in


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = vault_in(tmp_path / "home")
    made.create_with_keyring()
    return made


def go(vault: Vault, *arguments: str, stdin: str = "") -> tuple[int, Any]:
    world: Any = SimpleNamespace(
        vault=vault, machine=ThisMachine(NetworkSettings(vault)), close=lambda: None
    )
    out, err = io.StringIO(), io.StringIO()
    code = run(
        StartOptions(json=True),
        ["network", *arguments],
        lambda: world,
        io.StringIO(stdin),
        out,
        err,
    )
    return code, json.loads(out.getvalue())


def kept(vault: Vault) -> Network:
    return vault.get(Network, NETWORK) or Network()


def test_a_proxy_is_kept_with_the_password_from_stdin_and_never_printed(vault: Vault) -> None:
    code, told = go(vault, "proxy", "proxy.corp:3128", "--user", "me", stdin="p:ass\n")

    assert code == 0
    assert told == {
        "proxy": "manual",
        "way": "http://proxy.corp:3128",
        "user": "me",
        "certificates": "",
    }
    assert kept(vault).password == Secret("p:ass")


def test_off_and_system_keep_what_was_typed_for_another_day(vault: Vault) -> None:
    go(vault, "proxy", "proxy.corp:3128")

    assert go(vault, "proxy", "off")[1]["way"] == "direct"
    assert go(vault, "proxy", "system")[1]["proxy"] == "system"
    assert kept(vault).host == "proxy.corp"


def test_certificates_are_copied_out_of_a_file_and_removed_again(
    vault: Vault, tmp_path: Path
) -> None:
    file = Authority(tmp_path).file

    assert go(vault, "certificates", str(file))[1]["certificates"] == "authority.pem"
    file.unlink()
    assert "BEGIN CERTIFICATE" in kept(vault).certificates
    assert go(vault, "certificates", "--remove")[1]["certificates"] == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("proxy", "http://proxy.corp/wpad.dat"),
        ("proxy", "socks5://proxy.corp:1080"),
        ("proxy", "proxy.corp"),
        ("proxy", "off", "--user", "me"),
        ("certificates",),
        ("certificates", "a.pem", "--remove"),
        ("certificates", "/nowhere/a.pem"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    vault: Vault, arguments: tuple[str, ...]
) -> None:
    code, told = go(vault, *arguments)

    assert code == 2
    assert told["error"]["message"]
    assert kept(vault) == Network()
