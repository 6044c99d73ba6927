"""One value, or the halves of a pair, pasted from X into an App that is here already."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from core.model import App
from core.new_app import with_fields
from core.pasted import LABELS, check_fields
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk
from ui.notices import in_their_language, notice_for
from ui.views.paste_value import PasteValueDialog, PasteValueState

_FIELDS: Final = {
    "api_key": ("api_key", "api_secret"),
    "api_secret": ("api_secret",),
    "bearer": ("bearer_token",),
    "owner": ("access_token", "access_token_secret"),
    "client_id": ("client_id",),
    "client_secret": ("client_secret",),
}


def ask_value(desk: Desk, parent: QWidget, app: App, key: str) -> None:
    """Ask for what belongs into a row of Keys and tokens, and keep it."""
    names = _FIELDS[key]
    state = PasteValueState(
        _tr("Paste the {value}").format(value=LABELS[names[0]]),
        _tr(
            "X shows it once, in the console under Keys and tokens. Spaces and line breaks are "
            "removed."
        ),
        tuple((name, LABELS[name]) for name in names),
    )
    dialog = PasteValueDialog(state, parent)
    dialog.changed.connect(lambda name, text: dialog.warn(name, _warning(name, text)))
    dialog.given.connect(lambda values: _keep(desk, app, values))
    dialog.console_wanted.connect(
        lambda: QDesktopServices.openUrl(QUrl(app.environment.console_url))
    )
    dialog.open()


def _warning(name: str, text: str) -> str:
    value = "".join(text.split())
    if not value:
        return ""
    others = [w for w in check_fields({name: Secret(value)}) if "came without" not in w]
    return in_their_language(others[0]) if others else ""


def _keep(desk: Desk, app: App, values: dict[str, str]) -> None:
    fields = {
        name: Secret(value) for name, raw in values.items() if (value := "".join(raw.split()))
    }
    if app.environment.is_loopback:
        _write(desk, app, fields)
    else:
        desk.keep(lambda: _write(desk, app, fields))


def _write(desk: Desk, app: App, fields: dict[str, Secret]) -> None:
    world = desk.world

    def work(_cancel: CancelToken) -> None:
        now = world.clock.now()
        world.vault.update(App, app.app_id, lambda found: with_fields(found, fields, now)[0])
        _, credentials = with_fields(app, fields, now)
        if credentials:
            world.vault.save(*credentials)

    job = desk.submit(work, changes=True)
    job.succeeded.connect(lambda _none: desk.toast(_tr("Kept.")))
    job.failed.connect(lambda error: desk.toast(notice_for(error, "save").title, 10))


def _tr(text: str) -> str:
    return QCoreApplication.translate("paste_value", text)
