"""How long something may take in a test.

A bound in seconds is a promise about Keypane, and the machine that tests it has other work:
so the normal suite allows `SLACK_SECONDS` more, which still tells "at once" from "hangs"
(what a hang waits for is 10 s or more). `dev.py test --slow` runs the tests marked `timed`
one at a time and holds them to the figure itself.
"""

import os
import time

SLACK_SECONDS = 5.0
EXACT_TIMES = "KEYPANE_EXACT_TIMES"


def exact_times() -> bool:
    """Say whether the figures themselves are to be held."""
    return bool(os.environ.get(EXACT_TIMES))


def within(seconds: float, *, since: float, at_least: float = 0.0) -> bool:
    """Say whether the time since `since` (`time.monotonic()`) is between the two bounds."""
    taken = time.monotonic() - since
    slack = 0.0 if exact_times() else SLACK_SECONDS
    return at_least <= taken <= seconds + slack
