"""What a check found, in marked templates; and the report, which an allow-list keeps clean."""

import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core import __version__
from core.findings import FindingState
from core.redaction import redact

SAFE_FACTS: Final = frozenset(
    {"port", "seconds", "count", "days", "backend", "status", "scheme", "label", "shape", "name"}
)
"""Facts that may stand in a report: numbers, and words out of our own lists."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. All texts are marked English templates.

    Attributes:
        name: "client_id", "redirect_uri", "keyring", …; stable.
        title: what was looked at, as "Client ID".
        detail: what was found.
        cause: why it matters or how it comes about; "" where all is well.
        next_step: what to do; "" where there is nothing to do.
        clicks: what to press in X's console.
        facts: fill the templates; never a value of a credential.
    """

    name: str
    state: FindingState
    title: str
    detail: str
    cause: str = ""
    next_step: str = ""
    clicks: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def filled(self, template: str) -> str:
        """Return a template, or its translation, with the facts in it."""
        return template.format(**self.facts) if self.facts else template

    def as_facts(self) -> dict[str, object]:
        """Return it in English, as the command line prints it."""
        return {
            "name": self.name,
            "state": self.state,
            "title": self.filled(self.title),
            "detail": self.filled(self.detail),
            "cause": self.filled(self.cause),
            "next_step": self.filled(self.next_step),
            "console_clicks": [self.filled(click) for click in self.clicks],
        }


def report(checks: Iterable[Check]) -> str:
    """Return the checks as text to be shown to others: names and states, and safe facts only.

    Names of Apps and accounts, addresses and paths are left out even where the screen shows
    them; what remains is masked once more.
    """
    system = f"{platform.system()} {platform.machine()}"
    made = "packaged" if getattr(sys, "frozen", False) else "from source"
    head = f"Keypane {__version__} ({made}), Python {platform.python_version()}, {system}"
    lines = [head, ""]
    for check in checks:
        facts = {k: v if k in SAFE_FACTS else "…" for k, v in check.facts.items()}
        told = check.detail.format(**facts) if facts else check.detail
        lines.append(f"[{check.state}] {check.name}: {told}")
    return redact("\n".join(lines)) + "\n"
