"""How Chromium is started: with its sandbox wherever that is possible, and with eyes open.

Chromium refuses its own sandbox as root, and dies when the kernel forbids user
namespaces. In both cases the view may still show the practice sandbox on this
computer, never X. The decision is made here, once, from facts about the process;
whatever the environment variables said before is overwritten.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from functools import cache

from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory

from ui.browser.settings import ViewProxy

# QtWebEngine 6.11 builds no accessibility tree for a page when the assistive
# technology attached before Chromium started, so the tree is always on (measured). The
# second lets Chromium itself refuse a public page that reaches for this computer or its
# network: the request filter blocks such a redirect of an image or a script, yet it had
# reached the server all the same (measured); with the check, none did.
_FLAGS = (
    "--force-renderer-accessibility",
    "--enable-features=LocalNetworkAccessChecks:LocalNetworkAccessChecksWarn/false",
)

# Drivers crash, or draw a black page (security notes, part E): Chromium then does without.
_SOFTWARE_FLAGS = ("--disable-gpu",)


def is_chromium_loaded() -> bool:
    """Tell whether a page was shown in this program already: its flags are settled then."""
    return "PySide6.QtWebEngineCore" in sys.modules


class SandboxState(StrEnum):
    """What protects this computer from a web page that takes over its renderer."""

    ON = "on"
    OFF_AS_ROOT = "off as root"
    BLOCKED = "blocked by the system"


def sandbox_state() -> SandboxState:
    """Tell whether Chromium's sandbox will be on; starts a helper process once on Linux."""
    if not sys.platform.startswith("linux"):
        return SandboxState.ON
    if os.geteuid() == 0:
        return SandboxState.OFF_AS_ROOT
    return SandboxState.ON if _user_namespaces_work() else SandboxState.BLOCKED


def prepare_for_chromium(
    environ: MutableMapping[str, str] = os.environ, *, in_software: bool = False
) -> None:
    """Set the two variables that QtWebEngine reads once, when it is loaded."""
    flags = (*_FLAGS, *_SOFTWARE_FLAGS) if in_software else _FLAGS
    environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(flags)
    if sandbox_state() is SandboxState.ON:
        environ.pop("QTWEBENGINE_DISABLE_SANDBOX", None)
    else:
        environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"


def apply_proxy(proxy: ViewProxy | None) -> None:
    """Send Chromium's traffic through `proxy`; None means straight to the network.

    It holds for every view of the program, since Chromium has one way out; connections that
    are open stay. Addresses on this computer are reached directly in either case: Chromium
    itself excludes them (measured on 6.11.3).
    """
    QNetworkProxyFactory.setUseSystemConfiguration(False)
    kinds = QNetworkProxy.ProxyType
    chosen = QNetworkProxy(kinds.NoProxy)
    if proxy is not None:
        # Without user and password: Chromium asks for them, and the page answers that host only.
        chosen = QNetworkProxy(kinds.HttpProxy, proxy.host, proxy.port)
    QNetworkProxy.setApplicationProxy(chosen)


@cache
def _user_namespaces_work() -> bool:
    # Sysctls, seccomp filters and AppArmor can each forbid them; trying is the one
    # question that all three answer. Mapping root needs the capabilities that
    # Chromium needs, which Ubuntu 24.04 withholds.
    helper = shutil.which("unshare", path="/usr/bin:/bin")
    if helper is None:
        return True  # nothing to ask with: Chromium itself refuses to start unprotected
    answer = subprocess.run(  # noqa: S603  a constant program with constant arguments
        [helper, "--user", "--map-root-user", "/bin/true"],
        check=False,
        capture_output=True,
        timeout=10,
        env={},
    )
    return answer.returncode == 0
