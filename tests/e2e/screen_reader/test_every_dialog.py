"""Every question, menu and page beside the panes is found, heard and answered by ear."""

from tests.e2e.command_line import PASSPHRASE
from tests.e2e.screen_reader.listener import Listener


def test_every_question_is_a_dialog_whose_button_is_the_verb(heard: Listener) -> None:
    for button, verb in (
        ("Revoke Bearer Token", "Revoke"),
        ("Regenerate Bearer Token", "Regenerate"),
        ("Revoke @acme", "Revoke"),
    ):
        heard.button(button)
        heard.find("push button", verb, within={"role": "dialog"})
        heard.note(button)
        _leave_dialog(heard)
        heard.find("push button", button, states=["enabled"])
    heard.button("Revoke Bearer Token")
    heard.hear("Revoke the Bearer Token", role="dialog")
    heard.button("Revoke @acme")  # nothing answers: one question is open
    _leave_dialog(heard)
    heard.find("frame", "Keypane", states=["active"])
    heard.button("More for @acme")
    heard.find("popup menu", "More for @acme")
    heard.note("More for @acme")
    heard.act("menu item", "Forget here")
    heard.find("push button", "Forget", within={"role": "dialog"})
    heard.note("Forget @acme")
    heard.confirm("Forget", "Forget")
    heard.gone(role="push button", name="Revoke @acme")

    assert heard.faults == []


def test_menus_and_what_they_open_are_heard(heard: Listener) -> None:
    for menu, entry in (("More for API Key", "Used by"), ("More for API Key", "Replace")):
        heard.button(menu)
        heard.find("popup menu", menu)
        heard.note(menu)
        heard.act("menu item", entry)
        heard.gone(role="popup menu")
        heard.find("dialog", states=["active"])
        heard.note(entry)
        _leave_dialog(heard)
    heard.button("Paste Access Token and Secret")
    heard.find("dialog", states=["active"])
    heard.note("Paste Access Token and Secret")
    _leave_dialog(heard)
    heard.button("Find")
    heard.find("list", "Results")
    heard.note("Find")
    heard.act("list item", "Keyboard shortcuts", hidden=True)
    heard.find("dialog", states=["active"])
    heard.note("Keyboard shortcuts")

    assert heard.faults == []


def test_a_sign_in_is_left_by_ear(heard: Listener) -> None:
    heard.button("Sign in a user")
    heard.act("check box", "Write Posts tweet.write")
    heard.find("check box", "Write Posts tweet.write", states=["checked"])
    heard.note("Scopes")
    heard.button("Sign in here")
    heard.find("push button", "Authorize app", timeout=30)
    heard.button("Check the set-up")
    heard.hear("Check the set-up", role="dialog", states=["active"])
    heard.note("Check the set-up")
    heard.button("Close the doctor")
    heard.gone(role="dialog")
    heard.button("Paste the address")
    heard.find("password text", "Redirected address")
    heard.note("Paste the address")
    heard.button("Cancel sign-in")
    heard.find("push button", "Check Bearer Token")

    assert heard.faults == []


def test_pages_behind_the_menus_are_heard_and_left(heard: Listener) -> None:
    for menu, entry, page in (
        ("More for Bearer Token", "I leaked it", "The Bearer Token of Practice leaked"),
        ("More for @acme", "Hand over", "Hand over @acme"),
    ):
        heard.button(menu)
        heard.act("menu item", entry)
        heard.find("label", page)
        heard.note(entry)
        heard.button("Back")
        heard.find("push button", menu)
    heard.act("page tab", "Settings")
    heard.button("Remove App")
    heard.find("dialog", states=["active"])
    heard.note("Remove App")
    _leave_dialog(heard)
    heard.button("Change passphrase")
    heard.find("dialog", states=["active"])
    heard.note("Change the passphrase")
    _leave_dialog(heard)
    heard.button("Lock")
    heard.gone(role="list item", name="Practice")
    heard.note("Locked")

    assert heard.faults == []


def _leave_dialog(heard: Listener) -> None:
    heard.button("Cancel", within={"role": "dialog"})
    heard.gone(role="dialog")


def test_the_first_start_and_the_question_where_to_keep_keys_are_heard(
    first_start: Listener,
) -> None:
    first_start.find("push button", "Try the sandbox")
    first_start.note("Welcome")
    first_start.button("I have keys")
    first_start.set_text("text", "Name", "By ear")
    first_start.set_text("password text", "API Key", "A" * 25)
    first_start.set_text("password text", "API Key Secret", "B" * 50)
    first_start.button("Save")
    first_start.hear("Where should your keys be kept?", role="dialog", states=["active"])
    first_start.note("Where should your keys be kept?")
    first_start.button("Passphrase")
    for name in ("Passphrase", "Passphrase again"):
        first_start.set_text("password text", name, PASSPHRASE)
    first_start.note("Passphrase")
    first_start.button("Use this passphrase")
    first_start.find("list item", "By ear", timeout=30)
    first_start.find("push button", "Generate Bearer Token")

    assert first_start.faults == []
