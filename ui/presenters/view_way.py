"""How the embedded view reaches a page: the same way that requests take."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from core.doctor import Machine
from core.drawing import Drawing
from core.errors import BadInput, VaultLocked
from core.network import Way
from ui.browser.settings import ViewProxy, ViewSettings


def view_settings(
    machine: Machine, drawing: Drawing, url: str, folder: Path | None = None
) -> ViewSettings:
    """Return how a view for `url` is set up; reads the vault, so not for the GUI thread.

    Where no way is known, the view loads nothing from beyond this computer, and says so.
    """
    parts = urlsplit(url)
    in_software, died_before = drawing.in_software, drawing.begin()
    try:
        way = machine.way_to(parts.scheme, parts.hostname or "")
        proxy = ViewProxy.of(way.proxy_url, way.credentials) if way.proxy_url else None
    except (BadInput, ValueError, VaultLocked):
        way, proxy, has_failed = Way("system"), None, True
    else:
        has_failed = False
    return ViewSettings(
        folder=folder,
        proxy=proxy,
        certificates=way.certificates,
        in_software=in_software,
        died_before=died_before and not in_software,
        has_failed=has_failed,
    )
