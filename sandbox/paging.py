"""Pages of longer lists, with opaque tokens that fit only the list they came from."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sandbox import problems
from sandbox.exchange import Refusal
from sandbox.operations import Ask
from sandbox.parameters import Parameter
from sandbox.rendering import Document

Item = TypeVar("Item")
MAC_BYTES: Final = 6
PAGING_TOKEN: Final = Parameter("pagination_token", "text", high=200)
NEXT_TOKEN: Final = Parameter("next_token", "text", high=200)


def max_results(low: int, high: int, default: int) -> Parameter:
    """Return the parameter for the size of a page."""
    return Parameter("max_results", "int", low=low, high=high, default=default)


def page(
    ask: Ask, items: Sequence[Item], key: Callable[[Item], str], list_name: str
) -> tuple[list[Item], Document]:
    """Return one page of `items` and its `meta`.

    A token names the first item of its page, so that newer items do not shift the pages.

    Args:
        ask: its query holds `max_results` and perhaps a token.
        items: the whole list.
        key: an item's id.
        list_name: what a token is good for, such as the operation with its path and query.

    Raises:
        Refusal: 400, the token is not of this list.
    """
    size: int = ask.query["max_results"]
    start = _start(ask, [key(item) for item in items], list_name)
    chosen = list(items[start : start + size])
    meta: Document = {"result_count": len(chosen)}
    if start + size < len(items):
        meta["next_token"] = _token(ask, list_name, key(items[start + size]), start + size)
    if start > 0 and items:
        back = max(0, start - size)
        meta["previous_token"] = _token(ask, list_name, key(items[back]), back)
    return chosen, meta


def _token(ask: Ask, list_name: str, anchor: str, offset: int) -> str:
    text = f"{anchor}:{offset}".encode()
    mac = ask.world.seed.raw(MAC_BYTES, "page", list_name, anchor, offset)
    return base64.b32encode(mac + text).decode().rstrip("=").lower()


def _start(ask: Ask, ids: list[str], list_name: str) -> int:
    for name in ("pagination_token", "next_token"):
        token = ask.query.get(name)
        if token is None:
            continue
        try:
            padded = token.upper() + "=" * (-len(token) % 8)
            raw = base64.b32decode(padded)
            anchor, _, offset = raw[MAC_BYTES:].decode("ascii").partition(":")
            is_ours = _token(ask, list_name, anchor, int(offset)) == token
        except (binascii.Error, ValueError):
            is_ours = False
        if not is_ours:
            message = f"The `{name}` query parameter value [{token}] is not valid"
            raise Refusal(problems.invalid_request((name, [token], message)))
        return ids.index(anchor) if anchor in ids else int(offset)
    return 0
