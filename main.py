"""Keypane's entry and composition root: real ports -> World -> window or command line."""

import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core import hostile_start

if TYPE_CHECKING:
    from core.world import RunningSandbox, World


def build_world(home: Path | None) -> "World":
    """Choose the real adapters. Opens nothing: the first use of each does."""
    from core.adapters.browser_folders import PrivateFolders
    from core.adapters.data_directory import data_directory
    from core.adapters.lazy import LateTransport, listen, serve_helper
    from core.adapters.machine import ThisMachine
    from core.adapters.network_settings import NetworkSettings
    from core.adapters.os_keyring import OsKeyring
    from core.adapters.sqlite_store import SqliteStores
    from core.adapters.system_clock import SystemClock
    from core.vault.vault import Vault
    from core.world import assemble

    home = (home or data_directory()).absolute()
    clock, keys = SystemClock(), OsKeyring()
    vault, sandbox = Vault(SqliteStores(home), keys, clock), partial(start_sandbox, home)
    network = NetworkSettings(vault)
    transport, machine = LateTransport(network.transport), ThisMachine(network)
    folders = PrivateFolders(home)
    return assemble(
        home, clock, transport, keys, vault, sandbox, listen, machine, folders, serve_helper
    )


def start_sandbox(home: Path) -> "RunningSandbox":
    """Start the embedded sandbox; its state outlives it in the data directory."""
    from core.adapters.data_directory import make_private
    from sandbox import Sandbox

    make_private(home)
    running = Sandbox(state_file=home / "sandbox.json")
    running.start()
    return running


def self_test(arguments: list[str]) -> int:
    """Try what the program stands on, and print the report."""
    from core.adapters.trials import all_trials
    from ui.self_test import main as run

    return run(arguments, all_trials(), start_sandbox)


def main(argv: list[str]) -> int:
    """Run the window or the command line; return its exit code."""
    hostile_start.scrub_process(argv)
    from core import redaction
    from core.errors import BadInput
    from core.start_options import split

    try:
        options, rest = split(argv[1:])
    except BadInput as wrong:
        from cli import refuse

        return refuse(wrong, as_json="--json" in argv)
    if rest[:1] == ["--self-test"]:
        return self_test(rest[1:])
    redaction.log_to_stderr(quiet=options.quiet)
    if not rest or rest[0] in {"--sandbox", "--tour", "--sign-in-window"}:
        gc.disable()  # the window collects by a timer of its own; at start there is no garbage
        from ui.start import run_window

        return run_window(options, rest, build_world)
    from cli import run

    return run(options, rest, partial(build_world, options.home))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
