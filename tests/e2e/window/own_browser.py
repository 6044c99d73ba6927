"""A person's own browser, as the window meets it: it is told an address, and comes back or not."""

import socket
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QUrl, Slot

from tests.fakes.browser_back import Visitor


class OwnBrowser(QObject):
    """Stands where the system's browser would: it is told addresses and nothing else.

    Attributes:
        opened: the addresses, as they arrived.
        listened: for each, whether somebody listened at the redirect URI by then.
    """

    def __init__(self, port: int) -> None:
        super().__init__()
        self.where = ("127.0.0.1", port)
        self.visitor = Visitor(self.where)
        self.opened: list[str] = []
        self.listened: list[bool] = []

    @Slot(QUrl)
    def open_page(self, page: QUrl) -> None:
        self.listened.append(somebody_listens(self.where))
        self.opened.append(bytes(page.toEncoded().data()).decode())

    def go(self, url: str) -> bytes:
        """Follow a redirect to the listener; return its answer."""
        parts = urlsplit(url)
        assert (parts.hostname, parts.port) == self.where
        return self.visitor.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def somebody_listens(where: tuple[str, int]) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(where) == 0
