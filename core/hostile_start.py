"""What a hostile start may have left in the environment and on the command line, removed.

`main` calls this before anything else is imported: Qt, Chromium, OpenSSL and keyring
read the variables when they are loaded, and each of them can open a debugging port,
write TLS keys to a file, accept any certificate or load foreign code (measured on
PySide6 6.11.3 and OpenSSL 3, November 2026).

What this cannot undo: `LD_PRELOAD`, `LD_LIBRARY_PATH`, `DYLD_*`, `PYTHONPATH` and their
kin took effect before the first line of Python ran. Whoever sets those already runs
code as this person.

Standard library only, and little of it: every import here comes before the scrubbing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

_HOSTILE_NAMES = re.compile(
    r"""
    QTWEBENGINE.*                    # Chromium's flags, debugging port, helper and resources
    | CHROME_.*                      # a log file, another setuid helper
    | SSLKEYLOGFILE                  # TLS keys of Chromium and of Python's ssl
    | OPENSSL_(CONF|CONF_INCLUDE|MODULES|ENGINES)
    | SSL_CERT_(FILE|DIR)            # whom OpenSSL trusts; Settings, Network says that here
    | QT_PLUGIN_PATH | QT_QPA_PLATFORM_PLUGIN_PATH | QT_QPA_GENERIC_PLUGINS
    | QML\d?_IMPORT_PATH | QML_PLUGIN_PATH | QML_XHR_ALLOW_FILE_(READ|WRITE)
    | QT_VULKAN_LIB | QT_LOAD_TESTABILITY
    | QT_LOGGING_(RULES|CONF|DEBUG)  # some categories print whole addresses
    | SBK_EMBED | PYSIDE\d?_.*     # has PySide6 delete or write its own files, or look elsewhere
    | PYTHON_KEYRING_BACKEND | KEYRING_PROPERTY_.*
    | NETRC                          # would replace our Authorization header
    """,
    re.VERBOSE,
)
# Qt ships a platform that serves the window over the network.
_HARMLESS_PLATFORMS = re.compile(
    r"(xcb|wayland|wayland-egl|offscreen|minimal|windows|cocoa)(:[^;]*)?", re.IGNORECASE
)
_PROMPT = "PYTHONINSPECT"
_SANDBOX_SWITCH = "QTWEBENGINE_DISABLE_SANDBOX"

# Qt and Chromium take these with one dash or two.
_HOSTILE_OPTIONS = re.compile(
    r"""--?(
    remote-debugging-(port|pipe|address|socket-name|targets) | remote-allow-origins
    | no-sandbox | disable-(web-security|setuid-sandbox|namespace-sandbox|seccomp-filter-sandbox)
    | disable-site-isolation-trials | allow-running-insecure-content
    | ignore-certificate-errors(-spki-list)? | ssl-key-log-file | host-(resolver-)?rules
    | user-data-dir | load-extension | proxy-server | proxy-pac-url | log-net-log
    | utility-cmd-prefix | renderer-cmd-prefix | gpu-launcher | browser-subprocess-path
    | qmljsdebugger | platformpluginpath
    )(=.*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_CHROMIUM_ARGUMENTS = "--webengineargs"

_removed: dict[str, str] = {}

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4


def scrub(
    environ: MutableMapping[str, str],
    argv: list[str],
    is_root: bool,
    bundle: str | None = None,
) -> list[str]:
    """Remove what weakens the program from `environ` and `argv`, in place.

    Args:
        environ: usually `os.environ`, so that C libraries see the change as well.
        argv: the command line, the program first; `--webEngineArgs` and all that
            follows it goes, since Qt would hand that to Chromium. What follows `exec … --` is
            another program's, and stays.
        is_root: keeps `QTWEBENGINE_DISABLE_SANDBOX`, which Chromium needs as root;
            the sign-in view then refuses to show X.
        bundle: folder of the packaged program; a path into it was set by our own
            start-up code, and stays.

    Returns:
        The names removed, without their values, sorted; options without what follows `=`.
    """
    removed = set()
    for name in list(environ):
        if _is_hostile(name, environ[name], is_root=is_root) and not _within(environ[name], bundle):
            del environ[name]
            removed.add(name)
    childs = _childs_arguments(argv)
    del argv[len(argv) - len(childs) :]
    lowered = [argument.lower() for argument in argv]
    if _CHROMIUM_ARGUMENTS in lowered[1:]:
        start = lowered.index(_CHROMIUM_ARGUMENTS, 1)
        removed.add(argv[start])
        del argv[start:]
    for argument in argv[1:]:
        if _HOSTILE_OPTIONS.fullmatch(argument):
            removed.add(argument.partition("=")[0])
    argv[1:] = [argument for argument in argv[1:] if not _HOSTILE_OPTIONS.fullmatch(argument)]
    argv += childs
    return sorted(removed)


def scrub_process(argv: list[str]) -> list[str]:
    """Scrub this process and `argv`, deny core dumps and debuggers; return the names removed."""
    _leave_no_prompt_behind()
    before = dict(os.environ)
    removed = scrub(os.environ, argv, _is_root(), getattr(sys, "_MEIPASS", None))
    _removed.update({name: before[name] for name in removed if name in before})
    harden_process()
    return removed


def _leave_no_prompt_behind() -> None:
    """Start anew where a variable has Python ask for more code at the end of the program.

    The secrets of the run would be before that prompt, and every exit code would be lost.
    `python -i` is somebody's own wish and stays; Windows has no exec that keeps the console.
    """
    if sys.flags.inspect and os.environ.pop(_PROMPT, "") and sys.platform != "win32":
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell


def removed_variables() -> dict[str, str]:
    """Return what `scrub_process` took: a child that is not ours may want it."""
    return dict(_removed)


def harden_process() -> None:
    """Leave no core file, and on Linux let no other process of this person read our memory.

    Chromium must not be started in that state, see `readable_to_own_children`.
    """
    if sys.platform == "win32":
        return  # no core files; the access list of the process is the installer's matter
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _set_dumpable(0)


@contextmanager
def readable_to_own_children() -> Iterator[None]:
    """Lift the memory protection while Chromium sets up its sandbox, then restore it.

    Chromium's helper writes the user map of its children through `/proc`, which the
    kernel refuses for a protected process: the sandbox would be left half built. Once
    the first profile exists the protection may return (measured as an ordinary user).
    """
    before = _prctl(_PR_GET_DUMPABLE, 0)
    _set_dumpable(1)
    try:
        yield
    finally:
        _set_dumpable(before)


def _childs_arguments(argv: list[str]) -> list[str]:
    """Return what belongs to the program that `exec` starts; then there is no window."""
    start = argv.index("--") if "--" in argv else len(argv)
    ours = argv[1:start]
    return argv[start:] if "exec" in ours and not {"--sandbox", "--tour"} & {*ours} else []


def _is_hostile(name: str, value: str, *, is_root: bool) -> bool:
    upper = name.upper()
    if upper == _SANDBOX_SWITCH:
        return not is_root
    if upper == "QT_QPA_PLATFORM":
        return not all(_HARMLESS_PLATFORMS.fullmatch(part) for part in value.split(";"))
    return _HOSTILE_NAMES.fullmatch(upper) is not None


def _within(value: str, bundle: str | None) -> bool:
    if bundle is None or not value:
        return False
    # The packager of macOS bundles keeps half of the files in a sibling folder.
    roots = {os.path.realpath(bundle), os.path.realpath(os.path.join(bundle, "..", "Resources"))}  # noqa: PTH118
    return all(
        any(_is_below(part, root) for root in roots) for part in value.split(os.pathsep) if part
    )


def _is_below(path: str, root: str) -> bool:
    real = os.path.realpath(path)
    return real == root or real.startswith(root + os.sep)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _set_dumpable(value: int) -> None:
    _prctl(_PR_SET_DUMPABLE, value)


def _prctl(option: int, value: int) -> int:
    """Call prctl where it exists; elsewhere 0, and nothing changes."""
    if not sys.platform.startswith("linux"):
        return 0
    import ctypes

    return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))
