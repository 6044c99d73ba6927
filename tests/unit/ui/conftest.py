"""What the offscreen platform cannot do is no fault of a widget."""

import pytest

_OFFSCREEN = ("This plugin does not support",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Qt's remarks about the offscreen platform pass."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(*_OFFSCREEN, extend=True))
