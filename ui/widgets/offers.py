"""What the window offers by name and by key: plain facts, apart from the layers that show them.

The palette and the list of shortcuts are loaded when they are first opened.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Something the palette can do.

    Attributes:
        key: goes out when it is chosen.
        label: what it does, as on its button: "Check Bearer Token".
        hint: quiet words after it, such as the shortcut or the App's group.
    """

    key: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys as Qt writes them portably, what they do in words, and the doing."""

    keys: str
    label: str
    act: Callable[[], object]
