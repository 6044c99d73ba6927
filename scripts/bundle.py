"""Which files the packaged program holds: the recipe's filter, apart so that it can be tested.

PyInstaller follows the links of every plugin of Qt, so that a program with a browser view
comes with QML, 3D, virtual keyboard and GTK. First what we never load is left out by name,
then every shared library that nothing of the rest asks for; what is kept of Python's own
libraries loses its debugging symbols. Measured on Linux x86-64 with PySide6 6.11.3.
"""

import compileall
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from py_compile import PycInvalidationMode

# As PyInstaller hands them over: (name in the bundle, file, kind).
Entry = tuple[str, str, str]
Links = Callable[[str], Iterable[str]]

LICENCES = Path(__file__).parent.parent / "resources" / "packaging" / "licences"
_LICENCE = re.compile(r"(?i)(licen[cs]e|copying|notice)")

UNWANTED = re.compile(
    r"""(?x)
    (^|/)PySide6/(Qt/)?qml/
  | (^|/)PySide6/Qt(Qml|Quick|QuickWidgets|OpenGL|Positioning)\.
  | Qt6?(Quick3D|Graphs|Pdf|VirtualKeyboard|QuickControls2|QuickDialogs2|QuickTemplates2
        |Charts|DataVisualization|Multimedia|Designer|Sensors|Location|3D|Bluetooth|Nfc
        |RemoteObjects|Scxml|StateMachine|TextToSpeech|SerialPort|SerialBus|QuickTest|Test
        |QuickTimeline|QuickParticles|QuickShapes|QuickEffects|ShaderTools|SpatialAudio|Sql)
  | qtwebengine_devtools_resources | v8_context_snapshot\.debug | \.debug\.(pak|bin)$
  | plugins/(platformthemes/libqgtk3|qmltooling|sqldrivers|multimedia|position|sensors
        |virtualkeyboard|designer|assetimporters|geometryloaders|renderers|sceneparsers
        |canbus|scxmldatamodel|texttospeech|webview|renderplugins|printsupport|generic
        |egldeviceintegrations|imageformats/(lib)?qpdf|networkinformation
        |platforminputcontexts/libqtvirtualkeyboard
        |platforms/libq(eglfs|linuxfb|vkkhrdisplay|vnc|minimalegl))
  | PySide6/(Qt/)?translations/(?!qtwebengine_locales)
  | qtwebengine_locales/(?!en-US\.pak)
  | libgtk-3 | libgdk-3
    """
)
# Found by name at run time, so that no link leads to them: NSS loads its
# parts so, the bootloader looks Python up, and Qt and Chromium libEGL and libGL.
_LOADED_BY_NAME = re.compile(
    r"^lib(python|softokn3|freebl|freeblpriv3|nssckbi|nssdbm3|EGL|GL)[0-9.]*\.so"
)
_SHARED = re.compile(r"\.so(\.\d+)*$")


def wanted(entry: Entry) -> bool:
    """Return whether a file is of any use to us, by its name in the bundle."""
    return not UNWANTED.search(entry[0].replace("\\", "/"))


def needed(entries: Iterable[Entry], links: Links) -> list[Entry]:
    """Return `entries` without the shared libraries that no other kept file links to.

    Roots are programs, extension modules, plugins, and what is loaded by name.

    Args:
        entries: what `wanted` left.
        links: returns the names of all libraries that a file needs, directly or not.
    """
    kept = list(entries)
    roots = [entry for entry in kept if not _is_plain_library(entry)]
    reached = {name for entry in roots for name in links(entry[1])}
    return [
        entry for entry in kept if not _is_plain_library(entry) or Path(entry[0]).name in reached
    ]


def _is_plain_library(entry: Entry) -> bool:
    """Return whether a file is there only because others link to it."""
    name = entry[0].replace("\\", "/")
    folder, _, base = name.rpartition("/")
    if not base.startswith("lib") or not _SHARED.search(base) or _LOADED_BY_NAME.match(base):
        return False
    return folder in {"", "PySide6/Qt/lib"}


def stripped(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """Return `entries` with copies of Python's own libraries that hold no debugging symbols.

    Only a Python that was built with them has any; Qt's libraries come without.
    """
    strip = shutil.which("strip")
    if strip is None or not sys.platform.startswith("linux"):
        return list(entries)
    folder.mkdir(parents=True, exist_ok=True)
    return [_stripped(entry, strip, folder) for entry in entries]


def _stripped(entry: Entry, strip: str, folder: Path) -> Entry:
    name = entry[0]
    if not (name.startswith("libpython") or "/lib-dynload/" in name):
        return entry
    copy = folder / Path(name).name
    command = [strip, "--strip-unneeded", "-o", str(copy), entry[1]]
    done = subprocess.run(command, check=False, capture_output=True)
    return (name, str(copy), entry[2]) if done.returncode == 0 else entry


def support_modules(unpacked: Path, folder: Path) -> list[Entry]:
    """Return PySide6's support modules, compiled for good, as files beside its library.

    Without them it compiles those of the archive in the library at each start (ADR 13). Python
    looks at no date of theirs: copying the program must not have them compiled again.

    Args:
        unpacked: where `dev.py` unpacked them; nothing comes of it if they are not there.
        folder: where they are compiled.
    """
    if not unpacked.is_dir():
        return []
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(unpacked, folder, ignore=shutil.ignore_patterns("__pycache__"))
    inside = f"shiboken6/{unpacked.name}"
    compileall.compile_dir(
        folder,
        quiet=2,
        stripdir=str(folder),
        prependdir=inside,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    files = sorted(path for path in folder.rglob("*.py*") if path.is_file())
    return [
        (f"{inside}/{file.relative_to(folder).as_posix()}", str(file), "DATA") for file in files
    ]


def licences(packages: Iterable[str], entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """Return (file, folder in the bundle) of the licence texts of what comes along.

    Those of Qt and Chromium, which their wheels lack, stand in resources/packaging/licences.

    Args:
        packages: names of the Python packages.
        entries: the shared libraries; a system's own come with Debian's copyright file.
    """
    found = [(str(file), "licences") for file in sorted(LICENCES.iterdir())]
    for name in packages:
        try:
            files = metadata.distribution(name).files or []
        except metadata.PackageNotFoundError:
            continue  # the lock names packages of other systems too
        found += [
            (str(file.locate()), f"licences/{name}") for file in files if _LICENCE.match(file.name)
        ]
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    found += [(str(python), "licences/Python")] if python.is_file() else []
    return found + _system_licences(entries)


def locked_packages(lock: Path) -> list[str]:
    """Return the names of the packages in a lock file."""
    return re.findall(r"(?m)^([a-z0-9.-]+)==", lock.read_text(encoding="utf-8"))


def _system_licences(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    asks = shutil.which("dpkg")
    files = [entry[1] for entry in entries if entry[1].startswith(("/lib/", "/usr/lib/"))]
    if asks is None or not files:
        return []
    resolved = [str(Path(file).resolve()) for file in files]
    done = subprocess.run([asks, "-S", *resolved], check=False, capture_output=True, text=True)
    owners = {line.partition(":")[0] for line in done.stdout.splitlines() if ":" in line}
    texts = {name: Path("/usr/share/doc") / name / "copyright" for name in sorted(owners)}
    return [
        (str(text), f"licences/system/{name}") for name, text in texts.items() if text.is_file()
    ]
