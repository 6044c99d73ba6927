"""An answer that goes on: read while it comes, ended by its person, a stall, or the other side."""

from collections.abc import Iterator
from typing import Any

from core.adapters.http_errors import RAISED, ended, translate
from core.adapters.http_exchange import Exchange
from core.adapters.http_lines import line_batches
from core.errors import BadAnswer, Cancelled, KeypaneError
from core.model import HttpResponse


class WireStream:
    """Implements `core.ports.OpenStream`.

    Args:
        raw: urllib3's answer; only its `read1` and `close` are used.
        opening: what is known since the headers came.
        exchange: ends it from outside; its deadline moves with each read.
        host: for the errors.
        limit: of one line, in bytes.
        stall_seconds: how long nothing may come.
    """

    def __init__(
        self,
        raw: Any,
        opening: HttpResponse,
        exchange: Exchange,
        host: str,
        limit: int,
        stall_seconds: float,
    ) -> None:
        self.opening = opening
        self._raw = raw
        self._exchange = exchange
        self._host = host
        self._limit = limit
        self._stall_seconds = stall_seconds

    def batches(self) -> Iterator[tuple[bytes, ...]]:
        """Yield the lines that came together. Raises as the port says."""
        opening = self.opening
        batches = line_batches(self._read, opening.headers, opening.status, self._limit)
        while True:
            batch = self._next(batches)
            if batch is None:
                return
            yield batch

    def close(self) -> None:
        """Close the connection; it is never used again."""
        self._raw.close()

    def _next(self, batches: Iterator[tuple[bytes, ...]]) -> tuple[bytes, ...] | None:
        failure: KeypaneError | Cancelled
        try:
            batch = next(batches, None)
        except RAISED as error:
            failure = translate(error, self._exchange, self._host)
        except BadAnswer as bad:
            # What we cut off ourselves is not bad.
            failure = ended(self._exchange, self._host) or bad
        else:
            stopped = ended(self._exchange, self._host)
            if batch is not None or stopped is None:
                return batch
            failure = stopped
        raise failure

    def _read(self, most: int) -> bytes | None:
        self._exchange.extend(self._stall_seconds)
        piece: bytes | None = self._raw.read1(most, decode_content=False)
        return piece
