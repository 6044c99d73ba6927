"""The window: PySide6 widgets that render states and say what was wanted."""
