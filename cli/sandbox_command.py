"""`keypane sandbox`: a fresh X for practice, in memory, until SIGTERM."""

import argparse
import json
import signal
import threading

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from core.errors import BadInput

_HIGHEST_PORT = 65_535


def parser_of(name: str) -> Parser:
    """Return the parser of `sandbox`."""
    parser = command(
        name,
        "Serve a fresh sandbox on this computer: a complete X with a ready App. It keeps "
        "nothing and ends on SIGTERM or Ctrl-C.",
        _sandbox,
        "sandbox --json",
        "sandbox --port 8123",
    )
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="where to listen (default: any free port)"
    )
    return parser


def _sandbox(run: CommandRun, arguments: argparse.Namespace) -> int:
    from sandbox import Sandbox

    if not 0 <= arguments.port <= _HIGHEST_PORT:
        raise BadInput("--port", "a port is a number up to 65535")
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    sandbox = Sandbox(port=arguments.port)
    try:
        sandbox.start()
    except PermissionError:
        why = f"this computer gives port {arguments.port} to its administrator only"
        raise BadInput("--port", why) from None
    except OSError:
        raise BadInput("--port", f"port {arguments.port} is taken") from None
    try:
        ready = sandbox.ready_app
        facts = {
            "origin": sandbox.origin,
            "api_key": ready.api_key,
            "api_secret": ready.api_secret,
            "client_id": ready.client_id,
            "client_secret": ready.client_secret,
            "redirect_uri": ready.redirect_uri,
            "users": [{"id": user_id, "username": name} for user_id, name in ready.users],
        }
        text = [f"{key:<14} {value}" for key, value in facts.items() if key != "users"]
        text.append("users          " + ", ".join(f"@{name}" for _, name in ready.users))
        # A program that reads this wants the one line, asked for or not.
        one_line = json.dumps(facts, separators=(",", ":"))
        run.answer(facts, text if run.stdout.isatty() else one_line)
        run.say("The sandbox is running; Ctrl-C ends it.")
        ended.wait()
    finally:
        sandbox.stop()
    return DONE
