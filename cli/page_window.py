"""The embedded view for the command line: Keypane started once more, as a window with one page.

The command line itself needs no window system. What the two say to each other goes through
pipes; `core.page_window` tells why and what.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from core.authorization import AuthorizationAttempt
from core.errors import BadInput, Cancelled
from core.network import Way
from core.page_window import ARGUMENT, CANCELLED, PageOutcome, PageWanted
from core.ports import CancelToken
from core.world import World

_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def check_display(environ: Mapping[str, str] = os.environ) -> None:
    """Do nothing where a window can be shown.

    Raises:
        BadInput: there is no display; Qt would only abort.
    """
    if not sys.platform.startswith("linux") or any(environ.get(name) for name in _DISPLAYS):
        return
    raise BadInput("--browser", "there is no display for a window; use system or paste instead")


def page_wanted(world: World, attempt: AuthorizationAttempt, app_name: str) -> PageWanted:
    """Return what the window is asked: this attempt, and the way to X that requests take."""
    parts = urlsplit(attempt.authorize_url)
    way, has_no_way = Way("here"), False
    try:
        way = world.machine.way_to(parts.scheme, parts.hostname or "")
    except BadInput:
        has_no_way = True
    return PageWanted(
        app_name=app_name,
        authorize_url=attempt.authorize_url,
        redirect_uri=attempt.redirect_uri,
        origins=attempt.environment.sign_in_origins,
        is_loopback=attempt.environment.is_loopback,
        seconds=(attempt.deadline_at - world.clock.now()).total_seconds(),
        proxy=way.proxy_with_credentials.reveal(),
        certificates=way.certificates,
        in_software=world.drawing.in_software,
        has_no_way=has_no_way,
    )


def show_page(wanted: PageWanted, cancel: CancelToken) -> PageOutcome:
    """Show a page in a window of its own until it ends.

    Raises:
        Cancelled: the person closed the window, or stopped the command.
    """
    child = subprocess.Popen(  # noqa: S603 - this program itself, with one constant argument
        [*_program(), ARGUMENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what Chromium grumbles stands in nobody's answer
        text=True,
        encoding="utf-8",
    )
    try:
        assert child.stdin is not None, "asked for a pipe"
        assert child.stdout is not None, "asked for a pipe"
        child.stdin.write(wanted.as_line())
        child.stdin.flush()
        outcome = PageOutcome.read(child.stdout.readline())
    except BrokenPipeError:
        outcome = PageOutcome(CANCELLED)
    finally:
        _end(child)
    cancel.check()
    if outcome.outcome == CANCELLED:
        raise Cancelled
    return outcome


def _program() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, str(Path(__file__).resolve().parent.parent / "main.py")]


def _end(child: "subprocess.Popen[str]") -> None:
    """Let it end by itself once its input has ended; nothing of it is left behind."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
