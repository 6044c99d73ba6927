"""`keypane network …`: the proxy and the certificates that every way to X takes."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Group, Parser
from core.environment import Environment
from core.errors import BadInput
from core.network import (
    MOST_CERTIFICATE_BYTES,
    NETWORK,
    Network,
    check_user,
    origin_parts,
    read_certificates,
    read_proxy,
)
from core.secret import Secret


def parser_of(name: str) -> Parser:
    """Return the parser of `network`."""
    group = Group(name, "How X is reached: the proxy, and whom to trust beside the system.")
    group.add("show", "say which way leads to X", _show, "network show")
    proxy = group.add(
        "proxy",
        "choose the proxy: system (what the system or HTTPS_PROXY says), off, or HOST:PORT",
        _proxy,
        "network proxy proxy.example:3128 --user me < password.txt",
        "network proxy system",
    )
    proxy.add_argument("proxy", metavar="PROXY", help="system, off, or the host and port")
    proxy.add_argument(
        "--user", default="", help="whom the proxy lets in; the password is read from stdin"
    )
    certificates = group.add(
        "certificates",
        "trust the certificates of a PEM file beside the system's own, or of none",
        _certificates,
        "network certificates company.pem",
        "network certificates --remove",
    )
    certificates.add_argument("file", metavar="FILE", nargs="?", help="certificates in PEM")
    certificates.add_argument("--remove", action="store_true", help="trust the system's alone")
    return group.parser


def _show(run: CommandRun, _arguments: argparse.Namespace) -> int:
    network = run.vault().get(Network, NETWORK) or Network()
    way = run.world.machine.way_to(*origin_parts(Environment.x().api_url))
    facts = {
        "proxy": network.proxy,
        "way": way.proxy_url or "direct",
        "user": network.user,
        "certificates": network.certificates_from,
    }
    added = f", and {network.certificates_from}" if network.certificates else ""
    lines = [
        f"proxy         {network.proxy}",
        f"way to X      {way.proxy_url or 'direct'}",
        f"certificates  those of the system{added}",
    ]
    run.answer(facts, lines)
    return DONE


def _proxy(run: CommandRun, arguments: argparse.Namespace) -> int:
    if arguments.proxy in {"system", "off"}:
        if arguments.user:
            raise BadInput("--user", "only a proxy of your own takes a user")
        _change(run, lambda network: replace(network, proxy=arguments.proxy))
        return _show(run, arguments)
    host, port = read_proxy(arguments.proxy, "")
    user = check_user(arguments.user)
    password = Secret(run.read_input().rstrip("\r\n")) if user else None
    _change(
        run,
        lambda network: replace(
            network, proxy="manual", host=host, port=port, user=user, password=password
        ),
    )
    return _show(run, arguments)


def _certificates(run: CommandRun, arguments: argparse.Namespace) -> int:
    if bool(arguments.file) == arguments.remove:
        raise BadInput("FILE", "name a file, or --remove")
    pem, name = "", ""
    if arguments.file:
        path = Path(arguments.file)
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_CERTIFICATE_BYTES + 1)
        except OSError:
            raise BadInput("certificates", "the file cannot be read") from None
        (pem, _labels), name = read_certificates(raw), path.name
    _change(run, lambda network: replace(network, certificates=pem, certificates_from=name))
    return _show(run, arguments)


def _change(run: CommandRun, how: Callable[[Network], Network]) -> None:
    with run.vault(create=True).change() as change:
        change.put(how(change.get(Network, NETWORK) or Network()))
