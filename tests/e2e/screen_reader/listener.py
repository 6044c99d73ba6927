"""Somebody who has the accessible tree and nothing else, before the program itself.

No pointer, no test hook, and of the keyboard one key: Return on the consent page, whose
buttons QtWebEngine lets assistive technology focus but not press.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import Canaries
from tests.e2e.atspi_client import ScreenReader
from tests.e2e.private_desktop import Desktop

ROOT = Path(__file__).resolve().parents[3]
Node = dict[str, Any]

# Of what lies in these there may be many alike: Posts, headers, operations.
_CELLS = frozenset(("list item", "table cell", "tree item"))


class Listener(ScreenReader):
    """A screen reader on one program that also notes what is wrong with each tree it walks.

    Attributes:
        faults: what was wrong, each with where; a secret is never quoted.
    """

    def __init__(self, pid: int, desktop: Desktop, unseen: Canaries) -> None:
        """Listen to the program `pid` on `desktop`, which must never say any of `unseen`."""
        super().__init__(pid, desktop.environment)
        self._unseen = unseen
        self.faults: list[str] = []

    def press(self, role: str, name: str | None = None, **more: Any) -> None:
        """Press by the element's own action, or not at all."""
        self.act(role, name, **more)

    def button(self, name: str, **more: Any) -> None:
        """Press the button of this name."""
        self.act("push button", name, **more)

    def hear(self, text: str, role: str = "label", **more: Any) -> Node:
        """Wait for an element whose name has this in it."""
        return self.find(role, has=text, **more)

    def choose(self, label: str, entry: str) -> None:
        """Choose an entry of the box with this label, which stays closed."""
        box = {"role": "combo box", "label": label}
        self.act("list item", entry, within=box, hidden=True)
        self.find("combo box", entry, label=label)

    def confirm(self, question: str, verb: str) -> None:
        """Answer a question with its verb, and wait until it is gone."""
        dialog = {"role": "dialog", "has": question}
        self.button(verb, within=dialog)
        self.gone(**dialog)

    def value(self, name: str) -> str:
        """Reveal a value, read it and hide it again: what it says then must never be heard."""
        self.button(f"Reveal {name}")
        self.find("push button", f"Hide {name}")
        text: str = self.find("text", name)["text"]
        self.button(f"Hide {name}")
        self.find("push button", f"Reveal {name}")
        self._unseen.add(text)
        return text

    def note(self, place: str) -> None:
        """Walk the whole tree and note what is wrong with it."""
        self.faults += [f"{place}: {fault}" for fault in faults_of(self.walk(), self._unseen)]

    def gone(self, **description: Any) -> None:
        """Wait until no such element is shown."""
        self._ask("gone", **description)


def faults_of(nodes: list[Node], unseen: Canaries) -> Iterator[str]:
    """Yield what is wrong with a tree: unnamed, named alike, named with dots, or telling."""
    alike: Counter[tuple[str, str, str]] = Counter()
    window = ""
    for node in nodes:
        role, name, states = node["role"], node["name"], node["states"]
        if node["depth"] == 0:
            window = name
        said = (name, node["description"], node.get("text", ""), *node["labels"])
        if any(unseen.is_in(part) for part in said):
            yield f"a {role} says a secret"
            continue
        if not (node["shown"] and "showing" in states):
            continue
        if name.endswith(("…", "...")) and role not in _CELLS:
            yield f"{role} {name!r} ends in dots"
        if "focusable" not in states:
            continue
        heard = " ".join(node["labels"]) or name
        if not heard.strip():
            yield f"a focusable {role} has no name"
        if role == "combo box" and not node["labels"]:
            yield f"combo box {name!r} has no label"
        if "enabled" in states and role not in _CELLS:
            alike[window, role, heard] += 1
    yield from (f"{n} times {role} {name!r}" for (_, role, name), n in alike.items() if n > 1)


@contextmanager
def listening(desktop: Desktop, unseen: Canaries, *arguments: str) -> Iterator[Listener]:
    """Start `main.py` with these arguments, and listen to it."""
    environment = dict(desktop.environment)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    complaints = desktop.home / "stderr.txt"
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        ) as program,
    ):
        try:
            with Listener(program.pid, desktop, unseen) as listener:
                yield listener
        except AssertionError as error:
            if program.poll() is not None:
                error.add_note(f"The program had ended: {complaints.read_text()[-2000:]}")
            raise
        finally:
            program.kill()
