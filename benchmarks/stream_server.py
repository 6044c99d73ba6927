"""A server that streams Posts as quickly as they are read, in a process of its own.

Usage: python benchmarks/stream_server.py, which prints its port and serves one reader after
the other until its stdin is closed. Each chunk is one line, as X sends them.
"""

import contextlib
import json
import select
import socket
import sys

POST = {
    "data": {
        "id": "1261326399320715264",
        "text": "Our bot posts build results here. " * 4,
        "author_id": "2244994945",
        "created_at": "2026-11-21T14:03:00.000Z",
        "public_metrics": {"like_count": 40, "reply_count": 2, "retweet_count": 5},
    },
    "includes": {"users": [{"id": "2244994945", "name": "Acme", "username": "acme"}]},
    "matching_rules": [{"id": "1", "tag": "builds"}],
}
LINE = json.dumps(POST).encode() + b"\r\n"
CHUNK = f"{len(LINE):x}\r\n".encode() + LINE + b"\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def main() -> None:
    """Serve until stdin ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    many = CHUNK * 64
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        client, _ = listener.accept()
        with contextlib.suppress(OSError), client:
            client.recv(65_536)
            client.sendall(HEAD)
            while True:
                client.sendall(many)


if __name__ == "__main__":
    main()
