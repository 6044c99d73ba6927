"""The rules of an App's filtered stream: adding, deleting, trying, counting.

Sources: x-platform notes §§5.2 and 6 (1,000 rules of up to 1,024 characters for self-serve
Apps); the shape of the partial errors is X's, as clients report it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sandbox import problems
from sandbox.bodies import check, read_object, refuse
from sandbox.clock import rfc3339
from sandbox.exchange import Answer, Refusal, json_answer
from sandbox.limits import Quota
from sandbox.operations import APPS, Ask, Operation
from sandbox.parameters import ID, Parameter
from sandbox.posts import fresh_id
from sandbox.rendering import Document
from sandbox.search_query import BadQuery, Test, compile_query
from sandbox.world import World

MOST_RULES: Final = 1_000
LONGEST_RULE: Final = 1_024
TOKEN_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a filtered stream."""

    id: str
    value: str
    tag: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the rule as X shows it."""
        document = {"id": self.id, "value": self.value}
        return {**document, "tag": self.tag} if self.tag else document


def rules_of(world: World, app_id: str) -> list[Rule]:
    """Return the App's rules in the order of their making."""
    return [Rule(*row) for row in world.timeline.touched.rules.get(app_id, [])]


def tests_of(world: World) -> Callable[[Rule], Test]:
    """Return what turns a rule into its test, each text compiled once."""
    compiled: dict[str, Test] = {}

    def test(rule: Rule) -> Test:
        if rule.value not in compiled:
            compiled[rule.value] = compile_query(world, rule.value)
        return compiled[rule.value]

    return test


def listing(ask: Ask) -> Document:
    """Return the App's rules, or those with the given ids."""
    rules = rules_of(ask.world, ask.caller.app.app_id)
    if wanted := ask.query["ids"]:
        rules = [rule for rule in rules if rule.id in wanted]
    start, size = _start(ask), int(ask.query["max_results"])
    chosen = rules[start : start + size]
    meta: Document = {"sent": rfc3339(ask.world.clock.now()), "result_count": len(chosen)}
    if start + size < len(rules):
        meta["next_token"] = _token(ask, start + size)
    document: Document = {"meta": meta}
    if chosen:
        document["data"] = [rule.as_json() for rule in chosen]
    return document


def update(ask: Ask) -> Answer:
    """Add or delete rules; with `dry_run` only say what would happen."""
    body = read_object(ask.call, {"add": list, "delete": dict})
    if ask.query["delete_all"]:
        return _deleted(ask, rules_of(ask.world, ask.caller.app.app_id), [])
    if len(body) != 1:
        raise refuse("$: either `add` or `delete` is needed")
    if "delete" in body:
        return _delete(ask, body["delete"])
    return _add(ask, body["add"])


def counts(ask: Ask) -> Document:
    """Return how many rules the App has, and how many it may have."""
    count = len(rules_of(ask.world, ask.caller.app.app_id))
    mine = {"client_app_id": ask.caller.app.app_id, "rule_count": count}
    full: Document = {
        "cap_per_client_app": str(MOST_RULES),
        "cap_per_project": str(MOST_RULES),
        "client_app_rules_count": mine,
        "project_rules_count": str(count),
        "all_project_client_apps": [mine],
    }
    chosen = set(ask.query["rules_count.fields"]) or full.keys()
    return {"data": {name: full[name] for name in full if name in chosen}}


def _add(ask: Ask, rows: list[Any]) -> Answer:
    app_id = ask.caller.app.app_id
    present = rules_of(ask.world, app_id)
    if not rows:
        raise refuse("$.add: at least one rule is needed")
    made: list[Rule] = []
    errors: list[Document] = []
    for row in rows:
        if not isinstance(row, dict):
            raise refuse("$.add: each rule is an object")
        check(row, {"value": str, "tag": str}, ("value",))
        if (error := _fault(ask, row["value"], [*present, *made])) is not None:
            errors.append(error)
        else:
            rule_id = fresh_id(ask.world.timeline.now_ms())
            made.append(Rule(rule_id, row["value"], row.get("tag", "")))
    if len(present) + len(made) > MOST_RULES:
        raise Refusal(problems.too_many_rules(MOST_RULES))
    if not ask.query["dry_run"]:
        _keep(ask, [*present, *made])
    invalid = sum(error["title"] != "DuplicateRule" for error in errors)
    summary = {
        "created": len(made),
        "not_created": len(errors),
        "valid": len(rows) - invalid,
        "invalid": invalid,
    }
    return _answer(ask, summary, made, errors, 400 if invalid and not made else 200)


def _delete(ask: Ask, body: dict[str, Any]) -> Answer:
    check(body, {"ids": list, "values": list})
    if len(body) != 1:
        raise refuse("$.delete: either `ids` or `values` is needed")
    ((key, wanted),) = body.items()
    if not wanted or not all(isinstance(one, str) for one in wanted):
        raise refuse(f"$.delete.{key}: a list of texts is needed")
    rules = rules_of(ask.world, ask.caller.app.app_id)
    found = [rule for rule in rules if (rule.id if key == "ids" else rule.value) in wanted]
    have = {rule.id if key == "ids" else rule.value for rule in found}
    errors: list[Document] = [
        {
            "errors": [{"parameters": {}, "message": "Rule does not exist"}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": problems.PROBLEM + "invalid-request",
        }
        for one in wanted
        if one not in have and (key == "values" or ID.fullmatch(one))
    ]
    return _deleted(ask, found, errors)


def _deleted(ask: Ask, gone: list[Rule], errors: list[Document]) -> Answer:
    if not ask.query["dry_run"]:
        rules = rules_of(ask.world, ask.caller.app.app_id)
        _keep(ask, [rule for rule in rules if rule not in gone])
    summary = {"deleted": len(gone), "not_deleted": len(errors)}
    return _answer(ask, summary, [], errors, 200)


def _answer(
    ask: Ask, summary: dict[str, int], made: list[Rule], errors: list[Document], status: int
) -> Answer:
    document: Document = {"meta": {"sent": rfc3339(ask.world.clock.now()), "summary": summary}}
    if made:
        document["data"] = [rule.as_json() for rule in made]
    if errors:
        document["errors"] = errors
    return json_answer(status, document)


def _fault(ask: Ask, value: str, present: list[Rule]) -> Document | None:
    for rule in present:
        if rule.value == value:
            return {
                "value": value,
                "id": rule.id,
                "title": "DuplicateRule",
                "type": problems.PROBLEM + "duplicate-rules",
            }
    why = ""
    if len(value) > LONGEST_RULE:
        why = f"Rules must be at most {LONGEST_RULE} characters long"
    else:
        try:
            compile_query(ask.world, value)
        except BadQuery as bad:
            why = str(bad)
    if not why:
        return None
    return {
        "value": value,
        "details": [why],
        "title": "UnprocessableEntity",
        "type": problems.PROBLEM + "invalid-rules",
    }


def _keep(ask: Ask, rules: list[Rule]) -> None:
    rows = [[rule.id, rule.value, rule.tag] for rule in rules]
    ask.world.timeline.touched.rules[ask.caller.app.app_id] = rows


def _token(ask: Ask, offset: int) -> str:
    mac = ask.world.seed.raw(5, "rules", ask.caller.app.app_id, offset).hex()
    return f"{offset:06d}{mac}"


def _start(ask: Ask) -> int:
    token = ask.query["pagination_token"]
    if token is None:
        return 0
    offset = int(token[:6]) if token[:6].isascii() and token[:6].isdigit() else -1
    if token != _token(ask, offset):
        message = f"The `pagination_token` query parameter value [{token}] is not valid"
        raise Refusal(problems.invalid_request(("pagination_token", [token], message)))
    return offset


RULES_COUNT_FIELDS: Final = (
    "all_project_client_apps",
    "cap_per_client_app",
    "cap_per_project",
    "client_app_rules_count",
    "project_rules_count",
)
OPERATIONS: Final = (
    Operation(
        "getRules",
        "GET",
        "/2/tweets/search/stream/rules",
        listing,
        kinds=APPS,
        parameters=(
            Parameter("ids", "ids", high=1000),
            Parameter("max_results", "int", low=1, high=1000, default=1000),
            Parameter("pagination_token", "text", low=TOKEN_LENGTH, high=TOKEN_LENGTH),
        ),
        app_quota=(Quota(450),),
    ),
    Operation(
        "updateRules",
        "POST",
        "/2/tweets/search/stream/rules",
        update,
        kinds=APPS,
        parameters=(Parameter("dry_run", "flag"), Parameter("delete_all", "flag")),
        app_quota=(Quota(100),),
    ),
    Operation(
        "getRuleCounts",
        "GET",
        "/2/tweets/search/stream/rules/counts",
        counts,
        kinds=APPS,
        parameters=(
            Parameter("rules_count.fields", "choices", default=[], choices=RULES_COUNT_FIELDS),
        ),
    ),
)
