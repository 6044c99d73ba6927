"""Consents: which programs get the tokens of which App, and who is asked about the others.

A consent belongs to one App and one program, by the path of its file; the command line can give
one for every program of the person. It is kept in the vault until it is withdrawn.
"""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.model import App, Setting
from core.ports import Clock
from core.vault.vault import Vault

ANY_PROGRAM: Final = "*"
ANSWER_SECONDS: Final = 60.0
"""How long a person has; no answer is a refusal."""
_QUIET_SECONDS: Final = 30.0
_SETTING: Final = "helper.allowed"


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that asks, as the system knows it; a name is a hint and no proof.

    Attributes:
        pid: its process, None where the system does not tell.
        program: the path of its file, "" where the system does not tell.
        user: whose it is, by the system's name.
    """

    pid: int | None = None
    program: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """May this program have this credential?

    Attributes:
        credential: "bearer", or a user as "@acme".
    """

    app: App
    credential: str
    peer: Peer


class Answer(StrEnum):
    """What a person says to a question."""

    ONCE = "once"
    REMEMBER = "remember"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, order=True)
class Consent:
    """A remembered yes: this program may have every token of this App."""

    app_id: str
    program: str = ANY_PROGRAM


Ask = Callable[[Question], Answer]


def remembered(vault: Vault) -> tuple[Consent, ...]:
    """Return the consents that are remembered, those of one App together."""
    return _read(vault.setting(_SETTING, "[]"))


def remember(vault: Vault, *consents: Consent) -> None:
    """Remember these too."""
    _change(vault, lambda known: known | set(consents))


def withdraw(vault: Vault, *consents: Consent) -> None:
    """Forget these; the programs are asked about again."""
    _change(vault, lambda known: known - set(consents))


def _change(vault: Vault, how: Callable[[set[Consent]], Iterable[Consent]]) -> None:
    with vault.change() as change:
        before = change.get(Setting, _SETTING)
        after = sorted(how(set(_read(before.value if before else "[]"))))
        pairs = [[consent.app_id, consent.program] for consent in after]
        change.put(Setting(_SETTING, json.dumps(pairs)))


def _read(text: str) -> tuple[Consent, ...]:
    try:
        pairs = json.loads(text)
        return tuple(sorted(Consent(str(app_id), str(program)) for app_id, program in pairs))
    except (ValueError, TypeError):
        return ()


class Gate:
    """Decides about questions. Safe from any thread; one question is put at a time.

    Args:
        vault: open; remembers.
        clock: the time.
        ask: asks the person and waits, for at most `ANSWER_SECONDS`; None refuses.
        allowed: the Apps that answer every program, as long as this gate stands.
    """

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        ask: Ask | None = None,
        allowed: frozenset[str] = frozenset(),
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._ask = ask
        self._allowed = allowed
        self._asking = threading.Lock()
        self._refused: dict[Consent, float] = {}

    def __call__(self, question: Question) -> bool:
        """Return whether the program may have it; waits for the person where that is needed.

        Whoever was refused is refused for half a minute more without a question, so that no
        program wears a person down.
        """
        if self._is_known(question):
            return True
        if self._ask is None or not self._asking.acquire(timeout=ANSWER_SECONDS):
            return False
        try:
            # Somebody else may have asked the same meanwhile.
            return self._is_known(question) or self._put(self._ask, question)
        finally:
            self._asking.release()

    def _is_known(self, question: Question) -> bool:
        app_id, program = question.app.app_id, question.peer.program
        if app_id in self._allowed:
            return True
        known = remembered(self._vault)
        return Consent(app_id) in known or (bool(program) and Consent(app_id, program) in known)

    def _put(self, ask: Ask, question: Question) -> bool:
        consent = Consent(question.app.app_id, question.peer.program)
        if self._clock.monotonic() < self._refused.get(consent, 0.0):
            return False
        answer = ask(question)
        if answer is Answer.REFUSE:
            self._refused[consent] = self._clock.monotonic() + _QUIET_SECONDS
        elif answer is Answer.REMEMBER and consent.program:
            remember(self._vault, consent)
        return answer is not Answer.REFUSE
