"""*Update catalogue…*: preview, accept, refuse, and go back."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.catalogue import RESOURCES, built_in, catalogue
from core.catalogue_home import OWN_FILE, use_home
from core.catalogue_update import CatalogueUpdates
from core.errors import BadAnswer, BadInput, ServerFault, TransportError, VaultUnavailable
from core.ports import CancelToken
from sandbox import Sandbox

Document = dict[str, Any]


@pytest.fixture
def updates(tmp_path: Path) -> Iterator[CatalogueUpdates]:
    home = tmp_path / "home"
    transport = RequestsTransport()
    use_home(home)
    yield CatalogueUpdates(home, transport)
    transport.close()
    use_home(tmp_path / "nowhere")


@pytest.fixture
def served(sandbox: Sandbox) -> str:
    sandbox.field_family = "post"
    return f"{sandbox.origin}/2/openapi.json"


def document(**paths: Document) -> Document:
    return {"openapi": "3.0.1", "info": {"version": "3.0"}, "paths": paths}


def operation(name: str, *scopes: str, parameters: tuple[Document, ...] = ()) -> Document:
    return {
        "operationId": name,
        "tags": ["Things"],
        "security": [{"OAuth2UserToken": list(scopes)}],
        "parameters": list(parameters),
    }


def write(path: Path, facts: object) -> str:
    path.write_text(json.dumps(facts), "utf-8")
    return str(path)


ONE = document(**{"/2/things": {"get": operation("getThings", "a.read")}})
TWO = document(
    **{
        "/2/things": {
            "get": operation(
                "getThings",
                "b.read",
                parameters=(
                    {"name": "n", "in": "query", "schema": {"type": "integer", "maximum": 5}},
                ),
            ),
            "delete": operation("deleteThings"),
        }
    }
)


def test_a_file_of_the_sandbox_is_previewed_with_its_differences(
    updates: CatalogueUpdates, served: str
) -> None:
    preview = updates.preview(served, CancelToken())

    told = preview.difference
    assert preview.version == "2.167-sandbox"
    assert preview.operations + len(told.removed) == 178
    assert told.added == ()
    assert "GET /2/lists/{id}" in told.removed
    assert updates.is_built_in
    assert catalogue() is built_in()


def test_what_is_accepted_is_used_at_once_and_by_the_next_start(
    updates: CatalogueUpdates, tmp_path: Path
) -> None:
    preview = updates.preview(write(tmp_path / "one.json", ONE), CancelToken())
    updates.accept(preview)

    assert [each.operation_id for each in catalogue().operations] == ["getThings"]
    assert (updates.is_built_in, updates.version) == (False, "3.0")
    file = tmp_path / "home" / OWN_FILE
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [OWN_FILE]
    use_home(tmp_path / "nowhere")
    assert len(catalogue().operations) == 178
    use_home(tmp_path / "home")
    assert len(catalogue().operations) == 1


def test_going_back_brings_the_built_in_catalogue(
    updates: CatalogueUpdates, tmp_path: Path
) -> None:
    assert not updates.go_back()
    updates.accept(updates.preview(write(tmp_path / "one.json", ONE), CancelToken()))

    assert updates.go_back()
    assert updates.is_built_in
    assert catalogue().source == built_in().source
    assert list((tmp_path / "home").iterdir()) == []


def test_every_kind_of_change_is_told(updates: CatalogueUpdates, tmp_path: Path) -> None:
    updates.accept(updates.preview(write(tmp_path / "one.json", ONE), CancelToken()))

    forth = updates.preview(write(tmp_path / "two.json", TWO), CancelToken()).difference
    assert forth.added == ("DELETE /2/things",)
    assert forth.changed[0].operation == "GET /2/things"
    assert forth.changed[0].changes == (
        "scope b.read is new",
        "scope a.read no longer",
        "parameter n is new",
    )
    same = updates.preview(write(tmp_path / "one.json", ONE), CancelToken()).difference
    assert same.is_empty


def test_other_limits_and_values_of_a_parameter_are_told(
    updates: CatalogueUpdates, tmp_path: Path
) -> None:
    def with_schema(schema: Document) -> Document:
        parameter = {"name": "n", "in": "query", "schema": schema}
        get = operation("getThings", parameters=(parameter,))
        return document(**{"/2/things": {"get": get}})

    first = with_schema({"type": "string", "enum": ["a", "b"]})
    second = with_schema({"type": "string", "enum": ["b", "c"], "maxLength": 9})
    updates.accept(updates.preview(write(tmp_path / "1.json", first), CancelToken()))

    told = updates.preview(write(tmp_path / "2.json", second), CancelToken()).difference
    assert told.changed[0].changes == (
        "n: c is new",
        "n: a no longer",
        "parameter n has other limits",
    )


@pytest.mark.parametrize("text", ["", "[]", '{"openapi": "3.0.0"}', "<html>", '{"a":1,"a":2}'])
def test_a_malformed_file_changes_nothing(
    updates: CatalogueUpdates, tmp_path: Path, text: str
) -> None:
    updates.accept(updates.preview(write(tmp_path / "one.json", ONE), CancelToken()))
    bad = tmp_path / "bad.json"
    bad.write_text(text, "utf-8")

    with pytest.raises(BadInput):
        updates.preview(str(bad), CancelToken())

    assert len(catalogue().operations) == 1


def test_a_file_that_is_not_there_is_told(updates: CatalogueUpdates, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        updates.preview(str(tmp_path / "absent.json"), CancelToken())
    with pytest.raises(BadInput):
        updates.preview(str(tmp_path), CancelToken())


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/2/openapi.json",
        "https://api.x.com.evil.example/2/openapi.json",
        "http://api.x.com/2/openapi.json",
        "https://user:word@api.x.com/2/openapi.json",
        "file:///etc/passwd",
        "https://api.x.com/2/openapi.json?token=1",
    ],
)
def test_only_x_and_a_sandbox_are_asked(updates: CatalogueUpdates, address: str) -> None:
    with pytest.raises(BadInput):
        updates.preview(address, CancelToken())


def test_a_hotel_s_page_in_the_place_of_the_file_is_refused(
    updates: CatalogueUpdates, served: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add("GET", "/2/openapi.json", status=200, body="<html>Log in</html>")
    with pytest.raises(BadAnswer):
        updates.preview(served, CancelToken())

    sandbox.faults.add("GET", "/2/openapi.json", status=500)
    with pytest.raises(ServerFault):
        updates.preview(served, CancelToken())

    sandbox.faults.add("GET", "/2/openapi.json", rewrite=lambda body: body[:-10])
    with pytest.raises(BadInput):
        updates.preview(served, CancelToken())

    sandbox.faults.add("GET", "/2/openapi.json", drop="before")
    with pytest.raises(TransportError):
        updates.preview(served, CancelToken())


@pytest.mark.expected_log("the newer catalogue does not hold")
@pytest.mark.parametrize("text", ["", "{}", "[]", '{"source":"1","enums":[],"operations":[{}]}'])
def test_a_damaged_file_of_our_own_is_passed_over(
    updates: CatalogueUpdates, tmp_path: Path, text: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / OWN_FILE).write_text(text, "utf-8")
    use_home(home, again=True)

    assert updates.is_built_in
    assert len(catalogue().operations) == 178


def test_a_home_that_cannot_be_written_is_told_and_the_old_one_stays(tmp_path: Path) -> None:
    occupied = tmp_path / "home"
    occupied.write_text("a file", "utf-8")
    transport = RequestsTransport()
    updates = CatalogueUpdates(occupied, transport)
    preview = updates.preview(write(tmp_path / "one.json", ONE), CancelToken())

    with pytest.raises(VaultUnavailable):
        updates.accept(preview)

    transport.close()
    assert len(catalogue().operations) == 178


def test_the_titles_are_our_own(updates: CatalogueUpdates, served: str) -> None:
    updates.accept(updates.preview(served, CancelToken()))
    titles = json.loads((RESOURCES / "titles.json").read_text("utf-8"))

    found = catalogue().by_id("getPostsByIds")
    assert found is not None
    assert found.title == titles["getPostsByIds"]
