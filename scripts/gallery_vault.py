"""Samples of the gallery: the locked page, the vault's part of Settings, and backup dialogs."""

from PySide6.QtWidgets import QWidget

from ui.views.backup_dialogs import (
    PassphrasePrompt,
    PassphraseState,
    RestoreDialog,
    RestoreState,
    RestoreWay,
)
from ui.views.settings_vault import CopyLine, VaultPart, VaultSettings
from ui.views.unlock import UnlockState, UnlockView
from ui.widgets import Choice, Page

_LOCKED = ("The vault is locked.", "Unlock it to see your Apps. Nothing is lost.")
_UNLOCKS = {
    "passphrase": UnlockState(*_LOCKED, asks=True),
    "wrong": UnlockState(
        *_LOCKED, asks=True, error="That is not the passphrase. The vault stays locked."
    ),
    "busy": UnlockState(*_LOCKED, asks=True, busy="Unlocking…"),
    "keyring": UnlockState(*_LOCKED, action="Unlock", key="open_again"),
    "waiting": UnlockState(
        "Waiting for the keyring.",
        "Your desktop may be asking you to unlock it. Nothing is lost meanwhile.",
        action="Stop waiting",
        key="stop_waiting",
        can_help=False,
    ),
    "failed": UnlockState(
        "The keyring no longer has the key of this vault.",
        "What is in the vault stays there, sealed. Bring the keyring back as it was, or open a "
        "backup. Without its key the vault cannot be read by anyone.",
        action="Try again",
        key="open_again",
    ),
}
_IDLE = tuple(
    Choice(key, label)
    for key, label in (("5", "After 5 minutes"), ("15", "After 15 minutes"), ("0", "Never"))
)
_SETTINGS = VaultSettings(
    is_open=True,
    opens="Your passphrase",
    has_passphrase=True,
    has_recovery=True,
    idle_choices=_IDLE,
    idle="15",
    sleep_text="This desktop does not tell; locked when it wakes",
    copies=(
        CopyLine("3", "Today, 14:02", "Restore from 14:02…"),
        CopyLine("2", "Today, 09:12", "Restore from 09:12…"),
        CopyLine("1", "Yesterday, 18:04", "Restore from yesterday…"),
    ),
)
_RESTORE = RestoreState(
    "Restore this backup?",
    "Made on 21 Nov 2026 at 18:04, with 3 Apps and 4 users.",
    (
        "Acme Bot, here too: @acme, @acme_ops",
        "Newsdesk, new here: @newsdesk, @editor",
        "Old demo, new here: no users",
    ),
    (
        RestoreWay(
            "merge",
            "Add what is missing here",
            "What is here stays. Nothing older is put over something newer.",
            (
                "Newer here, so it stays: @acme of Acme Bot.",
                "Uncertain afterwards, since X may have replaced the token: @editor of Newsdesk.",
            ),
        ),
        RestoreWay(
            "replace",
            "Make the vault as it was then",
            "What was added since goes; a copy of it is kept. Newer tokens stay.",
            ("Leaves this vault: Practice App.",),
        ),
    ),
)
_PROMPT = PassphraseState(
    "A passphrase for this backup",
    "It opens the backup on any computer. Nobody can restore it, so keep it somewhere else than "
    "the file.",
    "Back up",
    is_new=True,
)


def unlock_view(name: str) -> QWidget:
    """Return the page of a locked vault in one of its states."""
    view = UnlockView()
    view.render_state(_UNLOCKS[name])
    return view


def vault_part(*, is_open: bool = True) -> QWidget:
    """Return the vault's part of Settings."""
    page = Page(max_width=840)
    part = VaultPart()
    closed = VaultSettings(opens="This session is forgotten on quit.", idle_choices=_IDLE, idle="0")
    part.render_state(_SETTINGS if is_open else closed)
    page.column.addWidget(part)
    return page


def restore_dialog(parent: QWidget) -> QWidget:
    """Return the preview of a restore, open."""
    dialog = RestoreDialog(_RESTORE, parent)
    dialog.open()
    return dialog


def passphrase_prompt(parent: QWidget) -> QWidget:
    """Return the question for a new passphrase, open."""
    dialog = PassphrasePrompt(_PROMPT, parent)
    dialog.open()
    return dialog
