"""A person's own browser, as the window meets it: it is told an address, and comes back or not."""

import socket
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QUrl, Slot

from core.model import App, ClientCredentials
from core.secret import Secret
from tests.conftest import Canaries
from tests.e2e.window.bench import Bench
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


def use_redirect_uris(bench: Bench, canaries: Canaries, *uris: str) -> App:
    """Have the App on the desk be one that X knows with these redirect URIs."""
    registered = bench.sandbox.add_app("Own Browser", redirect_uris=uris)
    canaries.add(registered.client_secret)
    client = ClientCredentials(Secret(registered.client_id), Secret(registered.client_secret))
    bench.vault.update(
        App, bench.app.app_id, lambda app: replace(app, client=client, redirect_uris=uris)
    )
    desk = bench.program.desk
    bench.person.wait(lambda: desk.app is not None and desk.app.redirect_uris == uris, "the App")
    return bench.app


def begin_in_own_browser(bench: Bench, own: OwnBrowser) -> str:
    """Lead a sign-in to the system browser and return the address that it was given."""
    bench.person.press("Sign in a user")
    bench.person.press("Sign in with my browser")
    bench.person.wait(lambda: own.opened, "the browser")
    return own.opened[-1]
