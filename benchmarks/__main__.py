"""`python -m benchmarks [--json] [NAME …]`: measure, then print a table or JSON.

Medians of interleaved runs, so that a machine that is busy for a moment slows both sides.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from benchmarks import (
    fresh_token,
    helper,
    large_answer,
    one_shot,
    requests_overhead,
    stream,
    vault,
    window,
)
from benchmarks.rows import Row, table

BENCHMARKS: dict[str, Callable[[], Sequence[Row]]] = {
    "window": window.measure,
    "requests": requests_overhead.measure,
    "one-shot": one_shot.measure,
    "answer": large_answer.measure,
    "vault": vault.measure,
    "token": fresh_token.measure,
    "helper": helper.measure,
    "stream": stream.measure,
}


def main(arguments: Sequence[str]) -> int:
    """Run the chosen benchmarks, all by default; a missed aim is told, and is no failure."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in options.names or BENCHMARKS:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name]()
    print(json.dumps([row.facts() for row in rows]) if options.json else table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
