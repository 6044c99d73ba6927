"""The history of sent requests, and the requests that were saved by name.

Both live in the vault, sealed as all of it. What is written is masked first: no credential
that the vault knows and nothing that looks like one, and never a header. Nothing here sends.
"""

import json
import logging
from dataclasses import replace
from typing import Final
from uuid import uuid4

from core.environment import Environment
from core.errors import BadInput, KeypaneError
from core.kept_facts import facts_in, facts_of_outcome, facts_of_request, outcome_in, request_in
from core.kept_requests import MOST_SAVED, HistoryEntry, KeptRequest, Outcome, SavedEntry
from core.ports import Clock
from core.redaction import redact
from core.request_masking import masked
from core.saved_file import requests_in, saved_file
from core.sent import SavedRequest, SentRequest
from core.vault.vault import Vault

log = logging.getLogger(__name__)

MOST_ENTRIES: Final = 300
"""Per environment; the oldest go first."""
MOST_HISTORY_BYTES: Final = 2 << 20
_MOST_NAME: Final = 120
_MOST_NOTE: Final = 2_000
_PRUNE_EVERY: Final = 16


class RequestBook:
    """Keeps both lists. Every method may wait for the disk, so none runs on the GUI thread."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._until_pruning = 0

    # --- history ---------------------------------------------------------------------------

    def note(
        self, app_id: str, environment: Environment, request: KeptRequest, outcome: Outcome
    ) -> None:
        """Write down that a request was sent. A failing vault raises nothing: the call is over."""
        try:
            kept = masked(request, self._vault)
            facts = json.dumps({**facts_of_request(kept), **facts_of_outcome(outcome)})
            key = environment_key(environment)
            entry = SentRequest(uuid4().hex, app_id, key, self._clock.now(), facts)
            self._vault.save(entry)
            self._prune(key)
        except KeypaneError as problem:
            log.info("a sent request was not noted: %s", type(problem).__name__)

    def history(self, environment: Environment) -> tuple[HistoryEntry, ...]:
        """Return what was sent in an environment, newest first; what cannot be read is left out."""
        key = environment_key(environment)
        found = []
        for record in self._vault.readable(SentRequest):
            facts = facts_in(record.facts)
            request = request_in(facts)
            if record.environment == key and request is not None:
                found.append(
                    HistoryEntry(
                        record.entry_id, record.app_id, record.sent_at, request, outcome_in(facts)
                    )
                )
        return tuple(sorted(found, key=lambda entry: entry.sent_at, reverse=True))

    def forget(self, entry_id: str) -> None:
        """Delete one line of the history."""
        with self._vault.change() as change:
            change.remove(SentRequest, entry_id)

    def forget_all(self, environment: Environment) -> None:
        """Delete the history of an environment, and whatever in it could not be read."""
        key = environment_key(environment)
        with self._vault.change() as change:
            change.remove_where(
                SentRequest, lambda entry: entry is None or entry.environment == key
            )

    def _prune(self, key: str) -> None:
        self._until_pruning -= 1
        if self._until_pruning > 0:
            return
        self._until_pruning = _PRUNE_EVERY
        mine = [each for each in self._vault.readable(SentRequest) if each.environment == key]
        mine.sort(key=lambda entry: entry.sent_at, reverse=True)
        room, kept = MOST_HISTORY_BYTES, set()
        for entry in mine[: MOST_ENTRIES - _PRUNE_EVERY]:
            room -= len(entry.facts)
            if room < 0:
                break
            kept.add(entry.entry_id)
        gone = [entry for entry in mine if entry.entry_id not in kept]
        if gone:
            with self._vault.change() as change:
                for entry in gone:
                    change.remove(SentRequest, entry.entry_id)

    # --- saved requests --------------------------------------------------------------------

    def saved(self) -> tuple[SavedEntry, ...]:
        """Return the saved requests by name; what cannot be read is left out."""
        found = []
        for record in self._vault.readable(SavedRequest):
            request = request_in(facts_in(record.facts))
            if request is not None:
                found.append(
                    SavedEntry(record.saved_id, record.name, record.note, record.saved_at, request)
                )
        return tuple(sorted(found, key=lambda entry: (entry.name.casefold(), entry.saved_at)))

    def save(self, name: str, request: KeptRequest, note: str = "") -> SavedEntry:
        """Save a request under a name; one of the same name gets a number behind it.

        Raises:
            BadInput: the name is empty, the request too long, or there are 1,000 already.
        """
        entries = self.saved()
        if len(entries) >= MOST_SAVED:
            raise BadInput("saved requests", f"there are {MOST_SAVED} already")
        kept = masked(request, self._vault)
        if kept.is_cut:
            raise BadInput("saved requests", "the body is too long to be saved")
        free = _free_name(_clean_name(name), {entry.name for entry in entries})
        entry = SavedEntry(uuid4().hex, free, _clean_note(note), self._clock.now(), kept)
        self._vault.save(_record(entry))
        return entry

    def rename(self, saved_id: str, name: str, note: str) -> SavedEntry:
        """Give a saved request another name and note.

        Raises:
            BadInput: the name is empty, or the request is gone.
        """
        entries = self.saved()
        old = _found(saved_id, entries)
        others = {entry.name for entry in entries if entry.saved_id != saved_id}
        new = replace(old, name=_free_name(_clean_name(name), others), note=_clean_note(note))
        self._vault.save(_record(new))
        return new

    def replace(self, saved_id: str, request: KeptRequest) -> None:
        """Save another request under the same name. Raises as `rename`."""
        old = _found(saved_id, self.saved())
        self._vault.save(_record(replace(old, request=masked(request, self._vault))))

    def duplicate(self, saved_id: str) -> SavedEntry:
        """Save a copy under the next free name. Raises as `rename`."""
        old = _found(saved_id, self.saved())
        return self.save(old.name, old.request, old.note)

    def remove(self, saved_id: str) -> None:
        """Delete a saved request."""
        with self._vault.change() as change:
            change.remove(SavedRequest, saved_id)

    def exported(self) -> str:
        """Return all saved requests as JSON, to be kept or passed on; no secret is in it."""
        return saved_file(self.saved())

    def take_over(self, text: str) -> int:
        """Save the requests of an exported file; return how many there were.

        Raises:
            BadInput: it is no such file, or one of its requests cannot be read. Nothing is
                saved then.
        """
        requests = requests_in(text)
        for name, note, request in requests:
            self.save(name, request, note)
        return len(requests)


def environment_key(environment: Environment) -> str:
    """Return what tells one environment's history from another's; a sandbox's port may change."""
    if environment.kind == "custom":
        return f"custom {environment.api_url}"
    return environment.kind


def _found(saved_id: str, entries: tuple[SavedEntry, ...]) -> SavedEntry:
    for entry in entries:
        if entry.saved_id == saved_id:
            return entry
    raise BadInput("saved requests", "it is not here any more")


def _record(entry: SavedEntry) -> SavedRequest:
    facts = json.dumps(facts_of_request(entry.request))
    return SavedRequest(entry.saved_id, entry.name, entry.note, entry.saved_at, facts)


def _clean_name(name: str) -> str:
    clean = redact(" ".join(name.split()))[:_MOST_NAME]
    if not clean:
        raise BadInput("name", "a name is needed")
    return clean


def _clean_note(note: str) -> str:
    return redact(note.strip())[:_MOST_NOTE]


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"
