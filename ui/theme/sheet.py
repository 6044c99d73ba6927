"""The one style sheet, generated from a palette.

Widgets are reached by class name and by the dynamic property `kind`. Colours come
from the palette only, so a test can read every rule and compute its contrast.
"""

from string import Template
from typing import Final

from ui.theme.palette import Palette

_SHEET: Final = Template("""
QMainWindow { background: $bg; }
QDialog { background: $panel; }
QToolTip { background: $panel; color: $text; border: 1px solid $edge; padding: 4px 8px; }
QScrollArea, QScrollArea > QWidget > QWidget#page { background: transparent; border: none; }
QLabel { background: transparent; }
Label[kind="title"] { font-size: ${s18}px; font-weight: 600; color: $text; }
Label[kind="large"] { font-size: ${s15}px; font-weight: 600; color: $text; }
Label[kind="heading"] { font-size: ${s13}px; font-weight: 600; color: $text; }
Label[kind="strong"] { font-size: ${s13}px; font-weight: 500; color: $text; }
Label[kind="body"] { font-size: ${s13}px; color: $text; }
Label[kind="dim"] { font-size: ${s13}px; color: $dim; }
Label[kind="small"] { font-size: ${s12}px; color: $dim; }
Label[kind="step-on"] { font-size: ${s12}px; font-weight: 600; color: $text; }
Label[kind="meta"] { font-size: ${s12}px; font-weight: 500; color: $dim; }
Label[kind="group"] { font-size: ${s12}px; font-weight: 600; color: $faint; }
Label[kind="mono"] { font-family: $mono; font-size: ${s12}px; letter-spacing: 0.24px;
    color: $text; }
Label[kind="warning"] { font-size: ${s12}px; color: $warn; }
Label[kind="error"] { font-size: ${s12}px; color: $bad; }
Label[kind="figure"] { font-size: ${s18}px; font-weight: 600; color: $text; }
Label[kind="key"] { font-size: ${s12}px; color: $faint; border: 1px solid $line;
    border-radius: 4px; padding: 0 5px; max-height: ${h18}px; }

Card { background: $panel; border: 1px solid $line; border-radius: 10px; }
Row { background: transparent; border: none; }
Row[divided="true"] { border-top: 1px solid $line; }
#hairline { background: $line; border: none; }

Button, CopyButton { font-size: ${s12}px; font-weight: 500; min-height: ${h24}px;
    padding: 0 10px; border: 1px solid $line; border-radius: 6px; background: $panel;
    color: $text; }
Button:hover, CopyButton:hover { background: $hover; border-color: $edge; }
Button:pressed, CopyButton:pressed { background: $pressed; }
Button:focus, CopyButton:focus { border: 2px solid $accent; padding: 0 9px;
    min-height: ${h22}px; }
Button:disabled, CopyButton:disabled { color: $faint; background: $bg; }
Button[kind="primary"] { background: $accent; color: $accent_text; border-color: $accent;
    font-weight: 600; }
Button[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
Button[kind="primary"]:focus { border: 2px solid $text; }
Button[kind="primary"]:disabled { background: $pressed; color: $dim; border-color: $line; }
Button[kind="danger"] { color: $bad; }
Button[kind="danger"]:hover { border-color: $bad; }
Button[kind="danger"]:disabled { color: $faint; }
Button[kind="danger-primary"] { background: $bad; color: $panel; border-color: $bad;
    font-weight: 600; }
Button[kind="danger-primary"]:focus { border: 2px solid $text; }
Button[kind="ghost"] { border-color: transparent; background: transparent; color: $dim; }
Button[kind="ghost"]:hover { background: $hover; color: $text; }
Button[kind="ghost"]:focus { border: 2px solid $accent; }
Button[kind="icon"] { border-color: transparent; background: transparent; color: $dim;
    padding: 0; min-width: ${h24}px; }
Button[kind="icon"]:hover { background: $hover; }
Button[kind="icon"]:focus { border: 2px solid $accent; padding: 0; min-width: ${h22}px; }
Button[kind="link"] { border-color: transparent; background: transparent; color: $accent;
    padding: 0 2px; text-align: left; }
Button[kind="link"]:hover { text-decoration: underline; background: transparent; }
Button[kind="link"]:focus { border: 2px solid $accent; padding: 0 1px; }
Button[kind="chosen"] { border-color: $accent; color: $accent; }
Button[kind="step"] { border-color: $warn; color: $warn; background: transparent;
    min-height: ${h16}px; font-weight: 600; }
Button[kind="step"]:focus { border: 2px solid $accent; min-height: ${h14}px; }
Button[kind="add"] { font-size: ${s13}px; font-weight: 600; color: $accent; text-align: left;
    border-color: transparent; background: transparent; padding: 4px 8px; }
Button[kind="add"]:hover { background: $hover; }
Button[kind="add"]:focus { border: 2px solid $accent; padding: 3px 7px; }
Button[kind="find"] { font-size: ${s13}px; font-weight: 400; color: $faint; text-align: left;
    background: $panel; border-color: $edge; min-height: ${h32}px; }
Button[kind="find"]:focus { border: 2px solid $accent; min-height: ${h30}px; }
Button[kind="door"] { text-align: left; padding: 0; border-radius: 10px; }
Button[kind="door"]:hover { background: $hover; border-color: $edge; }
Button[kind="door"]:focus { padding: 0; }

LineEdit, TextArea, ComboBox { font-size: ${s13}px; color: $text; background: $panel;
    border: 1px solid $edge; border-radius: 6px; padding: 0 10px; min-height: ${h30}px;
    selection-background-color: $accent; selection-color: $accent_text;
    placeholder-text-color: $faint; }
LineEdit:focus, TextArea:focus, ComboBox:focus { border: 2px solid $accent; padding: 0 9px;
    min-height: ${h28}px; }
LineEdit:disabled, ComboBox:disabled { color: $faint; background: $bg; }
LineEdit[kind="mono"], TextArea[kind="mono"] { font-family: $mono; font-size: ${s12}px;
    letter-spacing: 0.24px; }
LineEdit[kind="bare"] { border: none; background: transparent; padding: 0 4px;
    font-size: ${s15}px; }
TextArea { padding: 6px 8px; }
TextArea:focus { padding: 5px 7px; }
ComboBox { padding-right: 28px; }
ComboBox:focus { padding-right: 27px; }
ComboBox::drop-down { border: none; width: 24px; }
ComboBox::down-arrow { image: none; }
ComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $edge;
    outline: none; selection-background-color: $accent; selection-color: $accent_text; }
CheckBox, RadioButton { font-size: ${s13}px; color: $text; background: transparent; }
SecretField { font-family: $mono; font-size: ${s12}px; letter-spacing: 0.24px; color: $text;
    background: transparent; border: none; padding: 0; }

StatusChip { font-size: ${s12}px; font-weight: 600; border-radius: 4px;
    padding: 1px 6px 1px ${h20}px; min-height: ${h16}px; }
StatusChip[kind="ok"] { color: $ok; background: $ok_bg; }
StatusChip[kind="warn"] { color: $warn; background: $warn_bg; }
StatusChip[kind="bad"] { color: $bad; background: $bad_bg; }
StatusChip[kind="off"] { color: $dim; background: $off_bg; }
StatusChip[kind="plain"] { color: $dim; background: transparent; font-weight: 400;
    padding: 1px 0; }
StatusChip[kind="bare"] { color: $text; background: $off_bg; padding: 1px 6px; }
Pill { font-size: ${s12}px; font-weight: 600; color: $accent; background: $soft;
    border-radius: ${h9}px; padding: 0 8px; min-height: ${h18}px; max-height: ${h18}px; }
Pill[kind="sandbox"] { color: $warn; background: $warn_bg; }

Banner { border-radius: 8px; border: none; }
Banner[kind="warn"] { background: $warn_bg; }
Banner[kind="error"] { background: $bad_bg; }
Banner[kind="info"] { background: $soft; }
Banner[kind="ok"] { background: $ok_bg; }
Banner[square="true"] { border-radius: 0; }
Label[kind="banner-warn"] { color: $warn; background: transparent; font-size: ${s13}px;
    padding-left: ${h18}px; }
Label[kind="banner-error"] { color: $bad; background: transparent; font-size: ${s13}px;
    padding-left: ${h18}px; }
Label[kind="banner-info"] { color: $text; background: transparent; font-size: ${s13}px;
    padding-left: ${h18}px; }
Label[kind="banner-ok"] { color: $text; background: transparent; font-size: ${s13}px;
    padding-left: ${h18}px; }
SandboxBand { background: $warn_bg; border: none; }
SandboxBand Label { color: $warn; font-size: ${s12}px; font-weight: 500; }
Toast { background: $panel; border: 1px solid $edge; border-radius: 8px; }

#header { background: $panel; border: none; border-bottom: 1px solid $line; }
#sidebar { background: $side; border: none; border-right: 1px solid $line; }
#entryList { background: transparent; border: none; outline: none; }
#tableLine { background: transparent; border: none; }
#tableLine[divided="true"] { border-top: 1px solid $line; }
#steps { background: $bg; border: none; border-bottom: 1px solid $line; }
#addressLine { background: $panel; border: none; border-bottom: 1px solid $line; }
#addressText { font-family: $mono; font-size: ${s12}px; color: $text; }
#addressSandboxMark { font-size: ${s12}px; font-weight: 600; color: $warn; background: $warn_bg;
    border-radius: 4px; padding: 1px 6px; }
#addressNote { font-size: ${s12}px; color: $dim; }
#foot { background: $panel; border: none; border-top: 1px solid $line; }
#statusBar { background: $side; border: none; border-top: 1px solid $line; }
#statusBar Label { font-size: ${s12}px; color: $dim; }
#appList { background: transparent; border: none; outline: none; }
TabBar { font-size: ${s13}px; background: transparent; border: none; }

QMenu { background: $panel; color: $text; border: 1px solid $edge; border-radius: 8px;
    padding: 4px; font-size: ${s13}px; }
QMenu::item { padding: 5px 16px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $accent_text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
#paletteBox { background: $panel; border: 1px solid $edge; border-radius: 10px; }
#paletteList { background: transparent; border: none; outline: none; font-size: ${s13}px;
    color: $text; }
DataTable { background: transparent; border: none; outline: none; font-size: ${s12}px;
    color: $text; selection-background-color: $accent; selection-color: $accent_text; }
DataTable::item { padding-right: 24px; }
DataTable QHeaderView { background: transparent; border: none; }
DataTable QHeaderView::section { background: transparent; border: none;
    border-bottom: 1px solid $line; padding: 4px 16px 4px 3px; font-size: ${s12}px; color: $dim; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; border: none; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 2px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")

_TEXT_SIZES: Final = (12, 13, 15, 18)
_HEIGHTS: Final = (9, 14, 16, 18, 20, 22, 24, 28, 30, 32)


def style_sheet(palette: Palette, scale: float, mono: str) -> str:
    """Return the style sheet for one palette.

    Args:
        palette: where every colour comes from.
        scale: what sizes that hold text are multiplied by, 1.0 at the usual text size.
        mono: the families for values, as a style sheet writes them.
    """
    sizes = {f"s{size}": round(size * scale) for size in _TEXT_SIZES}
    heights = {f"h{height}": round(height * scale) for height in _HEIGHTS}
    colours = {
        name: str(getattr(palette, name))
        for name in palette.__dataclass_fields__
        if name != "scheme"
    }
    return _SHEET.substitute(**sizes, **heights, **colours, mono=mono)
