"""A measured promise, and how a table of them is told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One promise, measured.

    Attributes:
        keypane: the median of what we need; None where it cannot be measured here.
        peer: who it is compared with, "" for nobody.
        peer_value: the peer's median, None where the peer is not installed.
        aim: bounds `ratio`, or `keypane` where there is no peer; None promises nothing.
    """

    name: str
    unit: str
    keypane: float | None
    peer: str = ""
    peer_value: float | None = None
    aim: float | None = None
    better: Literal["lower", "higher"] = "lower"

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the peer's, None without either."""
        if self.keypane is None or not self.peer_value:
            return None
        return self.keypane / self.peer_value

    @property
    def holds(self) -> bool | None:
        """Whether the aim is met; None where nothing is promised or nothing was measured."""
        value = self.ratio if self.peer else self.keypane
        if value is None or self.aim is None:
            return None
        return value <= self.aim if self.better == "lower" else value >= self.aim

    def facts(self) -> dict[str, object]:
        """Return the row in the shape that `dev.py bench --json` promises."""
        facts = asdict(self) | {"ratio": self.ratio, "peer": self.peer or None}
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in facts.items()
        }


def table(rows: Sequence[Row]) -> str:
    """Return the rows as text, in columns."""
    head = ("what", "unit", "Keypane", "peer", "peer's", "ratio", "aim", "")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in {0, 1, 3} else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def _cells(row: Row) -> tuple[str, ...]:
    aim = "" if row.aim is None else f"{'≤' if row.better == 'lower' else '≥'} {row.aim:g}"
    verdict = {True: "met", False: "MISSED", None: ""}[row.holds]
    peer_value = "not installed" if row.peer and row.peer_value is None else _number(row.peer_value)
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    keypane = "not measured" if row.keypane is None else _number(row.keypane)
    return (row.name, row.unit, keypane, row.peer, peer_value, ratio, aim, verdict)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
