"""How the embedded view reaches a page: the same way that requests take."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from core.doctor import Machine
from core.errors import BadInput, VaultLocked
from ui.browser.settings import ViewProxy, ViewSettings


def view_settings(machine: Machine, url: str, folder: Path | None = None) -> ViewSettings:
    """Return how a view for `url` is set up; reads the vault, so not for the GUI thread.

    Where no way is known, the view loads nothing from beyond this computer, and says so.
    """
    parts = urlsplit(url)
    try:
        way = machine.way_to(parts.scheme, parts.hostname or "")
        proxy = ViewProxy.of(way.proxy_url, way.credentials) if way.proxy_url else None
    except (BadInput, ValueError, VaultLocked):
        return ViewSettings(folder=folder, has_failed=True)
    return ViewSettings(folder=folder, proxy=proxy, certificates=way.certificates)
