"""The Secret Service of GNOME, KeePassXC and KDE, straight through SecretStorage.

Finds and keeps items as keyring's own backend does (25.7), so either reads what the other wrote.
That backend loads importlib_metadata, urllib, ssl and email on the way, three quarters of
what reading the key costs, and each start with Apps waits for it.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, ClassVar, Final

import secretstorage
from secretstorage import dhcrypto, util
from secretstorage.defines import ALGORITHM_DH, DBUS_NOT_SUPPORTED, SS_PATH

_KEY_BYTES: Final = 128
# The group gives 80 bits of strength, and 256 bits of exponent are three times what that needs;
# SecretStorage raises to 1,024 bits, which takes 10 ms of a start. (RFC 3526 §8, NIST SP 800-56A)
_EXPONENT_BYTES: Final = 32

_guard = threading.Lock()
_lines: Final[dict[int, list[Any]]] = {}  # by thread, the connections that it made


def hang_up(thread: int | None) -> None:
    """End whatever a thread waits for on the bus: its calls fail at once, its prompts close.

    Without this a prompt that nobody answers keeps the thread, and itself, for ever; on a
    machine under load a thread whose time is up goes on for as long as the service takes.
    """
    with _guard:
        lines = _lines.pop(thread or 0, [])
    for connection in lines:
        with suppress(OSError):  # closed by its thread meanwhile
            connection.sock.shutdown(socket.SHUT_RDWR)


class SecretService:
    """A backend of the shape that keyring's have.

    Raises:
        secretstorage.SecretServiceNotAvailableException: when made where there is none.
    """

    priority: ClassVar[float] = 5
    appid = "Keypane"

    def __init__(self) -> None:
        self._next: Any = _connect()  # the first call takes the one that found the service

    def get_password(self, service: str, username: str) -> str | None:
        """Return the value, or None; a locked collection asks the person."""
        with self._collection() as collection:
            for item in collection.search_items(_query(service, username)):
                if item.is_locked():
                    item.unlock()
                item.session = _session(collection.connection)
                return str(item.get_secret().decode())
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the value."""
        attributes = _query(service, username) | {"application": self.appid}
        label = f"Password for '{username}' on '{service}'"
        with self._collection() as collection:
            collection.session = _session(collection.connection)
            collection.create_item(label, attributes, password.encode(), replace=True)

    def delete_password(self, service: str, username: str) -> None:
        """Delete the value, if there is one."""
        with self._collection() as collection:
            for item in collection.search_items(_query(service, username)):
                item.delete()
                return

    @contextmanager
    def _collection(self) -> Iterator[Any]:
        connection, self._next = self._next, None
        if connection is None:
            connection = _connect()
        else:
            _note(connection)  # another thread may have made it
        with closing(connection), _forgotten(connection):
            collection = secretstorage.get_default_collection(connection)
            if collection.is_locked():
                collection.unlock()
                collection.ensure_not_locked()  # raises where the prompt was dismissed
            yield collection


def _connect() -> Any:
    connection = secretstorage.dbus_init()
    _note(connection)
    try:
        if secretstorage.check_service_availability(connection):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    raise secretstorage.SecretServiceNotAvailableException("nobody keeps secrets on this bus")


def _note(connection: Any) -> None:
    with _guard:
        _lines.setdefault(threading.get_ident(), []).append(connection)


@contextmanager
def _forgotten(connection: Any) -> Iterator[None]:
    try:
        yield
    finally:
        with _guard:
            for lines in _lines.values():
                if connection in lines:
                    lines.remove(connection)


def _query(service: str, username: str) -> dict[str, str]:
    return {"username": username, "service": service}


class _Session(dhcrypto.Session):
    """SecretStorage's encrypted session, with a private exponent of sensible length."""

    def __init__(self) -> None:
        self.object_path = None
        self.aes_key = None
        self.encrypted = True
        self.my_private_key = int.from_bytes(os.urandom(_EXPONENT_BYTES), "big")
        self.my_public_key = pow(2, self.my_private_key, dhcrypto.DH_PRIME_1024)


def _session(connection: Any) -> dhcrypto.Session:
    """Open a session on which values travel encrypted, where the service knows how."""
    session = _Session()
    public = session.my_public_key.to_bytes(_KEY_BYTES, "big")
    service = util.DBusAddressWrapper(SS_PATH, util.SERVICE_IFACE, connection)
    try:
        (_, theirs), path = service.call("OpenSession", "sv", ALGORITHM_DH, ("ay", public))
    except Exception as refused:
        if getattr(refused, "name", "") != DBUS_NOT_SUPPORTED:
            raise
        return util.open_session(connection)
    session.set_server_public_key(int.from_bytes(theirs, "big"))
    session.object_path = path
    return session
