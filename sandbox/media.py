"""The media of the practice world: which Posts have some, what X says of them, and their files.

The files lie below "/pbs/", which stands for X's own host of media. It knows no credential and is
strict about it: a request that brings one, or a cookie or a referrer, is refused, since whoever
sends those has told more than was asked for.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox import problems
from sandbox.drawing import drawn
from sandbox.exchange import Answer, Call
from sandbox.people import BY_ID

if TYPE_CHECKING:
    from sandbox.world import World

PATH: Final = "/pbs/"
MEDIA_PATH: Final = f"{PATH}media/{{name}}"
PORTRAIT_PATH: Final = f"{PATH}profile_images/{{user_id}}/{{name}}"
_UNWANTED: Final = ("authorization", "cookie", "referer", "proxy-authorization")
_PORTRAIT_PIXELS: Final = 48
_MAX_AGE: Final = ("Cache-Control", "max-age=604800")
_NAME: Final = re.compile(r"(?P<prefix>[0-9]{1,2})_(?P<number>[0-9]{1,20})-(?P<sort>[a-z]+)\.png")


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of attachment.

    Attributes:
        prefix: how X's media keys of this type begin.
        style: how its picture is drawn.
        alt_text: "" where the author wrote none.
    """

    type: str
    prefix: int
    style: str
    width: int
    height: int
    alt_text: str = ""
    duration_ms: int = 0
    views: int = 0


SORTS: Final = {
    "chart": Sort("photo", 3, "chart", 1200, 675, "Twelve bars, one of them in orange"),
    "square": Sort("photo", 3, "chart", 800, 800, "The same bars, closer"),
    "sky": Sort("photo", 3, "sky", 1024, 768),
    "film": Sort("video", 7, "sky", 1280, 720, "A hill in the evening", 72_000, 1_840),
    "loop": Sort("animated_gif", 16, "sky", 480, 480, "The sun over a hill, again and again"),
}


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment of a Post."""

    name: str
    key: str

    def facts(self, origin: str) -> dict[str, Any]:
        """Return all that X says of it; the picture lies at `origin`."""
        sort = SORTS[self.name]
        address = f"{origin}{PATH}media/{self.key}-{self.name}.png"
        facts: dict[str, Any] = {
            "media_key": self.key,
            "type": sort.type,
            "width": sort.width,
            "height": sort.height,
            "url" if sort.type == "photo" else "preview_image_url": address,
        }
        if sort.alt_text:
            facts["alt_text"] = sort.alt_text
        if sort.duration_ms:
            facts["duration_ms"] = sort.duration_ms
        if sort.views:
            facts["public_metrics"] = {"view_count": sort.views}
        return facts


def attached(post_id: str, sorts: tuple[str, ...]) -> list[Attached]:
    """Return the attachments of a Post."""
    return [
        Attached(name, f"{SORTS[name].prefix}_{int(post_id) + number}")
        for number, name in enumerate(sorts, 1)
    ]


def portrait(origin: str, user_id: str, username: str) -> str:
    """Return where an account's profile picture is, in X's small size."""
    return f"{origin}{PATH}profile_images/{user_id}/{username}_normal.png"


def picture(_world: "World", call: Call) -> Answer:
    """Answer for a file below PATH."""
    if any(name in call.headers for name in _UNWANTED):
        return problems.plain(403)
    _, _, kind, *rest = call.path.split("/")
    if kind == "media":
        found = _NAME.fullmatch(rest[0])
        sort = SORTS.get(found["sort"]) if found else None
        if found is None or sort is None or int(found["prefix"]) != sort.prefix:
            return problems.plain(404)
        return _png(drawn(sort.style, _seed(found["number"]), sort.width, sort.height))
    account = BY_ID.get(rest[0])
    if account is None or rest[1] != f"{account.username}_normal.png":
        return problems.plain(404)
    return _png(drawn("sign", _seed(account.id), _PORTRAIT_PIXELS, _PORTRAIT_PIXELS))


def _seed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def _png(data: bytes) -> Answer:
    return Answer(200, data, [("Content-Type", "image/png"), _MAX_AGE])
