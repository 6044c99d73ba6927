"""Named pipes, processes and users of Windows, called through ctypes.

Every signature is that of Microsoft's documentation (learn.microsoft.com, namedpipeapi.h,
fileapi.h, ioapiset.h, synchapi.h, securitybaseapi.h, sddl.h, winbase.h; read November 2026). Tried
with fakes of the libraries; **not yet run on Windows**.
"""

import ctypes
import sys
from collections.abc import Callable
from ctypes import byref, create_string_buffer, create_unicode_buffer, wintypes
from typing import Any, Final

_ERROR_ACCESS_DENIED: Final = 5
_ERROR_BROKEN_PIPE: Final = 109
_ERROR_NO_DATA: Final = 232
_ERROR_PIPE_CONNECTED: Final = 535
_ERROR_IO_PENDING: Final = 997
_WAIT_OBJECT_0: Final = 0

_PIPE_ACCESS_DUPLEX: Final = 0x3
_FILE_FLAG_OVERLAPPED: Final = 0x40000000
_FILE_FLAG_FIRST_PIPE_INSTANCE: Final = 0x00080000
_PIPE_REJECT_REMOTE_CLIENTS: Final = 0x8  # byte type, byte mode and waiting are all 0
_PIPE_UNLIMITED_INSTANCES: Final = 255
_BUFFER_BYTES: Final = 8192

_TOKEN_QUERY: Final = 0x8
_TOKEN_USER: Final = 1  # of TOKEN_INFORMATION_CLASS
_PROCESS_QUERY_LIMITED_INFORMATION: Final = 0x1000
_SDDL_REVISION_1: Final = 1
_LONGEST_PATH: Final = 32768
_INVALID: Final = ctypes.c_void_p(-1).value or 0


class Overlapped(ctypes.Structure):
    """OVERLAPPED of minwinbase.h."""

    _fields_ = (
        ("Internal", ctypes.c_size_t),
        ("InternalHigh", ctypes.c_size_t),
        ("Offset", wintypes.DWORD),
        ("OffsetHigh", wintypes.DWORD),
        ("hEvent", wintypes.HANDLE),
    )


class SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES of wtypesbase.h."""

    _fields_ = (
        ("nLength", wintypes.DWORD),
        ("lpSecurityDescriptor", wintypes.LPVOID),
        ("bInheritHandle", wintypes.BOOL),
    )


_P: Final = ctypes.c_void_p
_B, _D, _H, _W = wintypes.BOOL, wintypes.DWORD, wintypes.HANDLE, wintypes.LPCWSTR
# Without these, ctypes would cut a handle to 32 bits.
_KERNEL32: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "CreateNamedPipeW": (_H, (_W, _D, _D, _D, _D, _D, _D, _P)),
    "ConnectNamedPipe": (_B, (_H, _P)),
    "DisconnectNamedPipe": (_B, (_H,)),
    "GetNamedPipeClientProcessId": (_B, (_H, _P)),
    "ReadFile": (_B, (_H, _P, _D, _P, _P)),
    "WriteFile": (_B, (_H, _P, _D, _P, _P)),
    "GetOverlappedResult": (_B, (_H, _P, _P, _B)),
    "CancelIoEx": (_B, (_H, _P)),
    "CreateEventW": (_H, (_P, _B, _B, _W)),
    "SetEvent": (_B, (_H,)),
    "WaitForMultipleObjects": (_D, (_D, _P, _B, _D)),
    "CloseHandle": (_B, (_H,)),
    "GetCurrentProcess": (_H, ()),
    "OpenProcess": (_H, (_D, _B, _D)),
    "QueryFullProcessImageNameW": (_B, (_H, _D, _P, _P)),
    "LocalFree": (_P, (_P,)),
}
_ADVAPI32: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "OpenProcessToken": (_B, (_H, _D, _P)),
    "GetTokenInformation": (_B, (_H, _D, _P, _D, _P)),
    "ConvertSidToStringSidW": (_B, (_P, _P)),
    "ConvertStringSidToSidW": (_B, (_W, _P)),
    "ConvertStringSecurityDescriptorToSecurityDescriptorW": (_B, (_W, _D, _P, _P)),
    "LookupAccountSidW": (_B, (_W, _P, _P, _P, _P, _P, _P)),
}


def load() -> "WindowsPipes":
    """Return the real thing. Raises OSError where this is not Windows."""
    if sys.platform == "win32":
        return WindowsPipes(
            ctypes.WinDLL("kernel32", use_last_error=True),
            ctypes.WinDLL("advapi32", use_last_error=True),
            ctypes.get_last_error,
        )
    raise OSError("named pipes of Windows are not here")


class WindowsPipes:
    """`core.adapters.helper_pipe.PipeSystem` on two libraries of Windows.

    Args:
        kernel32, advapi32: the libraries.
        last_error: gives the number of the last call's error.
    """

    def __init__(self, kernel32: Any, advapi32: Any, last_error: Callable[[], int]) -> None:
        self._kernel = kernel32
        self._advapi = advapi32
        self._last_error = last_error
        for library, signatures in ((kernel32, _KERNEL32), (advapi32, _ADVAPI32)):
            for name, (result, arguments) in signatures.items():
                function = getattr(library, name)
                function.restype, function.argtypes = result, list(arguments)

    # --- users -------------------------------------------------------------------------------

    def own_user(self) -> str:
        """Return the SID of the user whose process this is."""
        return self._user_of(self._kernel.GetCurrentProcess())

    def client(self, pipe: int) -> tuple[int, str, str]:
        """Return the process at the other end, the SID of its user, and its program."""
        pid = wintypes.DWORD()
        self._check(self._kernel.GetNamedPipeClientProcessId(pipe, byref(pid)))
        process = self._kernel.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, False, pid.value)
        self._check(process)
        try:
            return int(pid.value), self._user_of(process), self._program_of(process)
        finally:
            self._kernel.CloseHandle(process)

    def user_name(self, user: str) -> str:
        """Return the account of a SID; the SID itself where Windows knows none."""
        sid = ctypes.c_void_p()
        if not self._advapi.ConvertStringSidToSidW(user, byref(sid)):
            return user
        name, domain = create_unicode_buffer(257), create_unicode_buffer(257)
        name_size, domain_size, kind = wintypes.DWORD(257), wintypes.DWORD(257), wintypes.DWORD()
        try:
            is_known = self._advapi.LookupAccountSidW(
                None, sid, name, byref(name_size), domain, byref(domain_size), byref(kind)
            )
        finally:
            self._kernel.LocalFree(sid)
        return name.value if is_known else user

    def _user_of(self, process: int) -> str:
        token = wintypes.HANDLE()
        self._check(self._advapi.OpenProcessToken(process, _TOKEN_QUERY, byref(token)))
        try:
            size = wintypes.DWORD()
            # The first call fails on purpose, and says how much room is needed.
            self._advapi.GetTokenInformation(token, _TOKEN_USER, None, 0, byref(size))
            room = create_string_buffer(max(int(size.value), ctypes.sizeof(ctypes.c_void_p)))
            self._check(
                self._advapi.GetTokenInformation(token, _TOKEN_USER, room, size, byref(size))
            )
            # TOKEN_USER begins with a pointer to the SID.
            return self._text_of(ctypes.cast(room, ctypes.POINTER(ctypes.c_void_p))[0])
        finally:
            self._kernel.CloseHandle(token)

    def _text_of(self, sid: int | None) -> str:
        text = ctypes.c_wchar_p()
        self._check(self._advapi.ConvertSidToStringSidW(sid, byref(text)))
        try:
            return text.value or ""
        finally:
            self._kernel.LocalFree(ctypes.cast(text, ctypes.c_void_p))

    def _program_of(self, process: int) -> str:
        room, size = create_unicode_buffer(_LONGEST_PATH), wintypes.DWORD(_LONGEST_PATH)
        found = self._kernel.QueryFullProcessImageNameW(process, 0, room, byref(size))
        return room.value if found and room.value.isprintable() else ""

    # --- pipes -------------------------------------------------------------------------------

    def new_pipe(self, name: str, user: str, *, is_first: bool) -> int:
        """Return an instance of the pipe; its list of rights is protected and names one user."""
        descriptor = ctypes.c_void_p()
        self._check(
            self._advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(
                f"D:P(A;;GA;;;{user})", _SDDL_REVISION_1, byref(descriptor), None
            )
        )
        try:
            rights = SecurityAttributes(
                ctypes.sizeof(SecurityAttributes), descriptor.value, bInheritHandle=False
            )
            mode = _PIPE_ACCESS_DUPLEX | _FILE_FLAG_OVERLAPPED
            pipe = self._kernel.CreateNamedPipeW(
                name,
                mode | (_FILE_FLAG_FIRST_PIPE_INSTANCE if is_first else 0),
                _PIPE_REJECT_REMOTE_CLIENTS,
                _PIPE_UNLIMITED_INSTANCES,
                _BUFFER_BYTES,
                _BUFFER_BYTES,
                0,
                byref(rights),
            )
        finally:
            self._kernel.LocalFree(descriptor)
        if pipe in {None, 0, -1, _INVALID}:
            if is_first and self._last_error() == _ERROR_ACCESS_DENIED:
                raise FileExistsError("somebody has a pipe of this name")
            raise self._failure()
        return int(pipe)

    def wait_for_client(self, pipe: int, stop: int, seconds: float) -> bool:
        """Return whether a program connected."""
        event = self.new_event()
        try:
            under_way = Overlapped(hEvent=event)
            if self._kernel.ConnectNamedPipe(pipe, byref(under_way)):
                return True
            error = self._last_error()
            if error == _ERROR_PIPE_CONNECTED:
                return True
            if error != _ERROR_IO_PENDING:
                raise self._failure(error)
            return self._finish(pipe, under_way, stop, seconds) is not None
        finally:
            self.close_event(event)

    def read(self, pipe: int, most: int, stop: int, seconds: float) -> bytes:
        """Return what came, nothing at the end."""
        room = create_string_buffer(most)
        count = self._exchange(self._kernel.ReadFile, pipe, room, most, stop, seconds)
        return room.raw[: count or 0]

    def write(self, pipe: int, data: bytes, seconds: float) -> None:
        """Write all of it."""
        while data:
            room = create_string_buffer(data, len(data))
            count = self._exchange(self._kernel.WriteFile, pipe, room, len(data), 0, seconds)
            if not count:
                raise BrokenPipeError("the program does not read")
            data = data[count:]

    def close(self, handle: int) -> None:
        """Disconnect whoever is there, and let go."""
        self._kernel.DisconnectNamedPipe(handle)  # fails for an event, which does no harm
        self._kernel.CloseHandle(handle)

    def _exchange(
        self,
        call: Callable[..., int],
        pipe: int,
        room: object,
        size: int,
        stop: int,
        seconds: float,
    ) -> int | None:
        event = self.new_event()
        try:
            under_way = Overlapped(hEvent=event)
            if not call(pipe, room, size, None, byref(under_way)):
                error = self._last_error()
                if error in {_ERROR_BROKEN_PIPE, _ERROR_NO_DATA}:
                    return None
                if error != _ERROR_IO_PENDING:
                    raise self._failure(error)
            return self._finish(pipe, under_way, stop, seconds)
        finally:
            self.close_event(event)

    def _finish(self, pipe: int, under_way: Overlapped, stop: int, seconds: float) -> int | None:
        """Wait for the end of what is under way; return how many bytes, None if it did not end."""
        handles = (wintypes.HANDLE * 2)(under_way.hEvent, stop)
        how_many = 2 if stop else 1
        woken = self._kernel.WaitForMultipleObjects(
            how_many, ctypes.cast(handles, ctypes.c_void_p), False, int(seconds * 1000)
        )
        if woken != _WAIT_OBJECT_0:
            self._kernel.CancelIoEx(pipe, byref(under_way))
        count = wintypes.DWORD()
        # With True it returns only when Windows no longer uses the buffer, cancelled or not.
        is_done = self._kernel.GetOverlappedResult(pipe, byref(under_way), byref(count), True)
        return int(count.value) if is_done else None

    # --- events ------------------------------------------------------------------------------

    def new_event(self) -> int:
        """Return an event that stays set."""
        event = self._kernel.CreateEventW(None, True, False, None)
        self._check(event)
        return int(event)

    def set_event(self, event: int) -> None:
        """Set it."""
        self._kernel.SetEvent(event)

    def close_event(self, event: int) -> None:
        """Let go of it."""
        self._kernel.CloseHandle(event)

    # --- failures ----------------------------------------------------------------------------

    def _check(self, result: object) -> None:
        if not result:
            raise self._failure()

    def _failure(self, error: int | None = None) -> OSError:
        number = self._last_error() if error is None else error
        return OSError(f"a call of Windows failed with error {number}")
