"""Puts a fault into functions that are loaded already, by exchanging their code.

Much quicker than a fresh import, and it reaches every fault inside a function. What runs while
a module is imported (constants, defaults, class bodies) it cannot reach, and what such code has
already made it cannot make anew: for those, and for what survives here, see mutant_import.
"""

import gc
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType

from scripts.mutants import Mutant

Live = Mapping[tuple[str, str, int], list[FunctionType]]


def live_functions() -> Live:
    """Return every function of this process by its file, its name and its first line."""
    found: dict[tuple[str, str, int], list[FunctionType]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType:
            found.setdefault(_key(each.__code__), []).append(each)
    return found


def swap(mutant: Mutant, live: Live) -> bool:
    """Put the fault into the loaded functions; return False where there is none to hold it."""
    module = compile(mutant.tree(), str(mutant.path), "exec")
    swapped = False
    keys = [_key(code) for code in _functions(module)]
    for code in _functions(module):
        if keys.count(_key(code)) > 1:  # two lambdas of one line
            continue
        for function in live.get(_key(code), ()):
            if function.__code__ != code:
                if function.__code__.co_freevars != code.co_freevars:
                    return False
                function.__code__ = code
                swapped = True
    return swapped


def _key(code: CodeType) -> tuple[str, str, int]:
    return str(Path(code.co_filename).resolve()), code.co_qualname, code.co_firstlineno


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of the functions of a module and of its classes, not of those within."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_flags & inspect.CO_OPTIMIZED:
                yield each
            else:
                yield from _functions(each)
