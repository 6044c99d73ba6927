"""Ctrl+C on the terminal, the end of a session, `kill`: the window ends as if it were closed.

So the clipboard is emptied, what was to be forgotten is forgotten, and no socket is left. Qt
alone would die of SIGTERM where it stands, and never hear of SIGINT. POSIX only: Windows tells
its programs of the end of a session by a message, which Qt heeds.
"""

import os
import signal
import sys
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")
_MOST_BYTES: Final = 64
_FIRST_OF_SIGNALS: Final = 128  # what a shell adds to the number in an exit code


class EndSignals(QObject):
    """Hears the signals that ask a program to end, from its making until `close`.

    Signals:
        asked: the program is to end. A second signal of that kind ends it where it stands.

    Attributes:
        exit_code: 0, or 128 and the number of the signal that came.
    """

    asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.exit_code = 0
        self._ends: tuple[int, int] | None = None
        if sys.platform != "win32":
            self._listen()

    def close(self) -> None:
        """Hear nothing more."""
        if self._ends is not None:
            signal.set_wakeup_fd(-1)
            self._notifier.setEnabled(False)
            for end in self._ends:
                os.close(end)
            self._ends = None

    def _listen(self) -> None:
        reader, writer = self._ends = os.pipe()
        for end in self._ends:
            os.set_blocking(end, False)
        self._notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for name in _NAMES:
            number = getattr(signal, name)
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, _once)

    def _hear(self) -> None:
        if self._ends is None:
            return
        heard = os.read(self._ends[0], _MOST_BYTES)
        wanted = {int(getattr(signal, name)) for name in _NAMES}
        numbers = [number for number in heard if number in wanted]
        if numbers:
            self.exit_code = _FIRST_OF_SIGNALS + numbers[0]
            self.asked.emit()


def _once(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
