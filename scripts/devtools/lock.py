"""The locks in requirements/: every package pinned and hashed, no index named.

`runtime.in` and `dev.in` say what we want, `runtime.txt` and `dev.txt` what we
get. Each lock carries a fingerprint of its .in files, so that a changed wish
with an old lock is noticed without a network.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.devtools.ground import ROOT, Trouble, run_child, say, venv_python

FOLDER = ROOT / "requirements"
INPUTS = {"runtime.txt": ("runtime.in",), "dev.txt": ("runtime.in", "dev.in")}
HEADER = (
    "# Made by `python3 dev.py lock` from {inputs}; not to be edited.\n# inputs sha256:{mark}\n"
)

_MARK = re.compile(r"^# inputs sha256:([0-9a-f]{64})$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;=]+)(\s*;.*)?$")
_WISH = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?P<bounds>[^;]*)(;.*)?$")
_BOUND = re.compile(r"^(==|>=|<=|<|>)\s*([0-9]+(?:\.[0-9]+)*)$")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock."""

    name: str
    version: str


def canonical(name: str) -> str:
    """Return a package's name the way PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def fingerprint(folder: Path, inputs: Sequence[str]) -> str:
    """Return one SHA-256 over the .in files, the same whatever the line endings."""
    digest = hashlib.sha256()
    for name in inputs:
        digest.update(f"{name}\n".encode())
        digest.update("\n".join((folder / name).read_text("utf-8").splitlines()).encode())
    return digest.hexdigest()


def file_mark(name: str, folder: Path = FOLDER) -> str:
    """Return the SHA-256 of one lock."""
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()


def read_pins(text: str) -> tuple[list[Pin], list[str]]:
    """Return the packages of a lock, and a sentence for each line that does not belong in one."""
    pins: list[Pin] = []
    problems: list[str] = []
    for line in _logical_lines(text):
        hashes = _HASH.findall(line)
        rest = _HASH.sub("", line).strip()
        match = _PIN.match(rest)
        if match is None:
            problems.append(f"not a pinned package: {rest}")
        elif not hashes:
            problems.append(f"no hash: {rest}")
        else:
            pins.append(Pin(canonical(match["name"]), match["version"]))
    return pins, problems


def _logical_lines(text: str) -> list[str]:
    joined = re.sub(r"\\\r?\n", " ", text)
    bare = (re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines())
    return [line for line in bare if line]


def read_wishes(text: str) -> list[tuple[str, str]]:
    """Return (name, bounds) for each line of an .in file; `-r` lines are left out."""
    wishes = []
    for line in _logical_lines(text):
        if line.startswith("-r"):
            continue
        match = _WISH.match(line)
        if match is None:
            raise Trouble(f"requirements: cannot read the line {line!r}")
        wishes.append((canonical(match["name"]), match["bounds"].strip()))
    return wishes


def satisfies(version: str, bounds: str) -> bool:
    """Tell whether a release keeps every bound, such as `>=3.1,<4`; no other signs are known."""
    for bound in filter(None, (part.strip() for part in bounds.split(","))):
        match = _BOUND.match(bound)
        if match is None:
            raise Trouble(f"requirements: cannot read the bound {bound!r}")
        if not _holds(_numbers(version), match[1], _numbers(match[2])):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.findall(r"\d+", version)]
    return tuple(parts + [0] * (6 - len(parts)))


def _holds(have: tuple[int, ...], sign: str, want: tuple[int, ...]) -> bool:
    return {
        "==": have == want,
        ">=": have >= want,
        "<=": have <= want,
        "<": have < want,
        ">": have > want,
    }[sign]


def find_problems(folder: Path = FOLDER) -> list[str]:
    """Return a sentence for each way in which the locks do not match the .in files."""
    problems: list[str] = []
    locked: dict[str, set[Pin]] = {}
    for name, inputs in INPUTS.items():
        text = (folder / name).read_text("utf-8")
        pins, wrong = read_pins(text)
        locked[name] = set(pins)
        problems += [f"{name}: {sentence}" for sentence in wrong]
        mark = _MARK.search(text)
        if mark is None or mark[1] != fingerprint(folder, inputs):
            problems.append(f"{name}: made from other .in files; run `python3 dev.py lock`")
        for wish_file in inputs:
            problems += [
                f"{name}: {sentence}" for sentence in _unmet(folder / wish_file, locked[name])
            ]
    problems += [
        f"runtime.txt: {pin.name} {pin.version} is not the one in dev.txt"
        for pin in sorted(locked["runtime.txt"] - locked["dev.txt"], key=lambda pin: pin.name)
    ]
    return problems


def _unmet(wish_file: Path, pins: set[Pin]) -> list[str]:
    sentences = []
    for name, bounds in read_wishes(wish_file.read_text("utf-8")):
        versions = [pin.version for pin in pins if pin.name == name]
        if not versions:
            sentences.append(f"{name} of {wish_file.name} is missing")
        elif not all(satisfies(version, bounds) for version in versions):
            sentences.append(f"{name} {versions[0]} is not {bounds} as {wish_file.name} wants")
    return sentences


def make(upgrade: bool) -> None:
    """Write both locks anew with uv; versions stay where they are unless `upgrade`.

    Needs the index that pip and uv are set up for; its address is not written down.
    """
    _compile("dev.txt", ["--upgrade"] if upgrade else [])
    # What is shipped is exactly what was tested.
    _compile("runtime.txt", ["--constraints", str(FOLDER / "dev.txt")])


def _compile(name: str, options: list[str]) -> None:
    target = FOLDER / name
    wanted = FOLDER / INPUTS[name][-1]
    command: list[str | Path] = [
        venv_python(), "-m", "uv", "pip", "compile", "--quiet", "--universal",
        "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header",
        "--no-annotate", "--python-version", "3.11", *options,
        wanted, "--output-file", target,
    ]  # fmt: skip
    if run_child(command) != 0:
        raise Trouble(f"uv could not make requirements/{name}; the lines above say why.")
    header = HEADER.format(
        inputs=" and ".join(INPUTS[name]), mark=fingerprint(FOLDER, INPUTS[name])
    )
    body = "".join(
        line
        for line in target.read_text("utf-8").splitlines(keepends=True)
        if not line.startswith("#")
    )
    target.write_text(header + body, "utf-8", newline="\n")
    say(f"requirements/{name} is new.")
