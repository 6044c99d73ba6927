"""A kill at every point of every operation, whatever X answers: nothing is lost in silence.

Each case puts the computer and X back to a prepared moment, runs one operation until the
process dies at a named point, starts Keypane again, and holds what its vault says against
what X knows. What cannot be known has to be flagged, and its next step has to lead on.
"""

import contextlib
from functools import cache
from typing import Final

import pytest

from core.errors import KeypaneError
from core.model import App, UserToken
from core.secret import Secret
from tests.reliability.computer import Computer, Moment, Program
from tests.reliability.counts import note
from tests.reliability.crash_points import survives
from tests.reliability.desk_x import DeskX
from tests.reliability.oracle import silent_losses, verdict
from tests.reliability.scenarios import ANSWERS, SCENARIOS, Scenario, Work, user_of

pytestmark = [pytest.mark.counted, pytest.mark.usefixtures("quiet")]
AT_X: Final = [name for name, scenario in SCENARIOS.items() if scenario.call]
KEPT: Final = "after the commit of result"
OF_A_USER: Final = ["refresh", "refresh, the one recovery", "revoke a user"]


@cache
def _x() -> tuple[DeskX, Moment]:
    """Return the one X of this process, and an empty computer beside it."""
    x = DeskX()
    return x, Computer(x).moment()


@cache
def _moment_before(name: str) -> Moment:
    """Return the prepared moment of a scenario, made once per process."""
    x, empty = _x()
    computer = Computer(x)
    computer.put_back(empty)
    if name != "create":
        program = computer.start()
        program.vault.create_with_keyring()
        program.vault.save(x.app())
        SCENARIOS[name].begin(program)
        program.vault.close()
    return computer.moment()


class Bench:
    """One scenario with one way of X to answer, to be run again and again."""

    def __init__(self, name: str, answer: str = "as X answers") -> None:
        self._scenario: Scenario = SCENARIOS[name]
        self._before = _moment_before(name)
        self._answer = ANSWERS[answer]
        self.computer = Computer(_x()[0])

    def run(self, die_at: int | None = None) -> list[str]:
        """Do the work from the prepared moment on; return the points that were passed."""
        self.computer.put_back(self._before)
        if self._answer:
            method, path = self._scenario.call.split()
            self.computer.x.world.faults.add(method, path, **self._answer)
        program = self.computer.start()
        if self._scenario.opens:
            program.vault.open()
        program.points.arm(die_at)

        def work() -> None:
            with contextlib.suppress(KeypaneError):  # the person reads it
                self._scenario.work(program)

        assert survives(program.points, work) == (die_at is None)
        return list(program.points.names)

    def die_in_recovery(self, die_at: int | None = None) -> int:
        """Start Keypane and finish what is open until the process dies again; count points."""
        program = self.computer.start()
        if program.vault.status().state != "locked":
            return 0
        program.vault.open()
        program.points.arm(die_at)
        survives(program.points, program.recover)
        return len(program.points.names)


# --- one crash -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("name", AT_X)
def test_a_kill_at_any_point_of_a_call_to_x_loses_nothing_silently(name: str, answer: str) -> None:
    bench = Bench(name, answer)
    points = bench.run()
    assert len(bench.computer.x.world.faults) == 0, "X was not asked what this is about"
    verdict(bench.computer)
    flagged = 0
    for number, point in enumerate(points):
        passed = bench.run(number)
        assert passed[-1] == point
        doubted = verdict(bench.computer)
        assert not (doubted and is_avoidable(name, answer, passed)), point
        flagged += doubted

    assert "before the request leaves" in points
    note("Crash model: kill at each point", crashes=len(points), flagged=flagged, silent=0)


def is_avoidable(name: str, answer: str, passed: list[str]) -> bool:
    """Return whether X's answer was on the disk, so that nothing may be uncertain."""
    one_call = {"exchange", "refresh", "generate"}
    return name in one_call and answer == "as X answers" and KEPT in passed


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in AT_X])
def test_a_kill_at_any_point_of_a_change_here_leaves_the_old_state_or_the_new(name: str) -> None:
    bench = Bench(name)
    states = []
    points = bench.run()
    for number in range(len(points)):
        bench.run(number)
        states.append(state_of(bench.computer))

    bench.computer.put_back(_moment_before(name))
    old = state_of(bench.computer)
    bench.run()
    new = state_of(bench.computer)
    assert set(states) <= {old, new, *between(name)}
    assert [each for each in states if each == old], "no crash was early enough"
    note("Crash model: kill at each point", crashes=len(points), flagged=0, silent=0)


def state_of(computer: Computer) -> tuple[object, ...] | None:
    """Return what a newly started Keypane finds; None where there is no vault."""
    program = computer.start()
    if program.vault.status().state == "none":
        return None
    program.vault.open()
    apps = tuple(sorted(app.app_id for app in program.vault.all(App)))
    users = tuple((token.token_id, token.state) for token in program.vault.all(UserToken))
    program.vault.close()
    return (apps, users, opens_with(computer, "a new passphrase"))


def opens_with(computer: Computer, passphrase: str) -> bool:
    """Return whether a passphrase opens the vault."""
    program = computer.start()
    try:
        program.vault.unlock(Secret(passphrase))
    except KeypaneError:
        return False
    program.vault.close()
    return True


def between(name: str) -> list[tuple[object, ...]]:
    """Return the state in the middle of an operation of two steps."""
    if name != "hand over and take back":
        return []
    bench = Bench(name)
    for number in range(len(bench.run())):
        bench.run(number)
        state = state_of(bench.computer)
        if state is not None and "held" in str(state):
            return [state]
    return []


# --- two crashes, and a window that stayed open --------------------------------------------------


@pytest.mark.parametrize("name", AT_X)
def test_a_second_kill_at_any_point_of_the_recovery_loses_nothing_silently(name: str) -> None:
    bench = Bench(name)
    crashes = flagged = 0
    for first in range(len(bench.run())):
        bench.run(first)
        for second in range(bench.die_in_recovery()):
            bench.run(first)
            bench.die_in_recovery(second)
            flagged += verdict(bench.computer)
            crashes += 1

    assert crashes
    note("Crash model: a second kill in the recovery", crashes=crashes, flagged=flagged, silent=0)


def _refresh(program: Program) -> None:
    program.sign_in.refresh(user_of(program), program.never)


def _revoke(program: Program) -> None:
    program.sign_in.revoke(user_of(program), program.never)


def _check(program: Program) -> None:
    program.sign_in.check(user_of(program), program.never)


def _hand_over(program: Program) -> None:
    program.sign_in.hand_over(user_of(program), "a server", program.never)


def _sign_in_again(program: Program) -> None:
    program.sign_a_user_in()


@pytest.mark.parametrize("after", [_refresh, _revoke, _check, _hand_over, _sign_in_again])
@pytest.mark.parametrize("name", OF_A_USER)
def test_a_window_that_was_open_all_along_loses_nothing_after_a_kill_beside_it(
    name: str, after: Work
) -> None:
    """It has not recovered anything: its next step has to notice what the dead one left."""
    bench = Bench(name)
    points = bench.run()
    flagged = 0
    for number in range(len(points)):
        bench.run(number)
        window = bench.computer.start()
        window.vault.open()
        with contextlib.suppress(KeypaneError):
            after(window)
        if is_avoidable(name, "as X answers", points[: number + 1]):
            replays = bench.computer.x.world.grants.counters.replays
            assert replays == 0, f"the kept answer was not used after: {points[number]}"
        flagged += verdict(bench.computer)

    note("Crash model: a kill beside an open window", crashes=len(points), flagged=flagged)


# --- the model itself ----------------------------------------------------------------------------


def test_the_oracle_notices_a_lost_rotation() -> None:
    bench = Bench("refresh")
    x = bench.computer.x
    bench.run()
    program = bench.computer.opened()
    (token,) = program.vault.all(UserToken)
    assert silent_losses(program) == []

    assert token.refresh_token is not None
    x.world.grants.refresh(x.at_x, token.refresh_token.reveal())
    assert silent_losses(program) == [
        "a user's Refresh Token looks usable and X has replaced or ended it",
        "X has a grant that nobody here remembers",
    ]
    with pytest.raises(AssertionError, match="looks usable"):
        verdict(bench.computer)


def test_each_operation_passes_its_intent_its_call_and_its_result() -> None:
    for name in AT_X:
        points = Bench(name).run()
        assert "after the commit of intent" in points, name
        assert "X has acted, nothing came back" in points, name
        assert "after the commit of result" in points, name
