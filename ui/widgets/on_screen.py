"""What can be done with the buttons and menus that are on the screen, for the palette."""

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QAbstractButton, QWidget
from shiboken6 import isValid

from ui.widgets.buttons import CopyButton, CopyForm, MenuButton, spoken
from ui.widgets.inputs import CheckBox, RadioButton

Act = Callable[[], None]


def acts_on_screen(root: QWidget) -> dict[str, Act]:
    """Return what the usable buttons inside do, by the name each is heard under.

    A menu gives its choices too, each with what it is about: "Used by Bearer Token". The
    first of two that are heard alike is taken. Doing one does nothing once its button is gone.
    """
    found: dict[str, Act] = {}
    for button in root.findChildren(QAbstractButton):
        if not button.isVisibleTo(root) or not button.isEnabled():
            continue
        if isinstance(button, CheckBox | RadioButton):
            continue  # ticked where one sees what else is ticked
        for name, act in _acts_of(button):
            if name:
                found.setdefault(name, act)
    return found


def _acts_of(button: QAbstractButton) -> Iterator[tuple[str, Act]]:
    if isinstance(button, MenuButton):
        for form in button.choices:
            yield _from_menu(button, form, button.owner, button.chosen.emit)
        return
    yield button.accessibleName(), lambda: _press(button)
    if isinstance(button, CopyButton):
        for form in button.forms:
            yield _from_menu(button, form, button.owner, button.copy_wanted.emit)


def _from_menu(
    button: QAbstractButton, form: CopyForm, owner: str, choose: Callable[[str], None]
) -> tuple[str, Act]:
    return spoken(form.label, owner), lambda: choose(form.key) if isValid(button) else None


def _press(button: QAbstractButton) -> None:
    if isValid(button) and button.isEnabled():
        button.click()
