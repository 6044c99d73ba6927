"""What a call may cost and whether to ask before it goes: words and rules of Requests.

When a person is asked (decided 2026-11-23, told in docs/manual/requests.md): before every
write, until they switch that off for the session, and before a call that may cost more than
the sum in Settings. In the sandbox nobody is asked, unless Settings says so: there is nothing
to lose, and a question that is always answered yes teaches to answer yes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication

from core.forecast import Forecast

ABOVE_SETTING: Final = "requests.ask_above"
SANDBOX_SETTING: Final = "requests.ask_in_sandbox"
USUAL_SUM: Final = "0.50"
_HARMLESS: Final = frozenset({"GET", "HEAD"})


class Asked(StrEnum):
    """Why a person is asked before a call goes."""

    NO = ""
    WRITE = "write"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Rules:
    """When to ask.

    Attributes:
        above: a call that may cost more dollars than this; None never.
        in_sandbox: ask there as at X.
        writes: ask before writes; switched off for a session only.
    """

    above: Decimal | None = Decimal(USUAL_SUM)
    in_sandbox: bool = False
    writes: bool = True

    def asked(self, method: str, price: Forecast, environment: str) -> Asked:
        """Return whether to ask, and why.

        Args:
            method: of the call.
            price: what it may cost at X.
            environment: "x", "sandbox" or "custom".
        """
        if environment == "sandbox" and not self.in_sandbox:
            return Asked.NO
        if self.writes and method not in _HARMLESS:
            return Asked.WRITE
        costs = environment != "custom" and self.above is not None
        if costs and self.above is not None and price.most > self.above:
            return Asked.PRICE
        return Asked.NO


def rules_from(setting: Callable[[str, str], str], *, writes: bool) -> Rules:
    """Return the rules as Settings has them.

    Args:
        setting: returns the value of a setting, or the default given.
        writes: what the session says.
    """
    return Rules(
        dollars_from(setting(ABOVE_SETTING, USUAL_SUM)),
        setting(SANDBOX_SETTING, "") == "yes",
        writes,
    )


def dollars_from(text: str) -> Decimal | None:
    """Return a sum that was typed, None for nothing or for what is no sum."""
    try:
        found = Decimal(text.strip().removeprefix("$").replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 1_000_000 else None


def price_words(price: Forecast, environment: str) -> tuple[str, str]:
    """Return the price beside Send, and how it is made up; both "" where nothing is billed."""
    if environment == "custom":
        return "", ""
    if not price.is_known:
        return _tr("price unknown"), _tr("X publishes no price for this operation.")
    short = _short(price)
    if environment == "sandbox":
        short = _tr("{price} at X").format(price=short)
    return short, " ".join(_details(price, environment))


def sum_words(dollars: Decimal) -> str:
    """Return a sum with its unit, such as "$0.045"."""
    return f"${dollars:.3f}" if dollars < 100 else f"${dollars:,.2f}"


def _short(price: Forecast) -> str:
    if price.is_open_ended:
        return _tr("{sum} a Post").format(sum=sum_words(price.per_unit))
    if price.least == price.most:
        return sum_words(price.most)
    return _tr("up to {sum}").format(sum=sum_words(price.most))


def _details(price: Forecast, environment: str) -> list[str]:
    parts = []
    if price.is_open_ended:
        parts.append(_tr("X charges each Post that the stream delivers."))
    elif price.unit == "request":
        parts.append(_tr("X charges this call, whatever it returns."))
        if price.has_address:
            parts.append(_tr("The link in the Post makes it cost many times as much."))
    else:
        counted = [(price.unit, price.units), *price.included]
        listed = ", ".join(f"{count} × {unit}" for unit, count in counted)
        parts.append(_tr("At most {listed}; X charges what it returns.").format(listed=listed))
        parts.append(_tr("What was read earlier on the same UTC day is not charged again."))
        if price.may_exceed:
            parts.append(_tr("A Post may bring several of what an expansion names."))
    parts.append(_tr("Price list of {day}.").format(day=price.read_at))
    if environment == "sandbox":
        parts.append(_tr("The sandbox charges nothing."))
    return parts


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
