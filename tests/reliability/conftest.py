"""What the tests of reliability share: silence, a quick disk, and one recorded life of a vault."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.recorded_life import RecordedLife, record


@pytest.fixture
def quiet() -> Iterator[None]:
    """Log nothing: thousands of programs die here, and each says so."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """Return an empty folder in memory where the system has one, since nothing is to last."""
    with quick_place() as path:
        yield path


class quick_place:  # noqa: N801 - a context manager, used like a function
    """A folder that is gone afterwards."""

    def __enter__(self) -> Path:
        shared = Path("/dev/shm")
        is_there = shared.is_dir() and os.access(shared, os.W_OK)
        self._path = Path(tempfile.mkdtemp(prefix="kp-", dir=shared if is_there else None))
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


@pytest.fixture(scope="session")
def life() -> Iterator[RecordedLife]:
    """Return one life of a vault as strace saw it; recorded once per process of tests."""
    with quick_place() as path:
        yield record(path)
