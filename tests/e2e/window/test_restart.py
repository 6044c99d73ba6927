"""A second start finds what the first one left, though the sandbox has another port by then."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.model import Setting
from core.secret import Secret
from sandbox import Sandbox
from tests.e2e.window.bench import Bench, Start
from ui.theme import FOLLOW_SYSTEM, THEME_SETTING, Scheme, theme

PASSPHRASE = "correct horse battery"


@contextmanager
def started(prepare: Start, home: Path) -> Iterator[Bench]:
    """Start everything over one home, and end all of it."""
    with Sandbox(state_file=home / "sandbox.json") as running:
        bench: Bench = prepare(home, None, running)
        bench.program.start(sandbox=True, passphrase=Secret(PASSPHRASE))
        bench.person.reads("Practice App")
        # The vault is read before the sandbox is up, which then writes its new port into the App.
        bench.person.wait(
            lambda: bench.app.environment.api_url.startswith(running.origin), "the new port"
        )
        yield bench
        bench.end()


def test_tokens_users_settings_and_activity_are_there_again(prepare: Start, tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    with started(prepare, home) as first:
        token = first.generate()
        user = first.sign_in()
        first_origin = first.sandbox.origin
        first.show("Settings")
        first.person.choose("Theme", "Dark")
        kept = Setting(THEME_SETTING, "dark")
        first.person.wait(lambda: first.vault.get(Setting, THEME_SETTING) == kept, "the setting")
    theme().choose(FOLLOW_SYSTEM)

    with started(prepare, home) as second:
        person = second.person
        person.wait(lambda: theme().palette.scheme is Scheme.DARK, "the dark theme")
        assert second.app.environment.api_url.startswith(second.sandbox.origin)
        assert second.sandbox.origin != first_origin
        assert second.bearer == token
        assert second.users == (user,)

        person.press("Check Bearer Token")
        person.reads("It works. The call was free.")
        person.press("Refresh @acme")
        person.reads("Refreshed. The new pair is stored.")
        assert second.users[0].access_token != user.access_token
        second.show("Activity")
        person.reads("Generated, Bearer Token, Done", "Signed in, ")


def test_what_was_under_way_when_the_window_closed_is_uncertain_at_the_next_start(
    prepare: Start, tmp_path: Path, expected_log: object
) -> None:
    assert callable(expected_log)
    expected_log("the outcome of invalidate", "the outcome of an earlier")
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    with started(prepare, home) as first:
        first.generate()
        first.sandbox.hold.clear()
        first.person.press("Revoke Bearer Token")
        first.person.press("Revoke")
        first.person.wait(lambda: first.asked("/oauth2/invalidate_token"), "the call")

    with started(prepare, home) as second:
        second.person.reads("Uncertain")
        second.person.press("Check Bearer Token")
        second.person.wait(lambda: not second.person.sees("Uncertain"), "a certain row")
