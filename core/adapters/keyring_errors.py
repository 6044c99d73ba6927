"""What keyring backends raise, in our words. Needs none of their libraries."""

from typing import Final

from core.errors import VaultError, VaultLocked, VaultUnavailable

# Windows: https://learn.microsoft.com/windows/win32/debug/system-error-codes, read 2026-08.
_WINDOWS: Final = {
    5: ("keyring_denied", "access denied"),
    8: ("keyring_broken", "the credential store is full"),
    1223: ("keyring_denied", "cancelled"),
    1312: ("no_keyring", "this logon has no credential store"),
    1783: ("keyring_broken", "the value is too long"),
}
# macOS: OSStatus values of Security/SecBase.h.
_MACOS_DENIED: Final = {-128, -25293}
_MACOS_LOCKED: Final = {-25308}
_NAMES: Final = {
    "NoKeyringError": "no_keyring",
    "SecretServiceNotAvailableException": "no_keyring",
    "PromptDismissedException": "keyring_denied",
    "KeychainDenied": "keyring_denied",
    "SecAuthFailure": "keyring_denied",
    "TimeoutError": "keyring_timeout",
}
_LOCKED: Final = {"KeyringLocked", "LockedException"}


def ours(error: BaseException) -> VaultError:
    """Return our error for whatever a backend raised; the innermost known cause decides.

    Never carries the foreign text, which may quote a value.
    """
    chain = _chain(error)
    for each in reversed(chain):
        found = _known(each)
        if found is not None:
            return found
    return VaultUnavailable("keyring_broken", type(error).__name__)


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__cause__ or step.__context__
    return chain


def _known(error: BaseException) -> VaultError | None:
    name = type(error).__name__
    if name in _LOCKED:
        return VaultLocked("keyring", name)
    if name in _NAMES:
        return VaultUnavailable(_NAMES[name], name)
    if name == "PasswordSetError" and "Cancelled by user" in str(error):
        return VaultUnavailable("keyring_denied", "cancelled")
    return _numbered(error)


def _numbered(error: BaseException) -> VaultError | None:
    number = getattr(error, "winerror", None)
    if number in _WINDOWS:
        reason, fact = _WINDOWS[number]
        return VaultUnavailable(reason, f"Windows error {number}: {fact}")
    status = error.args[0] if error.args else None
    if isinstance(status, int) and status in _MACOS_DENIED:
        return VaultUnavailable("keyring_denied", f"macOS status {status}")
    if isinstance(status, int) and status in _MACOS_LOCKED:
        return VaultLocked("keyring", f"macOS status {status}")
    return None
