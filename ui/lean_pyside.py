"""PySide6, loaded without what only its own developers need. The package `ui` begins with it.

All of it is speed: without any of this, PySide6 does the same, a tenth of a second later.
Facts are of `shibokensupport` in PySide6 6.11.3, which the lock pins.
"""

import builtins
import importlib.machinery
import sys
import threading
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from importlib.abc import Loader  # which loads importlib.resources

# They write .pyi files and are loaded at each start nevertheless, with argparse and expressions
# that take long to compile. PySide6's errors need its other modules at moments when nothing
# can be imported, so those stay as they are.
_LATER: Final = frozenset(
    f"shibokensupport.signature.lib.{name}" for name in ("enum_sig", "pyi_generator")
)
_loading = threading.RLock()


class _HasCode(Protocol):
    def get_code(self, fullname: str) -> CodeType: ...


class _LaterLoader:
    """Runs a module's code when something in it is first asked for (PEP 562)."""

    def __init__(self, loader: _HasCode) -> None:
        self._loader = loader

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> None:
        """Leave that to Python."""

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__

        def load(attribute: str) -> object:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            with _loading:
                if vars(module).pop("__getattr__", None) is not None:
                    exec(self._loader.get_code(name), vars(module))  # noqa: S102 - as any import
            return getattr(module, attribute)

        vars(module)["__getattr__"] = load


class _Finder:
    """Finds these modules where `dev.py` unpacked them; PySide6's own archive comes first else."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in _LATER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and hasattr(spec.loader, "get_code"):
            spec.loader = cast("Loader", _LaterLoader(cast("_HasCode", spec.loader)))
        return spec


def load() -> None:
    """Import PySide6's core. Later calls do nothing."""
    if "PySide6.QtCore" not in sys.modules:
        sys.meta_path.insert(0, _Finder)
        try:
            import PySide6.QtCore  # noqa: F401 - what comes with it is undone below
        finally:
            sys.meta_path.remove(_Finder)
    # PySide6 puts an `__import__` of its own in the place of Python's, for its `__feature__`
    # switch. It reads the source text of every module that is imported afterwards, to look for
    # the word "PySide6", and the text is kept for good. Nothing here uses the switch.
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
