"""What an X display shows, seen from outside of the program that draws it.

The same eyes look at every program, so no program has to say itself that it is ready.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from dataclasses import dataclass
from typing import Any, Final

_VIEWABLE: Final = 2
_Z_PIXMAP: Final = 2
_ALL_PLANES: Final = ~c_ulong(0).value & 0xFFFFFFFF
_SMALLEST: Final = 250


class _Attributes(Structure):
    _fields_ = [
        ("x", c_int), ("y", c_int), ("width", c_int), ("height", c_int), ("border_width", c_int),
        ("depth", c_int), ("visual", c_void_p), ("root", c_ulong), ("class_", c_int),
        ("bit_gravity", c_int), ("win_gravity", c_int), ("backing_store", c_int),
        ("backing_planes", c_ulong), ("backing_pixel", c_ulong), ("save_under", c_int),
        ("colormap", c_ulong), ("map_installed", c_int), ("map_state", c_int),
        ("all_event_masks", c_long), ("your_event_mask", c_long),
        ("do_not_propagate_mask", c_long), ("override_redirect", c_int), ("screen", c_void_p),
    ]  # fmt: skip


class _Image(Structure):
    _fields_ = [
        ("width", c_int), ("height", c_int), ("xoffset", c_int), ("format", c_int),
        ("data", c_void_p), ("byte_order", c_int), ("bitmap_unit", c_int),
        ("bitmap_bit_order", c_int), ("bitmap_pad", c_int), ("depth", c_int),
        ("bytes_per_line", c_int), ("bits_per_pixel", c_int),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window is on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Screen:
    """A connection to the X display; close it with `close`.

    Raises:
        OSError: there is no libX11, or no display of that name.
    """

    def __init__(self, display: str) -> None:
        name = ctypes.util.find_library("X11")
        if name is None:
            raise OSError("libX11 is not installed")
        self._x: Any = ctypes.CDLL(name)
        self._declare()
        self._display = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise OSError(f"there is no display {display}")
        # A window may go between two questions; Xlib's own answer would end this process.
        self._ignore = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._ignore)
        self._root = self._x.XDefaultRootWindow(self._display)

    def largest_window(self) -> Place | None:
        """Return the largest visible window that is a window and no splash or tip, or None."""
        places = [place for place in map(self._place_of, self._top_windows()) if place]
        return max(places, key=lambda place: place.width * place.height, default=None)

    def picture(self, place: Place) -> bytes:
        """Return the screen's pixels there, four bytes each; nothing when it cannot be had."""
        image = self._x.XGetImage(
            self._display, self._root, place.x, place.y, place.width, place.height,
            _ALL_PLANES, _Z_PIXMAP,
        )  # fmt: skip
        if not image:
            return b""
        try:
            facts = image.contents
            return ctypes.string_at(facts.data, facts.bytes_per_line * facts.height)
        finally:
            self._x.XDestroyImage(image)

    def close(self) -> None:
        """Close the connection."""
        self._x.XCloseDisplay(self._display)

    def _declare(self) -> None:
        x = self._x
        x.XOpenDisplay.argtypes, x.XOpenDisplay.restype = [c_char_p], c_void_p
        x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [c_void_p], c_ulong
        x.XCloseDisplay.argtypes = [c_void_p]
        x.XFree.argtypes = [c_void_p]
        x.XSetErrorHandler.restype = c_void_p
        x.XQueryTree.argtypes = [
            c_void_p, c_ulong, POINTER(c_ulong), POINTER(c_ulong),
            POINTER(POINTER(c_ulong)), POINTER(c_uint),
        ]  # fmt: skip
        x.XGetWindowAttributes.argtypes = [c_void_p, c_ulong, POINTER(_Attributes)]
        x.XGetImage.argtypes = [
            c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int,
        ]  # fmt: skip
        x.XGetImage.restype = POINTER(_Image)
        x.XDestroyImage.argtypes = [POINTER(_Image)]

    def _top_windows(self) -> list[int]:
        root, parent, count = c_ulong(), c_ulong(), c_uint()
        children = POINTER(c_ulong)()
        self._x.XQueryTree(
            self._display, self._root, byref(root), byref(parent), byref(children), byref(count)
        )
        windows = [children[index] for index in range(count.value)]
        if count.value:
            self._x.XFree(children)
        return windows

    def _place_of(self, window: int) -> Place | None:
        facts = _Attributes()
        known = self._x.XGetWindowAttributes(self._display, window, byref(facts))
        if not known or facts.map_state != _VIEWABLE:
            return None
        if min(facts.width, facts.height) < _SMALLEST:
            return None
        return Place(max(facts.x, 0), max(facts.y, 0), facts.width, facts.height)
