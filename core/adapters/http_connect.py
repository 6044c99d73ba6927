"""Looks a host up and connects to it, in a way that can be stopped at any moment."""

import contextlib
import ipaddress
import queue
import selectors
import socket
import time
from dataclasses import dataclass
from typing import Final

from core.adapters.http_exchange import Exchange, Stopped
from core.adapters.threads import start_thread

_SLICE_SECONDS: Final = 0.05
Address = tuple[socket.AddressFamily, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _LookUp:
    addresses: tuple[Address, ...] = ()
    error: OSError | None = None


def connect(host: str, port: int, exchange: Exchange, seconds: float) -> socket.socket:
    """Return a connected TCP socket. One address after the other gets at most `seconds`.

    Raises:
        Stopped: the exchange was ended from outside.
        OSError: no address answered (the last one's error), or there is none.
    """
    began = time.perf_counter()
    addresses = _literal(host.strip("[]"), port)
    if not addresses:
        addresses = _look_up(host, port, exchange)
        exchange.dns_ms = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    failure: OSError = OSError("no address")
    for family, address in addresses:
        try:
            tcp = _connect_one(family, address, exchange, seconds)
        except Stopped:
            raise
        except OSError as error:
            failure = error
        else:
            exchange.connect_ms = (time.perf_counter() - began) * 1000
            return tcp
    raise failure


def _literal(host: str, port: int) -> tuple[Address, ...]:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return ()
    return ((socket.AF_INET if version == 4 else socket.AF_INET6, (host, port)),)


def _look_up(host: str, port: int, exchange: Exchange) -> tuple[Address, ...]:
    """Ask the resolver on a thread of its own: nothing can interrupt it, so we stop waiting."""
    box: queue.SimpleQueue[_LookUp | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            box.put(_LookUp(error=error))
        except UnicodeError:
            box.put(_LookUp(error=socket.gaierror(socket.EAI_NONAME, "no such name")))
        else:
            box.put(_LookUp(tuple((entry[0], (str(entry[4][0]), port)) for entry in found)))

    start_thread("http-look-up", ask)
    exchange.on_end(lambda: box.put(None))
    answer = box.get()
    if answer is None:
        raise Stopped
    if answer.error is not None:
        raise answer.error
    return answer.addresses


def _connect_one(
    family: socket.AddressFamily, address: tuple[str, int], exchange: Exchange, seconds: float
) -> socket.socket:
    tcp = socket.socket(family, socket.SOCK_STREAM)
    try:
        tcp.setblocking(False)
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(BlockingIOError):
            tcp.connect(address)
        _wait_until_connected(tcp, exchange, time.monotonic() + seconds)
        _raise_failure_of(tcp)
    except BaseException:
        tcp.close()
        raise
    return tcp


def _raise_failure_of(tcp: socket.socket) -> None:
    code = tcp.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, "could not connect")  # Python picks ConnectionRefusedError and such


def _wait_until_connected(tcp: socket.socket, exchange: Exchange, until: float) -> None:
    # Shutting down a socket that is still connecting wakes it on Linux only, hence slices.
    with selectors.DefaultSelector() as selector:
        selector.register(tcp, selectors.EVENT_WRITE)
        while not selector.select(_SLICE_SECONDS):
            if exchange.ended:
                raise Stopped
            if time.monotonic() >= until:
                raise TimeoutError("could not connect in time")
    if exchange.ended:
        raise Stopped
