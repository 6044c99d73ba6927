"""Gets what the machine lacks: by apt where we may, else as the one line to run."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scripts.devtools import probe
from scripts.devtools.ground import Trouble, is_root, say
from scripts.devtools.needs import Need, needs_of

Family = Literal["debian", "fedora", "arch", "other"]
_FAMILY_OF: dict[str, Family] = {
    "debian": "debian", "ubuntu": "debian", "fedora": "fedora", "rhel": "fedora", "arch": "arch",
}  # fmt: skip
_WITH_T64 = {"debian": 13, "ubuntu": 24}
# The platform tags of the wheels of PySide6 6.11.3, read 2026-11.
_OLDEST_GLIBC = {"x86_64": "2.34", "aarch64": "2.39"}
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
_INSTALL = {
    "debian": "apt-get update && apt-get install --yes --no-install-recommends {packages}",
    "fedora": "dnf install --assumeyes {packages}",
    "arch": "pacman -S --needed --noconfirm {packages}",
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """What /etc/os-release says of this machine, as far as it matters here."""

    name: str
    family: Family
    has_t64: bool


def read_distribution(text: str) -> Distribution:
    """Read the text of an os-release file."""
    fields = {}
    for line in text.splitlines():
        key, found, value = line.partition("=")
        if found:
            fields[key.strip()] = value.strip().strip("\"'")
    likes = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    family: Family = next((_FAMILY_OF[like] for like in likes if like in _FAMILY_OF), "other")
    major = fields.get("VERSION_ID", "").partition(".")[0]
    threshold = _WITH_T64.get(fields.get("ID", ""), 0)
    # A version that is no number is testing, unstable or rolling: newer than all.
    has_t64 = int(major) >= threshold if major.isdigit() else True
    return Distribution(fields.get("PRETTY_NAME", "this Linux"), family, has_t64)


def this_distribution() -> Distribution:
    """Return the distribution we run on."""
    for path in (Path("/etc/os-release"), Path("/usr/lib/os-release")):
        if path.exists():
            return read_distribution(path.read_text("utf-8"))
    return Distribution("this Linux", "other", has_t64=False)


def apt_knows(package: str) -> bool | None:
    """Tell whether apt's lists hold `package`; None when there are no lists to ask."""
    if shutil.which("apt-cache") is None or not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        return None
    answer = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False
    ).stdout
    return "Candidate:" in answer and "Candidate: (none)" not in answer


def choose_debian(
    names: Sequence[str], has_t64: bool, knows: Callable[[str], bool | None] = apt_knows
) -> str:
    """Return the one of `names` that apt knows; without lists, the one of this release's age."""
    for name in names:
        if knows(name):
            return name
    if len(names) > 1 and names[0].endswith("t64") and not has_t64:
        return names[1]
    return names[0] if names else ""


def packages_for(
    needs: Iterable[Need],
    distribution: Distribution,
    knows: Callable[[str], bool | None] = apt_knows,
) -> list[str]:
    """Return the packages that bring `needs`, sorted, each once; unknown ones are left out."""
    if distribution.family == "debian":
        names = {choose_debian(need.debian, distribution.has_t64, knows) for need in needs}
    elif distribution.family == "fedora":
        names = {need.fedora for need in needs}
    elif distribution.family == "arch":
        names = {need.arch for need in needs}
    else:
        names = set()
    return sorted(names - {""})


def one_line(packages: Sequence[str], family: Family, *, root: bool, sudo: bool) -> str:
    """Return the one command that installs `packages`, ready to be pasted; or nothing."""
    if family == "other" or not packages:
        return ""
    command = _INSTALL[family].format(packages=" ".join(packages))
    if root:
        return command
    if sudo:
        return " && ".join(f"sudo {part}" for part in command.split(" && "))
    return f'su -c "{command}"'


def describe(missing: Sequence[Need], distribution: Distribution) -> str:
    """Say what is missing, what is lost with it, and the line that brings it."""
    names = ", ".join(sorted({need.name.partition("|")[0] for need in missing}))
    lines = [f"Missing on {distribution.name}: {names}."]
    lines += sorted({f"  Not available: {need.lost}." for need in missing if need.lost})
    line = one_line(
        packages_for(missing, distribution),
        distribution.family,
        root=is_root(),
        sudo=shutil.which("sudo") is not None,
    )
    if line:
        lines += ["Install it with this line, then run the command again:", f"  {line}"]
    else:
        lines.append("Install the packages of your distribution that hold these files.")
    return "\n".join(lines)


def _prefix() -> list[str] | None:
    if is_root():
        return ["env"]
    if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n", "env"]
    return None


def _quiet(command: Sequence[str]) -> int:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False
    ).returncode


def install(missing: Sequence[Need], distribution: Distribution) -> None:
    """Install what is missing with apt, if this is Debian or its kin and we may; else do nothing.

    Whether it worked is found out by trying again, not here.
    """
    prefix = _prefix()
    if distribution.family != "debian" or prefix is None or shutil.which("apt-get") is None:
        return
    apt = [*prefix, "DEBIAN_FRONTEND=noninteractive", *_APT]
    if any(not any(apt_knows(name) for name in need.debian) for need in missing if need.debian):
        say("apt: reading the package lists …")
        _tell([*apt, "update", "--quiet"])
    packages = [
        name for name in packages_for(missing, distribution) if apt_knows(name) is not False
    ]
    if packages:
        say(f"apt: installing {' '.join(packages)} …")
        _tell([*apt, "install", "--yes", "--quiet", "--no-install-recommends", *packages])


def _tell(command: Sequence[str]) -> None:
    answer = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if answer.returncode != 0:
        say(f"This failed: {' '.join(command)}")
        say("\n".join(f"  {line}" for line in answer.stdout.strip().splitlines()[-15:]))


def provide(needs: Sequence[Need], find: Callable[[], list[Need]] | None = None) -> list[Need]:
    """Install what of `needs` is missing and return what is missing still."""
    look = find or (lambda: probe.find_missing(needs))
    missing = look()
    if missing:
        install(missing, this_distribution())
        missing = look()
    return missing


def report(missing: Sequence[Need]) -> None:
    """Say loudly what is missing; stop if nothing works without it."""
    if not missing:
        return
    text = describe(missing, this_distribution())
    if any(not need.lost for need in missing):
        raise Trouble(text)
    say(f"{'=' * 78}\n{text}\n{'=' * 78}")


def check_other_system() -> None:
    """On macOS and Windows, where pip brings all of Qt, say why it does not load if it does not."""
    why = probe.why_qt_does_not_load()
    if why and platform.system() == "Darwin":
        raise Trouble(f"Qt does not load: {why}\nQt 6.11 needs macOS 13 or newer.")
    if why:
        raise Trouble(
            f"Qt does not load: {why}\nQt 6.11 needs 64-bit Windows 10 (1809) or newer, the current"
            " Microsoft Visual C++ Redistributable, and on an N edition the Media Feature Pack."
        )


def is_linux() -> bool:
    """Tell whether system libraries are ours to look for."""
    return sys.platform.startswith("linux") and os.name == "posix"


def linux_needs(command: str) -> tuple[Need, ...]:
    """Return what `command` needs of this machine; nothing but Python elsewhere than on Linux."""
    return needs_of(command) if is_linux() else ()


def libc_trouble(machine: str, library: str, version: str) -> str:
    """Return one sentence if Qt's packages cannot run on this C library or processor."""
    oldest = _OLDEST_GLIBC.get(machine)
    if oldest is None:
        return f"Qt 6.11 comes for Linux on x86_64 and aarch64 only, and this is {machine}."
    if library != "glibc":
        return "Qt 6.11 comes for Linux with glibc only, and this Python uses another C library."
    if [int(part) for part in version.split(".")] < [int(part) for part in oldest.split(".")]:
        return f"Qt 6.11 needs glibc {oldest} or newer on {machine}, and this is {version}."
    return ""


def check_linux() -> None:
    """Stop with a sentence where no package of Qt would fit."""
    trouble = libc_trouble(platform.machine(), *platform.libc_ver())
    if trouble:
        raise Trouble(trouble)
