"""Derives `resources/catalogue.json` from X's OpenAPI file, as *Update catalogue…* does.

    python -m scripts.make_catalogue path/to/openapi.json

What is taken, and what is refused, is told in `core/catalogue_source.py`.
`python -m scripts.compare_catalogue path/to/openapi.json` proves the outcome by another reading.
"""

import json
import sys
from pathlib import Path

from core.catalogue import RESOURCES
from core.catalogue_source import as_bytes, read_source


def main(source: str) -> None:
    """Write the catalogue."""
    titles = json.loads((RESOURCES / "titles.json").read_text("utf-8"))
    catalogue = read_source(Path(source).read_bytes(), titles)
    target = RESOURCES / "catalogue.json"
    target.write_bytes(as_bytes(catalogue))
    print(f"{len(catalogue['operations'])} operations, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
