"""The figures of this suite, as counts: what ran, and what was lost.

`dev.py test --slow` names a folder in KEYPANE_COUNTS; each test adds its figures there, and
`scripts.reliability` writes docs/reliability.md from them. Without the variable nothing is
written.
"""

import json
import os
from pathlib import Path
from uuid import uuid4

VARIABLE = "KEYPANE_COUNTS"


def note(what: str, **figures: int | str) -> None:
    """Add figures to the report under the heading `what`; numbers of one name are summed."""
    folder = os.environ.get(VARIABLE)
    if folder:
        path = Path(folder) / f"{uuid4().hex}.json"
        path.write_text(json.dumps({"what": what, "figures": figures}), "utf-8")
