"""Every developer command of Keypane, with nothing but Python's standard library.

`python3 dev.py COMMAND`: see `--help`. Each command first brings the machine
and `.venv` to what it needs. The work is done in scripts/devtools/; this file
only reads the command line, and is kept so plain that an outdated Python can
still read it and say that it is outdated.
"""

import argparse
import shutil
import sys

MYPY = False
if MYPY:
    from collections.abc import Callable, Sequence

    Finder = Callable[[str], "str | None"]

SUPPORTED = ((3, 11), (3, 12), (3, 13))
COMMANDS = {
    "setup": ("", "only the set-up that the others begin with: .venv, libraries, fonts, tools"),
    "run": ("[ARGS …]", "start main.py --sandbox, or main.py ARGS; without a display, the tour"),
    "test": ("[--slow] [ARGS …]", "the whole suite; --slow: the long jobs; ARGS go to pytest"),
    "cover": (
        "",
        "red unless tests take every line and branch of what keeps and sends credentials",
    ),
    "mutate": (
        "[ARGS …]",
        "small faults in what keeps and sends credentials, and how many the tests notice",
    ),
    "check": ("", "formatting, lint, types, import contracts, lock, changelog"),
    "build": ("", "the packaged program in dist/, then its self-test and its tour"),
    "bench": ("[--json]", "benchmarks beside the peers that are installed"),
    "shots": ("", "pictures of every pane and state into docs/screenshots/"),
    "lock": ("[--upgrade]", "make requirements/*.txt anew from the .in files, with uv"),
}
PASSES_ON = ("run", "test", "mutate")


def python_trouble(version: "Sequence[int]", find: "Finder" = shutil.which) -> str:
    """Return one sentence if this Python is too old or too new, and nothing if it will do."""
    if tuple(version[:2]) in SUPPORTED:
        return ""
    names = [f"python{major}.{minor}" for major, minor in reversed(SUPPORTED)]
    other = next((name for name in names if find(name)), "")
    sentence = f"Keypane needs Python 3.11, 3.12 or 3.13, and this is {version[0]}.{version[1]}"
    return f"{sentence}: run `{other} dev.py` instead." if other else f"{sentence}."


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; what `run` and `test` pass on never reaches it."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description="Developer commands of Keypane.", allow_abbrev=False
    )
    parts = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (usage, text) in COMMANDS.items():
        part = parts.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            usage=("%(prog)s " + usage).strip(),
            allow_abbrev=False,
        )
        if name == "test":
            part.add_argument("--slow", action="store_true", help="only the tests marked slow")
        if name == "bench":
            part.add_argument("--json", action="store_true", help="one JSON document on stdout")
        if name == "lock":
            part.add_argument("--upgrade", action="store_true", help="take the newest versions")
    return parser


def split_arguments(arguments: "list[str]") -> "tuple[list[str], list[str]]":
    """Return (what we read ourselves, what is passed on to main.py or pytest)."""
    if not arguments or arguments[0] not in PASSES_ON:
        return arguments, []
    command, rest = arguments[0], list(arguments[1:])
    if rest[:1] in (["-h"], ["--help"]):
        return [command, "--help"], []
    if rest[:1] == ["--"]:
        return [command], rest[1:]
    ours = [word for word in rest if command == "test" and word == "--slow"]
    return [command, *ours], [word for word in rest if word not in ours]


def main(arguments: "list[str]") -> int:
    """Run one command and return its exit code."""
    trouble = python_trouble(sys.version_info[:2])
    if trouble:
        print(trouble, file=sys.stderr)
        return 1
    ours, passed_on = split_arguments(arguments)
    options = make_parser().parse_args(ours)

    from scripts.devtools import commands

    return commands.perform(options, passed_on)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
