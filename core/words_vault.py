"""The sentences for our own storage: locked, unavailable, damaged, busy."""

from typing import Any, Final

from core.words_model import Words, mark

_CONTEXT: Final = "words"
_VAULT_KEPT: Final = mark(_CONTEXT, "What is in the vault stays there, sealed.")
_NO_VAULT: Final = mark(_CONTEXT, "There is no vault yet, and nothing was saved.")

RESTORED: Final = (
    mark(
        _CONTEXT, "The vault is older than it was: its file was damaged or lost its last changes."
    ),
    mark(
        _CONTEXT,
        "What was damaged is kept in the folder quarantine. Users marked as uncertain are "
        "refreshed once; if X says no, sign them in again.",
    ),
)
_NEEDS: Final[dict[str, tuple[str, str]]] = {
    "passphrase": (
        mark(_CONTEXT, "The vault is locked with a passphrase."),
        mark(_CONTEXT, "Enter the passphrase."),
    ),
    "keyring": (
        mark(_CONTEXT, "The keyring of this computer is locked."),
        mark(_CONTEXT, "Unlock it when your desktop asks, then try again."),
    ),
    "choice": (
        mark(_CONTEXT, "There is no vault yet, so nothing can be kept."),
        mark(_CONTEXT, "Choose where the vault's key lives: in the keyring, or in a passphrase."),
    ),
}
_REASONS: Final[dict[str, tuple[str, str]]] = {
    "no_keyring": (
        mark(_CONTEXT, "This computer has no keyring that Keypane can use."),
        mark(
            _CONTEXT,
            "Start a keyring, such as GNOME Keyring or KWallet, or use a passphrase instead.",
        ),
    ),
    "keyring_denied": (
        mark(_CONTEXT, "The keyring did not let Keypane in."),
        mark(_CONTEXT, "Allow it when your desktop asks, or use a passphrase instead."),
    ),
    "keyring_timeout": (
        mark(_CONTEXT, "The keyring did not answer in time."),
        mark(
            _CONTEXT,
            "Look for a window of the keyring that waits for you, then try again. A passphrase "
            "works without a keyring.",
        ),
    ),
    "keyring_broken": (
        mark(_CONTEXT, "The keyring took the key and did not give it back."),
        mark(_CONTEXT, "Restart the keyring or the computer, or use a passphrase instead."),
    ),
    "directory": (
        mark(_CONTEXT, "The folder of the vault cannot be used."),
        mark(
            _CONTEXT,
            "Make sure that the folder exists, is yours alone, and is on a local disk.",
        ),
    ),
    "disk_full": (
        mark(_CONTEXT, "The disk is full, so nothing more can be saved."),
        mark(_CONTEXT, "Free some space, then try again."),
    ),
    "read_only": (
        mark(_CONTEXT, "The folder of the vault cannot be written to."),
        mark(_CONTEXT, "Give yourself the right to write there, then try again."),
    ),
    "newer_version": (
        mark(_CONTEXT, "A newer version of Keypane made this vault."),
        mark(_CONTEXT, "Install that version or a later one."),
    ),
    "key_missing": (
        mark(_CONTEXT, "The keyring no longer has the key of this vault."),
        mark(
            _CONTEXT,
            "Bring the keyring back as it was, or open a backup. Without its key the vault "
            "cannot be read by anyone.",
        ),
    ),
    "other": (
        mark(_CONTEXT, "The vault cannot be used: {fault}."),
        mark(_CONTEXT, "Restart Keypane. If that does not help, report it with the log."),
    ),
}


def vault_locked(error: Any, _operation: str) -> Words:
    """Return the words for a key that is not at hand."""
    message, step = _NEEDS.get(error.needs, _NEEDS["passphrase"])
    if error.needs == "choice":
        return Words(message, step)
    return Words(message, step, _kept(error))


def vault_unavailable(error: Any, _operation: str) -> Words:
    """Return the words for a keyring, folder or disk that is not there."""
    message, step = _REASONS.get(error.reason, _REASONS["other"])
    return Words(message, step, _kept(error), {"fault": error.detail.rstrip(".")})


def _kept(error: Any) -> str:
    return _VAULT_KEPT if error.has_vault else _NO_VAULT


def vault_corrupt(_error: Any, _operation: str) -> Words:
    """Return the words for a record that does not open."""
    return Words(
        mark(_CONTEXT, "A part of the vault does not open with its key: it was damaged."),
        mark(
            _CONTEXT,
            "Copy the vault's folder away before anything else. Then open a backup, or generate "
            "the tokens anew.",
        ),
        mark(_CONTEXT, "The file is left as it is."),
    )


def vault_busy(_error: Any, _operation: str) -> Words:
    """Return the words for a lock that another program holds."""
    return Words(
        mark(_CONTEXT, "Another Keypane is at work on the same credential."),
        mark(_CONTEXT, "Wait until it is done, or close it. Then try again."),
        mark(_CONTEXT, "Nothing was sent to X from here."),
    )


def answer_unkept(error: Any, _operation: str) -> Words:
    """Return the words for an answer of X that the disk did not take."""
    if error.kept:
        return Words(
            mark(_CONTEXT, "X answered, and Keypane could not enter the answer: {fault}."),
            mark(
                _CONTEXT,
                "Free some space or make the vault's folder writable, then start Keypane again: it "
                "finishes this first.",
            ),
            mark(_CONTEXT, "The answer itself is on the disk, sealed."),
            {"fault": _fault_of(error)},
        )
    return Words(
        mark(_CONTEXT, "X answered, and the disk did not take the answer: {fault}."),
        mark(
            _CONTEXT,
            "Free some space or make the vault's folder writable, then do the same again before "
            "you close Keypane: while it is open it still has the answer.",
        ),
        mark(_CONTEXT, "That something was under way is noted: the next start shows it as open."),
        {"fault": _fault_of(error)},
    )


def _fault_of(error: Any) -> str:
    return error.detail.rstrip(".") or "unknown"


def vault_error(error: Any, _operation: str) -> Words:
    """Return the words for a fault of our storage that has no name of its own."""
    message, step = _REASONS["other"]
    return Words(message, step, _VAULT_KEPT, {"fault": _fault_of(error)})
