"""Drives any window the way a screen reader does: finds by role and name, presses, types, reads.

A program of its own for the system's Python (`/usr/bin/python3` with `gi` and the Atspi
typelib), since the virtual environment has neither. It takes one JSON object per line on
standard input and gives one per line on standard output; `atspi_client.py` speaks it.

    {"do": "find", "role": "push button", "name": "Sign in here"}    -> {"found": {…}}
    {"do": "press" | "focus" | "read" | "gone", …}    {"do": "set-text", …, "text": "…"}
    {"do": "act" | "select", …}    {"do": "act", …, "action": "SetFocus"}
    {"do": "tree"}    {"do": "keys", "keys": ["Tab", "Return"]}    {"do": "type", "text": "…"}
    {"do": "walk"}    -> {"nodes": [{…}, …]}    {"do": "focused"}    -> {"focused": ["…"]}

`act` and `select` use an element's own interfaces only, Action and its parent's Selection;
`press` and `set-text` take pointer and keys where the element has none.

Common fields: `pid` (only that program), `role` and `name` (either may be missing; the name
is exact; `has` is a part of it), `label` (the name of its label), `within` (role and name,
`has` or `label` of an ancestor), `hidden` (what is not shown counts too), `nth`, `states` (to
wait for; `find` only), `timeout` in seconds. An answer that could not be given is
{"error": "…"}.

What it takes (measured on Qt 6.11.3, at-spi2-core 2.46, Xvfb without a window manager):

- a session bus; `org.a11y.Bus` is started through it by D-Bus itself. Setting
  `org.a11y.Status.IsEnabled`, as this driver does, makes every Qt program join at once, whether
  it started before or after; `QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1` is not needed;
- reading the tree without libatspi, see `atspi_tree.py`: its cache never learns of a change
  without a main loop, and without the cache it waits for every single answer;
- for web pages, Chromium's `--force-renderer-accessibility` (`ui/browser/chromium.py`);
- elements of a web page offer one action only, `SetFocus`, which is all that QtWebEngine
  implements. They are pressed by a click of the X server's test pointer at their middle.
"""

import importlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from atspi_tree import Missing, Node, Tree  # type: ignore[import-not-found]  # lies beside it

PRESSING = ("press", "click", "toggle", "activate", "showmenu")
POLL_SECONDS = 0.05
_KEYS = {"Return": 0xFF0D, "Tab": 0xFF09, "Escape": 0xFF1B, "space": 0x20, "Down": 0xFF54}
_KEYS |= {"Up": 0xFF52, "Left": 0xFF51, "Right": 0xFF53}
_SCREEN = 0
_TEXTS = frozenset(("text", "password text", "entry", "paragraph", "terminal"))


def load_atspi() -> Any:
    """Switch accessibility on for the session and return the Atspi module."""
    gi: Any = importlib.import_module("gi")
    gi.require_version("Atspi", "2.0")
    gio, glib, atspi = (
        importlib.import_module(f"gi.repository.{name}") for name in ("Gio", "GLib", "Atspi")
    )
    gio.bus_get_sync(gio.BusType.SESSION).call_sync(
        "org.a11y.Bus",
        "/org/a11y/bus",
        "org.freedesktop.DBus.Properties",
        "Set",
        glib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", glib.Variant("b", True))),
        None,
        gio.DBusCallFlags.NONE,
        10_000,
        None,
    )
    atspi.init()
    return atspi


class Driver:
    """Answers one request after the other."""

    def __init__(self) -> None:
        self._atspi = load_atspi()
        self._tree = Tree(self._atspi)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the request says."""
        verb = str(request["do"]).replace("-", "_")
        deadline = time.monotonic() + float(request.get("timeout", 40))
        while True:
            try:
                answer: dict[str, Any] = getattr(self, f"do_{verb}")(request)
                return answer
            except Missing as error:
                if time.monotonic() > deadline:
                    return {"error": str(error), **self.do_tree({})}
                time.sleep(POLL_SECONDS)

    def do_find(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe the element, once it is in all the `states` asked for."""
        found = self._one(request)
        lacking = set(request.get("states", ())) - found.states
        if lacking:
            raise Missing(f"it is not {', '.join(sorted(lacking))}")
        return {"found": self._describe([found])[0]}

    do_read = do_find

    def do_gone(self, request: dict[str, Any]) -> dict[str, Any]:
        """Wait until there is no such element."""
        try:
            found = list(self._all(request))
        except Missing:  # what it was in has gone with it
            found = []
        if found:
            raise Missing("it is still there")
        return {"gone": True}

    def do_tree(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the whole tree as indented lines; all programs but for `pid`."""
        return {
            "tree": [
                f"{'  ' * node.depth}{node.role} {node.name!r}"
                for top in self._tree.tops(request.get("pid"))
                for node in top.below()
                if node.shown
            ]
        }

    def do_walk(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe every element, those that are not shown as well, parents first."""
        tops = self._tree.tops(request.get("pid"), hidden=True)
        nodes = [node for top in tops for node in top.below()]
        return {"nodes": self._sketch(nodes)}

    def do_focused(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the names of what has the keyboard, the innermost last.

        The chosen entry of a list and the chosen tab say so always, so they do not count.
        """
        tops = self._tree.tops(request.get("pid"))
        nodes = [node for top in tops for node in top.below() if "focused" in node.states]
        return {"focused": [n.name for n in nodes if n.role not in {"list item", "page tab"}]}

    def do_focus(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give the element the keyboard."""
        return {"focused": bool(self._tree.call(self._one(request), "Component", "GrabFocus"))}

    def do_act(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do the element's own `action`, or the one that presses it."""
        node = self._ready(request)
        names = self._actions(node)
        wanted = (request["action"].lower(),) if "action" in request else PRESSING
        action = next((name for name in wanted if name in names), None)
        if action is None:
            raise Missing(f"it offers only {names}")
        return {"done": self._do(node, names.index(action))}

    def do_select(self, request: dict[str, Any]) -> dict[str, Any]:
        """Select the element by the interface of what it lies in."""
        node = self._ready(request)
        place = ("(i)", (node.place,))
        return {"done": bool(self._tree.call(node.parent, "Selection", "SelectChild", place))}

    def do_press(self, request: dict[str, Any]) -> dict[str, Any]:
        """Press by the element's own action, or else by the pointer."""
        node = self._one(request)
        if "enabled" not in node.states:
            raise Missing("it is disabled")
        names = self._actions(node)
        for wanted in PRESSING:
            if wanted in names:
                return {"pressed": self._do(node, names.index(wanted))}
        if "showing" not in node.states:
            if "setfocus" in names:  # scrolls it into sight, in a while
                self._do(node, names.index("setfocus"))
            raise Missing("it is out of sight")
        return {"clicked": self._click(node)}

    def do_set_text(self, request: dict[str, Any]) -> dict[str, Any]:
        """Replace the text of a field, by its own interface or else by typing."""
        node = self._one(request)
        text = str(request["text"])
        interfaces = self._tree.call(node, "Accessible", "GetInterfaces")
        if "org.a11y.atspi.EditableText" in interfaces:
            whole = ("(s)", (text,))
            return {"set": bool(self._tree.call(node, "EditableText", "SetTextContents", whole))}
        self._click(node)
        self._type(text)
        return {"typed": True}

    def do_type(self, request: dict[str, Any]) -> dict[str, Any]:
        """Type into whatever has the keyboard."""
        self._type(str(request["text"]))
        return {"typed": True}

    def do_keys(self, request: dict[str, Any]) -> dict[str, Any]:
        """Press keys by their X names, such as Tab, Return, Escape."""
        for key in request["keys"]:
            symbol = _KEYS.get(key) or ord(key)
            self._atspi.generate_keyboard_event(symbol, None, self._atspi.KeySynthType.SYM)
        return {"pressed": len(request["keys"])}

    def _all(self, request: dict[str, Any]) -> Iterator[Node]:
        hidden = bool(request.get("hidden"))
        roots = self._tree.tops(request.get("pid"), hidden=hidden)
        if "within" in request:
            inside = {**request["within"], "hidden": hidden}
            roots = [self._first(self._fitting(roots, inside), inside)]
        return self._fitting(roots, request)

    def _fitting(self, roots: Sequence[Node], request: dict[str, Any]) -> Iterator[Node]:
        for node in (node for root in roots for node in root.below()):
            if (node.shown or request.get("hidden")) and self._fits(request, node):
                yield node

    def _fits(self, request: dict[str, Any], node: Node) -> bool:
        if request.get("role") not in {None, node.role}:
            return False
        if request.get("name") not in {None, node.name}:
            return False
        if request.get("has") and request["has"] not in node.name:
            return False
        label = request.get("label")
        return not label or label in self._tree.labels([node])[0]

    def _one(self, request: dict[str, Any]) -> Node:
        return self._first(self._all(request), request)

    def _first(self, found: Iterator[Node], request: dict[str, Any]) -> Node:
        nth = int(request.get("nth", 0))
        for index, node in enumerate(found):
            if index == nth:
                return node
        words = [repr(request[key]) for key in ("name", "has", "label") if request.get(key)]
        raise Missing(f"nothing is {request.get('role')} {' '.join(words)}")

    def _ready(self, request: dict[str, Any]) -> Node:
        node = self._one(request)
        if "enabled" not in node.states:
            raise Missing("it is disabled")
        if not request.get("hidden") and "showing" not in node.states:
            raise Missing("it is out of sight")
        return node

    def _actions(self, node: Node) -> list[str]:
        found = self._tree.methods([node], "Action", "GetActions")[0] or ()
        return [str(name).lower() for name, _, _ in found]

    def _do(self, node: Node, place: int) -> bool:
        return bool(self._tree.call(node, "Action", "DoAction", ("(i)", (place,))))

    def _box(self, node: Node) -> list[int]:
        return list(self._tree.call(node, "Component", "GetExtents", ("(u)", (_SCREEN,))))

    def _click(self, node: Node) -> bool:
        x, y, width, height = self._box(node)
        time.sleep(POLL_SECONDS)
        if self._box(node) != [x, y, width, height]:
            raise Missing("it is still moving")
        if width <= 0 or height <= 0:
            raise Missing("it has no place on the screen yet")
        return bool(self._atspi.generate_mouse_event(x + width // 2, y + height // 2, "b1c"))

    def _type(self, text: str) -> None:
        self._atspi.generate_keyboard_event(0, text, self._atspi.KeySynthType.STRING)

    def _describe(self, nodes: Sequence[Node]) -> list[dict[str, Any]]:
        whole = ("(ii)", (0, -1))
        columns = {
            "description": self._tree.properties(nodes, "Accessible", "Description"),
            "labels": self._tree.labels(nodes),
            "actions": [
                [name for name, _, _ in found or ()]
                for found in self._tree.methods(nodes, "Action", "GetActions")
            ],
            "text": self._tree.methods(nodes, "Text", "GetText", whole),
            "value": self._tree.properties(nodes, "Value", "CurrentValue"),
            "box": self._tree.methods(nodes, "Component", "GetExtents", ("(u)", (_SCREEN,))),
        }
        described = []
        for place, node in enumerate(nodes):
            more = {name: column[place] for name, column in columns.items()}
            known = {name: value for name, value in more.items() if value is not None}
            described.append({**_facts(node), **known})
        return described

    def _sketch(self, nodes: Sequence[Node]) -> list[dict[str, Any]]:
        """Return what is said of each: names, descriptions, texts and labels."""
        told = self._tree.properties(nodes, "Accessible", "Description")
        sketches = [
            {**_facts(node), "description": words or "", "text": "", "labels": []}
            for node, words in zip(nodes, told, strict=True)
        ]
        texts = [place for place, node in enumerate(nodes) if node.role in _TEXTS]
        boxes = [place for place, node in enumerate(nodes) if node.role == "combo box"]
        found = self._tree.methods([nodes[p] for p in texts], "Text", "GetText", ("(ii)", (0, -1)))
        for place, text in zip(texts, found, strict=True):
            sketches[place]["text"] = text or ""
        labels = self._tree.labels([nodes[p] for p in boxes])
        for place, names in zip(boxes, labels, strict=True):
            sketches[place]["labels"] = names
        return sketches


def _facts(node: Node) -> dict[str, Any]:
    return {
        "role": node.role,
        "name": node.name,
        "states": sorted(node.states),
        "depth": node.depth,
        "shown": node.shown,
    }


def main() -> None:
    """Answer until standard input ends."""
    driver = Driver()
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(driver.answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
