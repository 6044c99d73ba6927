"""The timeline of a sign-in: its steps in order, for someone who learns OAuth from them.

A step holds times, hosts, statuses, names and lengths, and never a value: what is secret is
told by its length or its last characters. Why each step exists stands in `EXPLANATIONS`.
Sources: RFC 6749 §§4.1, 10.12, RFC 7636, RFC 9700; docs.x.com, "OAuth 2.0 Authorization Code
Flow", read 2026-08-22.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from core.errors import (
    BadAnswer,
    Cancelled,
    ConnectFailed,
    KeypaneError,
    ServerFault,
    TransportError,
)
from core.secret import Secret

Facts = tuple[tuple[str, str], ...]  # small facts of an Activity: names and redacted values
STEP: Final = "step:"
_TAIL: Final = 4


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a step is called, and why it exists."""

    title: str
    why: str


EXPLANATIONS: Final = {
    "begun": Explanation(
        "An attempt began",
        "Keypane made two fresh secrets. state comes back with the redirect and proves that it "
        "answers this attempt, not one that somebody else put into your browser. The code "
        "verifier stays here; X gets only its SHA-256 (S256), so that a stolen code is worth "
        "nothing to whoever lacks the verifier.",
    ),
    "opened_here": Explanation(
        "X's page was opened in the view here",
        "The password goes to X alone. The view starts without cookies and keeps none.",
    ),
    "opened_system": Explanation(
        "X's page was opened in your browser",
        "Your browser is signed in to X already, and Keypane sees nothing of what it shows.",
    ),
    "paste_offered": Explanation(
        "The address is to be pasted",
        "The browser may be on any computer: all that must come back is the address it ends at.",
    ),
    "redirect": Explanation(
        "X sent the browser back with a code",
        "The state equals the one that was sent, so the code is meant for this attempt. A code "
        "is no token yet: it passed through a browser, so it works once, for half a minute, and "
        "only together with the verifier.",
    ),
    "foreign": Explanation(
        "A redirect was dropped",
        "It does not belong to this attempt, so nothing of it was used and nothing was sent. "
        "Without this look at state, a stranger's account could be slipped in.",
    ),
    "refused": Explanation(
        "X sent the browser back without a code",
        "The parameter error says why. Nothing was granted, and this attempt is over.",
    ),
    "sent": Explanation(
        "The code was sent to X for tokens",
        "At once, because X lets a code live for 30 seconds. The verifier goes with it: X hashes "
        "it and compares the result with the challenge of the first step. A confidential client "
        "proves itself besides, with its Client Secret in a header; a public one has none.",
    ),
    "answered": Explanation(
        "X answered the exchange",
        "200 brings the tokens. 400 mostly means that the code was too old or used before, 401 "
        "that the Client ID or the Client Secret is wrong.",
    ),
    "stored": Explanation(
        "The tokens were stored",
        "X's answer was sealed on disk before anyone read it: a grant that X has made cannot be "
        "made again with the same code.",
    ),
    "whoami": Explanation(
        "X was asked whose token it is",
        "The token does not say whose it is, so one free call with it asks.",
    ),
    "nameless": Explanation(
        "The account is not known yet",
        "The tokens work without a name. Check asks again.",
    ),
    "unsent": Explanation(
        "Nothing was sent",
        "No connection came about, so nothing of the attempt is used up, and it can go on.",
    ),
    "silence": Explanation(
        "No usable answer came",
        "X may have granted or not, and what was sent works once: sign in again to be sure.",
    ),
    "stopped": Explanation(
        "Keypane stopped waiting",
        "What X grants after that goes to nobody, and a new sign-in replaces it.",
    ),
    "time_up": Explanation(
        "Time was up",
        "An attempt that never ends could be answered by anyone who finds its address later.",
    ),
    "card_asked": Explanation(
        "The set-up was looked at",
        "Where X shows “Something went wrong” it gives no reason and tells no program. So only "
        "the person can know of it, and the doctor goes through what is behind it.",
    ),
    "given_up": Explanation(
        "The sign-in was ended here",
        "It was stopped or could not go on. A redirect that comes later is dropped: its state "
        "belongs to nothing any more.",
    ),
    "request_token": Explanation(
        "X gave a request token",
        "Keypane asked for it with a signature of the App alone. It comes back with the redirect "
        "and ties the answer to this attempt, as state does in OAuth 2.0; its secret stays here.",
    ),
    "verifier": Explanation(
        "X sent the browser back with a verifier",
        "The request token equals this attempt's. The verifier proves that the person said yes; "
        "it works once, and only with the secret of the request token.",
    ),
    "pin": Explanation(
        "The PIN of X's page was given",
        "It is the verifier by another way: whoever reads the page types it here. It works once, "
        "and only with the secret of the request token.",
    ),
    "other_token": Explanation(
        "A redirect was dropped",
        "It carries another request token, or none, or came too late, so nothing of it was used "
        "and nothing was sent.",
    ),
    "denied": Explanation(
        "X sent the browser back with a no",
        "Cancel was chosen on X's page. Nothing was granted, and this attempt is over.",
    ),
    "verifier_sent": Explanation(
        "The verifier was sent to X for the pair",
        "With a signature by both secrets, the App's and the request token's; neither secret is "
        "sent, nor can the signature be used for another request.",
    ),
    "pair_answered": Explanation(
        "X answered the exchange",
        "200 brings the Access Token and Secret. 401 mostly means that the verifier or PIN is "
        "wrong, was used before, or is too old.",
    ),
    "pair_stored": Explanation(
        "The Access Token and Secret were stored",
        "X's answer was sealed on disk before anyone read it: the verifier cannot be used again.",
    ),
    "level": Explanation(
        "X was asked what the pair may do",
        "The answer to one free call names its permission level in a header.",
    ),
    "levelless": Explanation(
        "What the pair may do is not known yet",
        "It works all the same. Check asks again.",
    ),
    "revoked": Explanation(
        "The new tokens were revoked",
        "Both ended at X, so nobody can use them, wherever they may have got to.",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in a sign-in.

    Attributes:
        what: a key of EXPLANATIONS.
        host: whom it was with, "" for nobody.
        status: of X's answer, 0 where there was none.
        facts: names and redacted values.
    """

    at: datetime
    what: str
    host: str = ""
    status: int = 0
    facts: tuple[tuple[str, str], ...] = ()

    def line(self, began_at: datetime) -> str:
        """Return the step in one line, without its title; seconds count from `began_at`."""
        seconds = (self.at - began_at).total_seconds()
        status = str(self.status) if self.status else ""
        facts = (f"{name} {value}" for name, value in self.facts)
        return " · ".join(part for part in (f"+{seconds:.1f} s", self.host, status, *facts) if part)


class Timeline:
    """The steps of one attempt. Thread-safe: workers and the window both add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._steps: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happened so far, in order."""
        return self._steps

    def note(self, at: datetime, what: str, url: str = "", status: int = 0, **facts: str) -> None:
        """Add a step. Of `url` only the host is kept; facts must hold no secret.

        Raises:
            KeyError: no step is called `what`.
        """
        EXPLANATIONS[what]
        named = tuple((name.replace("_", " "), value) for name, value in facts.items())
        step = Step(at, what, urlsplit(url).netloc.rpartition("@")[2], status, named)
        with self._lock:
            self._steps = (*self._steps, step)

    def as_facts(self, since: int = 0) -> Facts:
        """Return the steps from number `since` on as small facts of an Activity."""
        steps = self._steps
        return tuple((STEP + step.what, step.line(steps[0].at)) for step in steps[since:])


def note_end(
    timeline: Timeline, now: datetime, problem: KeypaneError | Cancelled, url: str
) -> None:
    """Add how an exchange at `url` ended without an answer; a refusal stands there already."""
    match problem:
        case ConnectFailed():
            timeline.note(now, "unsent", url)
        case ServerFault():
            timeline.note(now, "silence", url, problem.status)
        case TransportError() | BadAnswer():
            timeline.note(now, "silence", url)
        case Cancelled():
            timeline.note(now, "stopped", url)


def title_of_fact(name: str) -> str:
    """Return the title of a step that `as_facts` wrote, "" for any other fact."""
    what = name.removeprefix(STEP)
    known = EXPLANATIONS.get(what) if name.startswith(STEP) else None
    return known.title if known is not None else ""


def masked(secret: Secret) -> str:
    """Return what may be told of a secret that is used up soon: its end and its length."""
    return f"…{secret.tail(_TAIL)} (masked, {len(secret)} characters)"


def parameter_names(url: str) -> str:
    """Return the names of an address's query parameters; foreign ones are only counted."""
    try:
        names = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    except ValueError:
        return ""
    known = [name for name in names if name in {"code", "state", "iss", "error"}]
    others = len(names) - len(known)
    return ", ".join((*known, f"{others} more") if others else known)
