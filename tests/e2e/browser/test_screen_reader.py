"""A screen reader finds the controls inside the page by name, and presses them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.e2e.atspi_client import ScreenReader
from tests.e2e.browser.sites import Hit, Reply, Site, redirect
from tests.e2e.private_desktop import Desktop

ROOT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("child.py")

CONSENT = """<title>Authorize</title><h1>Authorize Practice App</h1><form method=post action=/go>
<label><input type=radio name=account value=1 checked> @acme</label>
<label><input type=radio name=account value=2> @bob</label>
<label>Note <input name=note></label><div style='height: 2000px'></div>
<button name=answer value=yes>Authorize app</button><button name=answer value=no>Cancel</button>
</form>"""


def _consent(site: Site, other: Site) -> None:
    def go(hit: Hit) -> Reply:
        return redirect(f"{other.origin}/callback?{hit.body}", 303)

    site.pages["/start"] = Reply(CONSENT)
    site.pages["/go"] = go


def test_the_consent_page_is_filled_in_and_authorized_by_names(site: Site, other: Site) -> None:
    _consent(site, other)
    order = {
        "url": f"{site.origin}/start",
        "origins": [site.origin],
        "redirect_uri": f"{other.origin}/callback",
    }
    with Desktop() as desktop:
        program = subprocess.Popen(
            [sys.executable, str(CHILD), json.dumps(order)],
            env={**desktop.environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with ScreenReader(program.pid, desktop.environment) as reader:
            first = reader.find("radio button", "@acme")
            line = reader.find("label", site.origin)
            reader.press("radio button", "@bob")
            reader.find("radio button", "@bob", states=["checked"])
            reader.set_text("text", "Note", "by ear")
            reader.press("push button", "Authorize app")
            told, _ = program.communicate(timeout=30)

    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    query = "account=2&note=by+ear&answer=yes"
    assert answer["said"] == [["redirect_caught", f"{other.origin}/callback?{query}"]]
    assert "checked" in first["states"]
    assert line["role"] == "label"
    assert other.seen == []
