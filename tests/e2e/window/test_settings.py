"""Settings in the real window: names, redirect URIs, themes, and forgetting."""

import pytest
from PySide6.QtWidgets import QComboBox

from core.model import AccessTokenPair, App, BearerToken, Setting
from core.secret import Secret
from tests.e2e.window.bench import Bench
from ui.theme import THEME_SETTING, Scheme, theme


@pytest.fixture
def settings(bench: Bench) -> Bench:
    bench.show("Settings")
    return bench


def test_a_theme_is_worn_at_once_and_kept(settings: Bench) -> None:
    settings.person.choose("Theme", "Dark")

    settings.person.wait(lambda: theme().palette.scheme is Scheme.DARK, "the dark palette")
    settings.person.wait(
        lambda: settings.vault.get(Setting, THEME_SETTING) == Setting(THEME_SETTING, "dark"),
        "the setting",
    )


def test_a_theme_that_was_chosen_elsewhere_is_the_one_that_settings_name(settings: Bench) -> None:
    theme().choose(Scheme.CONTRAST)

    assert settings.person.find("Theme", QComboBox).currentText() == "High contrast"


def test_a_redirect_uri_is_added_in_front_and_removed_again(settings: Bench) -> None:
    person = settings.person
    known = settings.app.redirect_uris
    uri = "http://127.0.0.1:8740/other"
    person.type_into("New redirect URI", f"  {uri} ")
    person.press("Add redirect URI")
    person.wait(lambda: settings.app.redirect_uris == (uri, *known), "the URI in the vault")

    person.press(f"Remove {uri}")

    person.wait(lambda: settings.app.redirect_uris == known, "the URI gone")


def test_another_redirect_uri_is_made_the_first(settings: Bench) -> None:
    person = settings.person
    (known,) = settings.app.redirect_uris
    uri = "http://127.0.0.1:8740/other"
    person.type_into("New redirect URI", uri)
    person.press("Add redirect URI")
    person.wait(lambda: settings.app.redirect_uris == (uri, known), "the URI in the vault")
    assert not person.can_press(f"Make first {uri}")

    person.press(f"Make first {known}")

    person.wait(lambda: settings.app.redirect_uris == (known, uri), "the other one first")
    person.press(f"Make first {uri}")
    person.wait(lambda: settings.app.redirect_uris == (uri, known), "and back")


def test_permissions_that_x_contradicts_are_named_with_what_to_click(settings: Bench) -> None:
    ready = settings.sandbox.ready_app
    settings.vault.save(
        AccessTokenPair(
            settings.app.app_id,
            Secret(ready.access_token),
            Secret(ready.access_token_secret),
            settings.world.clock.now(),
            username="acme",
            access_level="read",
        )
    )

    settings.person.choose("App permissions", "Read and write")

    settings.person.reads(
        "X's answers say Read for the Access Token of @acme, not Read and write",
        "Access Token, Regenerate.",
    )
    settings.person.choose("App permissions", "Read")
    settings.person.wait(
        lambda: not settings.person.sees("X's answers say"), "nothing to contradict"
    )


def test_a_redirect_uri_that_x_would_refuse_is_warned_of_while_it_is_typed(
    settings: Bench,
) -> None:
    settings.person.type_into("New redirect URI", "localhost:8739/callback")

    settings.person.reads("A redirect URI begins with a scheme")


def test_a_new_name_stands_everywhere(settings: Bench) -> None:
    settings.person.type_into("Name", "Acme Bot")
    settings.person.enter("Name")

    settings.person.wait(lambda: settings.app.name == "Acme Bot", "the name in the vault")
    settings.person.reads("This App: Acme Bot")


def test_a_removed_app_takes_its_tokens_along_and_says_that_x_keeps_them(bench: Bench) -> None:
    app_id = bench.app.app_id
    bench.generate()
    bench.show("Settings")
    person = bench.person

    person.press("Remove App")
    person.reads(
        "Forget Practice App here?", "At X nothing ends: tokens that are alive stay alive."
    )
    person.press("Forget")

    person.reads("Welcome to Keypane")
    assert bench.vault.get(App, app_id) is None
    assert bench.vault.get(BearerToken, app_id) is None
    assert bench.sandbox.bearer_token is not None


def test_a_forgotten_bearer_token_lives_on_at_x_and_comes_back_when_generated(
    bench: Bench,
) -> None:
    first = bench.generate()
    bench.person.press_from_menu("More for Bearer Token", "Forget here")
    bench.person.press("Forget")
    bench.person.reads("Forgotten on this computer.")
    assert bench.bearer is None
    assert first.token is not None
    assert bench.sandbox.bearer_token == first.token.reveal()

    assert bench.generate().token == first.token


def test_what_happened_is_listed_in_activity(bench: Bench) -> None:
    bench.generate()
    bench.sandbox.faults.add("GET", "/2/usage/tweets", status=429)
    bench.person.press("Check Bearer Token")
    bench.person.reads("X was asked too often")

    bench.show("Activity")

    bench.person.reads("Generated, Bearer Token, Done")
