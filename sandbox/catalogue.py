"""All operations that the sandbox serves, gathered from the rooms that answer them."""

from typing import Final

from sandbox import lookups
from sandbox.operations import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (*lookups.OPERATIONS,)
