"""Tells when the computer goes to sleep, as far as the desktop tells a program.

Linux: logind's PrepareForSleep on the system bus, with an inhibitor that holds the sleep back
until the vault is locked. Windows: WM_POWERBROADCAST. macOS has no such news in Qt, so there,
and wherever nobody answers, a jump of the clock after the sleep is what is noticed: then the
vault is locked at waking.

Run on Linux against a logind of a test. The branch of Windows is written after Microsoft's
page on WM_POWERBROADCAST (read November 2026) and was not run.
"""

import ctypes
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import (
    SLOT,
    QAbstractNativeEventFilter,
    QCoreApplication,
    QObject,
    QTimer,
    Signal,
    Slot,
)

log = logging.getLogger(__name__)

_SERVICE: Final = "org.freedesktop.login1"
_PATH: Final = "/org/freedesktop/login1"
_MANAGER: Final = "org.freedesktop.login1.Manager"
_WM_POWERBROADCAST: Final = 0x0218
_PBT_APMSUSPEND: Final = 0x0004
_LOOK_EVERY_MS: Final = 5_000
# Longer than any stall of a busy machine, shorter than a sleep that matters.
_JUMP_SECONDS: Final = 60.0


class SuspendWatch(QObject):
    """Listens to whoever tells of sleep.

    Signals:
        sleeping: the computer is about to sleep, or has slept just now.

    Attributes:
        source: who tells: "logind", "windows", or "clock" where nobody does.
    """

    sleeping = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.source = "clock"
        self._is_on = False
        self._inhibitor: Any = None
        self._windows: _PowerFilter | None = None
        self._clock = _ClockWatch(self, self.sleeping.emit)

    def start(self) -> None:
        """Listen from now on. Does nothing a second time."""
        if self._is_on:
            return
        self._is_on = True
        if sys.platform == "win32":
            self._windows = _PowerFilter(self.sleeping.emit)
            app = QCoreApplication.instance()
            if app is not None:
                app.installNativeEventFilter(self._windows)
                self.source = "windows"
        elif sys.platform.startswith("linux"):
            self._listen_to_logind()
        self._clock.start()

    def let_sleep(self) -> None:
        """Hold the sleep back no longer: what had to be done is done."""
        if self._inhibitor is not None:
            os.close(self._inhibitor)
            self._inhibitor = None

    def stop(self) -> None:
        """Listen no more, and never again."""
        self._is_on = True
        self._clock.stop()
        self.let_sleep()
        app = QCoreApplication.instance()
        if self._windows is not None and app is not None:
            app.removeNativeEventFilter(self._windows)
            self._windows = None
        if self.source == "logind":
            self._bus().disconnect(
                _SERVICE, _PATH, _MANAGER, "PrepareForSleep", self, SLOT("prepare_for_sleep(bool)")
            )

    # --- logind ------------------------------------------------------------------------------

    def _listen_to_logind(self) -> None:
        bus = self._bus()
        if not bus.isConnected():
            return
        heard = bus.connect(
            _SERVICE, _PATH, _MANAGER, "PrepareForSleep", self, SLOT("prepare_for_sleep(bool)")
        )
        if heard:
            self.source = "logind"
            self._hold_back()

    @Slot(bool)
    def prepare_for_sleep(self, is_ahead: bool) -> None:
        """logind: the sleep is ahead, or over."""
        if is_ahead:
            self.sleeping.emit()
        else:
            self._hold_back()

    def _hold_back(self) -> None:
        """Ask for the moment that it takes to lock. Nobody waits for the answer."""
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        self.let_sleep()
        call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _MANAGER, "Inhibit")
        call.setArguments(["sleep", "Keypane", "The vault is being locked", "delay"])
        watcher = QDBusPendingCallWatcher(self._bus().asyncCall(call), self)
        watcher.finished.connect(self._held)

    def _held(self, watcher: Any) -> None:
        arguments = watcher.reply().arguments()
        watcher.deleteLater()
        if watcher.isError() or not arguments:
            log.debug("logind gave no inhibitor; the vault is locked as soon as it tells")
            return
        descriptor = arguments[0].fileDescriptor()
        if descriptor >= 0:
            self.let_sleep()
            self._inhibitor = os.dup(descriptor)

    @staticmethod
    def _bus() -> Any:
        from PySide6.QtDBus import QDBusConnection

        return QDBusConnection.systemBus()


class _ClockWatch(QObject):
    """Notices that the time of day went on while this program stood still."""

    def __init__(self, parent: QObject, tell: Callable[[], object]) -> None:
        super().__init__(parent)
        self._tell = tell
        self._last = time.time()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look from now on."""
        self._last = time.time()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Compare with the last look. A clock that was set ahead locks too, to no harm."""
        now, last = time.time(), self._last
        self._last = now
        if now - last > _JUMP_SECONDS + _LOOK_EVERY_MS / 1000:
            self._tell()


class _PowerFilter(QAbstractNativeEventFilter):
    """Windows: hears that the system suspends."""

    def __init__(self, tell: Callable[[], object]) -> None:
        super().__init__()
        self._tell = tell

    def nativeEventFilter(self, kind: Any, message: Any) -> tuple[bool, int]:
        """Look at a message, and let it pass."""
        if bytes(kind) == b"windows_generic_MSG":
            head = _Message.from_address(int(message))
            if head.message == _WM_POWERBROADCAST and head.wparam == _PBT_APMSUSPEND:
                self._tell()
        return False, 0


class _Message(ctypes.Structure):
    """The first fields of Windows' MSG."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t),
    )
