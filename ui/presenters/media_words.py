"""Words about pictures of answers, and the setting that lets them be fetched without asking."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from core.media import Trouble

MEDIA_SETTING: Final = "requests.fetch_media"
_CAN_RETRY: Final = frozenset(Trouble) - {Trouble.FOREIGN}


def offer_words(environment: str) -> str:
    """Return what fetching pictures would tell, while none is fetched.

    Args:
        environment: "x" or "sandbox".
    """
    if environment == "sandbox":
        return _tr(
            "Pictures are not fetched. Here the sandbox would be asked; at X, fetching tells X "
            "your IP address and which Posts you look at."
        )
    return _tr(
        "Pictures are not fetched. Fetching tells X your IP address and which Posts you look at."
    )


def shown_words(environment: str) -> str:
    """Return what is going on while pictures are shown."""
    if environment == "sandbox":
        return _tr("Pictures are fetched from the sandbox as they come into view.")
    return _tr("Pictures are fetched from X as they come into view, without any credential.")


def trouble_words(trouble: Trouble) -> tuple[str, bool]:
    """Return why there is no picture, and whether trying again may help."""
    words = {
        Trouble.FOREIGN: _tr("Its address leads elsewhere than to X; nothing was fetched."),
        Trouble.UNREACHABLE: _tr("X's media server could not be reached."),
        Trouble.SLOW: _tr("It did not come within 30 seconds."),
        Trouble.GONE: _tr("It is not there any more."),
        Trouble.REFUSED: _tr("X's media server refused it."),
        Trouble.MOVED: _tr("It leads on to another address, which is not followed."),
        Trouble.NO_PICTURE: _tr("What came is no JPEG, PNG, WebP or GIF."),
        Trouble.TOO_MUCH: _tr("It is larger than 8 MiB or 16 million pixels, or damaged."),
        Trouble.BROKEN: _tr("What came is damaged, and cannot be shown."),
    }
    return words[trouble], trouble in _CAN_RETRY


def waiting_words() -> str:
    """Return what stands in a frame while its picture comes."""
    return _tr("Fetching…")


def toggle_words(*, shown: bool) -> str:
    """Return what the button says."""
    return _tr("Hide media") if shown else _tr("Show media")


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
