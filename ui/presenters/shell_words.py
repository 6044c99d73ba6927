"""The short words of header and status bar, from what the core knows."""

from PySide6.QtCore import QCoreApplication

from core.model import App, BearerToken
from core.vault.vault import VaultStatus
from ui.shell import HeaderState, ReadinessStep


def tr(text: str) -> str:
    """Translate words of the shell."""
    return QCoreApplication.translate("shell", text)


def header_state(
    app: App, bearer: BearerToken | None, steps: tuple[ReadinessStep, ...] = ()
) -> HeaderState:
    """Return the header of an App; its Bearer Token tells the App ID where nobody else did."""
    from core.pasted import app_id_of_bearer

    token = bearer.token if bearer is not None else None
    kind = app.environment.kind
    pills = {"x": tr("Live"), "sandbox": tr("Sandbox")}
    return HeaderState(
        name=app.name,
        pill=pills.get(kind, app.environment.name),
        is_sandbox=kind == "sandbox",
        app_id=app.x_app_id or (app_id_of_bearer(token) if token else ""),
        has_console=bool(app.environment.console_url),
        steps=steps,
    )


def status_words(status: VaultStatus) -> str:
    """Return where secrets are at this moment, in a few words."""
    match status.state:
        case "open" if status.key == "keyring":
            return tr("{backend} · unlocked").format(backend=status.backend)
        case "open":
            return tr("Passphrase vault · unlocked")
        case "session":
            return tr("This session only · forgotten on quit")
        case "locked":
            return tr("Vault locked")
        case _:
            return tr("Nothing kept yet")
