"""Nobody who sets a variable or adds an option decides whom the packaged program trusts (V11).

The same environment does harm where nothing scrubs it: `tests/e2e/browser/test_traces.py` and
`tests/contract/test_network_settings.py` hold the controls.
"""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fakes.certificates import Authority
from tests.fakes.hostile_server import HostileServer, answers
from tests.packaged.conftest import SUFFIX, Done, Start

pytestmark = [
    pytest.mark.packaged,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone"),
]
PATIENCE_SECONDS = 60
PASSPHRASE = "a passphrase of this test\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


class Keypane:
    """The packaged command line with a vault under a passphrase."""

    def __init__(self, start: Start, folder: Path) -> None:
        self.home = folder / "vault"
        self._start = start
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(PASSPHRASE)

    def __call__(
        self, *words: str, given: str = "", environment: dict[str, str] | None = None
    ) -> Done:
        with self._passphrase.open() as file:
            os.set_inheritable(file.fileno(), True)
            way_in = ("--home", str(self.home), "--vault-passphrase-fd", str(file.fileno()))
            return self._start(
                *way_in, *words, given=given, environment=environment, keep=(file.fileno(),)
            )

    def add(self, origin: str) -> None:
        """Keep an App at a server of one's own."""
        server = self.home.with_name("server.json")
        paths = {"authorize": "authorize", "token": "token", "revoke": "revoke"}
        facts = {f"{name}_url": f"{origin}/{path}" for name, path in paths.items()}
        facts |= {"app_only_url": f"{origin}/oauth2/token"}
        server.write_text(json.dumps({"name": "Mine", "api_url": origin, **facts}))
        values = {"api_key": "k" * 25, "api_secret": "s" * 50, "client_id": "c" * 34}
        values |= {"redirect_uri": "http://127.0.0.1:8739/callback"}
        added = self("app", "add", "Acme", "--environment", str(server), given=json.dumps(values))
        assert added.returncode == 0, added.stderr


@pytest.fixture
def keypane(start: Start, tmp_path: Path) -> Keypane:
    return Keypane(start, tmp_path)


def test_certificates_come_from_the_settings_and_no_variable_adds_any(
    keypane: Keypane, authority: Authority, tmp_path: Path
) -> None:
    key_log = tmp_path / "keys.log"
    files = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    hostile = dict.fromkeys(files, str(authority.file)) | {"SSLKEYLOGFILE": str(key_log)}
    with HostileServer(certificate=authority.issue("packaged")) as server:
        server.always(answers(b'{"token_type": "bearer", "access_token": "AAAA%3Dtoken"}'))
        keypane.add(server.origin)

        refused = keypane("bearer", "generate", "Acme", environment=hostile)
        assert refused.returncode != 0
        assert "certificate" in refused.stderr.lower()
        assert server.seen == []

        chosen = keypane("network", "certificates", str(authority.file))
        assert chosen.returncode == 0, chosen.stderr
        generated = keypane("bearer", "generate", "Acme", environment=hostile)
        assert generated.returncode == 0, generated.stderr
    assert server.seen
    assert not key_log.exists()


def test_no_variable_puts_another_keyring_in_the_place_of_the_desktops(start: Start) -> None:
    planted = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_FILE_PATH": "/nowhere",
    }

    plain, attacked = start("--self-test"), start("--self-test", environment=planted)

    keyrings = [json.loads(done.stdout)["checks"][0] for done in (plain, attacked)]
    assert keyrings[0]["name"] == "keyring"
    assert keyrings[0] == keyrings[1]


def test_pyside_deletes_none_of_the_programs_files(
    start: Start, program: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(program, copy, symlinks=True)
    support = copy / "_internal" / "shiboken6" / "files.dir"
    before = sorted(support.rglob("*"))
    assert before, "the recipe put no support modules there"

    subprocess.run(
        [copy / f"keypane-cli{SUFFIX}", "--self-test"],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen",
             "QTWEBENGINE_DISABLE_SANDBOX": "1", "SBK_EMBED": "1"},
        check=True,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip

    assert sorted(support.rglob("*")) == before


class Impostor:
    """A TLS server that nobody vouches for, and what became of each connection."""

    def __init__(self, certificate: Path) -> None:
        self.outcomes: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="impostor", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE_SECONDS)

    def _serve(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(PATIENCE_SECONDS)
                with connection:
                    self.outcomes.append(self._outcome(connection))

    def _outcome(self, connection: socket.socket) -> str:
        try:
            with self._context.wrap_socket(connection, server_side=True) as tls:
                return "asked" if tls.recv(1) else "refused"
        except (ssl.SSLError, ConnectionError):
            return "refused"


@pytest.fixture
def impostor(authority: Authority) -> Iterator[Impostor]:
    server = Impostor(authority.self_signed("impostor"))
    yield server
    server.close()


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif("DISPLAY" not in os.environ, reason="its window needs a display")
def test_chromium_heeds_neither_flags_nor_options_opens_no_port_and_writes_no_keys(
    keypane: Keypane, impostor: Impostor, program: Path, tmp_path: Path
) -> None:
    keypane.add(impostor.origin)
    ports, key_log = free_ports(3), tmp_path / "keys.log"
    hostile = {
        "QTWEBENGINE_CHROMIUM_FLAGS": (
            f"--ignore-certificate-errors --remote-debugging-port={ports[0]}"
        ),
        "QTWEBENGINE_REMOTE_DEBUGGING": str(ports[1]),
        "SSLKEYLOGFILE": str(key_log),
        "QT_PLUGIN_PATH": str(tmp_path),
        "DISPLAY": os.environ["DISPLAY"],
        "QTWEBENGINE_DISABLE_SANDBOX": os.environ.get("QTWEBENGINE_DISABLE_SANDBOX", ""),
        "HOME": str(tmp_path / "home"),
        "PATH": "/usr/bin:/bin",
    }
    options = [f"--remote-debugging-port={ports[2]}", "--ignore-certificate-errors"]
    (tmp_path / "given").write_text(PASSPHRASE)
    with (tmp_path / "given").open() as passphrase:
        sign_in = subprocess.Popen(
            [program / f"keypane-cli{SUFFIX}", *options, "--home", keypane.home,
             "--vault-passphrase-fd", str(passphrase.fileno()),
             "sign-in", "Acme", "--browser", "embedded", "--webEngineArgs", *options],
            env={name: value for name, value in hostile.items() if value},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(passphrase.fileno(),),
            start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not impostor.outcomes:
            assert sign_in.poll() is None, sign_in.communicate()[1][-2000:]
            assert time.monotonic() < until, "Chromium never came to the server"
        open_ports = [port for port in ports if listens(port)]
    finally:
        sign_in.terminate()
        _, said = sign_in.communicate(timeout=PATIENCE_SECONDS)

    assert set(impostor.outcomes) == {"refused"}
    assert open_ports == []
    assert not key_log.exists()
    assert b"DevTools listening" not in said
