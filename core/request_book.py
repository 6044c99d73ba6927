"""The history of sent requests, and the requests that were saved by name.

Both live in the vault, sealed as all of it. What is written is masked first: no credential
that the vault knows and nothing that looks like one, and never a header. Nothing here sends.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from core.environment import Environment
from core.errors import BadInput, KeypaneError
from core.model import AccessTokenPair, App, BearerToken, UserToken
from core.ports import Clock
from core.redaction import MASK, redact
from core.secret import Secret
from core.sent import SavedRequest, SentRequest
from core.vault.vault import Vault

log = logging.getLogger(__name__)

MOST_ENTRIES: Final = 300
"""Per environment; the oldest go first."""
MOST_HISTORY_BYTES: Final = 2 << 20
MOST_BODY: Final = 16_384
MOST_TARGET: Final = 8_192
MOST_SAVED: Final = 1_000
_MOST_NAME: Final = 120
_MOST_NOTE: Final = 2_000
_MOST_FILE: Final = 4 << 20
_PRUNE_EVERY: Final = 16
_SHORTEST_SECRET: Final = 8
_FORMAT: Final = "keypane-requests"


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request without its credential.

    Attributes:
        target: path and query.
        credential: which kind it went with: "bearer", "user" or "oauth1".
        is_cut: True when the body was too long to be kept, and is missing.
        is_masked: True when something in it looked like a secret and was masked.
    """

    method: str
    target: str
    body: str = field(default="", repr=False)
    credential: str = "bearer"
    is_cut: bool = False
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request.

    Attributes:
        status: the HTTP status, 0 when no answer came.
        words: "" for an answer; otherwise which error, by its class.
        dollars: by X's price list, as text; "" when it has no price.
    """

    status: int = 0
    words: str = ""
    milliseconds: int = 0
    size: int = 0
    dollars: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One request that was sent."""

    entry_id: str
    app_id: str
    sent_at: datetime
    request: KeptRequest
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """One request that was saved by name."""

    saved_id: str
    name: str
    note: str
    saved_at: datetime
    request: KeptRequest


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
            kept = self._masked(request)
            facts = json.dumps({**_request_facts(kept), **_outcome_facts(outcome)})
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
            facts = _facts(record.facts)
            request = _request(facts)
            if record.environment == key and request is not None:
                found.append(
                    HistoryEntry(
                        record.entry_id, record.app_id, record.sent_at, request, _outcome(facts)
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
            request = _request(_facts(record.facts))
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
        kept = self._masked(request)
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
        old = next((entry for entry in entries if entry.saved_id == saved_id), None)
        if old is None:
            raise BadInput("saved requests", "it is not here any more")
        others = {entry.name for entry in entries if entry.saved_id != saved_id}
        new = replace(old, name=_free_name(_clean_name(name), others), note=_clean_note(note))
        self._vault.save(_record(new))
        return new

    def replace(self, saved_id: str, request: KeptRequest) -> None:
        """Save another request under the same name. Raises as `rename`."""
        old = next((entry for entry in self.saved() if entry.saved_id == saved_id), None)
        if old is None:
            raise BadInput("saved requests", "it is not here any more")
        self._vault.save(_record(replace(old, request=self._masked(request))))

    def duplicate(self, saved_id: str) -> SavedEntry:
        """Save a copy under the next free name. Raises as `rename`."""
        old = next((entry for entry in self.saved() if entry.saved_id == saved_id), None)
        if old is None:
            raise BadInput("saved requests", "it is not here any more")
        return self.save(old.name, old.request, old.note)

    def remove(self, saved_id: str) -> None:
        """Delete a saved request."""
        with self._vault.change() as change:
            change.remove(SavedRequest, saved_id)

    def exported(self) -> str:
        """Return all saved requests as JSON, to be kept or passed on; no secret is in it."""
        requests = [
            {"name": entry.name, "note": entry.note, **_request_facts(entry.request)}
            for entry in self.saved()
        ]
        return json.dumps({"format": _FORMAT, "version": 1, "requests": requests}, indent=2) + "\n"

    def take_over(self, text: str) -> int:
        """Save the requests of an exported file; return how many there were.

        Raises:
            BadInput: it is no such file, or one of its requests cannot be read. Nothing is
                saved then.
        """
        if len(text) > _MOST_FILE:
            raise BadInput("file", "it is too large")
        document = _facts(text)
        listed = document.get("requests")
        if document.get("format") != _FORMAT or not isinstance(listed, list):
            raise BadInput("file", "it holds no requests of Keypane")
        found = [(_facts_of(each), _request(_facts_of(each))) for each in listed[: MOST_SAVED + 1]]
        requests = [(facts, request) for facts, request in found if request is not None]
        if len(requests) != len(listed):
            raise BadInput("file", "one of its requests cannot be read")
        for facts, request in requests:
            self.save(_text(facts, "name") or request.target, request, _text(facts, "note"))
        return len(requests)

    # --- masking -----------------------------------------------------------------------------

    def _masked(self, request: KeptRequest) -> KeptRequest:
        secrets = self._secrets()
        target = _without(request.target[:MOST_TARGET], secrets)
        is_cut = len(request.body) > MOST_BODY or len(request.target) > MOST_TARGET
        body = "" if len(request.body) > MOST_BODY else _without(request.body, secrets)
        is_masked = MASK in target or MASK in body
        return replace(
            request,
            target=target,
            body=body,
            is_cut=request.is_cut or is_cut,
            is_masked=request.is_masked or is_masked,
        )

    def _secrets(self) -> tuple[str, ...]:
        """Return every secret that the vault holds, longest first."""
        vault = self._vault
        values: list[Secret | None] = []
        for app in vault.all(App):
            if app.consumer is not None:
                values += [app.consumer.api_key, app.consumer.api_secret]
            if app.client is not None:
                values.append(app.client.client_secret)
        values += [bearer.token for bearer in vault.all(BearerToken)]
        for pair in vault.all(AccessTokenPair):
            values += [pair.token, pair.token_secret]
        for user in vault.all(UserToken):
            values += [user.access_token, user.refresh_token]
        texts = {value.reveal() for value in values if value is not None}
        return tuple(
            sorted((t for t in texts if len(t) >= _SHORTEST_SECRET), key=len, reverse=True)
        )


def environment_key(environment: Environment) -> str:
    """Return what tells one environment's history from another's; a sandbox's port may change."""
    if environment.kind == "custom":
        return f"custom {environment.api_url}"
    return environment.kind


def _without(text: str, secrets: tuple[str, ...]) -> str:
    from core.redaction import forms_of

    for secret in secrets:
        for form in forms_of(secret):
            text = text.replace(form, MASK)
    return redact(text)


def _request_facts(request: KeptRequest) -> dict[str, object]:
    facts: dict[str, object] = {
        "method": request.method,
        "target": request.target,
        "credential": request.credential,
    }
    if request.body:
        facts["body"] = request.body
    if request.is_cut:
        facts["is_cut"] = True
    if request.is_masked:
        facts["is_masked"] = True
    return facts


def _outcome_facts(outcome: Outcome) -> dict[str, object]:
    return {
        "status": outcome.status,
        "words": outcome.words,
        "ms": outcome.milliseconds,
        "size": outcome.size,
        "dollars": outcome.dollars,
        "account": outcome.account,
    }


def _facts(text: str) -> dict[str, Any]:
    try:
        return _facts_of(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _facts_of(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _request(facts: Mapping[str, Any]) -> KeptRequest | None:
    method, target = _text(facts, "method"), _text(facts, "target")
    if not method.isalpha() or not target.startswith("/"):
        return None
    return KeptRequest(
        method.upper()[:10],
        target[:MOST_TARGET],
        _text(facts, "body")[:MOST_BODY],
        _text(facts, "credential") or "bearer",
        facts.get("is_cut") is True,
        facts.get("is_masked") is True,
    )


def _outcome(facts: Mapping[str, Any]) -> Outcome:
    return Outcome(
        _number(facts, "status"),
        _text(facts, "words"),
        _number(facts, "ms"),
        _number(facts, "size"),
        _text(facts, "dollars"),
        _text(facts, "account"),
    )


def _text(facts: Mapping[str, Any], name: str) -> str:
    found = facts.get(name)
    return found if isinstance(found, str) else ""


def _number(facts: Mapping[str, Any], name: str) -> int:
    found = facts.get(name)
    return found if type(found) is int and 0 <= found < 1 << 53 else 0


def _record(entry: SavedEntry) -> SavedRequest:
    facts = json.dumps(_request_facts(entry.request))
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
