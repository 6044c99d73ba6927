"""The window: PySide6 widgets that render states and say what was wanted."""

import builtins

import PySide6.QtCore  # noqa: F401 - what is undone below happens when it is loaded

# PySide6 puts an `__import__` of its own in the place of Python's, for its `__feature__` switch.
# It reads the source text of every module that is imported afterwards, to look for the word
# "PySide6": a third of what importing the window costs, and megabytes of source kept for good.
# Nothing here uses the switch, so Python gets its own back. (shibokensupport/feature.py, 6.11.3)
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
