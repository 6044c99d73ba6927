"""The accessible tree as it is now, read in a few rounds of many calls each.

For the system's Python, like `atspi_driver.py`, which stands on it. libatspi asks one thing
at a time and waits for each answer: ten seconds for a pane of a busy program. This asks for
a whole level of the tree at once, on the same bus and of the same interfaces.
"""

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_AT_ONCE = 200
_TIMEOUT_MS = 10_000
_LABELLED_BY = 2

Call = tuple[str, str, str, str, Any]  # whose, path, interface, method, arguments


class Missing(Exception):
    """Nothing on the screen answers to the description."""


@dataclass
class Node:
    """One element, as it was when the tree was read.

    Attributes:
        owner, path: its address on the bus.
        place: its index in its parent.
        shown: whether it can be seen; on a web page also what has to be scrolled to.
    """

    owner: str
    path: str
    depth: int
    place: int
    parent: "Node | None" = None
    role: str = ""
    name: str = ""
    states: frozenset[str] = frozenset()
    shown: bool = False
    on_page: bool = False
    children: "list[Node]" = field(default_factory=list)

    def below(self) -> "Iterable[Node]":
        """Yield it and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.below()


class Tree:
    """The programs on the accessibility bus."""

    def __init__(self, atspi: Any) -> None:
        """Join the bus that the session's `org.a11y.Bus` names."""
        self._gio, self._glib = (
            importlib.import_module(f"gi.repository.{name}") for name in ("Gio", "GLib")
        )
        session = self._gio.bus_get_sync(self._gio.BusType.SESSION)
        flags = self._gio.DBusConnectionFlags
        self._bus = self._gio.DBusConnection.new_for_address_sync(
            self._call(
                session, ("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None)
            )[0],
            flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION,
            None,
            None,
        )
        self._role_names = {
            int(role): role.value_nick.replace("-", " ") for role in _roles_of(atspi)
        }
        # Newer libraries say "button", which leaves out what kind of button.
        self._role_names[int(atspi.Role.PUSH_BUTTON)] = "push button"
        self._state_names = {int(s): s.value_nick for s in _states_of(atspi)}

    def tops(self, pid: int | None, *, hidden: bool = False) -> list[Node]:
        """Return the windows of one program, or of all, with everything in them.

        Args:
            pid: of the program.
            hidden: whether what is not shown is read as well.
        """
        tops = [
            Node(owner, path, 0, place)
            for program in self._programs(pid)
            for place, (owner, path) in enumerate(self.ask([_children(*program)])[0] or ())
        ]
        level = tops
        while level:
            level = self._read(level, hidden=hidden)
        # QtWebEngine puts a nameless copy of each page beside the windows.
        return [top for top in tops if top.role not in {"filler", ""}]

    def call(self, node: Node, interface: str, method: str, arguments: Any = None) -> Any:
        """Call one method of an element.

        Raises:
            Missing: it is gone, or has no such interface.
        """
        call = (node.owner, node.path, f"org.a11y.atspi.{interface}", method, arguments)
        try:
            answer = self._call(self._bus, call)
        except self._glib.Error as error:
            raise Missing(error.message) from error
        return answer[0] if len(answer) == 1 else answer

    def properties(self, nodes: Sequence[Node], interface: str, name: str) -> list[Any]:
        """Return a property of many elements; None where there is none."""
        calls = [
            (n.owner, n.path, _PROPERTIES, "Get", ("(ss)", (f"org.a11y.atspi.{interface}", name)))
            for n in nodes
        ]
        return self.ask(calls)

    def methods(self, nodes: Sequence[Node], interface: str, method: str, args: Any = None) -> Any:
        """Return a method's answer of many elements; None where there is none."""
        full = f"org.a11y.atspi.{interface}"
        return self.ask([(n.owner, n.path, full, method, args) for n in nodes])

    def labels(self, nodes: Sequence[Node]) -> list[list[str]]:
        """Return the names of the labels of many elements."""
        found = []
        for relations in self.methods(nodes, "Accessible", "GetRelationSet"):
            targets = [t for kind, ends in relations or () if kind == _LABELLED_BY for t in ends]
            ends = [Node(owner, path, 0, 0) for owner, path in targets]
            found.append([str(n) for n in self.properties(ends, "Accessible", "Name") if n])
        return found

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Make many calls at once; return their answers in order, None for a failed one."""
        answers: list[Any] = []
        for start in range(0, len(calls), _AT_ONCE):
            answers += self._ask_some(calls[start : start + _AT_ONCE])
        return answers

    def _ask_some(self, calls: Sequence[Call]) -> list[Any]:
        answers: list[Any] = [None] * len(calls)
        waiting = set(range(len(calls)))

        def answered(bus: Any, result: Any, place: int) -> None:
            waiting.discard(place)
            try:
                answer = bus.call_finish(result).unpack()
            except self._glib.Error:  # it has gone, or never had that
                return
            answers[place] = answer[0] if len(answer) == 1 else answer

        for place, (owner, path, interface, method, arguments) in enumerate(calls):
            packed = None if arguments is None else self._glib.Variant(*arguments)
            flags = self._gio.DBusCallFlags.NONE
            self._bus.call(
                owner, path, interface, method, packed, None, flags, _TIMEOUT_MS, None,
                answered, place,
            )  # fmt: skip
        context = self._glib.MainContext.default()
        while waiting:
            context.iteration(True)
        return answers

    def _call(self, bus: Any, call: Call) -> Any:
        owner, path, interface, method, arguments = call
        packed = None if arguments is None else self._glib.Variant(*arguments)
        flags = self._gio.DBusCallFlags.NONE
        answer = bus.call_sync(
            owner, path, interface, method, packed, None, flags, _TIMEOUT_MS, None
        )
        return answer.unpack()

    def _programs(self, pid: int | None) -> list[tuple[str, str]]:
        programs = self.ask([_children("org.a11y.atspi.Registry", _ROOT)])[0] or ()
        place = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        asked = [(*place, "GetConnectionUnixProcessID", ("(s)", (name,))) for name, _ in programs]
        return [
            (owner, path)
            for (owner, path), found in zip(programs, self.ask(asked), strict=True)
            if pid in {None, found}
        ]

    def _read(self, level: list[Node], *, hidden: bool) -> list[Node]:
        """Fill in the nodes of one level; return those of the next."""
        roles = self.methods(level, "Accessible", "GetRole")
        names = self.properties(level, "Accessible", "Name")
        states = self.methods(level, "Accessible", "GetState")
        for node, role, name, bits in zip(level, roles, names, states, strict=True):
            node.role, node.name = self._role_names.get(role, ""), str(name or "")
            node.states = self._names_of(bits or ())
            above = node.parent
            # QtWebEngine calls what has to be scrolled to invisible.
            node.on_page = above is not None and (
                above.on_page or (above.shown and above.role == "document web")
            )
            node.shown = node.on_page or "visible" in node.states
        open_ones = [node for node in level if node.shown or hidden]
        found = self.methods(open_ones, "Accessible", "GetChildren")
        for node, children in zip(open_ones, found, strict=True):
            node.children = [
                Node(owner, path, node.depth + 1, place, node)
                for place, (owner, path) in enumerate(children or ())
                if not path.endswith("/null")
            ]
        return [child for node in open_ones for child in node.children]

    def _names_of(self, bits: Sequence[int]) -> frozenset[str]:
        low, high = (*bits, 0, 0)[:2]
        number = low | high << 32
        return frozenset(name for bit, name in self._state_names.items() if number >> bit & 1)


def _children(owner: str, path: str) -> Call:
    return (owner, path, ACCESSIBLE, "GetChildren", None)


def _roles_of(atspi: Any) -> list[Any]:
    return [atspi.Role(number) for number in range(int(atspi.Role.LAST_DEFINED))]


def _states_of(atspi: Any) -> list[Any]:
    return [atspi.StateType(number) for number in range(int(atspi.StateType.LAST_DEFINED))]
