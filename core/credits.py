"""Whether an App's account has credits, as far as one free call tells.

X documented `GET /2/usage/credits` on 24 August 2026 and answered it with an empty 404 on
8 September (x-platform notes §11), so a 404 means "not switched on yet" and nothing more. The
shape of its answer was seen nowhere: a number is believed only under a name that says what it
is, and whatever else comes is called untold.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Final

from core.answers import raise_for, read_json
from core.apps import app_of
from core.checks import bearer_authorization, note_answer
from core.errors import BadAnswer, NoCredential, PaymentRequired
from core.model import App, BearerToken, HttpRequest
from core.notes import OK, OPEN, Enrolment
from core.ports import CancelToken, Clock, Transport
from core.vault.vault import Vault

CREDITS_PATH: Final = "/2/usage/credits"
_NOT_THERE: Final = 404
_TELLING: Final = ("remaining", "balance", "available")


class Balance(StrEnum):
    """What X told."""

    SOME = "some"
    NONE = "none"
    NOT_YET = "not_yet"
    UNTOLD = "untold"


class Credits:
    """Asks X for the credits behind an App."""

    def __init__(self, transport: Transport, vault: Vault, clock: Clock) -> None:
        self._transport = transport
        self._vault = vault
        self._clock = clock

    def ask(self, app_id: str, cancel: CancelToken) -> Balance:
        """Make the one free call with the Bearer Token, and note what it tells of the App.

        Raises:
            NoCredential: there is no Bearer Token to ask with.
            Refused: X said no; a 402 is told as NONE instead.
            ServerFault, TransportError: nothing was learnt.
            Cancelled: `cancel` was raised first.
        """
        app = app_of(self._vault, app_id)
        bearer = self._vault.get(BearerToken, app_id)
        if bearer is None or bearer.token is None:
            raise NoCredential("bearer")
        url = app.environment.api_url + CREDITS_PATH
        authorization = bearer_authorization(bearer.token)
        answer = self._transport.send(HttpRequest("GET", url, authorization=authorization), cancel)
        if answer.status == _NOT_THERE:
            return Balance.NOT_YET
        note_answer(self._vault, app, url, answer, self._clock.now())
        try:
            raise_for(answer.status, answer.headers, answer.body)
            facts = read_json(answer.body, answer.headers.get("content-type", ""), answer.status)
        except PaymentRequired:
            return self._note(app, Balance.NONE)
        except BadAnswer:
            return Balance.UNTOLD
        told = list(_numbers(facts))
        if not told:
            return Balance.UNTOLD
        return self._note(app, Balance.SOME if max(told) > 0 else Balance.NONE)

    def _note(self, app: App, balance: Balance) -> Balance:
        if app.environment.kind == "x":
            now = self._clock.now()
            known = self._vault.get(Enrolment, app.app_id) or Enrolment(app.app_id, "", "", now)
            word = OK if balance is Balance.SOME else OPEN
            self._vault.save(replace(known, credits=word, noted_at=now))
        return balance


def _numbers(facts: object) -> Iterator[float]:
    """Yield the numbers whose names say that they are what is left."""
    if isinstance(facts, dict):
        for name, value in facts.items():
            if any(word in name.lower() for word in _TELLING):
                yield from _number(value)
            yield from _numbers(value)
    elif isinstance(facts, list):
        for each in facts:
            yield from _numbers(each)


def _number(value: object) -> Iterator[float]:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return
    try:
        yield float(value)
    except ValueError:
        return
