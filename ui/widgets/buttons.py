"""Buttons: every one has an accessible name, and a look named by its kind."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from ui.theme import icon, theme
from ui.widgets.assistive import let_be_found
from ui.widgets.basics import set_kind


def spoken(label: str, owner: str = "") -> str:
    """Return the accessible name: the label without ellipsis or signs, then its owner.

    `spoken("Revoke…", "Bearer Token")` is "Revoke Bearer Token".
    """
    words = label.replace("&", "").strip(" +…↗▾⋯.")
    return f"{words} {owner}".strip()


class Button(QPushButton):
    """A push button.

    Kinds: plain, primary (one per pane), danger (red words), danger-primary (the
    accepting button of a dangerous dialog), ghost, icon, link, chosen, add, find,
    door. `owner` is the row or object the accessible name ends with; `name`
    replaces the whole accessible name.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "plain",
        *,
        owner: str = "",
        name: str = "",
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setAccessibleName(name or spoken(text, owner))
        self.setAutoDefault(False)
        self._icon_name = icon_name
        self._icon_colour = _ICON_COLOURS.get(kind, "dim")
        if icon_name:
            self.setIconSize(QSize(theme().px(16), theme().px(16)))
            self._draw_icon()
            theme().changed.connect(self._draw_icon)

    def set_icon(self, icon_name: str) -> None:
        """Show another icon of `resources/icons`, in the colour of the button's kind."""
        self._icon_name = icon_name
        self._draw_icon()

    def set_kind(self, kind: str) -> None:
        """Change the look."""
        set_kind(self, kind)

    def relabel(self, text: str, owner: str = "") -> None:
        """Change the visible label and the accessible name together."""
        self.setText(text)
        self.setAccessibleName(spoken(text, owner))

    def _draw_icon(self) -> None:
        self.setIcon(icon(self._icon_name, self._icon_colour))


_ICON_COLOURS = {"primary": "accent_text", "link": "accent", "add": "accent", "plain": "text"}


@dataclass(frozen=True, slots=True)
class CopyForm:
    """One way to copy: `key` goes out with the signal, `label` stands in the menu."""

    key: str
    label: str


def _menu_of(button: QPushButton, forms: tuple[CopyForm, ...]) -> QMenu:
    menu = QMenu(button)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    let_be_found(menu, button.accessibleName())
    for form in forms:
        # An entry's label is its name too, and names end in no ellipsis.
        action = menu.addAction(spoken(form.label) if QAccessible.isActive() else form.label)
        action.setData(form.key)
    return menu


class MenuButton(Button):
    """A button that opens a menu of choices under itself.

    Attributes:
        owner: what the choices are about, for those who hear or find one outside of the menu.

    Signals:
        chosen: arg is the key of the choice.
    """

    chosen = Signal(str)

    def __init__(
        self,
        text: str = "",
        kind: str = "plain",
        *,
        name: str = "",
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, kind, name=name, icon_name=icon_name, parent=parent)
        self.owner = ""
        self._choices: tuple[CopyForm, ...] = ()
        self.clicked.connect(self.open_menu)

    def set_choices(self, choices: tuple[CopyForm, ...]) -> None:
        """Offer these choices, in this order."""
        self._choices = choices

    @property
    def choices(self) -> tuple[CopyForm, ...]:
        """What the menu offers."""
        return self._choices

    def open_menu(self) -> QMenu:
        """Open the menu below the button and return it. It dies when it closes."""
        menu = _menu_of(self, self._choices)
        menu.triggered.connect(lambda action: self.chosen.emit(str(action.data())))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        return menu


class CopyButton(QPushButton):
    """The "Copy ▾" of a value: a click copies, the arrow or the Down key opens the other ways.

    Where a value has two halves there is nothing a plain click could mean, so it
    opens the menu too: give no `default`.

    Signals:
        copy_wanted: arg is the key of the form to copy in.
    """

    copy_wanted = Signal(str)
    _ARROW_ZONE = 24

    def __init__(self, owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda _point: self.open_menu())
        self._default = ""
        self.owner = owner
        self._forms: tuple[CopyForm, ...] = ()
        self._pressed_arrow = False
        # The trailing spaces keep room for the arrow that paintEvent draws.
        self.setText(self.tr("Copy") + "    ")
        self.setAccessibleName(spoken(self.tr("Copy"), owner))
        self.clicked.connect(self._act)

    def set_forms(self, forms: tuple[CopyForm, ...], default: str = "value") -> None:
        """Offer these forms; `default` is what a plain click copies, "" for none."""
        self._forms = forms
        self._default = default

    @property
    def forms(self) -> tuple[CopyForm, ...]:
        """What the menu offers."""
        return self._forms

    def open_menu(self) -> QMenu:
        """Open the menu below the button and return it. It dies when it closes."""
        menu = _menu_of(self, self._forms)
        menu.triggered.connect(lambda action: self.copy_wanted.emit(str(action.data())))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note whether the arrow was meant."""
        self._pressed_arrow = event.position().x() >= self.width() - self._ARROW_ZONE
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu with the Down key."""
        self._pressed_arrow = False
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_F4}:
            self.open_menu()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, then the arrow in its right end."""
        super().paintEvent(event)
        size = theme().px(14)
        painter = QPainter(self)
        colour = "text" if self.isEnabled() else "faint"
        arrow = icon("chevron-down", colour, 14).pixmap(QSize(size, size), self.devicePixelRatioF())
        painter.drawPixmap(self.width() - size - 7, (self.height() - size) // 2, arrow)
        painter.end()

    def _act(self) -> None:
        if self._pressed_arrow or not self._default:
            self._pressed_arrow = False
            self.open_menu()
            return
        self.copy_wanted.emit(self._default)
