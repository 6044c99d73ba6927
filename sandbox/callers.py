"""Who is calling: which credential came along, and whether it holds."""

from dataclasses import dataclass

from sandbox import problems
from sandbox.apps import App
from sandbox.exchange import Call, Malformed, Refusal
from sandbox.people import BY_ID
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Caller:
    """One recognised caller of the API.

    Attributes:
        kind: "app" (Bearer Token), "oauth2" or "oauth1" (a user).
        user_id: "" for the App itself.
        scopes: what an OAuth 2.0 user granted.
        level: the permission level of an OAuth 1.0a pair.
    """

    kind: str
    app: App
    user_id: str = ""
    scopes: tuple[str, ...] = ()
    level: str = ""

    @property
    def pool(self) -> str:
        """Whose rate limit the call draws on."""
        return f"{self.app.app_id}/{self.user_id}"


def identify(world: World, call: Call) -> Caller:
    """Return the caller of an API operation.

    Raises:
        Refusal: 401, no credential came along or it does not hold.
    """
    bearer = call.authorization("Bearer")
    if bearer is not None:
        app = world.apps.by_bearer(bearer)
        if app is not None:
            return Caller("app", app)
        grant = world.grants.by_access_token(bearer)
        if grant is not None:
            return Caller("oauth2", world.apps.get(grant.app_id), grant.user_id, grant.scopes)
    elif call.authorization("OAuth") is not None:
        signed = world.signatures.check(call)
        if signed.pair is not None:
            return Caller("oauth1", signed.app, signed.pair.user_id, level=signed.pair.level)
    raise Refusal(problems.plain(401))


def label(world: World, call: Call) -> str:
    """Return the ledger's word for the credential that came along, never its value."""
    scheme = call.headers.get("authorization", "").partition(" ")[0].lower()
    readers = {"": _by_body, "basic": _by_basic, "bearer": _by_bearer, "oauth": _by_signature}
    reader = readers.get(scheme)
    return reader(world, call) if reader else "unknown"


def _by_basic(world: World, call: Call) -> str:
    user = (call.basic() or ("", ""))[0]
    if app := world.apps.by_api_key(user):
        return f"api_key:{app.name}"
    app = world.apps.by_client_id(user)
    return f"client:{app.name}" if app else "unknown"


def _by_bearer(world: World, call: Call) -> str:
    bearer = call.authorization("Bearer") or ""
    if app := world.apps.by_bearer(bearer):
        return f"bearer:{app.name}"
    grant = world.grants.by_access_token(bearer)
    return f"user:{BY_ID[grant.user_id].username}" if grant else "unknown"


def _by_signature(world: World, call: Call) -> str:
    header = call.authorization("OAuth") or ""
    for pair in world.pairs:
        if pair.is_live and f'oauth_token="{world.pairs.token(pair)}"' in header:
            return f"oauth1:{BY_ID[pair.user_id].username}"
    return "oauth1:unknown" if "oauth_token=" in header else "oauth1:app"


def _by_body(world: World, call: Call) -> str:
    try:
        client_id = dict(call.form).get("client_id", "")
    except Malformed:
        return "none"
    app = world.apps.by_client_id(client_id)
    return f"client:{app.name}" if app else "none"
