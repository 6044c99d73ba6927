"""The Flask application: which address leads to which room. Imported only by a start."""

import functools
from collections.abc import Callable
from typing import Any, Final

import flask
from werkzeug.exceptions import HTTPException

from sandbox import (
    app_only,
    authorization,
    control,
    media,
    problems,
    specification,
    three_legged,
    token_endpoint,
)
from sandbox.catalogue import OPERATIONS
from sandbox.exchange import Answer, Call, Malformed, Refusal
from sandbox.known_paths import is_name_of_x, known_path
from sandbox.operations import Operation, serve
from sandbox.world import World

CALL: Final = "sandbox.call"
WORLD: Final = "sandbox.world"
Room = Callable[[World, Call], Answer]
ROOMS: Final[tuple[tuple[str, str, Room], ...]] = (
    ("GET", specification.PATH, specification.specification),
    ("GET", media.MEDIA_PATH, media.picture),
    ("GET", media.PORTRAIT_PATH, media.picture),
    ("POST", "/oauth2/token", app_only.token),
    ("POST", "/oauth2/invalidate_token", app_only.invalidate_token),
    ("POST", "/2/oauth2/token", token_endpoint.token),
    ("POST", "/2/oauth2/revoke", token_endpoint.revoke),
    ("GET", authorization.PATH, authorization.show),
    ("POST", authorization.PATH, authorization.decide),
    ("POST", "/oauth/request_token", three_legged.request_token),
    ("GET", three_legged.PATH, three_legged.show),
    ("POST", three_legged.PATH, three_legged.decide),
    ("POST", "/oauth/access_token", three_legged.access_token),
    ("POST", "/1.1/oauth/invalidate_token.json", three_legged.invalidate_token),
    ("POST", "/1.1/oauth/invalidate_token", three_legged.invalidate_token),
    ("GET", control.PREFIX + "ledger", control.ledger),
    ("POST", control.PREFIX + "faults", control.faults),
    ("POST", control.PREFIX + "clock", control.clock),
    ("POST", control.PREFIX + "reset", control.reset),
    ("GET", control.PREFIX + "state", control.state),
    ("GET", control.PREFIX + "streams", control.streams),
    ("POST", control.PREFIX + "streams", control.streams),
)


@functools.cache
def build_web() -> flask.Flask:
    """Return the application, the same for every sandbox of this process.

    The WSGI environment carries the world under the key WORLD, and the request,
    already read, under CALL.
    """
    web = flask.Flask("sandbox", static_folder=None)
    web.url_map.merge_slashes = False
    web.url_map.redirect_defaults = False
    for method, path, room in ROOMS:
        _route(web, method, path, room)
    for operation in OPERATIONS:
        _route(web, operation.method, operation.path, _serving(operation))
    web.register_error_handler(HTTPException, _unknown)
    return web


def _route(web: flask.Flask, method: str, path: str, room: Room) -> None:
    def view(**_: Any) -> flask.Response:
        call: Call = flask.request.environ[CALL]
        world: World = flask.request.environ[WORLD]
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
        if call.path != operation.path and is_name_of_x(call.method, call.path):
            return problems.not_in_the_sandbox(call.method, call.path)
        values = {name: str(text) for name, text in (flask.request.view_args or {}).items()}
        return serve(world, operation, call, values)

    return room


def _unknown(error: HTTPException) -> flask.Response:
    call: Call = flask.request.environ[CALL]
    if known := known_path(call.method, call.path):
        return _response(problems.not_in_the_sandbox(call.method, known))
    return _response(problems.plain(error.code or 500))


def _response(answer: Answer) -> flask.Response:
    response = flask.Response(answer.body, status=answer.status)
    response.headers.clear()
    for name, value in answer.headers:
        response.headers.add(name, value)
    return response
