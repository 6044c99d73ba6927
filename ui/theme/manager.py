"""The theme in force: which palette, which fonts, and who is told when they change."""

import logging
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.theme.metrics import TextSize, Weight, mono_families, text_scale, ui_families
from ui.theme.palette import CONTRAST, LIGHT, PALETTES, Palette, Scheme
from ui.theme.sheet import style_sheet

log = logging.getLogger(__name__)

FOLLOW_SYSTEM: Final = "system"
THEME_SETTING: Final = "theme"  # where the choice is kept


class Theme(QObject):
    """The look of the whole program. One lives as long as the application.

    Signals:
        changed: the palette or the fonts are different now; painters that keep
            coloured pixmaps make them anew.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._system_font = QFont(app.font())
        self._choice = FOLLOW_SYSTEM
        self.palette: Palette = LIGHT
        self.scale = text_scale(self._system_font)
        self._families = ui_families(self._system_font)
        self._mono = mono_families()
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def choice(self) -> str:
        """What the person chose: `system`, or the name of a Scheme."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Wear the scheme of this name, or follow the system with `FOLLOW_SYSTEM`."""
        self._choice = choice
        self._wear(self._system_palette() if choice == FOLLOW_SYSTEM else PALETTES[Scheme(choice)])

    def font(
        self,
        size: TextSize = TextSize.BODY,
        weight: Weight = Weight.REGULAR,
        *,
        mono: bool = False,
    ) -> QFont:
        """Return the font for text of this size and weight."""
        font = QFont()
        font.setFamilies(self._mono if mono else self._families)
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight(weight))
        if not mono:
            # Figures of one width: a countdown must not make its neighbours dance.
            font.setFeature(QFont.Tag("tnum"), 1)
        else:
            # A value must be read letter by letter: no "://" drawn as one sign.
            font.setFeature(QFont.Tag("calt"), 0)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.24)
        return font

    def px(self, size: float) -> int:
        """Return a size that holds text, in pixels, scaled to the person's text size."""
        return round(size * self.scale)

    def colour(self, name: str) -> QColor:
        """Return the colour of this field of the palette."""
        return QColor(str(getattr(self.palette, name)))

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == FOLLOW_SYSTEM:
            self._wear(self._system_palette())

    def _system_palette(self) -> Palette:
        hints = self._app.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST
        is_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        return PALETTES[Scheme.DARK if is_dark else Scheme.LIGHT]

    def _wear(self, palette: Palette) -> None:
        self.palette = palette
        self._app.setFont(self.font())
        self._app.setPalette(_qt_palette(palette))
        mono = ", ".join(f'"{name}"' for name in self._mono)
        self._app.setStyleSheet(style_sheet(palette, self.scale, mono))
        log.debug("wore the %s theme", palette.scheme)
        self.changed.emit()


class _Current:
    """Holds the one Theme, so that painters reach it without passing it about."""

    theme: Theme | None = None


def install(app: QApplication, choice: str = FOLLOW_SYSTEM) -> Theme:
    """Dress the application. Call it once, before the first widget is made."""
    _Current.theme = Theme(app)
    _Current.theme.choose(choice)
    return _Current.theme


def theme() -> Theme:
    """Return the theme in force; the first call dresses the running application."""
    if _Current.theme is None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            msg = "a widget needs a QApplication before it needs a theme"
            raise RuntimeError(msg)
        return install(app)
    return _Current.theme


def _qt_palette(palette: Palette) -> QPalette:
    """Return the Qt roles, for what a style sheet does not reach (menus, dialogs of Qt)."""
    role = QPalette.ColorRole
    result = QPalette()
    for name, colour in {
        role.Window: palette.bg,
        role.WindowText: palette.text,
        role.Base: palette.panel,
        role.AlternateBase: palette.field,
        role.Text: palette.text,
        role.Button: palette.panel,
        role.ButtonText: palette.text,
        role.BrightText: palette.bad,
        role.Highlight: palette.accent,
        role.HighlightedText: palette.accent_text,
        role.Accent: palette.accent,
        role.Link: palette.accent,
        role.LinkVisited: palette.accent,
        role.ToolTipBase: palette.panel,
        role.ToolTipText: palette.text,
        role.PlaceholderText: palette.faint,
        role.Mid: palette.line,
        role.Dark: palette.edge,
    }.items():
        result.setColor(name, QColor(colour))
    for disabled in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, disabled, QColor(palette.faint))
    return result
