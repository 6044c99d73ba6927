"""What Keypane needs of the machine beside Python packages, and who packages it.

Sonames are those that the shipped Qt 6.11 libraries ask for (`ldd`, read
2026-11). Debian's package names were tried on 12 and 13; Fedora's and Arch's
are those of their package lists and were not tried. Of several names in
`debian` the first that the machine's lists know is taken: Debian 13 and
Ubuntu 24.04 renamed some with `t64`.
"""

import sys
from dataclasses import dataclass
from typing import Literal

Kind = Literal["library", "program", "file", "gi", "ensurepip", "font", "libpython"]
Part = Literal["python", "window", "fonts", "screen", "session", "foreign", "bundler"]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the machine must have.

    Attributes:
        part: the group of commands that wants it, see `PARTS_OF`.
        kind: how its presence is tried, see `probe`.
        name: what is tried, and what a person is told is missing.
        debian: alternative package names, the newest first.
        fedora, arch: package names.
        lost: what is given up without it; empty if nothing works without it.
    """

    part: Part
    kind: Kind
    name: str
    debian: tuple[str, ...]
    fedora: str
    arch: str
    lost: str = ""


def _library(soname: str, debian: str, fedora: str, arch: str) -> Need:
    return Need("window", "library", soname, tuple(debian.split("|")), fedora, arch)


_DOTTED = f"{sys.version_info.major}.{sys.version_info.minor}"

PYTHON = Need(
    "python",
    "ensurepip",
    "ensurepip",
    (f"python{_DOTTED}-venv", "python3-venv"),
    "python3",
    "python",
)

LIBRARIES = (
    _library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    _library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    _library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11"),
    _library("libX11.so.6", "libx11-6", "libX11", "libx11"),
    _library("libXcomposite.so.1", "libxcomposite1", "libXcomposite", "libxcomposite"),
    _library("libXdamage.so.1", "libxdamage1", "libXdamage", "libxdamage"),
    _library("libXext.so.6", "libxext6", "libXext", "libxext"),
    _library("libXfixes.so.3", "libxfixes3", "libXfixes", "libxfixes"),
    _library("libXrandr.so.2", "libxrandr2", "libXrandr", "libxrandr"),
    _library("libXrender.so.1", "libxrender1", "libXrender", "libxrender"),
    _library("libXtst.so.6", "libxtst6", "libXtst", "libxtst"),
    _library("libasound.so.2", "libasound2t64|libasound2", "alsa-lib", "alsa-lib"),
    _library("libbrotlicommon.so.1", "libbrotli1", "libbrotli", "brotli"),
    _library("libbrotlidec.so.1", "libbrotli1", "libbrotli", "brotli"),
    _library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    _library("libdrm.so.2", "libdrm2", "libdrm", "libdrm"),
    _library("libexpat.so.1", "libexpat1", "expat", "expat"),
    _library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    _library("libfreetype.so.6", "libfreetype6", "freetype", "freetype2"),
    _library("libgbm.so.1", "libgbm1", "mesa-libgbm", "mesa"),
    _library("libglib-2.0.so.0", "libglib2.0-0t64|libglib2.0-0", "glib2", "glib2"),
    _library("libgthread-2.0.so.0", "libglib2.0-0t64|libglib2.0-0", "glib2", "glib2"),
    _library("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs", "krb5"),
    _library("libnspr4.so", "libnspr4", "nspr", "nspr"),
    _library("libnss3.so", "libnss3", "nss", "nss"),
    _library("libnssutil3.so", "libnss3", "nss-util", "nss"),
    _library("libplc4.so", "libnspr4", "nspr", "nspr"),
    _library("libplds4.so", "libnspr4", "nspr", "nspr"),
    _library("libsmime3.so", "libnss3", "nss", "nss"),
    _library("libstdc++.so.6", "libstdc++6", "libstdc++", "gcc-libs"),
    _library("libudev.so.1", "libudev1", "systemd-libs", "systemd-libs"),
    _library("libwayland-client.so.0", "libwayland-client0", "libwayland-client", "wayland"),
    _library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland"),
    _library("libwayland-egl.so.1", "libwayland-egl1", "libwayland-egl", "wayland"),
    _library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    _library("libxcb-dri3.so.0", "libxcb-dri3-0", "libxcb", "libxcb"),
    _library("libxcb-glx.so.0", "libxcb-glx0", "libxcb", "libxcb"),
    _library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    _library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    _library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    _library("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb"),
    _library(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
    ),
    _library("libxcb-render.so.0", "libxcb-render0", "libxcb", "libxcb"),
    _library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    _library("libxcb-shm.so.0", "libxcb-shm0", "libxcb", "libxcb"),
    _library("libxcb-sync.so.1", "libxcb-sync1", "libxcb", "libxcb"),
    _library("libxcb-util.so.1", "libxcb-util1", "xcb-util", "xcb-util"),
    _library("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb", "libxcb"),
    _library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
    _library("libxcb.so.1", "libxcb1", "libxcb", "libxcb"),
    _library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    _library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    _library("libxkbfile.so.1", "libxkbfile1", "libxkbfile", "libxkbfile"),
    _library("libzstd.so.1", "libzstd1", "libzstd", "zstd"),
    _library("libz.so.1", "zlib1g", "zlib-ng-compat", "zlib"),
)

_CERTIFICATES = Need(
    "window",
    "file",
    "/etc/ssl/certs/ca-certificates.crt|/etc/pki/tls/certs/ca-bundle.crt|/etc/ssl/cert.pem",
    ("ca-certificates",),
    "ca-certificates",
    "ca-certificates",
    lost="TLS to X: no certificate authority is known here",
)

TEXT_FONT = Need(
    "fonts",
    "font",
    "a good text font",
    ("fonts-inter",),
    "rsms-inter-fonts",
    "inter-font",
    lost="a good text font: the window falls back to what there is",
)

MONO_FONT = Need(
    "fonts",
    "font",
    "a good monospaced font",
    ("fonts-jetbrains-mono",),
    "jetbrains-mono-fonts",
    "ttf-jetbrains-mono",
    lost="a good monospaced font: values fall back to what there is",
)

FONT_FILES = {
    # DejaVu is not among them: it comes with fontconfig everywhere and is too wide for our rows.
    TEXT_FONT.name: (
        "inter", "adwaitasans", "cantarell", "ubuntu-", "ubuntu[", "ubuntusans", "notosans-",
        "notosans[", "roboto-", "roboto[", "sourcesans", "opensans", "liberationsans-",
        "ibmplexsans-",
    ),
    MONO_FONT.name: (
        "jetbrainsmono", "adwaitamono", "ubuntumono", "ubuntusansmono", "notosansmono",
        "robotomono", "sourcecodepro", "firacode", "firamono", "cascadia", "hack-",
        "ibmplexmono", "liberationmono-",
    ),
}  # fmt: skip

XVFB = Need(
    "screen",
    "program",
    "Xvfb",
    ("xvfb",),
    "xorg-x11-server-Xvfb",
    "xorg-server-xvfb",
    lost="the real X11 platform: windows are drawn offscreen, focus and clipboard are not covered",
)

SESSION = (
    Need(
        "session",
        "program",
        "dbus-daemon",
        ("dbus-daemon", "dbus"),
        "dbus-daemon",
        "dbus",
        lost="the session bus: keyring and accessibility are not covered",
    ),
    Need(
        "session",
        "program",
        "gnome-keyring-daemon",
        ("gnome-keyring",),
        "gnome-keyring",
        "gnome-keyring",
        lost="a real keyring: the adapter to the OS keyring is not covered",
    ),
    Need(
        "session",
        "file",
        "/usr/libexec/at-spi-bus-launcher|/usr/lib/at-spi-bus-launcher"
        "|/usr/lib/at-spi2-core/at-spi-bus-launcher",
        ("at-spi2-core",),
        "at-spi2-core",
        "at-spi2-core",
        lost="the accessibility bus: what a screen reader hears is not covered",
    ),
    Need(
        "session",
        "gi",
        "gi",
        ("python3-gi",),
        "python3-gobject",
        "python-gobject",
        lost="the accessibility client: what a screen reader hears is not covered",
    ),
    Need(
        "session",
        "gi",
        "Atspi",
        ("gir1.2-atspi-2.0",),
        "at-spi2-core",
        "at-spi2-core",
        lost="the accessibility client: what a screen reader hears is not covered",
    ),
    Need(
        "session",
        "program",
        "strace",
        ("strace",),
        "strace",
        "strace",
        lost="watching system calls: crash and silence tests are not covered",
    ),
    Need(
        "session",
        "program",
        "xdotool",
        ("xdotool",),
        "xdotool",
        "xdotool",
        lost="keys and clicks from outside the program",
    ),
)

# For programs that nobody here wrote; `scripts.foreign.setup` fetches the packages.
FOREIGN = (
    Need(
        "foreign",
        "program",
        "node",
        ("nodejs",),
        "nodejs",
        "nodejs",
        lost="programs for Node.js: twitter-api-v2 and the manual's client are not run",
    ),
    Need(
        "foreign",
        "program",
        "npm",
        ("npm",),
        "nodejs-npm",
        "npm",
        lost="packages of npm: twitter-api-v2 and oidc-provider are not run",
    ),
)

BUNDLER = (
    Need("bundler", "program", "objdump", ("binutils",), "binutils", "binutils"),
    Need(
        "bundler",
        "libpython",
        f"libpython{_DOTTED}.so.1.0",
        (f"libpython{_DOTTED}t64", f"libpython{_DOTTED}"),
        "python3-libs",
        "python",
    ),
)

ALL = (PYTHON, *LIBRARIES, _CERTIFICATES, TEXT_FONT, MONO_FONT, XVFB, *SESSION, *FOREIGN, *BUNDLER)

PARTS_OF: dict[str, frozenset[Part]] = {
    "setup": frozenset(("python", "window", "fonts", "screen", "session", "foreign", "bundler")),
    "run": frozenset(("python", "window", "fonts")),
    "test": frozenset(("python", "window", "fonts", "screen", "session", "foreign")),
    "cover": frozenset(("python", "window", "fonts", "screen", "session")),
    "mutate": frozenset(("python", "window", "fonts", "screen", "session")),
    "check": frozenset(("python",)),
    "lock": frozenset(("python",)),
    "build": frozenset(("python", "window", "fonts", "screen", "bundler")),
    "bench": frozenset(("python", "window", "fonts", "screen", "session")),
    "shots": frozenset(("python", "window", "fonts", "screen")),
}


def needs_of(command: str) -> tuple[Need, ...]:
    """Return what `command` needs of a Linux machine."""
    return tuple(need for need in ALL if need.part in PARTS_OF[command])
