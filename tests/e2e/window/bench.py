"""The bench of these tests: the real window on real adapters, over a real sandbox."""

import gc
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.adapters import loopback
from core.adapters.browser_folders import PrivateFolders
from core.adapters.http_settings import TransportSettings
from core.adapters.machine import ThisMachine
from core.adapters.network_settings import NetworkSettings
from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import App, BearerToken, HttpRequest, HttpResponse, UserToken
from core.ports import CancelToken, KeyStore, OpenStream
from core.redaction import forms_of
from core.vault.vault import Vault
from core.world import World, assemble
from sandbox import Sandbox, SeenRequest
from tests.conftest import Canaries
from tests.e2e.window.person import Person
from tests.fakes.vaults import CHEAP
from ui.application import Program
from ui.shell import Tab

TOKEN_NAMES = ("access_token", "refresh_token")


class Overheard:
    """The real transport, and every secret that came through it.

    Attributes:
        deadline_seconds: when set, how long each call may wait instead of its own time.
    """

    def __init__(self, *listeners: Canaries) -> None:
        self.vault: Vault | None = None
        self._real = RequestsTransport(settings=self._settings)
        self._listeners = listeners
        self.deadline_seconds: float | None = None

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Send it for real, and learn what must not be shown."""
        if self.deadline_seconds is not None:
            request = replace(request, deadline_seconds=self.deadline_seconds)
        response = self._real.send(request, cancel)
        try:
            document = json.loads(response.body)
        except ValueError:
            return response
        if isinstance(document, dict):
            self._learn(*(document[name] for name in TOKEN_NAMES if name in document))
        return response

    def stream(
        self, request: HttpRequest, cancel: CancelToken, stall_seconds: float = 30.0
    ) -> AbstractContextManager[OpenStream]:
        """Open a stream for real."""
        return self._real.stream(request, cancel, stall_seconds)

    def _settings(self) -> TransportSettings:
        return NetworkSettings(self.vault).transport() if self.vault else TransportSettings()

    def close(self) -> None:
        """Close the real one."""
        self._real.close()

    def _learn(self, *values: str) -> None:
        for listener in self._listeners:
            listener.add(*values)


class Bench:
    """A started program with its sandbox, its person, and ways to look at the world behind."""

    def __init__(
        self,
        qtbot: QtBot,
        home: Path,
        sandbox: Sandbox,
        canaries: Canaries,
        keys: KeyStore,
    ) -> None:
        self.home = home
        self.sandbox = sandbox
        self.keys = keys
        self.unseen = unseen = Canaries()
        ready = sandbox.ready_app
        secrets = (
            ready.api_key,
            ready.api_secret,
            ready.client_secret,
            ready.access_token,
            ready.access_token_secret,
        )
        canaries.add(*secrets, ready.client_id)
        unseen.add(*secrets)  # the Client ID is no secret, and shown
        self.codes: list[str] = []
        sandbox.tamper_redirect(lambda pairs: self._hear_code(pairs, canaries, unseen))
        self.transport = Overheard(canaries, unseen)
        self.world = self._assemble()
        self.program = Program(self.world)
        self.person = Person(qtbot, self.program.window, unseen)
        self._ended = False

    def _assemble(self) -> World:
        clock = SystemClock()
        vault = Vault(SqliteStores(self.home), self.keys, clock, CHEAP)
        self.transport.vault = vault
        return assemble(
            self.home,
            clock,
            self.transport,
            self.keys,
            vault,
            lambda: self.sandbox,
            loopback.listen,
            ThisMachine(NetworkSettings(vault)),
            PrivateFolders(self.home),
        )

    def _hear_code(
        self, pairs: list[tuple[str, str]], *listeners: Canaries
    ) -> list[tuple[str, str]]:
        for name, value in pairs:
            if name == "code":
                self.codes.append(value)
                for listener in listeners:
                    listener.add(value)
        return pairs

    # --- looking behind the screen -----------------------------------------------------------

    @property
    def vault(self) -> Vault:
        """What is kept."""
        return self.world.vault

    @property
    def app(self) -> App:
        """The App on the desk, as the vault has it."""
        app = self.vault.get(App, self.program.desk.app_id)
        assert app is not None, "no App lies on the desk"
        return app

    @property
    def bearer(self) -> BearerToken | None:
        """The Bearer Token of the App on the desk."""
        return self.vault.get(BearerToken, self.program.desk.app_id)

    @property
    def users(self) -> tuple[UserToken, ...]:
        """The user tokens of the App on the desk."""
        return self.vault.users_of(self.program.desk.app_id)

    def asked(self, path: str, method: str = "POST") -> list[SeenRequest]:
        """Return what X was asked at this path, in order."""
        return [seen for seen in self.sandbox.seen if (seen.method, seen.path) == (method, path)]

    def shows(self, value: str) -> None:
        """Allow a value on the screen: the person put it where it can be read."""
        self.unseen._forms.difference_update(forms_of(value))

    # --- steps that many tests begin with ----------------------------------------------------

    def open_with_practice_app(self) -> None:
        """Start the window on the sandbox, up to the Practice App."""
        self.program.start(sandbox=True)
        self.person.wait(lambda: self.person.can_press("Generate Bearer Token"), "the App")

    def show(self, tab: str) -> None:
        """Click a tab, by its name."""
        bar = self.program.window.header.tabs
        place = next(p for p in range(bar.count()) if bar.tabText(p) == tab)
        bar.setCurrentIndex(place)

    def pane(self, tab: Tab) -> Any:
        """Return the pane of a tab."""
        return self.program.window.pane(tab)

    def generate(self) -> BearerToken:
        """Generate the Bearer Token and return it."""
        self.person.press("Generate Bearer Token")
        self.person.wait(lambda: self.person.can_press("Check Bearer Token"), "the token")
        bearer = self.bearer
        assert bearer is not None
        return bearer

    def open_consent(self, preset: str = "") -> QWidget:
        """Lead a sign-in to X's page and return the widget that takes its keys."""
        self.person.press("Sign in a user")
        if preset:
            self.person.press(preset)
        self.person.press("Sign in here")
        return self.consent_page()

    def consent_page(self) -> QWidget:
        """Wait for X's page and return the widget that takes its keys."""
        self.person.wait(self._has_page, "X's page")
        return self.page_keys()

    def _has_page(self) -> bool:
        browser: Any = self.program.window.findChild(QWidget, "signInBrowser")
        page = browser._page if browser is not None else None
        # Until its first frame is painted, Chromium drops what is typed.
        return (
            page is not None
            and bool(page.title())
            and not page.isLoading()
            and is_painted(browser._view)
        )

    def page_keys(self) -> QWidget:
        """Return the widget inside the browser that takes keys."""
        browser = self.program.window.findChild(QWidget, "signInBrowser")
        assert isinstance(browser, QWidget)
        target = browser.focusProxy()
        assert target is not None
        target.setFocus()
        inner: QWidget = target.focusProxy() or target
        return inner

    def sign_in(self, *, account: int = 0, preset: str = "") -> UserToken:
        """Sign a user in by keyboard in the embedded page, up to *Keep on this computer*."""
        page = self.open_consent(preset)
        downs = [Qt.Key.Key_Down] * account
        self.person.key(page, Qt.Key.Key_Tab, *downs, Qt.Key.Key_Return)
        self.person.press("Keep on this computer")
        self.person.wait(lambda: self.program.window.page is None, "the pane")
        user = self.users[-1]
        self.person.wait(lambda: user in self.program.desk.snapshot.users, "its row")
        return user

    # --- the end -----------------------------------------------------------------------------

    def end(self) -> None:
        """End the program, and see that nothing of it is left."""
        if self._ended:
            return
        self._ended = True
        try:
            self.person.look_for_secrets()
        finally:
            is_clean = self.program.end()
            self._forget_program()
        assert is_clean, "a job outlived the program"
        left = timers()
        assert left == [], f"timers outlived the program: {left}"

    def _forget_program(self) -> None:
        QApplication.processEvents()
        program = self.program
        for part in (program.window, program.desk, program.panes, program.runner):
            part.deleteLater()
        del program, part, self.program, self.person
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()
        gc.collect()


def is_painted(view: QWidget) -> bool:
    """Return whether there is more than a plain ground on a widget."""
    small = view.grab().toImage().scaled(64, 64)
    return len({small.pixel(x, y) for x in range(64) for y in range(64)}) > 3


def timers() -> list[str]:
    """Return what belongs to each timer that still runs."""
    found = [one for one in gc.get_objects() if isinstance(one, QTimer)]
    return [type(timer.parent()).__name__ for timer in found if isValid(timer) and timer.isActive()]


Start = Callable[..., Bench]
