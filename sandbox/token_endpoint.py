"""Tokens of users: `POST /2/oauth2/token` and `POST /2/oauth2/revoke`.

Source: x-platform notes §§2.4, 2.5, 2.7, August 2026, error texts included.
"""

import re
from typing import Final

from sandbox import problems
from sandbox.apps import App
from sandbox.derivation import same
from sandbox.exchange import Answer, Call, Refusal, json_answer, only
from sandbox.grants import ACCESS_SECONDS, TokenPair, matches_challenge
from sandbox.world import World

VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
BAD_GRANT_TYPE: Final = (
    "Value passed for the grant type was invalid. Grant type should be one of "
    "[authorization_code, refresh_token]."
)


def token(world: World, call: Call) -> Answer:
    """Exchange a code, or rotate a Refresh Token."""
    form = _form(call)
    grant_type = form.get("grant_type", "")
    if not grant_type:
        return problems.missing("grant_type")
    if grant_type not in {"authorization_code", "refresh_token"}:
        return problems.oauth(400, "invalid_request", BAD_GRANT_TYPE)
    app = _client(world, call, form)
    exchange = _exchange if grant_type == "authorization_code" else _refresh
    pair = exchange(world, app, form)
    return _answer(pair)


def revoke(world: World, call: Call) -> Answer:
    """End one half of a grant; a token that is unknown is no error (RFC 7009 §2.2)."""
    form = _form(call)
    app = _client(world, call, form)
    if not form.get("token"):
        return problems.missing("token")
    world.grants.revoke(app, form["token"])
    return json_answer(200, {"revoked": True})


def _form(call: Call) -> dict[str, str]:
    if call.query:
        raise Refusal(problems.oauth(400, "invalid_request", "Parameters belong in the body."))
    if not call.is_form:
        raise Refusal(problems.oauth(400, "invalid_request", "The body is not a form."))
    form = only(call.form)
    if form is None:
        raise Refusal(problems.oauth(400, "invalid_request", "A parameter was given twice."))
    return form


def _client(world: World, call: Call, form: dict[str, str]) -> App:
    """Return the App that authenticated itself the way its type demands."""
    if "client_secret" in form:
        raise Refusal(problems.missing_client_authentication())
    named = form.get("client_id", "")
    if "authorization" in call.headers:
        basic = call.basic()
        app = world.apps.by_client_id(basic[0]) if basic else None
        if basic is None or app is None or not app.is_confidential:
            raise Refusal(problems.missing_client_authentication())
        if not same(world.apps.client_secret(app), basic[1]):
            raise Refusal(problems.missing_client_authentication())
        if named and world.apps.by_client_id(named) is not app:
            raise Refusal(problems.invalid_value("client id"))
        return app
    if not named:
        raise Refusal(problems.missing("client_id"))
    app = world.apps.by_client_id(named)
    if app is None:
        raise Refusal(problems.oauth(401, "invalid_client", "The client is not known."))
    if app.is_confidential:
        raise Refusal(problems.missing_client_authentication())
    return app


def _exchange(world: World, app: App, form: dict[str, str]) -> TokenPair:
    for name in ("code", "redirect_uri", "code_verifier"):
        if not form.get(name):
            raise Refusal(problems.missing(name))
    code = world.grants.find_code(app, form["code"])
    if code is None:
        raise Refusal(problems.invalid_value("authorization code"))
    code.is_used = True  # whatever comes of it, nobody gets a second guess
    if form["redirect_uri"] != code.redirect_uri:
        raise Refusal(problems.mismatch("redirect uri", "uri of the authorization code"))
    verifier = form["code_verifier"]
    if not VERIFIER.fullmatch(verifier) or not matches_challenge(verifier, code.challenge):
        raise Refusal(problems.mismatch("code verifier", "code challenge"))
    return world.grants.exchange(code)


def _refresh(world: World, app: App, form: dict[str, str]) -> TokenPair:
    if not form.get("refresh_token"):
        raise Refusal(problems.missing("refresh_token"))
    pair = world.grants.refresh(app, form["refresh_token"])
    if pair is None:
        raise Refusal(problems.invalid_value("token"))
    return pair


def _answer(pair: TokenPair) -> Answer:
    document: dict[str, object] = {
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "access_token": pair.access_token,
        "scope": " ".join(pair.scopes),
    }
    if pair.refresh_token:
        document["refresh_token"] = pair.refresh_token
    return json_answer(200, document)
