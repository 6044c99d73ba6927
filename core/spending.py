"""What the calls of this computer cost, day by day, by X's published prices.

An estimate, and so named wherever it is shown: X says no balance to programs. A resource that
X returned already on the same UTC day is charged once ("soft", says X, so the true sum may be
higher). Source: docs.x.com, "Pricing", read 2026-08-22; see `resources/published.json`.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from core.catalogue import Operation, published
from core.environment import Environment
from core.errors import KeypaneError
from core.ports import Clock
from core.pricing import cost_of
from core.sent import SpentDay
from core.vault.vault import Vault

log = logging.getLogger(__name__)

DAYS_KEPT: Final = 62
MOST_SEEN: Final = 5_000
"""Resources remembered per App and day; a further one counts in full each time."""
_PACE_DAYS: Final = 7
_DAYS_A_MONTH: Final = 30
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Spent:
    """Sums in US dollars.

    Attributes:
        session: since this program started.
        today: this UTC day, from this computer, whichever face called.
        calls_today: how many calls X answered with something it charges for.
        saved_today: what reading the same again today did not cost.
        month: what a month costs at the pace of the last seven days with calls.
    """

    session: Decimal = _ZERO
    today: Decimal = _ZERO
    calls_today: int = 0
    saved_today: Decimal = _ZERO
    month: Decimal = _ZERO


class Spending:
    """Adds up what calls cost. `note` and `spent` may wait for the disk."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._session: dict[str, Decimal] = {}

    def note(
        self,
        app_id: str,
        environment: Environment,
        operation: Operation,
        status: int,
        answer: object,
        body: str = "",
    ) -> Decimal:
        """Add a call of an App, and return what it cost. Only X's own environment costs.

        Args:
            app_id: whose call.
            environment: where it went.
            operation: which one.
            status: X's answer.
            answer: the JSON of the answer.
            body: the JSON text that was sent: a Post with a web address costs more.

        A failing vault raises nothing, for the call is over: the sum is then too low, which
        the log says.
        """
        cost = cost_of(operation, status, answer, _document(body))
        if cost is None or not cost.units or environment.kind != "x":
            return _ZERO
        charged = cost.dollars
        try:
            charged = self._add(app_id, cost.unit, cost.dollars, _ids(answer))
        except KeypaneError as problem:
            log.info("what a call cost was not noted: %s", type(problem).__name__)
        self._session[app_id] = self._session.get(app_id, _ZERO) + charged
        return charged

    def note_stream(self, app_id: str, environment: Environment, dollars: Decimal) -> None:
        """Add what a stream's Posts cost when it is over. Its repeats are not told apart."""
        if environment.kind != "x" or not dollars:
            return
        try:
            self._add(app_id, "request", dollars, [])
        except KeypaneError as problem:
            log.info("what a stream cost was not noted: %s", type(problem).__name__)
        self._session[app_id] = self._session.get(app_id, _ZERO) + dollars

    def spent(self, app_id: str) -> Spent:
        """Return an App's sums."""
        days = {record.day: _read(record) for record in self._of(app_id)}
        now = self._clock.now()
        today = days.get(_day(now), {})
        recent = [_day(now - timedelta(days=back)) for back in range(_PACE_DAYS)]
        sums = [_dollars(days[day].get("dollars", "0")) for day in recent if day in days]
        pace = sum(sums, _ZERO) / len(sums) if sums else _ZERO
        return Spent(
            self._session.get(app_id, _ZERO),
            _dollars(today.get("dollars", "0")),
            _whole(today.get("calls")),
            _dollars(today.get("saved", "0")),
            pace * _DAYS_A_MONTH,
        )

    def _add(self, app_id: str, unit: str, dollars: Decimal, ids: list[str]) -> Decimal:
        day = _day(self._clock.now())
        day_id = f"{app_id} {day}"
        with self._vault.change() as change:
            old = change.get(SpentDay, day_id)
            facts = _read(old) if old is not None else {}
            seen = {str(each) for each in facts.get("seen") or ()}
            keys = [f"{unit} {each}" for each in ids] if unit != "request" else []
            known = sum(1 for key in keys if key in seen)
            charged = dollars * (len(keys) - known) / len(keys) if keys else dollars
            facts = {
                "dollars": str(_dollars(facts.get("dollars", "0")) + charged),
                "saved": str(_dollars(facts.get("saved", "0")) + dollars - charged),
                "calls": _whole(facts.get("calls")) + 1,
                "seen": sorted({*seen, *keys})[:MOST_SEEN] if len(seen) < MOST_SEEN else list(seen),
            }
            change.put(SpentDay(day_id, app_id, day, json.dumps(facts)))
            if old is None:
                oldest = _day(self._clock.now() - timedelta(days=DAYS_KEPT))
                change.remove_where(SpentDay, lambda each: each is not None and each.day < oldest)
        return charged

    def _of(self, app_id: str) -> Iterable[SpentDay]:
        try:
            return [each for each in self._vault.readable(SpentDay) if each.app_id == app_id]
        except KeypaneError as problem:
            log.info("what was spent cannot be read: %s", type(problem).__name__)
            return []


def price_read_at() -> str:
    """Return the day on which X's price list was read, as "2026-08-22"."""
    return published().read_at


def _document(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _ids(answer: object) -> list[str]:
    return list(_ids_in(answer.get("data"))) if isinstance(answer, dict) else []


def _ids_in(data: object) -> Iterator[str]:
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict) and isinstance(found := each.get("id"), str):
            yield found[:64]


def _read(record: SpentDay) -> dict[str, Any]:
    """Return a record's facts; of a newer Keypane's only what is understood."""
    try:
        found = json.loads(record.facts)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0


def _dollars(text: object) -> Decimal:
    try:
        return Decimal(str(text))
    except ArithmeticError:
        return _ZERO
