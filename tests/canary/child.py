"""A program of its own that does the main job in the window, and tells what must be nowhere.

Composed by `main.py` itself. Its secrets leave by a pipe, never by disk, argument or
environment: argv is a data folder, a folder for pictures and a descriptor. With "plant" in
place of the pictures no job is done; one text is put into every sink instead.
"""

import json
import os
import runpy
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core import hostile_start
from core.ports import CancelToken
from core.secret import Secret
from sandbox import Sandbox
from tests.canary.sinks import Sinks

ROOT: Final = Path(__file__).resolve().parents[2]
PASSPHRASE: Final = "canary horse battery staple"
RECOVERY: Final = "recovery goose paperclip anvil"
PROXY_PASSWORD: Final = "proxy-Password/1+2=3"
PLANTED: Final = "planted mark of none"
OF_READY_APP: Final = {
    "api_key": "API Key",
    "api_secret": "API Key Secret",
    "client_id": "Client ID",
    "client_secret": "Client Secret",
    "access_token": "owner's Access Token",
    "access_token_secret": "owner's Access Token Secret",
}


class Ears:
    """Hears at the sandbox, and at the source, whatever secret comes into being."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {
            PASSPHRASE: "passphrase",
            RECOVERY: "recovery passphrase",
            PROXY_PASSWORD: "proxy password",
        }

    def listen(self, sandbox: Sandbox) -> None:
        """Hear everything from now on."""
        ready = sandbox.ready_app
        self.secrets.update({getattr(ready, name): kind for name, kind in OF_READY_APP.items()})
        sandbox.faults.add("*", "*", times=-1, rewrite=self._hear_body)
        sandbox.tamper_redirect(self._hear_redirect)

    def listen_at_the_source(self) -> None:
        """Hear the verifiers that are made here."""
        from core import pkce

        make = pkce.new_verifier

        def heard() -> Secret:
            verifier = make()
            self.secrets[verifier.reveal()] = "code_verifier"
            return verifier

        pkce.new_verifier = heard

    def _hear_body(self, body: bytes) -> bytes:
        try:
            document = json.loads(body)
        except ValueError:
            return body
        if isinstance(document, dict) and "access_token" in document:
            kind = "user's access token" if "scope" in document else "Bearer Token"
            self.secrets[document["access_token"]] = kind
            if "refresh_token" in document:
                self.secrets[document["refresh_token"]] = "refresh token"
        return body

    def _hear_redirect(self, pairs: Iterable[tuple[str, str]]) -> Any:
        pairs = list(pairs)
        self.secrets.update({value: name for name, value in pairs})
        return pairs


def main(home: Path, pictures: str, descriptor: int) -> int:
    """Do the job, or plant, and tell through `descriptor`."""
    hostile_start.scrub_process(sys.argv)
    hostile_start.harden_process()
    from ui.application import GarbageTimer, make_application

    app = make_application()
    GarbageTimer(app)
    sinks = Sinks()
    looking, closely = QTimer(app), QTimer(app)
    looking.timeout.connect(sinks.look)
    closely.timeout.connect(sinks.look_closely)
    looking.start(60)
    closely.start(700)
    facts = plant(sinks) if pictures == "plant" else do_the_job(app, sinks, home, Path(pictures))
    looking.stop()
    closely.stop()
    facts["sinks"] = sinks.end()
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(facts, out)
    crash()
    return 0 if not facts["failed"] else 1


def do_the_job(app: QApplication, sinks: Sinks, home: Path, pictures: Path) -> dict[str, Any]:
    """Make the tour over a vault that stays."""
    from ui.application import Program
    from ui.tour import Tour

    build_world = runpy.run_path(str(ROOT / "main.py"), run_name="composition")["build_world"]
    pictures.mkdir(parents=True)
    program = Program(build_world(home))
    tour = Tour(program, pictures)
    ears = Ears()
    ears.listen_at_the_source()
    program.panes.call_made.connect(tour.note_call)
    program.panes.opening.sandbox_ready.connect(
        lambda _app_id: ears.listen(program.panes.opening.sandbox)  # type: ignore[arg-type]
    )
    program.start(sandbox=True, passphrase=Secret(PASSPHRASE))
    QTimer.singleShot(0, tour, tour.start)
    app.exec()
    key = afterwards(program, sinks)
    sinks.break_down([text for text in ears.secrets if len(text) >= 8])
    is_clean = program.end()
    failed = [f"{result.name}: {result.detail}" for result in tour.results if not result.ok]
    failed += [] if is_clean else ["a worker did not come back"]
    return {"secrets": ears.secrets, "key": key, "failed": failed, "steps": len(tour.results)}


def afterwards(program: Any, sinks: Sinks) -> str:
    """Read what the program keeps and gives out for others; return the data key as hex."""
    from core.catalogue import catalogue
    from core.doctor import report
    from core.model import Activity, App, BearerToken, Setting
    from core.network import Network
    from core.request_draft import Draft
    from core.sent import SentRequest, SpentDay
    from core.snippets import call_of, code, offered

    world, vault = program.world, program.world.vault
    vault.save(Network("network", "off", password=Secret(PROXY_PASSWORD), user="me"))
    world.ways_in.set_passphrase(Secret(RECOVERY), recovery=True)
    for app in vault.all(App):
        checks = world.doctor.examine(app, CancelToken(), asks_keyring=False)
        sinks.add("doctor's report", report(checks))
        for credential in ("bearer", "user", "oauth1"):
            for operation in catalogue().operations[:40]:
                call = call_of(Draft(operation), app.environment.api_url, credential)
                for language in offered(credential):
                    sinks.add("snippets", code(language, call))
    for noun, sink in (
        (Activity, "activity"),
        (Setting, "settings"),
        (SentRequest, "history"),
        (SpentDay, "spending"),
        (BearerToken, "reprs"),
        (App, "reprs"),
    ):
        sinks.seen.setdefault(sink, set())
        for each in vault.all(noun):
            sinks.add(sink, f"{each!r} {each}")
    for entry in program.panes.opening.sandbox.seen:
        sinks.add("sandbox's ledger", f"{entry!r} {json.dumps(entry.as_json())}")
    with vault.lease() as opened:
        return bytes(opened.sealer.key.raw).hex()


def plant(sinks: Sinks) -> dict[str, Any]:
    """Put the mark into every sink, inside and outside."""
    sinks.plant(PLANTED)
    QApplication.processEvents()
    sys.stdout.write(PLANTED)
    sys.stderr.write(PLANTED)
    return {"secrets": {PLANTED: "planted"}, "key": "", "failed": [], "steps": 0}


def crash() -> None:
    """Let a copy of this process die as a crash would: no core file may stay of it."""
    copy = os.fork()
    if copy == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    os.waitpid(copy, 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
