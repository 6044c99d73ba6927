"""Saved requests as a file of one's own: written whole, and read back only if all can be read."""

import json
from collections.abc import Iterable
from typing import Final

from core.errors import BadInput
from core.kept_facts import facts_in, facts_of_request, request_in, text_in
from core.kept_requests import MOST_SAVED, KeptRequest, SavedEntry

_FORMAT: Final = "keypane-requests"
_MOST_FILE: Final = 4 << 20


def saved_file(entries: Iterable[SavedEntry]) -> str:
    """Return saved requests as JSON."""
    requests = [
        {"name": entry.name, "note": entry.note, **facts_of_request(entry.request)}
        for entry in entries
    ]
    return json.dumps({"format": _FORMAT, "version": 1, "requests": requests}, indent=2) + "\n"


def requests_in(text: str) -> list[tuple[str, str, KeptRequest]]:
    """Return name, note and request of each that a file holds.

    Raises:
        BadInput: it is no such file, or one of its requests cannot be read.
    """
    if len(text) > _MOST_FILE:
        raise BadInput("file", "it is too large")
    document = facts_in(text)
    listed = document.get("requests")
    if document.get("format") != _FORMAT or not isinstance(listed, list):
        raise BadInput("file", "it holds no requests of Keypane")
    objects = [each if isinstance(each, dict) else {} for each in listed[: MOST_SAVED + 1]]
    found = [(facts, request_in(facts)) for facts in objects]
    requests = [
        (text_in(facts, "name") or request.target, text_in(facts, "note"), request)
        for facts, request in found
        if request is not None
    ]
    if len(requests) != len(listed):
        raise BadInput("file", "one of its requests cannot be read")
    return requests
