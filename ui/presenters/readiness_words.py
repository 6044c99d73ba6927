"""The words of the readiness line. Pure; the header of each App has them, so they load little."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from core.readiness import StepKey
from ui.shell import ReadinessStep

USUAL_CALLBACK: Final = "http://127.0.0.1:8739/callback"


def step_label(key: StepKey) -> str:
    """Return the label of a step of the readiness line."""
    return {
        StepKey.KEYS: _tr("Keys"),
        StepKey.PACKAGE: _tr("Package"),
        StepKey.CREDITS: _tr("Credits"),
        StepKey.CALLBACK: _tr("Callback"),
        StepKey.USER: _tr("User"),
    }[key]


def step_hint(key: StepKey, *, is_open: bool) -> str:
    """Return what a step that is not done wants, in a sentence."""
    if is_open:
        return {
            StepKey.KEYS: _tr("API Key and API Key Secret are not here yet"),
            StepKey.PACKAGE: _tr("X says that the App is in no package"),
            StepKey.CREDITS: _tr("X wants credits for calls that cost"),
            StepKey.CALLBACK: _tr("No redirect URI or no Client ID is known here"),
            StepKey.USER: _tr("Nobody has signed in on this computer"),
        }[key]
    if key is StepKey.CREDITS:
        return _tr(
            "Not known: free calls work without credits, and X's own call for the balance was not "
            "switched on in September 2026"
        )
    return _tr("Not known until the first check")


def readiness_step(key: StepKey, *, is_done: bool, is_open: bool) -> ReadinessStep:
    """Return a step as the header shows it."""
    hint = "" if is_done else step_hint(key, is_open=is_open)
    return ReadinessStep(str(key), step_label(key), is_done, hint)


def _tr(text: str) -> str:
    return QCoreApplication.translate("guides", text)
