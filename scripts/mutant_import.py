"""Lets one module of this process be imported with a fault in it; the file stays as it is."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

from scripts.mutants import Mutant


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.path))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - it loads this one module
        return compile(self._mutant.tree(), str(self._mutant.path), "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, mutant: Mutant) -> None:
        self._name = name
        self._mutant = mutant

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - named by the protocol
        target: ModuleType | None = None,  # noqa: ARG002 - named by the protocol
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(fullname, self._mutant)
        return importlib.util.spec_from_file_location(fullname, self._mutant.path, loader=loader)


def serve(mutant: Mutant, root: Path) -> None:
    """Answer the next import of the fault's module with the fault; it must not be loaded yet."""
    name = ".".join(mutant.path.relative_to(root).with_suffix("").parts)
    if name in sys.modules:
        raise RuntimeError(f"{name} is loaded already")
    sys.meta_path.insert(0, _Finder(name, mutant))
