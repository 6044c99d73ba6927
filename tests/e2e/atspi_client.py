"""The tests' end of `atspi_driver.py`: one method per verb."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SYSTEM_PYTHON = "/usr/bin/python3"
_DRIVER = Path(__file__).with_name("atspi_driver.py")


class ScreenReader:
    """A running driver. Use it as a context manager."""

    def __init__(
        self, pid: int | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start the driver.

        Args:
            pid: only the windows of that program count.
            environment: of the desktop to join, see `private_desktop`; None is our own.
        """
        self._pid = pid
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, "-W", "ignore", str(_DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=None if environment is None else dict(environment),
        )
        self._receive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=40)  # the end of its input ends it

    def find(self, role: str, name: str | None = None, **more: Any) -> dict[str, Any]:
        """Wait for an element and describe it: role, name, states, actions, box, text, value."""
        found: dict[str, Any] = self._ask("find", role=role, name=name, **more)["found"]
        return found

    def press(self, role: str, name: str, **more: Any) -> None:
        """Wait for an element that is enabled, and press it."""
        self._ask("press", role=role, name=name, **more)

    def act(self, role: str, name: str | None = None, **more: Any) -> None:
        """Wait for an element that is enabled and shown, and do its own action."""
        assert self._ask("act", role=role, name=name, **more)["done"]

    def select(self, role: str, name: str | None = None, **more: Any) -> None:
        """Wait for an element, and select it by the interface of what it lies in."""
        assert self._ask("select", role=role, name=name, **more)["done"]

    def walk(self) -> list[dict[str, Any]]:
        """Return all elements, shown or not: role, name, description, text, labels, states."""
        nodes: list[dict[str, Any]] = self._ask("walk")["nodes"]
        return nodes

    def focused(self) -> list[str]:
        """Return the names of what has the keyboard, the innermost last."""
        names: list[str] = self._ask("focused")["focused"]
        return names

    def set_text(self, role: str, name: str, text: str, **more: Any) -> None:
        """Wait for a field and replace its text."""
        self._ask("set-text", role=role, name=name, text=text, **more)

    def wait_until_gone(self, role: str, name: str, **more: Any) -> None:
        """Wait until no such element is shown."""
        self._ask("gone", role=role, name=name, **more)

    def keys(self, *keys: str) -> None:
        """Press keys by name, such as Tab and Return."""
        self._ask("keys", keys=list(keys))

    def tree(self) -> list[str]:
        """Return all that is on the screen, one indented line per element."""
        tree: list[str] = self._ask("tree")["tree"]
        return tree

    def _ask(self, verb: str, **fields: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        if self._pid is not None:
            fields.setdefault("pid", self._pid)
        self._process.stdin.write(json.dumps({"do": verb, **fields}) + "\n")
        self._process.stdin.flush()
        answer = self._receive()
        shown = "\n".join(answer.get("tree", ()))
        assert "error" not in answer, f"{verb} {fields}: {answer['error']}; shown is\n{shown}"
        return answer

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the driver ended; is there a session bus, gi and the Atspi typelib?"
        answer: dict[str, Any] = json.loads(line)
        return answer
