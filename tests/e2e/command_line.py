"""Runs `main.py` as other programs do: real processes against a real sandbox process."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse battery"
_SECONDS = 60


def clean_environment() -> dict[str, str]:
    """Return an environment without a desktop, so that no keyring can be reached."""
    dropped = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
    kept = {k: v for k, v in os.environ.items() if k not in dropped and "KEYPANE" not in k}
    return {**kept, "PYTHONUTF8": "1"}


@dataclass
class Result:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> Any:
        """The one line of JSON on stdout."""
        assert self.stdout.count("\n") == 1, self.stderr
        return json.loads(self.stdout)

    @property
    def error(self) -> dict[str, Any]:
        """The error on stdout."""
        assert set(self.answer) == {"error"}
        error: dict[str, Any] = self.answer["error"]
        assert {"kind", "message", "next_step"} <= set(error)
        assert set(error) <= {"kind", "message", "next_step", "status", "problem"}
        return error


@dataclass
class SandboxProcess:
    """`keypane sandbox` with what it said."""

    facts: dict[str, Any]

    @property
    def origin(self) -> str:
        """Where it listens."""
        return str(self.facts["origin"])

    @property
    def fields(self) -> str:
        """What `app add` takes, as JSON."""
        names = ("api_key", "api_secret", "client_id", "client_secret", "redirect_uri")
        return json.dumps({name: self.facts[name] for name in names})

    def control(self, name: str, body: object = None) -> Any:
        """Ask the sandbox's control: GET without a body, POST with one."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.origin}/_sandbox/{name}", data=data)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=_SECONDS) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else None

    def fault(self, method: str, path: str, **facts: object) -> None:
        """Order one trouble."""
        self.control("faults", [{"method": method, "path": path, **facts}])

    def reset(self) -> None:
        """Go back to the start."""
        self.control("reset", {})

    def consent(self, authorize_url: str, button: str = "authorize") -> str:
        """Fill in the consent page as a browser without JavaScript does; return the redirect."""
        page = _Page()
        page.feed(http_exchange("GET", authorize_url)[2])
        fields = [*page.hidden, *page.radios[:1]]
        fields += [pair for label, pair in page.buttons if label.lower().startswith(button)]
        action = page.action if "://" in page.action else f"{self.origin}{page.action}"
        status, location, _ = http_exchange("POST", action, urlencode(fields))
        assert status == 303
        return location


@dataclass
class CommandLine:
    """Runs commands in one data directory, and remembers all they printed."""

    home: Path
    printed: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=clean_environment)

    def run(self, *arguments: str, stdin: str = "", passphrase: str | None = PASSPHRASE) -> Result:
        """Run one command to its end."""
        with self.started(*arguments, passphrase=passphrase) as process:
            out, err = process.communicate(stdin, timeout=_SECONDS)
        if arguments[0] != "token":
            self.printed += [out, err]
        return Result(process.returncode, out, err)

    def json(self, *arguments: str, **options: Any) -> Result:
        """Run one command with --json."""
        words = list(arguments)
        words.insert(words.index("--") if "--" in words else len(words), "--json")
        return self.run(*words, **options)

    @contextmanager
    def started(
        self, *arguments: str, passphrase: str | None = PASSPHRASE
    ) -> Iterator[subprocess.Popen[str]]:
        """Start a command and leave it running."""
        command = [sys.executable, str(ROOT / "main.py"), "--home", str(self.home), *arguments]
        fds: tuple[int, ...] = ()
        if passphrase is not None:
            reader, writer = os.pipe()
            os.write(writer, f"{passphrase}\n".encode())
            os.close(writer)
            fds = (reader,)
            place = 2 if "--" in arguments else len(command)  # behind -- it would be a child's
            command[place:place] = ["--vault-passphrase-fd", str(reader)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            pass_fds=fds,
            env=self.environment,
        )
        for fd in fds:
            os.close(fd)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def on_a_terminal(self, *arguments: str) -> str:
        """Run one command with a terminal as its standard output; return all it showed."""
        import pty

        ours, theirs = pty.openpty()
        reader, writer = os.pipe()
        os.write(writer, f"{PASSPHRASE}\n".encode())
        os.close(writer)
        command = [sys.executable, str(ROOT / "main.py"), "--home", str(self.home), *arguments]
        done = subprocess.run(
            [*command, "--vault-passphrase-fd", str(reader)],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            pass_fds=(reader,),
            env=clean_environment(),
            timeout=_SECONDS,
            check=False,
        )
        os.close(theirs)
        os.close(reader)
        shown = os.read(ours, 65536).decode()
        os.close(ours)
        assert done.returncode in {0, 2}
        return shown

    def add_app(self, sandbox: SandboxProcess, name: str = "Practice") -> None:
        """Keep the sandbox's ready App."""
        environment = f"sandbox:{sandbox.origin}"
        added = self.json("app", "add", name, "--environment", environment, stdin=sandbox.fields)
        assert added.code == 0, added.stdout

    def sign_in(self, sandbox: SandboxProcess, name: str = "Practice", **options: str) -> Result:
        """Sign the first account in by paste."""
        arguments = ["sign-in", name, "--browser", "paste", "--json"]
        if "scopes" in options:
            arguments += ["--scopes", options["scopes"]]
        with self.started(*arguments) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["authorize_url"]
            redirect = sandbox.consent(url, options.get("button", "authorize"))
            out, err = process.communicate(f"{redirect}\n", timeout=_SECONDS)
        self.printed += [out, err]
        return Result(process.returncode, out, err)


@contextmanager
def sandbox_process() -> Iterator[SandboxProcess]:
    """Run `keypane sandbox --json` and end it with SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "sandbox", "--json", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    try:
        assert process.stdout is not None
        yield SandboxProcess(json.loads(process.stdout.readline()))
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=_SECONDS)
    assert (process.returncode, out, err) == (0, "", "")


class _Page(HTMLParser):
    """What a form would send."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: list[tuple[str, str]] = []
        self.radios: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, tuple[str, str]]] = []
        self._button: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        pair = (given.get("name", ""), given.get("value", ""))
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.hidden.append(pair)
        elif tag == "input" and given.get("type") == "radio" and "checked" in given:
            self.radios.append(pair)
        elif tag == "button":
            self._button = pair

    def handle_data(self, data: str) -> None:
        if self._button is not None and data.strip():
            self.buttons.append((data.strip(), self._button))
            self._button = None


def http_exchange(method: str, url: str, body: str = "") -> tuple[int, str, str]:
    """Do what a browser does once: status, Location, and the page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Location", ""), text
