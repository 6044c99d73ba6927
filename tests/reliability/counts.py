"""The figures of this suite, as counts and as longest times: what ran, and what was lost.

`dev.py test --slow` names a folder in KEYPANE_COUNTS; each test adds its figures there, and
`scripts.reliability` writes docs/reliability.md from them. Without the variable nothing is
written.
"""

import json
import math
import os
from pathlib import Path
from uuid import uuid4

from tests.timing import exact_times

VARIABLE = "KEYPANE_COUNTS"


def note(what: str, **figures: int | str) -> None:
    """Add figures to the report under the heading `what`; numbers of one name are summed.

    Where times are held exactly, what was counted before is run once more, and not counted.
    """
    if not exact_times():
        _write({"what": what, "figures": figures})


def note_longest(what: str, seconds: float, *, at: str) -> None:
    """Add a time to the report, in whole milliseconds; of one heading and place the longest counts.

    Only where times are held exactly: elsewhere the machine has other work.
    """
    if exact_times():
        _write({"what": what, "longest_ms": {at: math.ceil(seconds * 1000)}})


def _write(noted: dict[str, object]) -> None:
    folder = os.environ.get(VARIABLE)
    if folder:
        path = Path(folder) / f"{uuid4().hex}.json"
        path.write_text(json.dumps(noted), "utf-8")
