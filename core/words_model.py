"""What a notice is made of, and the sentences that many notices share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

_CONTEXT: Final = "words"


def mark(_context: str, text: str) -> str:
    """Return `text` as it is; the call marks it as a template to be translated.

    `lupdate -tr-function-alias QT_TRANSLATE_NOOP=mark` collects the templates.
    """
    return text


class Sentence(str):
    """A sentence in English that remembers how it was made, so that it can be translated.

    It is a text like any other for whoever prints or compares it.

    Attributes:
        template: marked, with named parameters.
        facts: what fills them; never a value of a credential.
    """

    __slots__ = ("facts", "template")
    template: str
    facts: Mapping[str, str]

    def __new__(cls, template: str, **facts: str) -> Self:
        """Return the template filled in."""
        made = super().__new__(cls, template.format(**facts))
        made.template, made.facts = template, facts
        return made


@dataclass(frozen=True, slots=True)
class Words:
    """Marked English templates, and the facts that fill them.

    Attributes:
        message: what happened, with what is known about X.
        next_step: what the person can do now; "" where there is nothing to do.
        kept: what is still there, or unchanged; "" where that says itself.
        facts: the named parameters of all three.
    """

    message: str
    next_step: str
    kept: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def filled(self, template: str) -> str:
        """Return one of the templates, or its translation, with the facts in it."""
        return template.format(**self.facts)

    def in_english(self) -> str:
        """Return all of it as one English paragraph, as the command line prints it."""
        parts = (self.message, self.kept, self.next_step)
        return " ".join(self.filled(part) for part in parts if part)


NOTHING_SENT: Final = mark(_CONTEXT, "Nothing was sent to X, and nothing changed.")
NOTHING_CHANGED: Final = mark(_CONTEXT, "Nothing changed at X or here.")
UNKNOWN: Final = mark(
    _CONTEXT, "It is not known whether X acted. Keypane keeps the tokens that it has."
)


def host_of(error: object) -> dict[str, str]:
    """Return the host of a TransportError as a fact."""
    return {"host": getattr(error, "host", "") or "X"}


def without_stop(text: str) -> str:
    """Return `text` without a final stop, to stand inside a sentence of ours."""
    return text.rstrip(".")


def as_sentence(said: str) -> str:
    """Return X's words as the end of a sentence: with one full stop."""
    return f"{said.rstrip('.') or 'no reason given'}."
