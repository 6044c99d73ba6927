"""Drives any window the way a screen reader does: finds by role and name, presses, types, reads.

A program of its own for the system's Python (`/usr/bin/python3` with `gi` and the Atspi
typelib), since the virtual environment has neither. It takes one JSON object per line on
standard input and gives one per line on standard output; `atspi_client.py` speaks it.

    {"do": "find", "role": "push button", "name": "Sign in here"}    -> {"found": {…}}
    {"do": "press" | "focus" | "read" | "gone", …}    {"do": "set-text", …, "text": "…"}
    {"do": "tree"}    {"do": "keys", "keys": ["Tab", "Return"]}    {"do": "type", "text": "…"}

Common fields: `pid` (only that program), `role` and `name` (either may be missing; the name
is exact), `within` (role and name of an ancestor), `nth`, `states` (to wait for; `find` only),
`timeout` in seconds. An answer
that could not be given is {"error": "…"}.

What it takes (measured on Qt 6.11.3, at-spi2-core 2.46, Xvfb without a window manager):

- a session bus; `org.a11y.Bus` is started through it by D-Bus itself. Setting
  `org.a11y.Status.IsEnabled`, as this driver does, makes every Qt program join at once, whether
  it started before or after; `QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1` is not needed;
- the cache of libatspi off, since without a main loop it never learns of a change;
- for web pages, Chromium's `--force-renderer-accessibility` (`ui/browser/chromium.py`);
- elements of a web page offer one action only, `SetFocus`, which is all that QtWebEngine
  implements. They are pressed by a click of the X server's test pointer at their middle.
"""

import importlib
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

PRESSING = ("press", "click", "toggle", "activate", "showmenu")
POLL_SECONDS = 0.05


class Missing(Exception):
    """Nothing on the screen answers to the description."""


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
    atspi.get_desktop(0).set_cache_mask(atspi.Cache.NONE)
    return atspi


class Driver:
    """Answers one request after the other."""

    def __init__(self) -> None:
        self._atspi = load_atspi()
        self._errors = importlib.import_module("gi.repository.GLib").Error

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the request says."""
        verb = str(request["do"]).replace("-", "_")
        deadline = time.monotonic() + float(request.get("timeout", 10))
        while True:
            try:
                answer: dict[str, Any] = getattr(self, f"do_{verb}")(request)
                return answer
            except (Missing, self._errors) as error:
                # A half-built tree answers with D-Bus errors; it is asked again.
                if time.monotonic() > deadline:
                    return {"error": str(error), **self.do_tree({})}
                time.sleep(POLL_SECONDS)

    def do_find(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe the element, once it is in all the `states` asked for."""
        found = self._describe(self._one(request))
        lacking = set(request.get("states", ())) - set(found["states"])
        if lacking:
            raise Missing(f"it is not {', '.join(sorted(lacking))}")
        return {"found": found}

    do_read = do_find

    def do_gone(self, request: dict[str, Any]) -> dict[str, Any]:
        """Wait until there is no such element."""
        if any(True for _ in self._all(request)):
            raise Missing("it is still there")
        return {"gone": True}

    def do_tree(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the whole tree as indented lines; all programs but for `pid`."""
        lines = [
            f"{'  ' * depth}{node.get_role_name()} {node.get_name()!r}"
            for depth, shown, node in self._walk(self._roots(request))
            if shown
        ]
        return {"tree": lines}

    def do_focus(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give the element the keyboard."""
        return {"focused": bool(self._one(request).grab_focus())}

    def do_press(self, request: dict[str, Any]) -> dict[str, Any]:
        """Press by the element's own action, or else by the pointer."""
        node = self._one(request)
        if not node.get_state_set().contains(self._atspi.StateType.ENABLED):
            raise Missing("it is disabled")
        names = [name.lower() for name in self._actions(node)]
        for wanted in PRESSING:
            if wanted in names:
                return {"pressed": self._atspi.Action.do_action(node, names.index(wanted))}
        if not node.get_state_set().contains(self._atspi.StateType.SHOWING):
            if "setfocus" in names:  # scrolls it into sight, in a while
                self._atspi.Action.do_action(node, names.index("setfocus"))
            raise Missing("it is out of sight")
        return {"clicked": self._click(node)}

    def do_set_text(self, request: dict[str, Any]) -> dict[str, Any]:
        """Replace the text of a field, by its own interface or else by typing."""
        node = self._one(request)
        text = str(request["text"])
        if "EditableText" in node.get_interfaces():
            return {"set": bool(self._atspi.EditableText.set_text_contents(node, text))}
        self._click(node)
        self._type(text)
        return {"typed": True}

    def do_type(self, request: dict[str, Any]) -> dict[str, Any]:
        """Type into whatever has the keyboard."""
        self._type(str(request["text"]))
        return {"typed": True}

    def do_keys(self, request: dict[str, Any]) -> dict[str, Any]:
        """Press keys by their X names, such as Tab, Return, Escape."""
        gdk_names = {"Return": 0xFF0D, "Tab": 0xFF09, "Escape": 0xFF1B, "space": 0x20}
        gdk_names |= {"Down": 0xFF54, "Up": 0xFF52, "Left": 0xFF51, "Right": 0xFF53}
        for key in request["keys"]:
            symbol = gdk_names.get(key) or ord(key)
            self._atspi.generate_keyboard_event(symbol, None, self._atspi.KeySynthType.SYM)
        return {"pressed": len(request["keys"])}

    def _roots(self, request: dict[str, Any]) -> list[Any]:
        desktop = self._atspi.get_desktop(0)
        desktop.clear_cache()
        programs = [desktop.get_child_at_index(i) for i in range(desktop.get_child_count())]
        pid = request.get("pid")
        mine = [p for p in programs if p and (pid is None or p.get_process_id() == pid)]
        tops = [t for p in mine for t in self._children(p)]
        # QtWebEngine puts a nameless copy of each page beside the windows.
        return [top for top in tops if top.get_role_name() != "filler"]

    def _children(self, node: Any) -> Iterator[Any]:
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield child

    def _walk(
        self, nodes: list[Any], depth: int = 0, *, on_page: bool = False
    ) -> Iterator[tuple[int, bool, Any]]:
        """Yield depth, whether it is shown, and the node, parents first."""
        for node in nodes:
            visible = node.get_state_set().contains(self._atspi.StateType.VISIBLE)
            yield depth, visible or on_page, node
            # QtWebEngine calls what has to be scrolled to invisible.
            page = on_page or (visible and node.get_role_name() == "document web")
            yield from self._walk(list(self._children(node)), depth + 1, on_page=page)

    def _all(self, request: dict[str, Any]) -> Iterator[Any]:
        roots = self._roots(request)
        if "within" in request:
            roots = [self._one({**request["within"], "pid": request.get("pid")})]
        for _, shown, node in self._walk(roots):
            if request.get("role") not in {None, node.get_role_name()}:
                continue
            if request.get("name") not in {None, node.get_name()}:
                continue
            if shown or request.get("hidden"):
                yield node

    def _one(self, request: dict[str, Any]) -> Any:
        nth = int(request.get("nth", 0))
        for index, node in enumerate(self._all(request)):
            if index == nth:
                return node
        raise Missing(f"nothing is {request.get('role')} {request.get('name')!r}")

    def _actions(self, node: Any) -> list[str]:
        if "Action" not in node.get_interfaces():
            return []
        action = self._atspi.Action
        return [action.get_action_name(node, i) for i in range(action.get_n_actions(node))]

    def _box(self, node: Any) -> list[int]:
        box = self._atspi.Component.get_extents(node, self._atspi.CoordType.SCREEN)
        return [box.x, box.y, box.width, box.height]

    def _click(self, node: Any) -> bool:
        x, y, width, height = self._box(node)
        time.sleep(POLL_SECONDS)
        if self._box(node) != [x, y, width, height]:
            raise Missing("it is still moving")
        if width <= 0 or height <= 0:
            raise Missing("it has no place on the screen yet")
        return bool(self._atspi.generate_mouse_event(x + width // 2, y + height // 2, "b1c"))

    def _type(self, text: str) -> None:
        self._atspi.generate_keyboard_event(0, text, self._atspi.KeySynthType.STRING)

    def _describe(self, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {
            "role": node.get_role_name(),
            "name": node.get_name(),
            "description": node.get_description(),
            "states": sorted(s.value_nick for s in node.get_state_set().get_states()),
            "actions": self._actions(node),
        }
        interfaces = node.get_interfaces()
        if "Component" in interfaces:
            found["box"] = self._box(node)
        if "Text" in interfaces:
            text = self._atspi.Text
            found["text"] = text.get_text(node, 0, text.get_character_count(node))
        if "Value" in interfaces:
            found["value"] = self._atspi.Value.get_current_value(node)
        return found


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
