import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme import PALETTES, Palette, Scheme, TextSize, icon, install, theme
from ui.theme.icons import ICON_DIR
from ui.theme.metrics import text_scale
from ui.theme.palette import EDGE_PAIRS, TEXT_PAIRS
from ui.theme.sheet import style_sheet

ALL = pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, read 2026-08-22)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@ALL
def test_every_text_is_readable_on_every_background_it_meets(palette: Palette) -> None:
    too_faint = {
        (text, ground): round(contrast(getattr(palette, text), getattr(palette, ground)), 2)
        for text, ground in TEXT_PAIRS
        if contrast(getattr(palette, text), getattr(palette, ground)) < 4.5
    }

    assert too_faint == {}


@ALL
def test_every_edge_and_mark_stands_out(palette: Palette) -> None:
    too_faint = {
        (mark, ground): round(contrast(getattr(palette, mark), getattr(palette, ground)), 2)
        for mark, ground in EDGE_PAIRS
        if contrast(getattr(palette, mark), getattr(palette, ground)) < 3
    }

    assert too_faint == {}


@ALL
def test_every_rule_of_the_sheet_that_sets_both_colours_is_readable(palette: Palette) -> None:
    pairs = {}
    for selector, body in RULE.findall(style_sheet(palette, 1.0, "mono")):
        text = re.search(r"(?<![-\w])color: (#\w{6})", body)
        ground = re.search(r"background: (#\w{6})", body)
        if text and ground and ":disabled" not in selector:
            pairs[selector.strip()] = contrast(text.group(1), ground.group(1))

    assert len(pairs) > 12
    assert {selector: ratio for selector, ratio in pairs.items() if ratio < 4.5} == {}


@ALL
def test_no_text_is_smaller_than_twelve_pixels(palette: Palette) -> None:
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", style_sheet(palette, 1, "m"))]

    assert sizes
    assert min(sizes) == min(TextSize) == 12
    assert set(sizes) <= {int(size) for size in TextSize}


def test_text_grows_with_the_system_font(qapp: QApplication) -> None:
    usual, large = qapp.font(), qapp.font()
    usual.setPixelSize(13)
    large.setPixelSize(20)

    assert text_scale(usual) == 1
    assert text_scale(large) == pytest.approx(20 / 13, abs=0.05)
    assert f"font-size: {round(12 * 20 / 13)}px" in style_sheet(
        PALETTES[Scheme.LIGHT], 20 / 13, "m"
    )


def test_the_theme_can_be_switched_while_running(qtbot: QtBot, qapp: QApplication) -> None:
    install(qapp, "light")
    before = icon("eye", "text").pixmap(16, 16).toImage()

    with qtbot.waitSignal(theme().changed):
        theme().choose("dark")

    assert qapp.palette().window().color() == QColor(PALETTES[Scheme.DARK].bg)
    assert theme().palette.scheme is Scheme.DARK
    assert icon("eye", "text").pixmap(16, 16).toImage() != before
    install(qapp, "light")


def test_the_theme_follows_the_system_until_the_person_chooses(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = install(qapp, "system")
    # No platform without a desktop can be told to go dark, so the question is answered here.
    monkeypatch.setattr(current, "_system_palette", lambda: PALETTES[Scheme.DARK])
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    followed = current.palette.scheme
    current.choose("light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    chosen = current.palette.scheme

    assert (followed, chosen) == (Scheme.DARK, Scheme.LIGHT)


@pytest.mark.parametrize("path", sorted(ICON_DIR.glob("*.svg")), ids=lambda path: path.stem)
def test_an_icon_has_a_twenty_pixel_grid_and_no_colour_of_its_own(path: Path) -> None:
    drawing = path.read_text(encoding="utf-8")

    assert 'viewBox="0 0 20 20"' in drawing
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawing)) <= {"none", "currentColor"}


def test_nothing_heavy_is_imported_with_the_window() -> None:
    code = (
        "import sys, ui.main_window, ui.views.keys_and_tokens\n"
        "print([n for n in sys.modules if n.startswith('PySide6.Qt')])"
    )

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(re.findall(r"PySide6\.(\w+)", out.stdout))
    assert loaded <= {"QtCore", "QtGui", "QtWidgets"}
