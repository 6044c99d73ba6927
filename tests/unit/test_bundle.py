"""Which files the packaged program holds, and the files its systems want."""

import struct
import sys
from pathlib import Path

import pytest

from scripts import bundle, make_icons, version_info

QT = "PySide6/Qt/lib/"


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/qml/QtQuick/libqtquick2plugin.so",
        QT + "libQt6Quick3D.so.6",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/resources/qtwebengine_devtools_resources.pak",
        "PySide6/Qt/translations/qtwebengine_locales/de.pak",
        "PySide6\\plugins\\sqldrivers\\qsqlite.dll",
        "PySide6/QtQml.abi3.so",
    ],
)
def test_what_is_never_loaded_is_left_out(name: str) -> None:
    assert not bundle.wanted((name, "/x", "BINARY"))


@pytest.mark.parametrize(
    "name",
    [
        QT + "libQt6WebEngineCore.so.6",
        QT + "libQt6Quick.so.6",
        QT + "libQt6Qml.so.6",
        "PySide6/Qt/resources/icudtl.dat",
        "PySide6/Qt/resources/v8_context_snapshot.bin",
        "PySide6/Qt/translations/qtwebengine_locales/en-US.pak",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/QtWebEngineWidgets.abi3.so",
        "resources/catalogue.json",
    ],
)
def test_what_chromium_and_the_window_load_stays(name: str) -> None:
    assert bundle.wanted((name, "/x", "BINARY"))


def test_a_library_stays_if_something_kept_links_to_it_or_loads_it_by_name() -> None:
    links = {"/core": ["libssl.so.3"], "/plugin": ["libX11.so.6"]}
    names = {
        "PySide6/QtCore.abi3.so": "/core",
        "PySide6/Qt/plugins/platforms/libqxcb.so": "/plugin",
        "libssl.so.3": "/ssl",
        "libX11.so.6": "/x11",
        "libgdk_pixbuf-2.0.so.0": "/gdk",
        QT + "libQt6WaylandCompositor.so.6": "/compositor",
        "libpython3.11.so.1.0": "/python",
        "libnssckbi.so": "/nss",
    }
    entries = [(name, file, "BINARY") for name, file in names.items()]

    kept = {entry[0] for entry in bundle.needed(entries, lambda file: links.get(file, []))}

    assert set(names) - kept == {"libgdk_pixbuf-2.0.so.0", QT + "libQt6WaylandCompositor.so.6"}


def test_the_support_modules_come_compiled_and_name_no_folder_of_this_machine(
    tmp_path: Path,
) -> None:
    unpacked = tmp_path / "files.dir"
    (unpacked / "support" / "__pycache__").mkdir(parents=True)
    (unpacked / "support" / "loader.py").write_text("def load(): return 1\n")
    (unpacked / "support" / "__pycache__" / "old.cpython-311.pyc").write_bytes(b"of yesterday")

    found = {name: file for name, file, _ in bundle.support_modules(unpacked, tmp_path / "made")}

    compiled = f"__pycache__/loader.{sys.implementation.cache_tag}.pyc"
    inside = "shiboken6/files.dir/support/"
    assert set(found) == {inside + "loader.py", inside + compiled}
    code = Path(found[inside + compiled]).read_bytes()
    assert code[4] == 0b01, "Python would look at the date of the source"
    assert str(tmp_path).encode() not in code


def test_without_unpacked_support_modules_the_recipe_goes_on(tmp_path: Path) -> None:
    assert bundle.support_modules(tmp_path / "files.dir", tmp_path / "made") == []


def test_every_licence_of_a_locked_package_comes_along(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("requests==2.34.2 \\\n    --hash=sha256:00\nnot-for-this-system==1.0 \\\n")

    found = bundle.licences(bundle.locked_packages(lock), [])

    folders = {folder for _, folder in found}
    assert {"licences", "licences/requests"} <= folders
    assert all(Path(file).is_file() for file, _ in found)
    assert {"LGPL-3.0.txt", "GPL-3.0.txt", "Chromium.txt"} <= {Path(file).name for file, _ in found}


def test_the_icons_hold_a_picture_per_size(qapp: object) -> None:
    ico, icns = make_icons.ico(), make_icons.icns()

    assert struct.unpack_from("<HHH", ico) == (0, 1, len(make_icons.ICO_SIZES))
    assert ico.count(b"\x89PNG\r\n") == len(make_icons.ICO_SIZES)
    assert icns[:4] == b"icns"
    assert struct.unpack(">I", icns[4:8])[0] == len(icns)
    assert icns.count(b"\x89PNG\r\n") == len(make_icons.ICNS_TYPES)


def test_the_version_resource_has_four_numbers() -> None:
    text = version_info.text("0.1.0")

    assert "filevers=(0, 1, 0, 0)" in text
    compile(text, "version", "eval")
