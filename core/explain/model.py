"""What an explanation is made of, and the console's ways that many of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from core.words_model import Words, mark

_CONTEXT: Final = "words"

Certainty = Literal["documented", "reported", "uncertain"]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known about one failure; all texts are marked English templates.

    Attributes:
        cause: why it happens, the most frequent reason first.
        clicks: what to press in X's console, in order; empty where the console cannot help.
        certainty: "documented" by X, "reported" by developers, or "uncertain" (inferred).
        source: when it was read or seen.
    """

    cause: str
    clicks: tuple[str, ...] = ()
    certainty: Certainty = "documented"
    source: str = "August 2026"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One failure, told: what happened, why, what to click at X, what to do next.

    Attributes:
        key: names the failure, as "client-not-enrolled"; stable, and never a value.
        words: what happened and the next step, with the facts for every template.
    """

    key: str
    words: Words
    cause: str
    clicks: tuple[str, ...] = ()
    certainty: Certainty = "documented"
    source: str = ""

    def facts(self) -> dict[str, object]:
        """Return it in English, as the command line prints it."""
        return {
            "key": self.key,
            "message": self.words.filled(self.words.message),
            "cause": self.words.filled(self.cause),
            "console_clicks": [self.words.filled(click) for click in self.clicks],
            "next_step": self.words.filled(self.words.next_step),
            "certainty": self.certainty,
            "source": self.source,
        }


Cases = Mapping[str, Case]

APP: Final = mark(_CONTEXT, "Open console.x.com, choose Apps, then this App.")
KEYS: Final = (APP, mark(_CONTEXT, "Open Keys & Tokens."))
SETTINGS: Final = (
    *KEYS,
    mark(_CONTEXT, "Under OAuth 2.0 Keys, choose Edit settings (at first: Set up)."),
)
SAVE: Final = mark(
    _CONTEXT, "Save, and confirm with Yes. Settings that are not saved do not count."
)
PACKAGE: Final = (
    mark(_CONTEXT, "Open console.x.com and choose Apps, then Manage apps."),
    mark(_CONTEXT, "Choose Move to package, then Pay-per-use."),
    mark(_CONTEXT, "Choose the environment Production and confirm."),
)
CREDITS: Final = (
    mark(_CONTEXT, "Open console.x.com and choose Billing, then Credits."),
    mark(_CONTEXT, "Buy credits, or switch auto-recharge on."),
)
SPENDING: Final = (
    mark(_CONTEXT, "Open console.x.com and choose Billing."),
    mark(_CONTEXT, "Raise the spending limit, or note the day on which the next cycle begins."),
)
CONSUMER_KEYS: Final = (
    *KEYS,
    mark(_CONTEXT, "Under OAuth 1.0 Keys, next to Consumer Key, choose Show and compare it."),
    mark(
        _CONTEXT,
        "If the secret is lost, choose Regenerate and copy both before you close X's dialog. "
        "The old pair stops working.",
    ),
)
OWNER_TOKEN: Final = (
    *KEYS,
    mark(
        _CONTEXT,
        "Under OAuth 1.0 Keys, next to Access Token, choose Regenerate and copy both values "
        "before you close X's dialog.",
    ),
)
PERMISSIONS: Final = (
    *SETTINGS,
    mark(_CONTEXT, "Under App permissions, choose Read and write."),
    SAVE,
    *OWNER_TOKEN[2:],
)
CALLBACK: Final = (
    *SETTINGS,
    mark(
        _CONTEXT,
        "Under App info, compare Callback URI / Redirect URL with the one here: scheme, host, "
        "port and last slash must be the same.",
    ),
    SAVE,
)
CLIENT: Final = (
    *KEYS,
    mark(_CONTEXT, "Under OAuth 2.0 Keys, copy the Client ID (34 characters)."),
    mark(
        _CONTEXT,
        "Under Client Secret, choose Regenerate if it is lost. A Native App has none.",
    ),
)
