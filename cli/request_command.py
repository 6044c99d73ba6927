"""`keypane request`: any operation of X's API, one answer, all pages, or a stream."""

import argparse
from decimal import Decimal, InvalidOperation

from cli.choosing import credential_of, only_app
from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from cli.request_answer import (
    answer_facts,
    flaw_of,
    note_cost,
    oddities,
    printed,
    read_answer,
    seen,
    shown,
)
from cli.request_bounds import Bounds
from core.errors import BadInput
from core.exchange import RequestSpec, is_stream
from core.request_checks import target_in

_READING = ("GET", "HEAD")
FIELD_FAMILIES = ("tweet", "post")


def parser_of(name: str) -> Parser:
    """Return the parser of `request`."""
    parser = command(
        name,
        "Send a request to X's API. X's answer is printed even when X refuses (exit code 3). "
        "With --all-pages the pages come as one answer; what stops early, by a bound, by X or "
        "by Ctrl-C, still prints the pages that came, and the next_token to go on with. With "
        "--stream each Post is one line.",
        _request,
        "request GET /2/tweets -q ids=1261326399320715264,1278347468690915330 --as bearer",
        "request GET /2/users/me --app 'My App' --as @acme",
        """request POST /2/tweets --as @acme -d '{"text": "Hello"}'""",
        "request GET /2/tweets/search/recent -q query=cats --all-pages --max-pages 5",
        "request GET /2/tweets/search/stream --as bearer --stream --max-posts 100",
    )
    parser.add_argument("method", metavar="METHOD", help="GET, POST, PUT or DELETE")
    parser.add_argument(
        "path",
        metavar="PATH",
        help="as /2/tweets, or X's whole address; `keypane operations` lists all",
    )
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
        "--field-names",
        choices=FIELD_FAMILIES,
        help="say tweet.fields or post.fields, whichever of them is given; names that X refuses "
        "are tried once under the other family anyway",
    )
    _add_many(parser)
    return parser


def _add_many(parser: Parser) -> None:
    many = parser.add_mutually_exclusive_group()
    many.add_argument(
        "--all-pages", action="store_true", help="follow next_token and join the pages"
    )
    many.add_argument(
        "--stream", action="store_true", help="follow a stream, and open it again when it ends"
    )
    parser.add_argument(
        "--max-pages", type=int, metavar="N", help="with --all-pages: no more than so many"
    )
    parser.add_argument(
        "--max-posts", type=int, metavar="N", help="with --stream: end after so many Posts"
    )
    parser.add_argument(
        "--max-cost",
        metavar="DOLLARS",
        help="end before the next page, or the next Post of a stream, brings the sum of X's list "
        "price above so much",
    )
    parser.add_argument(
        "--no-reconnect", action="store_true", help="with --stream: end when the stream ends"
    )


def _request(run: CommandRun, arguments: argparse.Namespace) -> int:
    run.operation = "read" if arguments.method.upper() in _READING else "request"
    bounds = _bounds(arguments)
    app = only_app(run, arguments.app)
    spec = RequestSpec(
        app_id=app.app_id,
        method=arguments.method.upper(),
        path=target_in(arguments.path, app.environment.api_url),
        credential=credential_of(run, app, arguments.credential),
        query=tuple(_pair(text) for text in arguments.query),
        body=arguments.body,
    )
    if arguments.field_names:
        spec = _renamed(spec, arguments.field_names)
    if is_stream(spec) != arguments.stream:
        why = "this operation is a stream: add this option"
        why = "this operation is no stream: leave this option out" if arguments.stream else why
        raise BadInput("--stream", why)
    _say_access(run, spec)
    if arguments.stream:
        from cli.request_stream import follow_stream

        return follow_stream(run, app, spec, bounds, reconnects=not arguments.no_reconnect)
    if arguments.all_pages:
        from cli.request_pages import all_pages

        return all_pages(run, app, spec, bounds)
    return _one(run, spec)


def _say_access(run: CommandRun, spec: RequestSpec) -> None:
    """Tell before it is sent that X has an operation for enterprise Apps only."""
    from core.catalogue import catalogue
    from core.preflight import enterprise_only

    operation = catalogue().find(spec.method, spec.path)
    if operation is not None and (told := enterprise_only(operation.operation_id)):
        run.say(told)


def _one(run: CommandRun, spec: RequestSpec) -> int:
    exchange = run.world.requester.send(spec, run.cancel)
    read = read_answer(exchange)
    note_cost(run, run.world.vault, exchange, read.value)
    facts = answer_facts(run, exchange, printed(read), exchange.milliseconds)
    status = exchange.response.status
    if not run.options.json:
        run.say(seen(f"{status} {exchange.response.reason}".strip()))
    run.answer(facts, shown(read, on_terminal=run.stdout.isatty()), is_foreign=True)
    for line in oddities(read):
        run.say(line)
    if flaw := flaw_of(exchange, read):
        from cli.request_refusal import say_flaw

        return say_flaw(run, flaw)
    if exchange.was_accepted:
        return DONE
    from cli.request_refusal import say_refusal

    return say_refusal(run, exchange)


def _renamed(spec: RequestSpec, family: str) -> RequestSpec:
    from dataclasses import replace
    from urllib.parse import parse_qsl

    from core.field_names import in_family

    path, _, in_path = spec.path.partition("?")
    pairs = (*parse_qsl(in_path, keep_blank_values=True), *spec.query)
    return replace(spec, path=path, query=in_family(pairs, family))


def _bounds(arguments: argparse.Namespace) -> Bounds:
    many = arguments.all_pages or arguments.stream
    for name, value, is_meant in (
        ("--max-pages", arguments.max_pages, arguments.all_pages),
        ("--max-posts", arguments.max_posts, arguments.stream),
        ("--max-cost", arguments.max_cost, many),
        ("--no-reconnect", arguments.no_reconnect or None, arguments.stream),
    ):
        if value is not None and not is_meant:
            raise BadInput(name, "it needs --all-pages or --stream, whichever it bounds")
    for name, number in (
        ("--max-pages", arguments.max_pages),
        ("--max-posts", arguments.max_posts),
    ):
        if number is not None and number < 1:
            raise BadInput(name, "a number from 1 on")
    return Bounds(arguments.max_pages, arguments.max_posts, _dollars(arguments.max_cost))


def _dollars(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        dollars = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or dollars <= 0:
        raise BadInput("--max-cost", "a sum in US dollars, as 0.50")
    return dollars


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput("-q", "a parameter is written KEY=VALUE")
    return name, value
