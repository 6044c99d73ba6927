"""The App's own Bearer Token: `POST /oauth2/token` and `POST /oauth2/invalidate_token`.

Source: x-platform notes §1, August 2026. Stricter than X in one thing: a token
in the query is always refused, although X's reference shows it there.
"""

from urllib.parse import unquote

from sandbox import problems
from sandbox.apps import App
from sandbox.derivation import same
from sandbox.exchange import Answer, Call, json_answer, only
from sandbox.world import World


def token(world: World, call: Call) -> Answer:
    """Return the App's Bearer Token, a new one when none is outstanding."""
    app = _app_of_basic(world, call)
    if app is None or call.query or only(call.form) != {"grant_type": "client_credentials"}:
        return problems.unverified_credentials()
    if not app.bearer_is_live:
        app.bearer_generation += 1
        app.bearer_is_live = True
    return json_answer(200, {"token_type": "bearer", "access_token": world.apps.bearer(app)})


def invalidate_token(world: World, call: Call) -> Answer:
    """End the App's Bearer Token; both ways that X documents to authenticate are known.

    The token is compared as decoded from the form, so it has to be sent unescaped
    before form encoding, or raw with its own escapes: escaping it twice fails.
    """
    form = only(call.form)
    if call.query or form is None:
        return problems.unverified_credentials()
    if call.authorization("OAuth") is not None:
        signed = world.signatures.check(call)
        if signed.pair is None or signed.pair.user_id != signed.app.owner_id:
            return problems.may_not_invalidate()
        app: App | None = signed.app
    else:
        app = _app_of_basic(world, call)
    if app is None:
        return problems.unverified_credentials()
    bearer = world.apps.bearer(app)
    given = form.get("access_token", "")
    if bearer is None or not same(unquote(bearer), given):
        return _refuse_foreign(world, app, given)
    app.bearer_is_live = False
    return json_answer(200, {"access_token": bearer})


def _refuse_foreign(world: World, app: App, given: str) -> Answer:
    for other in world.apps:
        bearer = world.apps.bearer(other)
        if other is not app and bearer is not None and same(unquote(bearer), given):
            return problems.may_not_invalidate()
    return problems.unverified_credentials()


def _app_of_basic(world: World, call: Call) -> App | None:
    basic = call.basic()
    if basic is None:
        return None
    app = world.apps.by_api_key(basic[0])
    return app if app is not None and same(world.apps.api_secret(app), basic[1]) else None
