"""The scenes of set-up and care: the walk to a first App, hand over, replace, receipts."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from core.environment import Environment
from core.model import App, BearerToken, ConsumerKeys, UserToken
from core.notes import Enrolment, UsedBy
from core.readiness import StepKey
from core.secret import Secret
from ui.application import Program
from ui.shell import Tab

if TYPE_CHECKING:
    from scripts.shots import Photographer

_LIVE = "Weather Bot"


def take_set_up(photographer: "Photographer", program: Program) -> None:
    """Take the pictures, beginning with the Practice App on the desk; leave it there."""
    practice = program.desk.app_id
    _walk(photographer, program)
    _live_app(photographer, program)
    program.desk.choose(practice)
    _care(photographer, program)


def _walk(photographer: "Photographer", program: Program) -> None:
    program.panes.pages.walk_to_console()
    photographer.pause(0.2)
    photographer.take("first-app")
    _page(program).pasted.emit("create", "API Key: xvz1evFS4wEEPTGEFPHBog12A\n")  # type: ignore[attr-defined]
    program.window.resize(1240, 1180)
    photographer.pause(0.2)
    photographer.take("first-app-found")
    program.window.resize(1240, 820)
    program.window.close_page()


def _live_app(photographer: "Photographer", program: Program) -> None:
    world = program.world
    now = world.clock.now()
    keys = ConsumerKeys(Secret("a" * 25), Secret("b" * 50))
    app = App(_LIVE, _LIVE, Environment.x(), now, keys)
    world.vault.save(
        app,
        BearerToken(_LIVE, Secret("A" * 80 + "8avbi"), now, tail="8avbi"),
        Enrolment(_LIVE, "open", "", now),
    )
    photographer.until(lambda: program.desk.snapshot.app(_LIVE) is not None, "the live App")
    program.window.show_tab(Tab.KEYS)
    program.desk.choose(_LIVE)
    photographer.pause(0.2)
    photographer.take("keys-set-up")
    for step in (StepKey.PACKAGE, StepKey.CREDITS):
        program.window.step_wanted.emit(str(step))
        photographer.pause(0.2)
        photographer.take(f"readiness-{step}")
    program.window.close_page()
    program.window.show_tab(Tab.SETTINGS)
    photographer.pause(0.2)
    photographer.take("settings-live")
    program.window.show_tab(Tab.KEYS)


def _care(photographer: "Photographer", program: Program) -> None:
    world, app_id = program.world, program.desk.app_id
    places = ("fly.io acme-prod", "GitHub acme/bot X_BEARER")
    world.vault.save(UsedBy(f"{app_id}:bearer", app_id, places))
    photographer.until(lambda: bool(program.desk.snapshot.used_by), "the note")
    keys = program.window.pane(Tab.KEYS)
    keys.used_by_wanted.emit("bearer")  # type: ignore[attr-defined]
    dialog = photographer.dialog()
    photographer.take("used-by", dialog)
    dialog.close()
    program.panes.pages.show_hand_over(_user(program).token_id)
    photographer.type_into("Who takes it over", "fly.io acme-prod")
    photographer.choose("How it gets there", "fly.io secrets")
    photographer.take("hand-over")
    program.panes.pages.show_replace("bearer", leaked=True)
    photographer.pause(0.2)
    photographer.take("leaked-first")
    photographer.press("Revoke at X")
    photographer.until(lambda: photographer.can_press("Generate"), "the end of the old one")
    photographer.press("Generate")
    photographer.press("Check new Bearer Token")
    photographer.until(lambda: photographer.reads("The call was free"), "the check")
    program.window.resize(1240, 1180)
    photographer.take("leaked-done")
    program.window.resize(1240, 820)
    program.window.close_page()
    keys.receipt_wanted.emit("bearer")  # type: ignore[attr-defined]
    receipt = photographer.dialog()
    photographer.take("receipt", receipt)
    receipt.close()


def _user(program: Program) -> UserToken:
    return program.desk.snapshot.users_of(program.desk.app_id)[0]


def _page(program: Program) -> QWidget:
    page = program.window.page
    assert page is not None, "just shown"
    return page
