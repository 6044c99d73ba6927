"""What the tests of the commands share: a sandbox process, and commands that know an App there."""

from collections.abc import Iterator

import pytest

from tests.e2e.command_line import CommandLine, SandboxProcess, sandbox_process


@pytest.fixture(scope="module")
def x() -> Iterator[SandboxProcess]:
    """A sandbox as a process of its own, for the tests of one file."""
    with sandbox_process() as running:
        yield running


@pytest.fixture(scope="module")
def keypane(x: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The App with a Bearer Token and a user; read by every test of a file, changed by none."""
    command_line = CommandLine(tmp_path_factory.mktemp("keypane") / "home")
    command_line.add_app(x)
    assert command_line.json("bearer", "generate", "Practice").code == 0
    assert command_line.sign_in(x).code == 0
    return command_line
