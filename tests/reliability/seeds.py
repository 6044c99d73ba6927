"""What is decided by chance follows from a seed that is printed, and KEYPANE_SEED replays it."""

import os
import secrets
from typing import Final

import pytest

VARIABLE: Final = "KEYPANE_SEED"


def seed_of_this_run() -> int:
    """Return the seed that was asked for, or a new one."""
    return int(os.environ.get(VARIABLE, "0")) or secrets.randbelow(1 << 31) + 1


def tell(capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    """Print a sentence on the terminal, for whoever replays it."""
    with capsys.disabled():
        print(f"\n{sentence}")  # noqa: T201 - that is what it is for
