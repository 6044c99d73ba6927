"""Names and values become one App: what `.env`, Postman and plain JSON have in common."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from core.importers.limits import bounded, credential
from core.pasted import LABELS, USER_FIELDS, check_fields, field_named, shape_of
from core.portable import Imported, PortableApp, PortablePair, PortableUser
from core.secret import Secret

_NOT_OF_THE_APP: Final = frozenset({"access_token", "access_token_secret", *USER_FIELDS})
# A shell or the other tool would put a value in its place; nothing here does.
_REFERENCES: Final = ("${", "$(", "{{", "`", "op://")


def imported_from(
    source: str,
    pairs: Iterable[tuple[str, object]],
    name: str = "",
    username: str = "",
    expires_at: datetime | None = None,
) -> Imported:
    """Return the App that these names and values describe.

    The last of two values for the same thing counts. A value that the other tool would
    only compute is left out.

    Args:
        source: as `Imported.source`.
        pairs: in the order of the file.
        name: of the App.
        username: whose the user tokens are, without "@".
        expires_at: of the user's Access Token.

    Raises:
        BadInput: there are more than 200 names.
    """
    fields: dict[str, Secret] = {}
    warnings: list[str] = []
    unknown = 0
    for spelling, raw in bounded(pairs):
        field = field_named(spelling)
        if field is None:
            unknown += 1
            continue
        value = credential(raw)
        if value is None:
            continue
        text = value.reveal()
        if any(mark in text for mark in _REFERENCES):
            warnings.append(f"The {LABELS[field]} is not here but computed elsewhere; left out.")
            continue
        if field == "access_token" and (shape := shape_of(text)) in USER_FIELDS:
            field = shape or field
        if fields.get(field, value) != value:
            warnings.append(f"The {LABELS[field]} stands there twice; the last one is used.")
        fields[field] = value
    app = _app(fields, name, username, expires_at)
    return Imported(source, (app,), (*warnings, *check_fields(fields)), unknown)


def _app(
    fields: Mapping[str, Secret], name: str, username: str, expires_at: datetime | None
) -> PortableApp:
    token, secret = fields.get("access_token"), fields.get("access_token_secret")
    access, refresh = fields.get("user_access_token"), fields.get("refresh_token")
    if token is not None and secret is None and refresh is not None and access is None:
        token, access = None, token  # half a pair beside a Refresh Token is a user's token
    return PortableApp(
        name=name,
        fields={key: value for key, value in fields.items() if key not in _NOT_OF_THE_APP},
        pairs=(PortablePair(token, secret),) if token and secret else (),
        users=(PortableUser(access, refresh, username, expires_at),) if access or refresh else (),
    )
