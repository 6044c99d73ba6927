"""Which environment `--environment` means."""

import json
from pathlib import Path
from typing import Final

from cli.parsing import Parser
from core.environment import Environment
from core.errors import BadInput

_LONGEST_FILE: Final = 1 << 16


def add_environment(parser: Parser) -> None:
    """Give a command the option."""
    parser.add_argument(
        "--environment",
        default="x",
        metavar="x|sandbox:ORIGIN|FILE",
        help="where the App lives: X itself, a sandbox, or a server that a JSON file describes",
    )


def environment_of(text: str) -> Environment:
    """Return the environment. Raises BadInput where there is none of that name."""
    if text == "x":
        return Environment.x()
    if text.startswith("sandbox:"):
        return Environment.sandbox(text.removeprefix("sandbox:"))
    path = Path(text).expanduser()
    try:
        raw = path.read_bytes()[:_LONGEST_FILE]
        facts = json.loads(raw.decode("utf-8-sig"))
    except OSError:
        raise BadInput("--environment", "x, sandbox:ORIGIN, or a file that can be read") from None
    except (ValueError, RecursionError):
        raise BadInput("--environment", "the file is not JSON") from None
    if not isinstance(facts, dict):
        raise BadInput("--environment", "the file is not a JSON object")
    return Environment.custom(facts)
