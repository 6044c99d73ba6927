"""Runs in the packaged program before main.py, in the place of PyInstaller's hook for PySide6.

That hook loads Qt at each start, to make sure that Qt looks into the bundle. By then nothing was
removed from the environment (V11), and a command that needs no window has waited for one. Qt of
the wheels finds its own folder; what is left is to say where its plugins are.
"""

import os
import sys

_BUNDLE = str(getattr(sys, "_MEIPASS", ""))
_QT = ("PySide6",) if sys.platform == "win32" else ("PySide6", "Qt")

if _BUNDLE:
    os.environ["QT_PLUGIN_PATH"] = os.path.join(_BUNDLE, *_QT, "plugins")  # noqa: PTH118 - as fast
    if sys.platform == "win32":
        # OpenSSL's libraries may lie there, and QtNetwork looks along PATH.
        os.environ["PATH"] = _BUNDLE + os.pathsep + os.environ.get("PATH", "")
