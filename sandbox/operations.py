"""X's operations as a table, and the one way in which each of them is served.

Adding an operation is a row: who may call it, with which scopes, parameters and
limits, and the function that answers. Source of every fact: x-platform notes
§§5 and 6 (specification 2.167 of August 2026).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sandbox import problems
from sandbox.callers import Caller, identify
from sandbox.exchange import Answer, Call, Refusal, json_answer
from sandbox.fields import in_family, selecting
from sandbox.limits import Quota
from sandbox.parameters import Parameter, read_path, read_query
from sandbox.rendering import Document, Renderer
from sandbox.world import World

READ: Final = ("tweet.read", "users.read")
ANYBODY: Final = ("app", "oauth1", "oauth2")
USERS: Final = ("oauth1", "oauth2")
APPS: Final = ("app",)


@dataclass(frozen=True, slots=True)
class Ask:
    """One admitted request to an operation.

    Attributes:
        path, query: values by parameter name, checked.
    """

    world: World
    caller: Caller
    path: dict[str, str]
    query: dict[str, Any]
    call: Call

    def renderer(self) -> Renderer:
        """Return a writer for the fields that were asked for."""
        return Renderer(self.world, self.caller, self.query, origin=self.call.origin)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of X.

    Attributes:
        id: X's operationId.
        path: with names in braces.
        kinds: who may call it, in the order in which X lists them.
        scopes: all that an OAuth 2.0 user must have granted.
        shape: "posts" or "users" when the answer's fields can be chosen.
        is_write: an OAuth 1.0a pair needs more than the level "read".
        is_own: the path's `id` must be the caller's.
        is_billed: refused when the account has no credits.
        is_enterprise: refused to Apps with self-serve access.
    """

    id: str
    method: str
    path: str
    run: Callable[[Ask], Answer | Document]
    kinds: tuple[str, ...] = ANYBODY
    scopes: tuple[str, ...] = READ
    parameters: tuple[Parameter, ...] = ()
    shape: str = ""
    app_quota: tuple[Quota, ...] = ()
    user_quota: tuple[Quota, ...] = ()
    is_write: bool = False
    is_own: bool = False
    is_billed: bool = True
    is_enterprise: bool = False


def change(
    operation_id: str,
    method: str,
    path: str,
    run: Callable[[Ask], Document],
    scopes: tuple[str, ...],
    quota: tuple[Quota, ...] = (Quota(50),),
    *,
    is_own: bool = True,
) -> Operation:
    """Return an operation by which a user changes something, mostly below the own `id`."""
    return Operation(
        operation_id,
        method,
        path,
        run,
        kinds=USERS,
        scopes=scopes,
        user_quota=quota,
        is_write=True,
        is_own=is_own,
    )


def serve(world: World, operation: Operation, call: Call, path: dict[str, str]) -> Answer:
    """Return X's answer to one call of an operation."""
    caller = identify(world, call)
    if not caller.app.is_enrolled:
        return problems.not_enrolled(caller.app.app_id)
    if operation.is_enterprise and caller.app.access != "enterprise":
        return problems.not_enterprise(caller.app.app_id)
    if caller.kind not in operation.kinds:
        return problems.unsupported_authentication(caller.kind, list(operation.kinds))
    is_app = caller.kind == "app"
    count = world.limits.count(
        operation.id,
        caller.pool,
        operation.app_quota if is_app else operation.user_quota,
        "app" if is_app else "user",
    )
    if count.is_over:
        answer = problems.too_many_requests([])
    else:
        try:
            answer = _admitted(world, operation, caller, call, path)
        except Refusal as refusal:
            answer = refusal.answer
    answer.headers += count.headers
    if caller.level:
        answer.headers.append(("x-access-level", caller.level))
    return answer


def _admitted(
    world: World, operation: Operation, caller: Caller, call: Call, path: dict[str, str]
) -> Answer:
    if caller.kind == "oauth2" and not set(operation.scopes) <= set(caller.scopes):
        return problems.plain(403)
    if operation.is_write and caller.level == "read":
        return problems.missing_permission()
    if operation.is_billed and not caller.app.has_credits:
        return problems.credits_depleted(int(caller.app.app_id))
    path = read_path(path)
    own = "source_user_id" if "source_user_id" in path else "id"
    if operation.is_own and path.get(own) != caller.user_id:
        message = (
            f"The `{own}` query parameter value [{path[own]}] must be the same as "
            "the authenticating user"
        )
        return problems.invalid_request((own, [path[own]], message))
    parameters = (*operation.parameters, *selecting(operation.shape, world.field_family))
    query = read_query(parameters, call.query)
    document = operation.run(Ask(world, caller, path, query, call))
    if isinstance(document, Answer):
        return document
    return json_answer(200, in_family(document, world.field_family))


def ids_parameter(name: str = "ids", kind: str = "ids") -> Parameter:
    """Return the required list of up to a hundred ids or usernames."""
    return Parameter(name, kind, is_required=True)


def found_and_not(found: list[Document], missing: list[Document], includes: Document) -> Document:
    """Return the answer to a lookup of several things, partial errors included."""
    document: Document = {}
    if found:
        document["data"] = found
    if includes:
        document["includes"] = includes
    if missing:
        document["errors"] = missing
    return document
