"""The Flask application: which address leads to which room. Imported only by a start."""

from collections.abc import Callable
from typing import Any, Final

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sandbox import app_only, control, problems, token_endpoint
from sandbox.authorization import PATH as AUTHORIZE
from sandbox.authorization import Consent
from sandbox.catalogue import OPERATIONS
from sandbox.exchange import Answer, Call, Malformed, Refusal, json_answer
from sandbox.known_paths import KNOWN
from sandbox.operations import Operation, serve
from sandbox.three_legged import PATH as AUTHORIZE_1
from sandbox.three_legged import ThreeLegged
from sandbox.world import World

CALL: Final = "sandbox.call"
Room = Callable[[World, Call], Answer]


def build_web(world: World) -> flask.Flask:
    """Return the application that serves `world`.

    The WSGI environment carries the request, already read, under the key CALL.
    """
    web = flask.Flask("sandbox", static_folder=None)
    web.url_map.merge_slashes = False
    web.url_map.redirect_defaults = False
    consent, three_legged = Consent(world), ThreeLegged(world)
    world.on_reset = [consent.clear, three_legged.clear]
    rooms: list[tuple[str, str, Room]] = [
        ("POST", "/oauth2/token", app_only.token),
        ("POST", "/oauth2/invalidate_token", app_only.invalidate_token),
        ("POST", "/2/oauth2/token", token_endpoint.token),
        ("POST", "/2/oauth2/revoke", token_endpoint.revoke),
        ("GET", AUTHORIZE, lambda _, call: consent.show(call)),
        ("POST", AUTHORIZE, lambda _, call: consent.decide(call)),
        ("POST", "/oauth/request_token", lambda _, call: three_legged.request_token(call)),
        ("GET", AUTHORIZE_1, lambda _, call: three_legged.show(call)),
        ("POST", AUTHORIZE_1, lambda _, call: three_legged.decide(call)),
        ("POST", "/oauth/access_token", lambda _, call: three_legged.access_token(call)),
        (
            "POST",
            "/1.1/oauth/invalidate_token.json",
            lambda _, call: three_legged.invalidate_token(call),
        ),
        (
            "POST",
            "/1.1/oauth/invalidate_token",
            lambda _, call: three_legged.invalidate_token(call),
        ),
        ("GET", control.PREFIX + "ledger", control.ledger),
        ("POST", control.PREFIX + "faults", control.faults),
        ("POST", control.PREFIX + "clock", control.clock),
        ("POST", control.PREFIX + "reset", control.reset),
        ("GET", control.PREFIX + "state", control.state),
    ]
    for method, path, room in rooms:
        _route(web, world, method, path, room)
    served = {(operation.method, operation.path) for operation in OPERATIONS}
    for operation in OPERATIONS:
        _route(web, world, operation.method, operation.path, _serving(operation))
    for method, path in KNOWN:
        if (method, path) not in served:
            _route(web, world, method, path, _refusing(method, path))
    web.register_error_handler(HTTPException, _unknown)
    return web


def _route(web: flask.Flask, world: World, method: str, path: str, room: Room) -> None:
    def view(**_: Any) -> flask.Response:
        call: Call = flask.request.environ[CALL]
        with world.lock:
            try:
                answer = room(world, call)
            except Refusal as refusal:
                answer = refusal.answer
            except Malformed:
                answer = problems.plain(400)
            world.save()
        return _response(answer)

    rule = path.replace("{", "<").replace("}", ">")
    web.add_url_rule(
        rule, f"{method} {path}", view, methods=[method], provide_automatic_options=False
    )


def _serving(operation: Operation) -> Room:
    def room(world: World, call: Call) -> Answer:
        values = {name: str(text) for name, text in (flask.request.view_args or {}).items()}
        return serve(world, operation, call, values)

    return room


def _refusing(method: str, path: str) -> Room:
    def room(_world: World, _call: Call) -> Answer:
        return problems.not_in_the_sandbox(method, path)

    return room


def _unknown(error: HTTPException) -> flask.Response:
    if isinstance(error, MethodNotAllowed):
        return _response(problems.plain(405))
    if (error.code or 500) == 404:
        return _response(problems.plain(404))
    return _response(json_answer(error.code or 500, {"title": error.name, "type": "about:blank"}))


def _response(answer: Answer) -> flask.Response:
    response = flask.Response(answer.body, status=answer.status)
    response.headers.clear()
    for name, value in answer.headers:
        response.headers.add(name, value)
    return response
