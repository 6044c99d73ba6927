"""How the places are called that credentials go to, and what each of them wants to be told."""

from PySide6.QtCore import QCoreApplication


def place_name(key: str) -> str:
    """Return the name of a place or a tool, as `core.hand_over.Host` and exports key it."""
    return {
        "env": _tr(".env file"),
        "xurl": _tr("xurl"),
        "postman": _tr("Postman environment"),
        "github": _tr("GitHub Actions secrets"),
        "fly": _tr("fly.io secrets"),
        "docker": _tr("Docker"),
        "kubernetes": _tr("Kubernetes secret"),
        "twurl": _tr("twurl"),
        "json": _tr("Plain JSON"),
    }[key]


def target_label(key: str) -> str:
    """Return what is asked for beside the place, "" where it needs nothing."""
    return {
        "github": _tr("Repository, as owner/name"),
        "fly": _tr("App at fly.io"),
        "docker": _tr("Image"),
        "kubernetes": _tr("Name of the secret"),
    }.get(key, "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("places", text)
