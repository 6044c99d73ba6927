"""The sentences for a sign-in's way through the browser and back."""

from typing import Any, Final

from core.words_model import NOTHING_SENT, Words, mark

_CONTEXT: Final = "words"
_OTHER_WAYS: Final = mark(
    _CONTEXT,
    "Sign in here, paste the address instead, or register another redirect URI at X and use it.",
)
_CANNOT_LISTEN: Final[dict[str, tuple[str, str]]] = {
    "busy": (
        mark(_CONTEXT, "Another program on this computer uses port {port} of the redirect URI."),
        mark(
            _CONTEXT,
            "End that program and try again, sign in here, paste the address instead, or "
            "register a redirect URI with another port at X.",
        ),
    ),
    "denied": (
        mark(_CONTEXT, "The system does not let Keypane listen on port {port}."),
        _OTHER_WAYS,
    ),
    "other": (
        mark(_CONTEXT, "Keypane cannot listen on port {port} of the redirect URI."),
        _OTHER_WAYS,
    ),
}


def state_mismatch(_error: Any, _operation: str) -> Words:
    """Say that a foreign redirect was dropped."""
    return Words(
        mark(_CONTEXT, "A redirect came that does not belong to this sign-in. It was dropped."),
        mark(
            _CONTEXT,
            "Finish the sign-in in the page that Keypane opened last, or start it again.",
        ),
        NOTHING_SENT,
    )


def listen_failed(error: Any, _operation: str) -> Words:
    """Name the port that cannot be had, and the ways that need none."""
    message, step = _CANNOT_LISTEN.get(error.reason, _CANNOT_LISTEN["other"])
    return Words(message, step, NOTHING_SENT, {"port": str(error.port)})


def no_redirect(_error: Any, _operation: str) -> Words:
    """Say that the time is up."""
    return Words(
        mark(_CONTEXT, "The browser did not come back within five minutes."),
        mark(_CONTEXT, "Start the sign-in again when you are ready for it."),
        NOTHING_SENT,
    )
