"""What an inspection finds: pieces, and what there is to say about each. None prints a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Self

from core.explain import Explanation
from core.secret import Secret
from core.words_model import Sentence

NoteKind = Literal["fact", "ok", "warn"]
NO_FACTS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about a piece: a marked English template and its facts."""

    template: str
    facts: Mapping[str, str] = field(default_factory=dict)
    kind: NoteKind = "fact"

    @classmethod
    def warning(cls, said: Sentence) -> Self:
        """Return a warning of another part of the core as a note."""
        return cls(said.template, said.facts, "warn")

    def filled(self, template: str) -> str:
        """Return the template, or its translation, with the facts in it."""
        return template.format(**self.facts) if self.facts else template

    def in_english(self) -> str:
        """Return the sentence as the command line prints it."""
        return self.filled(self.template)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that stood in the text.

    Attributes:
        kind: "bearer_token", "curl", "redirect", "failure", …; stable.
        title: a marked template without facts, as "Bearer Token".
        tail: the last characters of a value, to tell it from others; "" where it has none.
        field: the name of the field it belongs to (`core.pasted`), "" for none.
        is_sure: False where only the shape speaks for it.
        issued_at, expires_at: read out of the value itself.
        explanation: of a failure.
        corrected: the call as it should be, secrets as environment variables; "" for none.
        secret: the value, for the faces that fill fields with it.
    """

    kind: str
    title: str
    tail: str = ""
    field: str = ""
    is_sure: bool = True
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    notes: tuple[Note, ...] = ()
    explanation: Explanation | None = None
    corrected: str = ""
    secret: Secret | None = None

    @property
    def is_warning(self) -> bool:
        """Whether something about it is wrong."""
        return self.explanation is not None or any(note.kind == "warn" for note in self.notes)

    def facts(self) -> dict[str, object]:
        """Return it in English, as the command line prints it; what is absent is left out."""
        facts: dict[str, object] = {"kind": self.kind, "title": self.title}
        facts |= {name: getattr(self, name) for name in ("tail", "field") if getattr(self, name)}
        facts["certain"] = self.is_sure
        for name in ("issued_at", "expires_at"):
            moment: datetime | None = getattr(self, name)
            if moment is not None:
                facts[name] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        facts["notes"] = [{"kind": note.kind, "text": note.in_english()} for note in self.notes]
        if self.explanation is not None:
            facts["explanation"] = self.explanation.facts()
        if self.corrected:
            facts["corrected"] = self.corrected
        return facts
