"""*Update catalogue…*: a newer OpenAPI file of X's in the place of what Keypane came with.

Preview first: the file is read and checked whole (`core.catalogue_source`) before anything is
written, so a malformed one changes nothing. What is accepted stands in the data directory and
is replaced whole; going back to what is built in removes it. No credential is sent.
"""

import errno
import json
import logging
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from core import catalogue as current
from core.answers import raise_for
from core.catalogue import RESOURCES, Catalogue, Operation, Parameter
from core.catalogue_home import OWN_FILE, use_home
from core.catalogue_source import MOST_BYTES, WHERE, as_bytes, read_source
from core.environment import X_API, is_loopback
from core.errors import BadAnswer, BadInput, VaultUnavailable
from core.model import HttpRequest
from core.ports import CancelToken, Transport

log = logging.getLogger(__name__)

ADDRESS: Final = f"{X_API}/2/openapi.json"
DEADLINE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Changed:
    """An operation that both have, and how it differs.

    Attributes:
        operation: method and path.
        changes: short facts, as "parameter sort_order is new" or "scope like.read no longer".
    """

    operation: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new catalogue would change, operations by method and path in order."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when both say the same."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that was read and would be accepted.

    Attributes:
        version: what the file calls itself.
        operations: how many it has.
        difference: to the catalogue in use.
    """

    version: str
    operations: int
    difference: Difference
    raw: bytes = field(repr=False)


class CatalogueUpdates:
    """Reads, compares, keeps and drops newer catalogues.

    Args:
        home: the data directory.
        transport: for files at X's address.
    """

    def __init__(self, home: Path, transport: Transport) -> None:
        self._home = home
        self._transport = transport

    @property
    def is_built_in(self) -> bool:
        """True while the catalogue that Keypane came with is in use."""
        return current.in_use_is_built_in()

    @property
    def version(self) -> str:
        """What the catalogue in use calls itself."""
        return current.catalogue().source

    def preview(self, source: str, cancel: CancelToken) -> Preview:
        """Read a file and return what it would change. Writes nothing.

        Args:
            source: a path, or an address of X's or a sandbox's; "" is X's own address.
            cancel: raise it to stop waiting.

        Raises:
            BadInput: the file is not there, malformed, or the address is somebody else's.
            Refused, ServerFault, BadAnswer, TransportError: X did not give it.
            Cancelled: `cancel` was raised first.
        """
        source = source or ADDRESS
        raw = self._fetch(source, cancel) if "://" in source else _read(Path(source).expanduser())
        titles = json.loads((RESOURCES / "titles.json").read_text("utf-8"))
        document = read_source(raw, titles)
        new = Catalogue(document)
        return Preview(
            version=new.source,
            operations=len(new.operations),
            difference=difference(current.catalogue(), new),
            raw=as_bytes(document),
        )

    def accept(self, preview: Preview) -> None:
        """Put the previewed catalogue in the place of the one in use, at once and whole.

        Raises:
            VaultUnavailable: it cannot be written; then the old one stays.
        """
        _replace(self._home / OWN_FILE, preview.raw)
        use_home(self._home, again=True)
        log.info("took a catalogue of %d operations into use", preview.operations)

    def go_back(self) -> bool:
        """Return to the built-in catalogue; False when it was in use already.

        Raises:
            VaultUnavailable: the newer one cannot be removed.
        """
        try:
            (self._home / OWN_FILE).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _unavailable(error) from None
        finally:
            use_home(self._home, again=True)
        return True

    def _fetch(self, url: str, cancel: CancelToken) -> bytes:
        parts = urlsplit(url)
        is_x = f"{parts.scheme}://{parts.netloc}" == X_API
        is_sandbox = parts.scheme == "http" and is_loopback(url)
        if not (is_x or is_sandbox) or parts.query or parts.fragment:
            raise BadInput(WHERE, f"an address begins with {X_API}, or is a sandbox's")
        request = HttpRequest(
            "GET", url, deadline_seconds=DEADLINE_SECONDS, max_body_bytes=MOST_BYTES
        )
        response = self._transport.send(request, cancel)
        raise_for(response.status, response.headers, response.body)
        if "html" in response.headers.get("content-type", "").lower():
            raise BadAnswer("a web page came in the place of the file", status=response.status)
        return response.body


def difference(old: Catalogue, new: Catalogue) -> Difference:
    """Return what differs between two catalogues; our own titles do not count."""
    before = {f"{each.method} {each.path}": each for each in old.operations}
    after = {f"{each.method} {each.path}": each for each in new.operations}
    changed = [
        Changed(key, changes)
        for key in after
        if key in before and (changes := tuple(_changes(before[key], after[key])))
    ]
    return Difference(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple(changed),
    )


def _changes(old: Operation, new: Operation) -> list[str]:
    told = []
    if old.operation_id != new.operation_id:
        told.append(f"is called {new.operation_id}")
    if old.tag != new.tag:
        told.append(f"belongs to {new.tag}")
    told += _of_names("credential", set(old.auth), set(new.auth))
    told += _of_names("scope", set(old.scopes), set(new.scopes))
    mine = {each.name: each for each in old.parameters}
    theirs = {each.name: each for each in new.parameters}
    told += _of_names("parameter", set(mine), set(theirs))
    for name in sorted(mine.keys() & theirs.keys()):
        told += _of_names(f"{name}:", set(mine[name].enum), set(theirs[name].enum))
        if _limits(mine[name]) != _limits(theirs[name]):
            told.append(f"parameter {name} has other limits")
    if old.streaming != new.streaming:
        told.append("is a stream" if new.streaming else "is no stream any more")
    if old.exclusions != new.exclusions:
        told.append("parameters exclude each other otherwise")
    if old.body != new.body:
        told.append("the body has another shape")
    return told


def _limits(parameter: Parameter) -> tuple[object, ...]:
    """Return what a parameter allows but for its enumeration, which is told name by name."""
    facts = {key: value for key, value in parameter.facts.items() if key != "items"}
    items = {key: value for key, value in parameter.facts.get("items", {}).items() if key != "enum"}
    return parameter.where, parameter.required, parameter.kind, facts, items


def _of_names(what: str, old: set[str], new: set[str]) -> list[str]:
    told = [f"{what} {name} is new" for name in sorted(new - old)]
    return told + [f"{what} {name} no longer" for name in sorted(old - new)]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "it cannot be read"
        raise BadInput(WHERE, why[:1].lower() + why[1:]) from None


def _replace(path: Path, raw: bytes) -> None:
    """Write a file whole and private; readers see the old or the new one, never a half."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
    except OSError as error:
        raise _unavailable(error) from None
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise _unavailable(error) from None
    finally:
        beside.unlink(missing_ok=True)


def _unavailable(error: OSError) -> VaultUnavailable:
    fact = os.strerror(error.errno) if error.errno else type(error).__name__
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return VaultUnavailable("disk_full", fact)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return VaultUnavailable("read_only", fact)
    return VaultUnavailable("directory", fact)
