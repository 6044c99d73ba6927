"""What README, the manual and their neighbours print can be typed, and where they lead is there."""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest

import dev
from cli.dispatch import COMMANDS
from cli.parsing import Parser

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for place in (".", "docs", "docs/manual", "docs/adr")
    for path in (ROOT / place).glob("*.md")
)
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMON = re.compile(r" (--json|--quiet|--home \S+|--vault-passphrase-fd \d+)(?= |$)")
# What a shell takes for itself: where to read and write, what comes behind a pipe or an ampersand.
_SHELL = re.compile(r"\s+(\d?[<>].*|[|&].*)$")


def texts() -> Iterator[tuple[str, str]]:
    """Yield each page's name and text."""
    yield from ((str(page.relative_to(ROOT)), page.read_text("utf-8")) for page in PAGES)


def blocks(text: str) -> Iterator[str]:
    """Yield each line of the fenced blocks, without prompt and comment."""
    for block in _FENCE.findall(text):
        for line in block.splitlines():
            yield re.sub(r"\s+# .*$", "", line.removeprefix("$ ").strip())


TYPED = sorted(
    {(page, line) for page, text in texts() for line in blocks(text) if line.startswith("keypane ")}
)
MENTIONED = sorted(
    {
        (page, mention.replace("\n", " "))
        for page, text in texts()
        for mention in re.findall(r"`(keypane [a-z][^`]*)`", _FENCE.sub("", text))
    }
)


def words_of(line: str) -> list[str]:
    """Return what the program gets of a line, common options apart."""
    return shlex.split(_COMMON.sub("", _SHELL.sub("", line)))[1:]


def parser_of(name: str) -> Parser:
    parser: Parser = import_module(COMMANDS[name][0]).parser_of(name)
    return parser


def test_the_pages_print_commands_at_all() -> None:
    assert len(TYPED) > 30
    assert len(MENTIONED) > 30


@pytest.mark.parametrize(("page", "line"), TYPED)
def test_a_printed_command_is_understood(page: str, line: str) -> None:
    name, *rest = words_of(line)

    assert name in COMMANDS, page
    assert parser_of(name).parse_args(rest).handler


@pytest.mark.parametrize(("page", "mention"), MENTIONED)
def test_a_command_in_a_sentence_exists_with_its_options(page: str, mention: str) -> None:
    name, *rest = re.sub(r"[\[\]]", "", mention).split()[1:]

    assert name in COMMANDS, page
    ours = rest[: rest.index("--")] if "--" in rest else rest
    helped = help_of(name, ours[0] if ours else "")
    options = {word.partition("=")[0] for word in ours if re.match(r"--?[a-z]", word)}
    assert sorted(option for option in options if not re.search(rf"{option}\b", helped)) == []


def help_of(name: str, action: str) -> str:
    """Return the help of a command and, where it is one, of its action."""
    parser = parser_of(name)
    children = [
        each.choices[action]
        for each in parser._actions
        if isinstance(each.choices, dict) and action in each.choices
    ]
    return "\n".join(each.format_help() for each in (parser, *children))


def test_a_developer_command_that_is_printed_exists() -> None:
    printed = {
        (page, word) for page, text in texts() for word in re.findall(r"\bdev\.py ([a-z]+)", text)
    }

    assert {word for _, word in printed} >= {"run", "test", "check", "setup"}
    assert sorted(pair for pair in printed if pair[1] not in dev.COMMANDS) == []


def anchors(text: str) -> set[str]:
    """Return what a link may name of a page: its headings, as the common renderers write them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(name: str) -> None:
    page = ROOT / name
    dead = []
    for target in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (heading and heading not in anchors(file.read_text("utf-8"))):
            dead.append(target)
    assert dead == []


def test_every_page_of_the_manual_is_in_its_table_of_contents() -> None:
    contents = (ROOT / "docs/manual/README.md").read_text("utf-8")

    pages = {page.name for page in (ROOT / "docs/manual").glob("*.md")} - {"README.md"}
    assert {name for name in pages if f"({name})" not in contents} == set()


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [
        name for name in COMMANDS if f"`{name}`" not in readme and f"keypane {name}" not in readme
    ] == []
