"""The window: PySide6 widgets that render states and say what was wanted."""

from ui import lean_pyside

lean_pyside.load()
