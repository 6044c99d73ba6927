"""A newcomer on a practice X: from nothing to a user token by keys alone, and by ear alone."""

import re
import time

from tests.e2e.screen_reader.listener import Listener

# Not a stop-watch: how much a person has to do. A step that is added makes these red.
MOST_KEYS = 30
MOST_ACTS = 6
FAR = 60
LOOKS = 10  # how often it is looked whether the program puts the focus there by itself


class Keyboard:
    """Somebody who presses Tab until what is wanted has the focus, and counts the keys.

    Attributes:
        pressed: how many keys so far.
        way: the names that had the focus, in order.
    """

    def __init__(self, heard: Listener) -> None:
        self._heard = heard
        self.pressed = 0
        self.way: list[str] = []

    def key(self, name: str) -> None:
        """Press one key."""
        self._heard.keys(name)
        self.pressed += 1

    def go_to(self, name: str) -> None:
        """Press Tab until this has the focus; what the program focuses by itself needs none."""
        for _ in range(LOOKS):
            if self._focused() == name:
                return
        while self.pressed <= FAR:
            before = self._focused()
            self.key("Tab")
            now = self._after(before)
            self.way.append(now)
            if now == name:
                return
        raise AssertionError(f"Tab does not lead to {name!r}, but to {self.way}")

    def press(self, name: str, key: str = "space") -> None:
        """Go there and press it, as soon as it is there."""
        self._heard.find("push button", name, timeout=60)
        self.go_to(name)
        self.key(key)

    def _after(self, before: str) -> str:
        """Return what has the focus once it has moved on, however slow the machine is."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            now = self._focused()
            if now not in {"", before}:
                return now
        raise AssertionError(f"the keyboard stays at {before!r}; so far {self.way}")

    def _focused(self) -> str:
        found = self._heard.focused()
        return found[-1] if found else ""


def test_by_keys_alone(first_start: Listener) -> None:
    first_start.find("push button", "Try the sandbox")
    keyboard = Keyboard(first_start)

    keyboard.press("Try the sandbox")
    keyboard.press("Sign in a user")
    keyboard.press("Sign in here")
    first_start.find("push button", "Authorize app", timeout=60)
    keyboard.press("Authorize app", "Return")
    keyboard.press("Keep on this computer")
    first_start.find("push button", "Refresh @acme", timeout=60)

    assert keyboard.pressed <= MOST_KEYS, keyboard.way


def test_by_ear_alone(first_start: Listener) -> None:
    acts = (
        "Try the sandbox",
        "Sign in a user",
        "Sign in here",
        "Authorize app",
        "Keep on this computer",
    )
    for name in acts:
        first_start.find("push button", name, timeout=60)
        if name == "Authorize app":
            authorize(first_start)
        else:
            first_start.button(name)
    first_start.find("push button", "Refresh @acme", timeout=60)

    assert len(acts) <= MOST_ACTS
    first_start.note("Keys and tokens, with a first user")
    assert first_start.faults == []


def authorize(heard: Listener) -> None:
    """Press the page's button as assistive technology can: focus it, then Return."""
    heard.act("push button", "Authorize app", action="SetFocus")
    heard.find("push button", "Authorize app", states=["focused"])
    heard.keys("Return")


def test_a_pin_is_read_from_the_page_and_typed_by_ear(heard: Listener) -> None:
    heard.button("More for Access Token and Secret")
    heard.act("menu item", "Sign in with OAuth 1.0a and a PIN")
    heard.find("push button", "Authorize app", timeout=60)
    heard.note("Sign in by OAuth 1.0a, the page")
    authorize(heard)
    heard.hear("granted access", role="heading", timeout=60)
    (pin,) = {n["name"] for n in heard.walk() if re.fullmatch(r"[0-9]{7}", n["name"].strip())}
    heard.note("Sign in by OAuth 1.0a, the PIN")

    heard.set_text("text", "PIN", pin)
    heard.button("Use this PIN")
    heard.find("label", "@acme signed in", timeout=60)
    heard.note("Sign in by OAuth 1.0a, who")
    heard.button("Keep on this computer")
    heard.find("push button", "Check OAuth 1.0a @acme", timeout=60)

    assert heard.faults == []


def test_the_walk_to_a_first_app_is_heard_and_left(first_start: Listener) -> None:
    first_start.button("I have no App yet", timeout=60)
    first_start.hear("Step 1")
    first_start.note("The walk to a first App")
    said = {node["name"] for node in first_start.walk() if node["role"] == "label"}
    first_start.set_text("text", "Paste, step 2", "API Key: xvz1evFS4wEEPTGEFPHBog12A")
    first_start.note("The walk, with a key pasted")
    first_start.button("Back")
    first_start.find("push button", "I have no App yet")

    assert any("console.x.com" in words for words in said)
    assert first_start.faults == []
