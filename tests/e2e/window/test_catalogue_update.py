"""Update catalogue in the real window: read, preview, use, go back, refuse what is malformed."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from core.catalogue import catalogue
from core.catalogue_home import OWN_FILE
from core.field_family import FAMILY_SETTING, POST
from core.request_draft import Draft
from tests.e2e.window.bench import Bench


@pytest.fixture
def page(bench: Bench) -> Bench:
    bench.sandbox.field_family = "post"
    bench.program.window.command_wanted.emit("catalogue")
    bench.person.reads("In use: the operations Keypane came with, from X's file 2.167.")
    return bench


def test_a_newer_file_is_shown_used_and_gone_back_from(page: Bench) -> None:
    page.person.press("Read from the sandbox")
    page.person.reads("The file 2.167-sandbox has", "Missing: ", "GET /2/broadcasts")
    assert len(catalogue().operations) == 178

    page.person.press("Use these operations")
    page.person.reads("In use: the operations of X's file 2.167-sandbox, taken from a newer file.")
    assert len(catalogue().operations) < 178
    assert (page.home / OWN_FILE).exists()

    page.person.press("Go back to the built-in operations")
    page.person.reads("In use: the operations Keypane came with, from X's file 2.167.")
    assert len(catalogue().operations) == 178
    assert not (page.home / OWN_FILE).exists()
    page.person.press("Back")
    page.person.wait(lambda: page.program.window.page is None, "the pane")


def test_a_file_without_differences_offers_nothing_to_use(page: Bench) -> None:
    for _ in range(2):
        page.person.press("Read from the sandbox")
        page.person.reads("2.167-sandbox")
        if page.person.can_press("Use these operations"):
            page.person.press("Use these operations")
            page.person.reads("These operations are in use now.")

    page.person.reads("The file 2.167-sandbox says the same about all")
    assert not page.person.can_press("Use these operations")
    page.person.press("Go back to the built-in operations")
    page.person.reads("In use: the operations Keypane came with")


def test_a_malformed_file_and_a_hotel_s_page_change_nothing(
    page: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{"openapi": "3.0.0", "paths": {}}', "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    page.person.press("Read a file")
    page.person.reads("This file was not taken: it has 0 operations.")

    page.sandbox.faults.add("GET", "/2/openapi.json", body="<html>Log in</html>")
    page.person.press("Read from the sandbox")
    page.person.reads("This file was not taken: a web page came in the place of the file.")

    assert not page.person.can_press("Use these operations")
    assert len(catalogue().operations) == 178
    page.person.press("Back")
    page.person.wait(lambda: page.program.window.page is None, "the pane")


def test_the_names_of_fields_are_chosen_for_new_requests_and_kept(page: Bench) -> None:
    page.person.choose("Names of fields", "post.fields, as X's newest API file has them")

    operation = catalogue().by_id("getPostsByIds")
    assert operation is not None
    names = {parameter.name for parameter in Draft(operation).parameters}
    assert "post.fields" in names
    page.person.wait(lambda: page.vault.setting(FAMILY_SETTING, "") == POST, "the setting")
    page.person.choose("Names of fields", "tweet.fields, as X documents them")
    assert {p.name for p in Draft(operation).parameters} >= {"tweet.fields"}


def test_requests_lists_the_newer_operations_at_once(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = {"operationId": "getMarmalade", "tags": ["Jam"], "security": [{"BearerToken": []}]}
    document = {
        "openapi": "3.0.1",
        "info": {"version": "9.9"},
        "paths": {"/2/marmalade": {"get": get}},
    }
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document), "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    bench.show("Requests")
    bench.person.reads("/2/tweets")
    bench.program.window.command_wanted.emit("catalogue")
    bench.person.press("Read a file")
    bench.person.reads("New: 1", "GET /2/marmalade", "Missing: 178")

    bench.person.press("Use these operations")
    bench.person.reads("In use: the operations of X's file 9.9, taken from a newer file.")
    bench.person.press("Back")

    bench.person.reads("Get marmalade")
    bench.person.wait(
        lambda: not bench.person.sees("Posts by IDs"), "the list without the old ones"
    )
    bench.program.window.command_wanted.emit("catalogue")
    bench.person.press("Go back to the built-in operations")
    bench.person.reads("In use: the operations Keypane came with")
    bench.person.press("Back")
    bench.person.reads("Posts by IDs")


def test_reading_can_be_left_in_the_middle(page: Bench) -> None:
    page.sandbox.hold.clear()
    page.person.press("Read from the sandbox")
    page.person.wait(lambda: page.asked("/2/openapi.json", "GET"), "the question")

    page.person.press("Back")

    page.person.wait(lambda: page.program.window.page is None, "the pane")
    page.sandbox.hold.set()
