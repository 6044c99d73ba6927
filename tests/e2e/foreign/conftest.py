"""An App with its tokens in a real vault, an agent, and our clients as they are shipped."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.command_line import ROOT, CommandLine, SandboxProcess

CLIENTS = ROOT / "resources" / "clients"
TO_SANDBOX = ROOT / "tests" / "e2e" / "snippets"


@pytest.fixture(scope="module")
def keypane(x: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    command_line = CommandLine(tmp_path_factory.mktemp("foreign") / "home")
    command_line.environment |= {
        "KEYPANE_TEST_ORIGIN": x.origin,
        "KEYPANE_API_URL": x.origin,
        "KEYPANE_HOME": str(command_line.home),
        "PYTHONPATH": str(CLIENTS),
        "HTTPIE_CONFIG_DIR": str(command_line.home.parent / "httpie"),
    }
    config = command_line.home.parent / "httpie"
    config.mkdir()
    # A person's terminal is standard input; here nothing is, which would make it a POST. Nor may
    # it look for a newer version of itself meanwhile.
    settings = {"default_options": ["--ignore-stdin"], "disable_update_warnings": True}
    (config / "config.json").write_text(json.dumps(settings))
    command_line.add_app(x)
    assert command_line.json("bearer", "generate", "Practice").code == 0
    assert command_line.sign_in(x).code == 0
    return command_line


@pytest.fixture(scope="module")
def agent(keypane: CommandLine) -> Iterator[None]:
    with keypane.started("agent", "--allow", "Practice", "--json") as process:
        assert process.stdout is not None
        assert "socket" in json.loads(process.stdout.readline())
        yield


@pytest.fixture(scope="module")
def httpie(keypane: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """HTTPie with our plug-in, installed as its manual says, from the folder that we ship."""
    source = tmp_path_factory.mktemp("clients") / "clients"
    shutil.copytree(CLIENTS, source, ignore=shutil.ignore_patterns("__pycache__"))
    target = source.parent / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--no-build-isolation", "--target", str(target), str(source)],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    return str(target)
