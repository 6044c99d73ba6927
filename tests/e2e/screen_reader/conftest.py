"""A vault that the command line filled, and a window on it that is only heard."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Canaries
from tests.e2e.command_line import PASSPHRASE, CommandLine, SandboxProcess, sandbox_process
from tests.e2e.private_desktop import Desktop
from tests.e2e.screen_reader.listener import Listener, listening

APP = "Practice"


@pytest.fixture(scope="session")
def x() -> Iterator[SandboxProcess]:
    """An X that is nobody's child."""
    with sandbox_process() as running:
        yield running


@pytest.fixture(scope="session")
def filled(x: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A data directory with an App, its Bearer Token and a signed-in user."""
    keypane = CommandLine(tmp_path_factory.mktemp("filled") / "home")
    keypane.add_app(x, APP)
    assert keypane.json("bearer", "generate", APP).code == 0
    assert keypane.sign_in(x, APP).code == 0
    return keypane


@pytest.fixture
def locked(
    filled: CommandLine, x: SandboxProcess, canaries: Canaries, tmp_path: Path
) -> Iterator[Listener]:
    """A window that asks for the passphrase; no secret of the vault may ever be heard."""
    tokens = [filled.json("token", APP, "--as", who) for who in ("bearer", "acme")]
    canaries.add(*(token.answer["token"] for token in tokens), PASSPHRASE)
    canaries.add(*(x.facts[name] for name in ("api_key", "api_secret", "client_secret")))
    home = shutil.copytree(filled.home, tmp_path / "home")
    with Desktop() as desktop, listening(desktop, canaries, "--home", str(home)) as listener:
        listener.find("password text", "Passphrase", timeout=30)
        yield listener


@pytest.fixture
def heard(locked: Listener) -> Listener:
    """The same window, unlocked."""
    locked.set_text("password text", "Passphrase", PASSPHRASE)
    locked.button("Unlock")
    locked.find("push button", "Check Bearer Token", timeout=30)
    return locked


@pytest.fixture
def first_start(canaries: Canaries, tmp_path: Path) -> Iterator[Listener]:
    """The window as it is when nothing was ever kept, where there is no keyring."""
    home = str(tmp_path / "home")
    with Desktop() as desktop, listening(desktop, canaries, "--home", home) as listener:
        listener.find("frame", "Keypane", timeout=30)
        yield listener
