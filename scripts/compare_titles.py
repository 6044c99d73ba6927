"""Compares our titles with an OpenAPI file of X's: none may be missing, none X's own words.

    python -m scripts.compare_titles FILE

Ends with 0 when every operation of the file has a title of ours that is neither its summary
nor its description (case and punctuation aside); otherwise with 1 and the
list. It runs from outside, since none of X's sentences is kept in this tree.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

TITLES: Final = Path(__file__).resolve().parent.parent / "resources" / "titles.json"


def plain(text: str) -> str:
    """Return a text as its bare words."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def faults(document: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each operation without a title, or with one of X's."""
    for item in document["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict) or "operationId" not in operation:
                continue
            identity = operation["operationId"]
            title = titles.get(identity, "")
            if not title:
                yield f"{identity}: no title"
            elif plain(title) in {
                plain(operation.get(key, "")) for key in ("summary", "description")
            }:
                yield f"{identity}: {title!r} is X's own"


def main(file: str) -> int:
    """Print what is wrong; return 0 when nothing is."""
    document = json.loads(Path(file).read_text("utf-8"))
    found = list(faults(document, json.loads(TITLES.read_text("utf-8"))))
    for line in found:
        print(line)
    print(f"{len(found)} titles are missing or X's own")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
