"""A server on this computer that answers every request at once, in a process of its own.

Usage: python benchmarks/loopback_server.py, which prints its port and serves until its stdin
is closed. It keeps connections alive and does as little as a server can, so that what is
measured is the client.
"""

import selectors
import socket
import sys

BODY = b'{"data":[{"id":"1261326399320715264","text":"' + b"x" * 400 + b'"}]}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)


def main() -> None:
    """Serve until stdin ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                ready = key.fileobj
                if ready is listener:
                    client, _ = listener.accept()
                    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    selector.register(client, selectors.EVENT_READ)
                elif isinstance(ready, socket.socket):
                    _answer(ready, selector)
                else:
                    return


def _answer(client: socket.socket, selector: selectors.BaseSelector) -> None:
    try:
        request = client.recv(65_536)
        if request:
            client.sendall(ANSWER * request.count(b"\r\n\r\n"))
            return
    except OSError:
        pass  # the client left, which ends the connection as well
    selector.unregister(client)
    client.close()


if __name__ == "__main__":
    main()
