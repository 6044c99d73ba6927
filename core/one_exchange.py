"""The gate of a sign-in attempt: what may be exchanged once is exchanged once.

A redirect can arrive twice (a reload, two browsers, a paste beside the embedded view), and
from several threads. The first one through sends the one request; everyone else waits and
gets its outcome.
"""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from core.errors import (
    AnswerUnkept,
    Cancelled,
    ConnectFailed,
    KeypaneError,
    SignInRefused,
    VaultError,
)
from core.ports import CancelToken

T = TypeVar("T")
_POLL_SECONDS: Final = 0.05


class ExchangeGate(Generic[T]):
    """Lets one exchange through per attempt and gives everyone else its outcome."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._settled = threading.Event()
        self._token: T | None = None
        self._error: KeypaneError | None = None

    def pass_once(self, exchange: Callable[[], T], cancel: CancelToken) -> T:
        """Run `exchange` unless someone did; return or raise what it gave."""
        while not self._take():
            cancel.check()
            if self._settled.wait(_POLL_SECONDS):
                return self._outcome()
        try:
            token = self._token = exchange()
        except AnswerUnkept as error:
            self.settle(error)  # the code is used: a second exchange would end what it gave
            raise
        except (ConnectFailed, VaultError):
            self._release()  # nothing was sent: the code is unused and may be tried again
            raise
        except Cancelled as stopped:
            if stopped.nothing_sent:
                self._release()
            else:
                self.settle(SignInRefused("cancelled"))
            raise
        except BaseException as error:
            self.settle(error if isinstance(error, KeypaneError) else SignInRefused("failed"))
            raise
        self._settled.set()
        return token

    def settle(self, error: KeypaneError) -> None:
        """Note that the attempt is over, without a token."""
        with self._lock:
            self._taken = True
        self._error = error
        self._settled.set()

    @property
    def is_settled(self) -> bool:
        """True once the attempt has its outcome."""
        return self._settled.is_set()

    def _take(self) -> bool:
        with self._lock:
            if self._taken:
                return False
            self._taken = True
            return True

    def _release(self) -> None:
        with self._lock:
            self._taken = False

    def _outcome(self) -> T:
        if self._token is not None:
            return self._token
        raise self._error or SignInRefused("cancelled")
