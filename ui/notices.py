"""Notices: the core's sentences in the person's language, as the window shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from core.errors import BadInput, Cancelled, RateLimited, VaultError
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from core.words_model import Words

_CONTEXT: Final = "words"
_SAYS_IT_ALL: Final = (BadInput, Cancelled)


def notice_for(
    error: object, operation: str = "", *, key: str = "", action: str = ""
) -> NoticeState:
    """Return what the window says about an error: what happened, what is kept, what to do.

    The `why` of a notice is its Explanation, not the error, whose frames would live on.

    Args:
        error: one of our errors, or the bug that escaped.
        operation: what was being done, as "refresh".
        key: goes out with the notice's button.
        action: the label of that button; a notice that asks for it is not put away.
    """
    if not isinstance(error, BaseException):
        raise TypeError("not an error")
    from core.explain import explain  # a start that goes well needs no words

    told = explain(error, operation=operation)
    words = told.words
    kind = "warn" if isinstance(error, RateLimited | VaultError) else "error"
    return NoticeState(
        translated(words.message, words),
        _rest(words),
        kind,
        action,
        key,
        can_close=not action,
        why=None if isinstance(error, _SAYS_IT_ALL) else told,
    )


def restored_notice() -> NoticeState:
    """Return what the window says of a vault that is older than it was."""
    from core.words_vault import RESTORED

    title, text = (QCoreApplication.translate(_CONTEXT, part) for part in RESTORED)
    return NoticeState(title, text, "warn", can_close=True)


def translated(template: str, words: Words) -> str:
    """Return a template of `core.words` in the person's language, filled in."""
    return words.filled(QCoreApplication.translate(_CONTEXT, template))


def in_their_language(sentence: str) -> str:
    """Return a warning of the core in the person's language; any other text as it is."""
    from core.words_model import Sentence

    if not isinstance(sentence, Sentence):
        return sentence
    return QCoreApplication.translate(_CONTEXT, sentence.template).format(**sentence.facts)


def _rest(words: Words) -> str:
    parts = (words.kept, words.next_step)
    return " ".join(translated(part, words) for part in parts if part)
