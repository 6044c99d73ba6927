"""An exchange of a sign-in that tells its attempt's timeline what happens to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import Cancelled, KeypaneError
from core.ports import CancelToken, Clock
from core.timeline import Facts, Timeline, note_end
from core.vault.intents import Answer, Intent, Operation, VaultChange
from core.vault.journal import Journal, Prepare

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ToldExchange(Generic[T]):
    """One exchange, once through the journal; its steps stand in the line of Activity too.

    Attributes:
        kind: of the operation, as the journal knows it.
        url: where it is sent.
        answered: the step that X's answer is; a key of `core.timeline.EXPLANATIONS`.
        fold, doubt: as of `Operation`, with the steps so far.
    """

    kind: str
    timeline: Timeline
    url: str
    answered: str
    fold: Callable[[Intent, Answer, VaultChange, Facts], T]
    doubt: Callable[[Intent, VaultChange, Facts], None]

    def run(
        self,
        journal: Journal,
        clock: Clock,
        lock_name: str,
        prepare: Prepare[T],
        cancel: CancelToken,
    ) -> T:
        """Run it, note how it ended, and return what was folded. Raises as `Journal.run`."""
        operation = Operation(self.kind, self._fold, self._doubt)
        try:
            return journal.run(operation, lock_name, prepare, cancel)
        except (KeypaneError, Cancelled) as problem:
            note_end(self.timeline, clock.now(), problem, self.url)
            raise

    def _fold(self, intent: Intent, answer: Answer, change: VaultChange) -> T:
        self.timeline.note(answer.received_at, self.answered, self.url, answer.status)
        return self.fold(intent, answer, change, self.timeline.as_facts())

    def _doubt(self, intent: Intent, change: VaultChange) -> None:
        self.doubt(intent, change, self.timeline.as_facts())
