"""Add App in the real window: what is pasted is named, trimmed, checked and kept."""

import pytest

from core.model import App
from tests.e2e.window.bench import Bench
from tests.e2e.window.person import Person
from ui.widgets import StatusChip


def lines(bench: Bench, **changed: str) -> str:
    """Return the ready App as X's console shows it, with some values changed."""
    ready = bench.sandbox.ready_app
    values = {
        "API Key": ready.api_key,
        "API Key Secret": ready.api_secret,
        "Client ID": ready.client_id,
        "Client Secret": ready.client_secret,
    } | {name.replace("_", " "): value for name, value in changed.items()}
    return "\n".join(f"{name}: {value}" for name, value in values.items())


def fill_in(bench: Bench, text: str, name: str = "Mine") -> Person:
    person = bench.person
    person.press("Add App")
    person.type_into("Paste", text)
    person.type_into("Name", name)
    person.choose("Environment", "Sandbox of this window")
    return person


def save(bench: Bench, name: str = "Mine") -> App:
    bench.person.press("Save")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
    bench.person.wait(lambda: (app := bench.program.desk.app) and app.name == name, "the App")
    return bench.app


def test_pasted_lines_become_an_app_that_can_generate(bench: Bench) -> None:
    person = fill_in(bench, lines(bench))
    person.reads("Found 4: API Key, API Key Secret, Client ID, Client Secret.")

    app = save(bench)

    ready = bench.sandbox.ready_app
    assert app.consumer is not None
    assert app.client is not None
    assert app.consumer.api_secret.reveal() == ready.api_secret
    assert app.client.client_id.reveal() == ready.client_id
    bench.generate()


@pytest.mark.parametrize(("secret", "kind"), [("", "ok"), ("a" * 30, "warn")])
def test_a_value_of_odd_length_is_found_and_warned_of(bench: Bench, secret: str, kind: str) -> None:
    bench.person.press("Add App")
    text = lines(bench, **({"API_Key_Secret": secret} if secret else {}))
    bench.person.type_into("Paste", text)

    bench.person.reads("Found 4: API Key, API Key Secret, Client ID, Client Secret.")
    chips = bench.program.window.findChildren(StatusChip)
    assert [chip.property("kind") for chip in chips if "Found 4" in chip.text()] == [kind]


def test_spaces_and_line_breaks_in_pasted_values_are_removed(bench: Bench) -> None:
    ready = bench.sandbox.ready_app
    person = fill_in(
        bench, f"API Key:   {ready.api_key}  \n\nAPI Key Secret\n  {ready.api_secret}\t\n"
    )
    half = len(ready.api_secret) // 2
    person.type_into("API Key Secret", f" {ready.api_secret[:half]} {ready.api_secret[half:]} ")

    app = save(bench)

    assert app.consumer is not None
    assert app.consumer.api_key.reveal() == ready.api_key
    assert app.consumer.api_secret.reveal() == ready.api_secret
    bench.generate()


def test_an_api_key_given_as_client_id_is_warned_of_and_can_be_saved_all_the_same(
    bench: Bench,
) -> None:
    person = fill_in(bench, lines(bench))
    bench.shows(bench.sandbox.ready_app.api_key)
    person.type_into("Client ID", bench.sandbox.ready_app.api_key)

    person.reads("The Client ID looks like the API Key.")

    save(bench)


def test_text_without_any_key_is_said_to_hold_none(bench: Bench) -> None:
    person = fill_in(bench, "what a lovely day\nfor a walk")

    person.reads("No key or token was recognised in it.")
    assert not person.can_press("Save")


def test_two_apps_of_one_name_stay_two(bench: Bench) -> None:
    fill_in(bench, lines(bench), "Twin")
    first = save(bench, "Twin")
    person = fill_in(bench, lines(bench), "Twin")
    person.press("Save")
    person.wait(lambda: bench.program.desk.app_id != first.app_id, "the second App")
    person.wait(lambda: bench.program.desk.app is not None, "the second App")

    bench.generate()

    from core.model import BearerToken

    assert bench.app.name == first.name
    assert bench.vault.get(BearerToken, first.app_id) is None
    assert [app.name for app in bench.vault.all(App)].count("Twin") == 2


def test_leaving_add_app_keeps_nothing(bench: Bench) -> None:
    fill_in(bench, lines(bench))

    bench.person.press("Cancel")

    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
    assert [app.name for app in bench.vault.all(App)] == ["Practice App"]
