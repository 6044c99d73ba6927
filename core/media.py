"""Fetches a picture of an answer: bytes of a known kind, within bounds, from X's media servers.

No credential, no cookie and no referrer goes along; a redirect is not followed. What comes is
only looked at by its first bytes here: the face that shows it decodes it, within bounds of its
own. Nothing is kept on disk.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from core.errors import BadAnswer, KeypaneError, TimedOut
from core.media_hosts import MediaSource
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken, Transport

MEDIA_SECONDS: Final = 30.0
MEDIA_BYTES: Final = 8 << 20
_KINDS: Final = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
}
_SHORTEST: Final = 16


class Trouble(StrEnum):
    """Why there is no picture."""

    FOREIGN = "foreign"  # the address leads elsewhere; nothing was sent
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    GONE = "gone"
    REFUSED = "refused"
    MOVED = "moved"
    NO_PICTURE = "no_picture"
    TOO_MUCH = "too_much"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came.

    Attributes:
        data: the whole file, empty where there is trouble.
        kind: "jpeg", "png", "webp" or "gif": what the server says and the first bytes show.
        trouble: why there is none.
        status: the HTTP status of a refusal, else 0.
    """

    data: bytes = field(default=b"", repr=False)
    kind: str = ""
    trouble: Trouble | None = None
    status: int = 0


class Media:
    """Fetches pictures for the window. The command line never does."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def fetch(self, source: MediaSource, cancel: CancelToken) -> Fetched:
        """Return a picture's bytes, or why there are none.

        Waits at most 30 s and takes at most 8 MiB, counted after decompression.

        Raises:
            Cancelled: `cancel` was raised first.
        """
        request = HttpRequest(
            "GET",
            source.url,
            query=source.query,
            headers=(("Accept", ", ".join(_KINDS)),),
            deadline_seconds=MEDIA_SECONDS,
            max_body_bytes=MEDIA_BYTES,
        )
        try:
            response = self._transport.send(request, cancel)
        except TimedOut as error:
            slow = error.reason == "timeout"
            return Fetched(trouble=Trouble.SLOW if slow else Trouble.UNREACHABLE)
        except BadAnswer:
            return Fetched(trouble=Trouble.TOO_MUCH)
        except KeypaneError:
            return Fetched(trouble=Trouble.UNREACHABLE)
        return _read(response)


def _read(response: HttpResponse) -> Fetched:
    if response.status != 200:
        return Fetched(trouble=_refusal(response.status), status=response.status)
    said = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    kind = kind_of(response.body)
    if not kind or _KINDS.get(said) != kind:
        return Fetched(trouble=Trouble.NO_PICTURE)
    return Fetched(response.body, kind)


def _refusal(status: int) -> Trouble:
    if 300 <= status < 400:
        return Trouble.MOVED
    return Trouble.GONE if status in {404, 410} else Trouble.REFUSED


def kind_of(data: bytes) -> str:
    """Return which of the four kinds the first bytes of a file show, "" for none of them."""
    if len(data) < _SHORTEST:
        return ""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return "gif" if data.startswith((b"GIF87a", b"GIF89a")) else ""
