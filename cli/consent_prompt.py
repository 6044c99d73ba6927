"""Asks on the agent's terminal whether a program may have a token. No answer is a refusal."""

import contextlib
import os
import sys
import time
from typing import Final

from cli.command_run import CommandRun
from core.consents import ANSWER_SECONDS, Answer, Question

_LOOK_SECONDS: Final = 0.2
_MOST_BYTES: Final = 4096
_YES: Final = frozenset({"y", "yes"})
_REMEMBER: Final = frozenset({"r", "remember"})


class ConsentPrompt:
    """The terminal, as a person who can be asked; one question at a time."""

    def __init__(self, run: CommandRun) -> None:
        self._run = run

    def ask(self, question: Question) -> Answer:
        """Return what the person typed within a minute; anything but a yes refuses."""
        self._drop_what_was_typed_before()
        self._write(text_of(question))
        typed = self._line().strip().lower()
        if typed in _REMEMBER and question.peer.program:
            return Answer.REMEMBER
        if typed in _YES:
            return Answer.ONCE
        self._write("Refused.\n")
        return Answer.REFUSE

    def _write(self, text: str) -> None:
        # --quiet too: an unseen question could not be answered.
        with contextlib.suppress(OSError):
            self._run.stderr.write(text)
            self._run.stderr.flush()

    def _line(self) -> str:
        until = time.monotonic() + ANSWER_SECONDS
        held = b""
        while not held.endswith((b"\n", b"\r")):
            if time.monotonic() >= until or self._run.cancel.is_raised:
                return ""
            if self._has_input():
                chunk = self._read()
                if not chunk:
                    return ""
                held = (held + chunk)[-_MOST_BYTES:]
        return held.decode("utf-8", "replace")

    def _drop_what_was_typed_before(self) -> None:
        while self._has_input(0.0) and self._read():
            pass

    def _has_input(self, seconds: float = _LOOK_SECONDS) -> bool:
        if sys.platform == "win32":
            import msvcrt

            if not msvcrt.kbhit():
                self._run.cancel.wait(seconds)
            return bool(msvcrt.kbhit())
        import select

        return bool(select.select([self._run.stdin], [], [], seconds)[0])

    def _read(self) -> bytes:
        if sys.platform == "win32":
            import msvcrt

            return msvcrt.getwche().encode()
        # Past Python's buffer: a thread that held its lock at the end would crash the program.
        return os.read(self._run.stdin.fileno(), _MOST_BYTES)


def text_of(question: Question) -> str:
    """Return the question in words."""
    peer = question.peer
    process = f"process {peer.pid}" if peer.pid is not None else "an unknown process"
    program = peer.program or "A program that the system does not name"
    user = f" of {peer.user}" if peer.user else ""
    token = "the Bearer Token" if question.credential == "bearer" else question.credential
    choices = "[y]es once, [r]emember, [N]o" if peer.program else "[y]es once, [N]o"
    return (
        f"{program} ({process}{user}) asks for a token of {token} of {question.app.name}.\n"
        f"Allow it? {choices}: "
    )
