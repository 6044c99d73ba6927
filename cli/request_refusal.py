"""What X's refusal of a request means, and what to type next. Loaded where one came."""

import shlex

from cli.command_run import CommandRun
from cli.explained import explanation_lines
from cli.outcome import NO_ANSWER, REFUSED
from core.answers import refusal
from core.catalogue import Operation, catalogue
from core.errors import BadAnswer
from core.exchange import Exchange
from core.explain import Explanation, explain
from core.model import App, UserToken
from core.preflight import CAN, Fix, Verdict, verdict_for_bearer, verdict_for_user

_SERVER = 500
_NOT_ALIVE = 401
_NOT_ALLOWED = 403


def say_why(run: CommandRun, told: Explanation) -> None:
    """Tell on stderr what an answer means; stdout has the answer itself."""
    for line in explanation_lines(told):
        run.say(line)


def say_flaw(run: CommandRun, flaw: BadAnswer) -> int:
    """Tell why an accepted answer cannot be X's; return the exit code."""
    say_why(run, explain(flaw, operation=run.operation))
    return NO_ANSWER


def say_refusal(run: CommandRun, exchange: Exchange) -> int:
    """Tell what X's refusal means and what to type; return the exit code."""
    response = exchange.response
    error = refusal(response.status, response.headers, response.body)
    told = explain(error, operation=run.operation)
    if scopes := _scopes_hint(run, exchange):
        run.say(f"{told.words.filled(told.words.message)}\n{scopes}")
    else:
        say_why(run, told)
        if command := _command(run, exchange):
            run.say(f"    By command: {command}")
    is_foreign = isinstance(error, BadAnswer) and "not from X" in error.detail
    return NO_ANSWER if response.status >= _SERVER or is_foreign else REFUSED


def _scopes_hint(run: CommandRun, exchange: Exchange) -> str:
    """Return which scopes a user's sign-in lacks for this operation, and how it gets them."""
    token = _token(run, exchange)
    missing = _verdict(exchange, token).scopes
    if exchange.response.status != _NOT_ALLOWED or token is None or not missing:
        return ""
    wanted = " ".join((*token.scopes, *missing))
    return (
        f"    {token.label} did not grant {', '.join(missing)}, which this operation needs.\n"
        f"    By command: keypane sign-in {_app(run, exchange)} --scopes {shlex.quote(wanted)}"
    )


def _command(run: CommandRun, exchange: Exchange) -> str:
    """Return what would make this request go, as far as a command does."""
    token = _token(run, exchange)
    if exchange.response.status == _NOT_ALIVE:
        if exchange.spec.credential.kind == "bearer":
            return f"keypane bearer generate {_app(run, exchange)}"
        return f"keypane sign-in {_app(run, exchange)}" if token is not None else ""
    if exchange.response.status != _NOT_ALLOWED:
        return ""
    fix = _verdict(exchange, token).fix
    if fix is Fix.USE_BEARER:
        return "add --as bearer"
    if fix is Fix.USE_USER:
        users = run.world.vault.users_of(exchange.spec.app_id)
        names = " or ".join(f"--as {user.label}" for user in users)
        return f"add {names}" if names else f"keypane sign-in {_app(run, exchange)}"
    return ""


def _verdict(exchange: Exchange, token: UserToken | None) -> Verdict:
    spec = exchange.spec
    operation: Operation | None = catalogue().find(spec.method, spec.path)
    if operation is None:
        return CAN
    if spec.credential.kind == "bearer":
        return verdict_for_bearer(operation, has_token=True)
    return verdict_for_user(operation, token) if token is not None else CAN


def _token(run: CommandRun, exchange: Exchange) -> UserToken | None:
    credential = exchange.spec.credential
    is_user = credential.kind == "user"
    return run.world.vault.get(UserToken, credential.token_id) if is_user else None


def _app(run: CommandRun, exchange: Exchange) -> str:
    app = run.world.vault.get(App, exchange.spec.app_id)
    return shlex.quote(app.name) if app is not None else "APP"
