"""The scenes of the doctor: the checks, a curl command with its error, tokens, the report."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.model import App
from ui.application import Program
from ui.views.doctor import DoctorView

if TYPE_CHECKING:
    from scripts.shots import Photographer

_BEARER = "A" * 22 + "x8avbi" * 9 + "%3D1Zv7ttfk8LF81IUq16cHjhLTvJu4FA33AGWWjCpTnA"
_CALL = f"""$ curl https://api.x.com/2/users/me -H "Authorization: Bearer {_BEARER}"
{{"title":"Unsupported Authentication","detail":"Authenticating with OAuth 2.0 Application-Only is \
forbidden for this endpoint.","type":"https://api.twitter.com/2/problems/unsupported-authentication",\
"status":403}}"""
_KEYS = """API Key
xvz1evFS4wEEPTGEFPHBog12A
Client ID
xvz1evFS4wEEPTGEFPHBog12A
http://localhost/callback?state=a&error=access_denied"""
_NOT_ENROLLED = (
    '{"title":"Client Forbidden","reason":"client-not-enrolled","detail":"…","status":403,'
    '"type":"https://api.twitter.com/2/problems/client-forbidden"}'
)


def take_doctor(photographer: "Photographer", program: Program) -> None:
    """Take the pictures with the Practice App on the desk; leave it as it was."""
    vault = program.world.vault
    app = program.desk.app
    if app is None:
        raise LookupError("no App on the desk")
    vault.save(replace(app, app_type="native", redirect_uris=("http://localhost/callback",)))
    photographer.until(lambda: program.desk.app != app, "the changed App")
    view = _open(photographer, program)
    photographer.take("doctor")
    for name, text in (("call", _CALL), ("keys", _KEYS), ("error", _NOT_ENROLLED)):
        view.paste(text)
        photographer.until(lambda: bool(view.findings.remarks), "findings")
        photographer.pause(0.4)
        photographer.take(f"doctor-{name}")
    photographer.press("Copy report")
    dialog = photographer.dialog()
    photographer.take("doctor-report", dialog)
    dialog.close()
    program.window.close_page()
    now = vault.get(App, app.app_id)
    if now is not None:
        vault.save(replace(now, app_type=app.app_type, redirect_uris=app.redirect_uris))
    photographer.until(lambda: program.desk.app == app, "the App as it was")


def _open(photographer: "Photographer", program: Program) -> DoctorView:
    program.panes.pages.show_doctor()
    view = program.window.page
    assert isinstance(view, DoctorView), "opened a moment ago"
    photographer.until(lambda: bool(view.checks.remarks), "the checks")
    photographer.pause(0.3)
    return view
