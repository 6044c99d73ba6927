"""Trouble with the graphics driver: what is offered, remembered, and taken back (V18)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.adapters.browser_folders import PrivateFolders
from tests.e2e.window.bench import Bench, Start
from ui import restart
from ui.presenters import software_drawing


def marks(bench: Bench) -> set[str]:
    return {path.name for path in bench.home.glob("draw*")} if bench.home.exists() else set()


def kill_renderer(bench: Bench) -> None:
    """End the process that draws the page, as a crash does."""
    browser: Any = bench.program.window.findChild(object, "signInBrowser")
    os.kill(browser._page.renderProcessPid(), signal.SIGKILL)


@pytest.fixture
def restarts(bench: Bench) -> list[bool]:
    found: list[bool] = []
    bench.program.desk.restart_wanted.connect(lambda: found.append(True))
    return found


def test_a_page_that_is_drawn_leaves_no_mark(bench: Bench) -> None:
    bench.open_consent()
    bench.person.wait(lambda: not marks(bench), "the mark to go")
    bench.person.press("Cancel sign-in")

    assert marks(bench) == set()


def test_a_second_death_of_the_renderer_offers_a_restart_that_is_remembered(
    bench: Bench, restarts: list[bool]
) -> None:
    person = bench.person
    bench.open_consent()
    kill_renderer(bench)
    person.reads("The process that draws the page ended.", "Open the page again")
    person.press("Try again")
    bench.consent_page()

    kill_renderer(bench)
    person.reads("The process that draws the page ended again.")
    person.press("Restart with software drawing")
    person.reads("Keys that are kept until quit only are forgotten by that.")
    person.press("Restart")

    person.wait(lambda: restarts, "the restart")
    assert PrivateFolders(bench.home).in_software


def test_after_a_death_of_the_program_software_is_offered_before_a_page_is_drawn(
    prepare: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = prepare()
    assert not PrivateFolders(bench.home).begin()  # an earlier program, which died
    monkeypatch.setattr(software_drawing, "is_chromium_loaded", lambda: False)
    bench.open_with_practice_app()
    person = bench.person
    person.press("Sign in a user")
    person.press("Sign in here")
    person.reads("The last time, Keypane ended while it drew X's page.")
    assert person.can_press("Continue in my browser")

    person.press("Draw in software")

    bench.consent_page()
    assert PrivateFolders(bench.home).in_software
    person.press("Cancel sign-in")
    bench.show("Settings")
    person.reads("In software, without the graphics card")
    person.press("Use the graphics card again")
    person.wait(lambda: not PrivateFolders(bench.home).in_software, "the choice to go")
    person.wait(lambda: "In software, without" not in person.screen(), "the row to go")


def test_the_offer_is_made_once_and_can_be_declined(prepare: Start) -> None:
    bench = prepare()
    assert not PrivateFolders(bench.home).begin()
    bench.open_with_practice_app()
    bench.person.press("Sign in a user")
    bench.person.press("Sign in here")
    bench.person.reads("The last time, Keypane ended while it drew X's page.")
    bench.person.press("Cancel sign-in")

    bench.open_consent()

    assert not PrivateFolders(bench.home).in_software


def test_the_program_starts_again_as_it_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told.json"
    program = tmp_path / "program.py"
    program.write_text(
        "import json, os, sys\n"
        f"open({str(told)!r} + '.new', 'w').write(json.dumps(sys.argv[1:]))\n"
        f"os.replace({str(told)!r} + '.new', {str(told)!r})\n"
    )
    started: list[Any] = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)))

    restart.start_again(
        [str(program), "--sandbox", "--vault-passphrase-fd", "7", "--home", "/tmp/a b"]
    )

    assert started[0].wait(60) == 0
    assert json.loads(told.read_text()) == ["--sandbox", "--home", "/tmp/a b"]
    assert sys.executable == started[0].args[0]
