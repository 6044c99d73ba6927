"""Free checks before anything is kept."""

from core.environment import Environment
from core.field_checks import Life, Tried, can_try, try_fields
from core.secret import Secret
from tests.fakes.fake_transport import answer
from tests.unit.core.service_bench import ME, UNAUTHORIZED, Bench, no_answer

BEARER = {"bearer_token": Secret("AAAA-bearer")}
PAIR = {
    name: Secret(f"17-{name}")
    for name in ("api_key", "api_secret", "access_token", "access_token_secret")
}


def tried(bench: Bench, fields: dict[str, Secret]) -> tuple[Tried, ...]:
    return try_fields(bench.transport, bench.clock, Environment.x(), fields, bench.cancel)


def test_a_bearer_token_is_alive_or_dead_by_one_free_call(bench: Bench) -> None:
    bench.will(answer({"data": {}}), answer(UNAUTHORIZED, 401))

    first, second = tried(bench, BEARER), tried(bench, BEARER)

    assert [each.life for each in (*first, *second)] == [Life.ALIVE, Life.DEAD]
    assert bench.paths == ["/2/usage/tweets", "/2/usage/tweets"]


def test_a_pair_names_the_account_that_it_acts_for(bench: Bench) -> None:
    bench.will(answer(ME))

    assert tried(bench, PAIR) == (Tried("access_token", Life.ALIVE, "@acme", 200),)
    assert bench.paths == ["/2/users/me"]


def test_no_answer_and_other_refusals_say_nothing_of_life(bench: Bench) -> None:
    bench.will(no_answer, answer({"title": "Too Many Requests"}, 429))

    assert [each.life for each in tried(bench, {**BEARER, **PAIR})] == [Life.UNKNOWN, Life.UNKNOWN]


def test_api_keys_alone_are_not_tried(bench: Bench) -> None:
    keys = {name: PAIR[name] for name in ("api_key", "api_secret")}

    assert not can_try(keys)
    assert tried(bench, keys) == ()
    assert bench.paths == []


def test_nothing_is_kept(bench: Bench) -> None:
    bench.will(answer({"data": {}}))

    tried(bench, BEARER)

    assert bench.bearer() is None
