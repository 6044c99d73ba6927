"""Pictures of every pane and state, in light and dark, from the real program on the sandbox.

Usage: python -m scripts.shots [DIRECTORY]       (`python3 dev.py shots` gives it a display)
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QRect, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from core.adapters import loopback
from core.adapters.browser_folders import PrivateFolders
from core.adapters.data_directory import make_private
from core.adapters.machine import ThisMachine
from core.adapters.network_settings import NetworkSettings
from core.adapters.os_keyring import OsKeyring
from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.environment import Environment
from core.model import AccessTokenPair, App, ConsumerKeys, CredentialState, UserToken
from core.secret import Secret
from core.vault.vault import Vault
from core.world import World, assemble
from sandbox import Sandbox
from scripts.shots_browser import take_browser
from scripts.shots_doctor import take_doctor
from scripts.shots_requests import take_requests
from scripts.shots_set_up import take_set_up
from ui.application import GarbageTimer, Program, make_application
from ui.shell import Tab
from ui.theme import Scheme, theme
from ui.tour import Hands

TARGET: Final = Path("docs/screenshots")
_WAIT_SECONDS: Final = 60.0
_OF_THIS_MACHINE: Final = (
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
)


def build_world(home: Path, started: list[Sandbox]) -> World:
    """Return a world on the real adapters; the sandbox that it starts lands in `started`."""

    def start_sandbox() -> Sandbox:
        make_private(home)
        running = Sandbox(state_file=home / "sandbox.json")
        running.start()
        started.append(running)
        return running

    clock, keys = SystemClock(), OsKeyring()
    vault = Vault(SqliteStores(home), keys, clock)
    network = NetworkSettings(vault)
    transport, machine = RequestsTransport(settings=network.transport), ThisMachine(network)
    folders = PrivateFolders(home)
    return assemble(
        home, clock, transport, keys, vault, start_sandbox, loopback.listen, machine, folders
    )


class Photographer:
    """Leads the program through its states and takes each in both themes."""

    def __init__(self, program: Program, started: list[Sandbox], target: Path) -> None:
        self._program = program
        self._started = started
        self._target = target
        self._hands = Hands(program.window)

    def take(self, name: str, dialog: QWidget | None = None) -> None:
        """Save the window, with a dialog over it if there is one, in light and in dark."""
        focused = QApplication.focusWidget()
        if focused is not None and focused.accessibleName() == "Find":
            focused.clearFocus()  # it has the keyboard only because nothing else was touched
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            theme().choose(scheme)
            self.pause(0.25)
            picture = self._program.window.grab()
            if dialog is not None:
                from PySide6.QtGui import QPainter

                painter = QPainter(picture)
                place = self._program.window.mapFromGlobal(dialog.pos())
                painter.drawPixmap(place, dialog.grab())
                painter.setPen(theme().colour("line"))
                painter.drawRect(QRect(place, dialog.size()).adjusted(-1, -1, 0, 0))
                painter.end()
            folder = self._target / str(scheme)
            folder.mkdir(parents=True, exist_ok=True)
            picture.save(str(folder / f"{name}.png"), "PNG")

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Let the program run until a condition holds."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            self.pause(0.05)

    def pause(self, seconds: float) -> None:
        """Let the program run for a moment, for what is only being painted."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def press(self, name: str) -> None:
        """Press a button once it can be pressed."""
        self.until(lambda: self._hands.sees(name), name)
        self._hands.press(name)

    def can_press(self, name: str) -> bool:
        """Return whether there is such a button now."""
        return self._hands.sees(name)

    def reads(self, text: str) -> bool:
        """Return whether this is read on the screen now."""
        return self._hands.reads(text)

    def type_into(self, name: str, text: str) -> None:
        """Fill a field."""
        self._hands.type_into(name, text)

    def choose(self, name: str, label: str) -> None:
        """Pick an entry of a list."""
        self._hands.choose(name, label)

    def dialog(self) -> QWidget:
        """Return the open dialog."""
        self.until(lambda: QApplication.activeModalWidget() is not None, "a dialog")
        found = QApplication.activeModalWidget()
        assert found is not None, "waited for"
        self.pause(0.2)
        return found

    # --- the round ---------------------------------------------------------------------------

    def go_round(self) -> None:
        """Take every picture."""
        for part in (self._first_minutes, self._keys, self._calls, self._sign_in):
            part()
        take_set_up(self, self._program)
        take_doctor(self, self._program)
        take_browser(self, self._program)
        self._rest()

    def _first_minutes(self) -> None:
        panes = self._program.panes
        self.until(lambda: self._program.window.page is not None, "welcome")
        self.take("welcome")
        panes.pages.show_add_app()
        self.pause(0.2)
        self.take("add-app-empty")
        self._program.panes.pages.show_add_app(
            paste="API Key\nxvz1evFS4wEEPTGEFPHBog12A\nAPI Key Secret\n" + "L8qq9PZyRg6ie" * 3
        )
        self.pause(0.2)
        self.take("add-app-pasted")
        panes.pages.show_welcome()
        panes.opening.start_sandbox()
        self.until(lambda: self._hands.sees("Generate Bearer Token"), "the Practice App")

    def _keys(self) -> None:
        self.take("keys-first")
        self.press("Generate Bearer Token")
        self.press("Check Bearer Token")
        self.until(lambda: self._hands.reads("Works"), "a check")
        self._add_neighbours()
        self.until(lambda: self._hands.sees("Revoke @acme"), "the users")
        self._program.window.toast.close_now()
        self.take("keys")
        self.press("Revoke Bearer Token")
        dialog = self.dialog()
        self.take("confirm-revoke", dialog)
        dialog.close()
        self._program.window.open_palette()
        self.pause(0.2)
        self.take("palette")
        self._program.window.palette_layer.close_now()

    def _add_neighbours(self) -> None:
        """Put a few credentials beside the real ones, so that every state is in the picture."""
        world = self._program.world
        app = self._program.desk.app
        sandbox = self._started[0]
        if app is None:
            raise LookupError("no App on the desk")
        attempt = world.sign_in.begin(app, ("tweet.read", "users.read", "offline.access"))
        url = sandbox.authorize_without_browser(attempt.authorize_url)
        from core.ports import CancelToken

        token = world.sign_in.complete(attempt, url, CancelToken())
        ready = sandbox.ready_app
        pair = AccessTokenPair(
            app.app_id,
            Secret(ready.access_token),
            Secret(ready.access_token_secret),
            world.clock.now(),
            user_id=ready.access_token.partition("-")[0],
            username="acme",
            access_level="read-write",
            checked_at=world.clock.now(),
        )
        world.vault.save(pair, *_others(token), *_live_apps(world))

    def _calls(self) -> None:
        window = self._program.window
        window.show_tab(Tab.REQUESTS)
        self.pause(0.3)
        self.take("requests-first")
        self.press("Send")
        self.until(lambda: self._hands.reads("200 OK"), "an answer")
        self.take("requests-posts")
        pane = window.pane(Tab.REQUESTS)
        for place, name in enumerate(("json", "headers", "timing", "code"), start=1):
            pane.answer.tabs.setCurrentIndex(place)  # type: ignore[attr-defined]
            self.pause(0.2)
            self.take(f"requests-{name}")
        pane.answer.tabs.setCurrentIndex(0)  # type: ignore[attr-defined]
        pane.parameter_changed.emit("ids", ("1261326399320715264", "20"))  # type: ignore[attr-defined]
        self.press("Send")
        self.until(lambda: self._hands.reads("not returned"), "a partial answer")
        self.take("requests-partial")
        self._started[0].faults.add("GET", "/2/tweets", status=429, times=1)
        self.press("Send")
        self.until(lambda: self._hands.reads("429"), "a refusal")
        self.take("requests-refused")
        pane.operation_chosen.emit("createPosts")  # type: ignore[attr-defined]
        self.pause(0.3)
        self.take("requests-needs-a-user")
        take_requests(self, self._program, self._started[0])

    def _sign_in(self) -> None:
        panes = self._program.panes
        panes.pages.show_sign_in()
        self.pause(0.3)
        self.take("sign-in-1-scopes")
        self.press("Sign in here")
        shown: list[bool] = []
        self.until(lambda: self._browser() is not None, "the browser")
        browser = self._browser()
        if browser is not None:
            browser.page_shown.connect(lambda: shown.append(True))  # type: ignore[attr-defined]
        self.until(lambda: bool(shown), "the consent page")
        self.pause(0.4)
        self.take("sign-in-2-consent")
        self.press("Paste the address")
        self.pause(0.2)
        self.take("sign-in-2-paste")
        self.press("Cancel sign-in")

    def _browser(self) -> QWidget | None:
        return self._program.window.findChild(QWidget, "signInBrowser")

    def _rest(self) -> None:
        window = self._program.window
        for tab in (Tab.LIMITS, Tab.ACTIVITY, Tab.SETTINGS):
            window.show_tab(tab)
            self.pause(0.5)
            if tab is Tab.LIMITS:
                self._ask_usage()
            window.toast.close_now()
            self.take(str(tab))
        window.resize(960, 600)
        window.show_tab(Tab.KEYS)
        self.pause(0.3)
        self.take("keys-narrow")

    def _ask_usage(self) -> None:
        pane = self._program.window.pane(Tab.LIMITS)
        pane.usage_wanted.emit()  # type: ignore[attr-defined]
        self.until(lambda: self._hands.reads("this month"), "the usage")


def _others(token: UserToken) -> Iterator[UserToken]:
    from dataclasses import replace

    yield replace(
        token,
        token_id="held",  # noqa: S106 - an id
        user_id="2",
        username="acme_prod",
        state=CredentialState.HELD,
        holder="fly.io acme-prod",
        scopes=("tweet.read", "tweet.write", "users.read", "offline.access"),
    )
    yield replace(
        token,
        token_id="ended",  # noqa: S106 - an id
        user_id="3",
        username="acme_ops",
        state=CredentialState.NEEDS_SIGN_IN,
    )


def _live_apps(world: World) -> Iterator[App]:
    now = world.clock.now()
    for name in ("Acme Bot", "Newsdesk", "Old demo"):
        yield App(
            name, name, Environment.x(), now, ConsumerKeys(Secret("a" * 25), Secret("b" * 50))
        )


def _settle(home: Path) -> Path:
    """Make a person's own folder for this process, and forget what this machine is set to.

    Else the pictures would show where they were made. Returns Keypane's folder in it.
    """
    for variable in _OF_THIS_MACHINE:
        os.environ.pop(variable, None)
    os.environ |= {"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share")}
    place = home / ".local/share/keypane"
    place.mkdir(parents=True)
    return place


def main(target: Path) -> int:
    """Take all pictures into `target`; return 0 when every state was reached."""
    started: list[Sandbox] = []
    with tempfile.TemporaryDirectory(prefix="keypane-shots-") as name:
        home = _settle(Path(name))
        app = make_application()
        GarbageTimer(app)
        program = Program(build_world(home, started))
        program.start(sandbox=False)
        Photographer(program, started, target).go_round()
        program.end()
    print(f"Pictures are in {target.absolute()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
