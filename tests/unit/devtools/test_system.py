"""From what is missing to the one line that brings it, on every distribution."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.devtools import ground, needs, probe, system
from scripts.devtools.needs import Need

DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
DEBIAN_13 = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n'
DEBIAN_SID = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\n'
UBUNTU_22 = 'PRETTY_NAME="Ubuntu 22.04.5 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n'
UBUNTU_24 = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
MINT = 'PRETTY_NAME="Linux Mint 22"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n'
FEDORA = 'PRETTY_NAME="Fedora Linux 43"\nID=fedora\nVERSION_ID=43\n'
ROCKY = 'PRETTY_NAME="Rocky Linux 9.4"\nID="rocky"\nID_LIKE="rhel centos fedora"\n'
ARCH = 'PRETTY_NAME="Arch Linux"\nID=arch\n'
ALPINE = 'PRETTY_NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20\n'

# glibc and the compiler's runtime: Python itself could not start without them.
_C_LIBRARY = {
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libgcc_s.so.1",
    "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1",
}  # fmt: skip
_BY_NAME = {need.name: need for need in needs.ALL}
_SOUND = _BY_NAME["libasound.so.2"]
_CURSOR = _BY_NAME["libxcb-cursor.so.0"]


def _no_lists(_package: str) -> None:
    return None


@pytest.mark.parametrize(
    ("text", "family", "has_t64"),
    [
        (DEBIAN_12, "debian", False),
        (DEBIAN_13, "debian", True),
        (DEBIAN_SID, "debian", True),
        (UBUNTU_22, "debian", False),
        (UBUNTU_24, "debian", True),
        (FEDORA, "fedora", True),
        (ROCKY, "fedora", True),
        (ARCH, "arch", True),
        (ALPINE, "other", True),
    ],
)
def test_the_distribution_is_read_from_os_release(text: str, family: str, *, has_t64: bool) -> None:
    found = system.read_distribution(text)

    assert (found.family, found.has_t64) == (family, has_t64)
    assert found.name in text


def test_kin_of_a_distribution_count_as_it() -> None:
    assert system.read_distribution(MINT).family == "debian"


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        (DEBIAN_12, ["libasound2", "libxcb-cursor0"]),
        (DEBIAN_13, ["libasound2t64", "libxcb-cursor0"]),
        (FEDORA, ["alsa-lib", "xcb-util-cursor"]),
        (ARCH, ["alsa-lib", "xcb-util-cursor"]),
        (ALPINE, []),
    ],
)
def test_each_distribution_has_its_own_names(text: str, packages: list[str]) -> None:
    distribution = system.read_distribution(text)

    assert system.packages_for([_CURSOR, _SOUND], distribution, _no_lists) == packages


def test_what_apt_knows_decides_over_the_version() -> None:
    old = system.read_distribution(DEBIAN_12)
    new = system.read_distribution(UBUNTU_24)

    assert system.packages_for([_SOUND], old, lambda name: name.endswith("t64")) == [
        "libasound2t64"
    ]
    assert system.packages_for([_SOUND], new, lambda name: name == "libasound2") == ["libasound2"]


def test_one_package_is_named_once_however_many_files_it_holds() -> None:
    both = [_BY_NAME["libnspr4.so"], _BY_NAME["libplc4.so"]]

    assert system.packages_for(both, system.read_distribution(ARCH)) == ["nspr"]


@pytest.mark.parametrize(
    ("family", "root", "sudo", "line"),
    [
        (
            "debian",
            True,
            True,
            "apt-get update && apt-get install --yes --no-install-recommends a b",
        ),
        (
            "debian",
            False,
            True,
            "sudo apt-get update && sudo apt-get install --yes --no-install-recommends a b",
        ),
        (
            "debian",
            False,
            False,
            'su -c "apt-get update && apt-get install --yes --no-install-recommends a b"',
        ),
        ("fedora", False, True, "sudo dnf install --assumeyes a b"),
        ("arch", False, True, "sudo pacman -S --needed --noconfirm a b"),
        ("other", True, True, ""),
    ],
)
def test_the_one_line_can_be_pasted(
    family: system.Family, line: str, *, root: bool, sudo: bool
) -> None:
    assert system.one_line(["a", "b"], family, root=root, sudo=sudo) == line


def test_the_description_names_what_is_missing_what_is_lost_and_the_line() -> None:
    text = system.describe([_CURSOR, needs.XVFB], system.read_distribution(FEDORA))

    assert "Missing on Fedora Linux 43: Xvfb, libxcb-cursor.so.0." in text
    assert "Not available: the real X11 platform" in text
    assert "dnf install --assumeyes xcb-util-cursor xorg-x11-server-Xvfb" in text.splitlines()[-1]


def test_an_unknown_library_is_named_on_an_unknown_distribution() -> None:
    unknown = Need("window", "library", "libnew.so.9", (), "", "")

    text = system.describe([unknown], system.read_distribution(ALPINE))

    assert text.startswith("Missing on Alpine Linux: libnew.so.9.")
    assert "packages of your distribution that hold these files" in text


def test_a_missing_library_stops_and_a_missing_tool_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    system.report([needs.XVFB])

    assert "Not available: the real X11 platform" in capsys.readouterr().err
    with pytest.raises(ground.Trouble, match=r"libxcb-cursor\.so\.0"):
        system.report([needs.XVFB, _CURSOR])


def test_everything_has_a_package_on_every_distribution() -> None:
    for need in needs.ALL:
        assert need.debian
        assert need.fedora
        assert need.arch
        assert not any(name.strip() == "" for name in need.debian)


def test_run_needs_less_than_test_and_test_less_than_set_up() -> None:
    run, test, everything = (needs.PARTS_OF[name] for name in ("run", "test", "setup"))

    assert run < test < everything
    assert needs.needs_of("check") == (needs.PYTHON,)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the loader of Linux")
def test_a_library_that_cannot_be_loaded_is_found_missing() -> None:
    absent = Need("window", "library", "libkeypane-has-no-such.so.1", (), "", "")
    present = _BY_NAME["libz.so.1"]

    assert probe.find_missing([absent, present]) == [absent]


def test_a_program_and_a_file_that_are_absent_are_found_missing() -> None:
    program = Need("session", "program", "keypane-has-no-such", (), "", "")
    file = Need("session", "file", "/no/such/file|/nor/this", (), "", "")

    assert probe.find_missing([program, file]) == [program, file]


@pytest.mark.skipif(shutil.which("objdump") is None, reason="reads Qt's files with objdump")
def test_the_table_knows_all_that_the_shipped_qt_asks_of_the_system() -> None:
    own = [path for path in probe.resolve_qt().values() if "PySide6" in path]
    listing = subprocess.run(["objdump", "-p", *own], capture_output=True, text=True, check=True)
    asked = set(re.findall(r"NEEDED +(\S+)", listing.stdout)) - {Path(path).name for path in own}

    assert "libxcb-cursor.so.0" in asked
    assert asked - {need.name for need in needs.LIBRARIES} - _C_LIBRARY == set()


def test_nothing_is_looked_for_off_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert system.linux_needs("setup") == ()


@pytest.mark.parametrize(
    ("machine", "library", "version", "sentence"),
    [
        ("x86_64", "glibc", "2.36", ""),
        ("x86_64", "glibc", "2.34", ""),
        ("aarch64", "glibc", "2.41", ""),
        ("x86_64", "glibc", "2.31", "glibc 2.34 or newer on x86_64, and this is 2.31"),
        ("aarch64", "glibc", "2.36", "glibc 2.39 or newer on aarch64, and this is 2.36"),
        ("x86_64", "", "", "another C library"),
        ("riscv64", "glibc", "2.41", "this is riscv64"),
    ],
)
def test_a_linux_without_packages_of_qt_gets_one_sentence(
    machine: str, library: str, version: str, sentence: str
) -> None:
    trouble = system.libc_trouble(machine, library, version)

    assert sentence in trouble
    assert bool(trouble) is bool(sentence)
