"""Notices: the core's sentences in the person's language, as the window shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.errors import RateLimited, VaultError
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from core.words import Words

_CONTEXT = "words"


def notice_for(error: object, operation: str = "", *, key: str = "") -> NoticeState:
    """Return what the window says about an error: what happened, what is kept, what to do.

    Args:
        error: one of our errors, or the bug that escaped.
        operation: what was being done, as "refresh".
        key: goes out with the notice's button.
    """
    if not isinstance(error, BaseException):
        raise TypeError("not an error")
    from core.words import words_for  # a start that goes well needs none of them

    words = words_for(error, operation=operation)
    kind = "warn" if isinstance(error, RateLimited | VaultError) else "error"
    return NoticeState(
        translated(words.message, words), _rest(words), kind, key=key, can_close=True
    )


def translated(template: str, words: Words) -> str:
    """Return a template of `core.words` in the person's language, filled in."""
    return words.filled(QCoreApplication.translate(_CONTEXT, template))


def _rest(words: Words) -> str:
    parts = (words.kept, words.next_step)
    return " ".join(translated(part, words) for part in parts if part)
