"""Settings of Requests in the real window."""

from core.model import Setting
from tests.e2e.window.bench import Bench
from ui.presenters.requests_price import ABOVE_SETTING, SANDBOX_SETTING


def test_the_sum_above_which_a_call_is_asked_about_is_kept(bench: Bench) -> None:
    bench.show("Settings")
    bench.person.type_into("Ask before calls above", "$2")
    bench.person.enter("Ask before calls above")

    bench.person.wait(
        lambda: bench.vault.get(Setting, ABOVE_SETTING) == Setting(ABOVE_SETTING, "2"), "the sum"
    )


def test_what_is_no_sum_is_named_and_not_kept(bench: Bench) -> None:
    bench.show("Settings")
    bench.person.type_into("Ask before calls above", "much")
    bench.person.enter("Ask before calls above")

    bench.person.reads("A sum such as 0.50, or nothing.")
    assert bench.vault.get(Setting, ABOVE_SETTING) is None


def test_the_sandbox_asks_when_it_is_told_to(bench: Bench) -> None:
    bench.show("Settings")
    bench.person.press("Ask in the sandbox too")

    bench.person.wait(lambda: bench.vault.setting(SANDBOX_SETTING) == "yes", "the choice")
