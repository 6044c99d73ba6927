"""`keypane request`: any operation of X's API."""

import argparse
import json
from typing import Any

from cli.choosing import credential_of, only_app
from cli.command_run import CommandRun
from cli.outcome import DONE, NO_ANSWER, REFUSED
from cli.parsing import Parser, command
from cli.seen_limits import keep_limit, limit_facts
from core.catalogue import catalogue
from core.errors import BadInput
from core.model import App
from core.requester import Exchange, RequestSpec

_HIDDEN_HEADERS = frozenset({"set-cookie", "set-cookie2"})


def parser_of(name: str) -> Parser:
    """Return the parser of `request`."""
    parser = command(
        name,
        "Send a request to X's API. X's answer is printed even when X refuses (exit code 3).",
        _request,
        "request GET /2/tweets -q ids=1261326399320715264,1278347468690915330 --as bearer",
        "request GET /2/users/me --app 'My App' --as @acme",
        """request POST /2/tweets --as @acme -d '{"text": "Hello"}'""",
    )
    parser.add_argument("method", metavar="METHOD", help="GET, POST, PUT or DELETE")
    parser.add_argument("path", metavar="PATH", help="as /2/tweets; `keypane operations` lists all")
    parser.add_argument("--app", metavar="APP", help="the App's name, where there are several")
    parser.add_argument(
        "--as",
        dest="credential",
        metavar="bearer|USER|oauth1",
        help="with which credential; without it the App's single user, or the Bearer Token",
    )
    parser.add_argument(
        "-q", dest="query", action="append", default=[], metavar="KEY=VALUE", help="a parameter"
    )
    parser.add_argument("-d", dest="body", default="", metavar="JSON", help="a JSON body")
    parser.add_argument(
        "--all-pages", action="store_true", help="follow next_token and join the pages"
    )
    return parser


def _request(run: CommandRun, arguments: argparse.Namespace) -> int:
    run.operation = "request"
    app = only_app(run, arguments.app)
    spec = RequestSpec(
        app_id=app.app_id,
        method=arguments.method.upper(),
        path=arguments.path,
        credential=credential_of(run, app, arguments.credential),
        query=tuple(_pair(text) for text in arguments.query),
        body=arguments.body,
    )
    requester = run.world.requester
    if arguments.all_pages:
        exchanges = list(requester.pages(spec, run.cancel))
    else:
        exchanges = [requester.send(spec, run.cancel)]
    last = exchanges[-1]
    keep_limit(run, last)
    bodies = [_body(exchange) for exchange in exchanges]
    for exchange, page in zip(exchanges, bodies, strict=True):
        _note_cost(run, app, spec, exchange, page)
    body = _joined(bodies)
    facts = _facts(last, body, sum(exchange.milliseconds for exchange in exchanges))
    status = last.response.status
    if not run.options.json:
        run.say(f"{status} {last.response.reason}".strip())
    run.answer(facts, body if isinstance(body, str) else json.dumps(body, indent=2))
    if 200 <= status < 300:
        return DONE
    return NO_ANSWER if status >= 500 else REFUSED


def _note_cost(
    run: CommandRun, app: App, spec: RequestSpec, exchange: Exchange, page: object
) -> None:
    """Add what a call to X cost to the sums that *Limits and usage* shows."""
    operation = catalogue().find(spec.method, spec.path)
    if operation is not None:
        status = exchange.response.status
        run.world.spending.note(app.app_id, app.environment, operation, status, page, spec.body)


def _facts(exchange: Exchange, body: Any, milliseconds: float) -> dict[str, Any]:
    headers = {
        name: value
        for name, value in exchange.response.headers.items()
        if name not in _HIDDEN_HEADERS
    }
    facts: dict[str, Any] = {
        "status": exchange.response.status,
        "headers": headers,
        "body": body,
        "milliseconds": round(milliseconds, 1),
    }
    if exchange.rate_limit is not None:
        facts["rate_limit"] = limit_facts(exchange.rate_limit)
    return facts


def _body(exchange: Exchange) -> Any:
    raw = exchange.response.body
    try:
        return json.loads(raw) if raw.strip() else None
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def _joined(bodies: list[Any]) -> Any:
    """Return the pages as one answer: lists appended, the count summed, the last page's rest."""
    if len(bodies) == 1 or not all(isinstance(body, dict) for body in bodies):
        return bodies[-1]
    joined: dict[str, Any] = {}
    for body in bodies:
        for name, value in body.items():
            if name == "includes" and isinstance(value, dict):
                kept = joined.setdefault("includes", {})
                for kind, items in value.items():
                    kept[kind] = [*kept.get(kind, []), *items]
            elif isinstance(value, list) and isinstance(joined.get(name), list):
                joined[name] = [*joined[name], *value]
            else:
                joined[name] = value
    if isinstance(joined.get("meta"), dict):
        counts = [body.get("meta", {}).get("result_count", 0) for body in bodies]
        joined["meta"] = {**joined["meta"], "result_count": sum(counts)}
    return joined


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput("-q", "a parameter is written KEY=VALUE")
    return name, value
