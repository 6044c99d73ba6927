"""`keypane limits` and `keypane usage`: how much of X's API there is for an App."""

import argparse
from typing import Any

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from cli.seen_limits import keep_limit, limit_facts, seen_limits
from cli.shapes import moment
from core.answers import raise_for, read_json
from core.catalogue import Operation, catalogue, published
from core.checks import APP_CHECK_PATH
from core.errors import BadInput
from core.exchange import RequestSpec
from core.model import BEARER

_MOST_DAYS = 90
_USAGE_FIELDS = (
    "cap_reset_day",
    "daily_client_app_usage",
    "daily_project_usage",
    "project_cap",
    "project_id",
    "project_usage",
)


def parser_of(name: str) -> Parser:
    """Return the parser of `limits` or `usage`."""
    if name == "limits":
        parser = command(
            name,
            "List rate limits: those that X publishes, and where this App stands.",
            _limits,
            "limits 'My App'",
        )
    else:
        parser = command(
            name,
            "Show how many Posts an App has read, as X counts; needs its Bearer Token.",
            _usage,
            "usage 'My App'",
        )
        parser.add_argument(
            "--days", type=int, default=7, metavar="N", help="the last N days, 1 to 90 (7)"
        )
    parser.add_argument("app", metavar="APP", help="the App's name")
    return parser


def _limits(run: CommandRun, arguments: argparse.Namespace) -> int:
    app = run.app(arguments.app)
    vault = run.vault()
    names = {token.token_id: token.label for token in vault.users_of(app.app_id)}
    now = run.world.clock.now()
    rows: list[dict[str, Any]] = [
        {
            "endpoint": seen.endpoint,
            "credential": names.get(seen.credential, seen.credential),
            "source": "answer",
            **limit_facts(seen.rate_limit),
            "remaining": seen.rate_limit.remaining_at(now),
        }
        for seen in seen_limits(vault, app.app_id)
    ]
    for operation in catalogue().operations:
        rows += _published_rows(operation)
    run.answer(rows, [_limit_line(row, moment(now)) for row in rows])
    return DONE


def _published_rows(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "endpoint": f"{operation.method} {operation.path}",
            "credential": "bearer" if pool == "app" else "user",
            "source": "published",
            "limit": quota.calls,
            "window_seconds": quota.seconds,
            "read_at": published().read_at,
        }
        for pool in ("app", "user")
        for quota in published().quotas(operation.operation_id, pool)
    ]


def _limit_line(row: dict[str, Any], now: str) -> str:
    head = f"{row['endpoint']:<56} {row['credential']:<16}"
    if row["source"] == "answer":
        when = "left until" if row["reset_at"] > now else "left: X began to count anew at"
        return f"{head} {row['remaining']} of {row['limit']} {when} {row['reset_at']}"
    return f"{head} {row['limit']} per {row['window_seconds']} s"


def _usage(run: CommandRun, arguments: argparse.Namespace) -> int:
    run.operation = "read"
    app = run.app(arguments.app)
    if not 1 <= arguments.days <= _MOST_DAYS:
        raise BadInput("--days", f"1 to {_MOST_DAYS}")
    query = (("days", str(arguments.days)), ("usage.fields", ",".join(_USAGE_FIELDS)))
    spec = RequestSpec(app.app_id, "GET", APP_CHECK_PATH, BEARER, query)
    exchange = run.world.requester.send(spec, run.cancel)
    keep_limit(run, exchange)
    response = exchange.response
    raise_for(response.status, response.headers, response.body, run.world.clock.now())
    data = read_json(response.body, response.headers.get("content-type", "")).get("data")
    rows = usage_rows(data if isinstance(data, dict) else {})
    run.answer(rows, _usage_lines(rows))
    return DONE


def _usage_lines(rows: list[dict[str, Any]]) -> list[str]:
    """Return the rows of `usage_rows` for a person: the sum, then a line per day."""
    total, days = rows[0], rows[1:]
    cap = f" of {total['cap']:,}" if total["cap"] is not None else ""
    anew = f", counted anew on day {total['reset_day']} of the month" if total["reset_day"] else ""
    used = "an unknown number of" if total["usage"] is None else f"{total['usage']:,}"
    lines = [f"Project {total['id'] or 'unknown'}: {used}{cap} Posts read{anew}."]
    whose = ""
    for day in days:
        if (name := f"{day['scope'].capitalize()} {day['id']}, by day (UTC):") != whose:
            lines += ["", name]
            whose = name
        count = "?" if day["usage"] is None else f"{day['usage']:,}"
        lines.append(f"  {day['date'][:10]}  {count:>12}")
    return lines


def usage_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return X's usage answer as rows: the project's total, then one row per day."""
    total = {
        "scope": "project",
        "id": str(data.get("project_id", "")),
        "usage": _number(data.get("project_usage")),
        "cap": _number(data.get("project_cap")),
        "reset_day": _number(data.get("cap_reset_day")),
    }
    rows: list[dict[str, Any]] = [total]
    project = data.get("daily_project_usage")
    if isinstance(project, dict):
        rows += _days("project", project.get("project_id"), project.get("usage"))
    by_app = data.get("daily_client_app_usage")
    for each in by_app if isinstance(by_app, list) else []:
        if isinstance(each, dict):
            rows += _days("app", each.get("client_app_id"), each.get("usage"))
    return rows


def _days(scope: str, identity: object, usage: object) -> list[dict[str, Any]]:
    days = usage if isinstance(usage, list) else []
    return [
        {
            "scope": scope,
            "id": str(identity),
            "date": str(day.get("date", "")),
            "usage": _number(day.get("usage")),
        }
        for day in days
        if isinstance(day, dict)
    ]


def _number(value: object) -> int | None:
    """X sends numbers as texts here."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
