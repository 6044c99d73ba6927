"""Takes over what other tools keep: `.env`, xurl, twurl, Postman and plain JSON.

Pure but for `reading`: text in, nouns out. A foreign text is hostile until proven otherwise:
it is bounded, read strictly, and nothing in it is ever run, followed or fetched.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from core.errors import BadInput
from core.importers import dotenv, plain_json, postman, twurl, xurl
from core.importers.limits import LONGEST_BYTES, refuse_long
from core.portable import Imported, PortableApp

__all__ = ["LONGEST_BYTES", "SOURCES", "read_foreign", "source_of"]

_READERS: Final[Mapping[str, Callable[[str], Imported]]] = {
    "env": dotenv.read,
    "xurl": xurl.read,
    "twurl": twurl.read,
    "postman": postman.read,
    "json": plain_json.read,
}
SOURCES: Final = tuple(_READERS)


def read_foreign(text: str, source: str = "") -> Imported:
    """Return what a text of another tool holds.

    Args:
        text: the whole of it; a BOM is dropped.
        source: one of `SOURCES`, or "" to find out.

    Raises:
        BadInput: it is too long, has too many names, is malformed, uses what we refuse
            (aliases, anchors and tags of YAML), or holds no credential.
    """
    refuse_long(text)
    text = text.removeprefix("\ufeff")
    found = _READERS[source or source_of(text)](text)
    apps = tuple(app for app in map(_without_empty, found.apps) if not app.is_empty)
    if not apps:
        raise BadInput("FILE", "it holds no credential that we know")
    return replace(found, apps=apps)


def source_of(text: str) -> str:
    """Return which tool a text seems to be of."""
    for source, reader in (("postman", postman), ("xurl", xurl), ("twurl", twurl)):
        if reader.is_one(text):
            return source
    return "json" if text.lstrip().startswith(("{", "[")) else "env"


def _without_empty(app: PortableApp) -> PortableApp:
    return replace(
        app,
        fields={name: value for name, value in app.fields.items() if value},
        pairs=tuple(pair for pair in app.pairs if pair.token and pair.token_secret),
        users=tuple(user for user in app.users if user.access_token or user.refresh_token),
    )
