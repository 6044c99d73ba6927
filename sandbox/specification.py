"""The sandbox's own OpenAPI file, at X's address for it: what is served here, and no more.

Needs no credential, as at X (x-platform notes §5.1). Written from the tables of operations, so
it holds no sentence of X's.
"""

import re
from typing import Any, Final

from sandbox.catalogue import OPERATIONS
from sandbox.exchange import Answer, Call, json_answer
from sandbox.fields import selecting
from sandbox.operations import Operation
from sandbox.parameters import Parameter
from sandbox.world import World

PATH: Final = "/2/openapi.json"
VERSION: Final = "2.167-sandbox"
SCHEMES: Final = {"app": "BearerToken", "oauth2": "OAuth2UserToken", "oauth1": "UserToken"}
ID: Final = {"type": "string", "pattern": "^[0-9]{1,19}$"}
NAME: Final = {"type": "string", "pattern": "^[A-Za-z0-9_]{1,15}$"}
BODIES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "createPosts": {"text": {"type": "string"}},
    "hidePostsReply": {"hidden": {"type": "boolean"}},
    "likePost": {"tweet_id": ID},
    "repostPost": {"tweet_id": ID},
    "createUsersBookmark": {"tweet_id": ID, "folder_id": ID},
    "createUsersBookmarkFolder": {"name": {"type": "string", "minLength": 1, "maxLength": 25}},
    "followUser": {"target_user_id": ID},
    "muteUser": {"target_user_id": ID},
    "followList": {"list_id": ID},
    "pinList": {"list_id": ID},
    "updateRules": {"add": {"type": "array"}, "delete": {"type": "object"}},
}
TAGS: Final = (("/stream", "Stream"), ("/2/tweets", "Posts"), ("/2/usage", "Usage"))
OPTIONAL: Final = {"folder_id", "text", "add", "delete"}


def specification(world: World, call: Call) -> Answer:
    """Return the file."""
    del call
    paths: dict[str, dict[str, Any]] = {
        PATH: {"get": {"operationId": "getOpenApiSpec", "tags": ["General"], "responses": _OK}}
    }
    for operation in OPERATIONS:
        described = _described(operation, world.field_family)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Keypane's sandbox", "version": VERSION},
        "paths": paths,
    }
    return json_answer(200, document)


_OK: Final = {"200": {"description": "An answer"}}


def _described(operation: Operation, family: str) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": NAME if name == "username" else ID}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    parameters = (*operation.parameters, *selecting(operation.shape, family))
    facts: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [_tag(operation.path)],
        "security": [
            {SCHEMES[kind]: sorted(operation.scopes) if kind == "oauth2" else []}
            for kind in operation.kinds
        ],
        "parameters": in_path + [_parameter(each) for each in parameters],
        "responses": _OK,
    }
    if operation.path.endswith("/stream") or "/stream/lang/" in operation.path:
        facts["x-twitter-streaming"] = True
    if properties := BODIES.get(operation.id):
        needed = [name for name in properties if name not in OPTIONAL]
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        schema |= {"required": needed} if needed else {}
        facts["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return facts


def _tag(path: str) -> str:
    return next((tag for mark, tag in TAGS if mark in path), "Users")


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "schema": _schema(parameter),
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "id": ID,
        "username": NAME,
        "ids": {"type": "array", "items": ID, "minItems": 1, "maxItems": parameter.high},
        "usernames": {"type": "array", "items": NAME, "minItems": 1, "maxItems": parameter.high},
        "int": {"type": "integer", "format": "int32"},
        "time": {"type": "string", "format": "date-time"},
        "choice": {"type": "string", "enum": sorted(parameter.choices)},
        "flag": {"type": "boolean"},
        "text": {"type": "string", "minLength": parameter.low, "maxLength": parameter.high},
    }
    if parameter.kind == "choices":
        items = {"type": "string", "enum": sorted(parameter.choices)}
        return {"type": "array", "minItems": 1, "uniqueItems": True, "items": items}
    schema = dict(kinds[parameter.kind])
    if parameter.kind == "int":
        schema |= {"minimum": parameter.low, "maximum": parameter.high}
    if isinstance(parameter.default, int | str):
        schema["default"] = parameter.default
    return schema
