"""OAuth 1.0a sign-in: request token, consent, PIN, access token, invalidation.

Source: x-platform notes §3, August 2026.
"""

import secrets
from typing import Final
from urllib.parse import urlencode

from sandbox import pages, problems
from sandbox.authorization import back
from sandbox.derivation import random_letters, same
from sandbox.exchange import Answer, Call, Pairs, json_answer, only
from sandbox.oauth1 import Signed
from sandbox.pending import RequestToken
from sandbox.people import BY_ID
from sandbox.scope_words import LEVELS
from sandbox.world import World

PATH: Final = "/oauth/authorize"
OUT_OF_BAND: Final = "oob"
REQUEST_TOKEN_SECONDS: Final = 900


def request_token(world: World, call: Call) -> Answer:
    """Return a request token for a callback that the App has registered, or `oob`."""
    signed = world.signatures.check(call)
    if signed.pair is not None:
        return problems.could_not_authenticate()
    callback = _parameter(signed, call, "oauth_callback")
    if callback != OUT_OF_BAND and callback not in signed.app.redirect_uris:
        return problems.legacy(403, 415, "Callback URL not approved for this client application.")
    wanted = _parameter(signed, call, "x_auth_access_type")
    if wanted not in {"", "read", "write"}:
        return problems.bad_authentication_data()
    fresh = RequestToken(
        signed.app,
        random_letters(27),
        random_letters(32),
        callback,
        "read" if wanted == "read" else signed.app.permissions,
        world.clock.now() + REQUEST_TOKEN_SECONDS,
    )
    world.request_tokens[fresh.token] = fresh
    return _form_answer(
        [
            ("oauth_token", fresh.token),
            ("oauth_token_secret", fresh.secret),
            ("oauth_callback_confirmed", "true"),
        ]
    )


def show(world: World, call: Call) -> Answer:
    """Return the consent page of a live request token."""
    given = only(call.query) or {}
    asked = _live(world).get(given.get("oauth_token", ""))
    if asked is None or asked.user_id:
        return pages.something_went_wrong()
    ticket = world.consents1.issue(asked)
    back = asked.app.redirect_uris[0] if asked.callback == OUT_OF_BAND else asked.callback
    return pages.consent(asked.app.name, PATH, ticket, LEVELS[asked.level], back)


def decide(world: World, call: Call) -> Answer:
    """Act on the page's form: back with a verifier, a PIN, or `denied`."""
    decision = world.consents1.redeem(call)
    if decision is None or _live(world).get(decision.asked.token) is None:
        return pages.something_went_wrong()
    asked = decision.asked
    is_pin = asked.callback == OUT_OF_BAND
    if not decision.is_yes:
        del world.request_tokens[asked.token]
        if is_pin:
            return pages.denied(asked.app.name)
        return back(world, asked.callback, [("denied", asked.token)])
    asked.user_id = decision.user_id
    asked.verifier = f"{secrets.randbelow(9_000_000) + 1_000_000}" if is_pin else random_letters(32)
    if is_pin:
        return pages.pin(asked.app.name, asked.verifier)
    return back(
        world, asked.callback, [("oauth_token", asked.token), ("oauth_verifier", asked.verifier)]
    )


def access_token(world: World, call: Call) -> Answer:
    """Exchange an authorised request token for the user's pair, once."""
    live = _live(world)
    signed = world.signatures.check(call, {token: asked.secret for token, asked in live.items()})
    asked = live.get(signed.parameters.get("oauth_token", ""))
    if asked is None or asked.app is not signed.app:
        return problems.could_not_authenticate()
    verifier = _parameter(signed, call, "oauth_verifier")
    if not asked.verifier or not same(asked.verifier, verifier):
        return problems.could_not_authenticate()
    del world.request_tokens[asked.token]
    pair = world.pairs.grant(asked.app, asked.user_id, asked.level)
    return _form_answer(
        [
            ("oauth_token", world.pairs.token(pair)),
            ("oauth_token_secret", world.pairs.secret(pair)),
            ("user_id", asked.user_id),
            ("screen_name", BY_ID[asked.user_id].username),
        ]
    )


def invalidate_token(world: World, call: Call) -> Answer:
    """End the very pair that signed the request."""
    signed = world.signatures.check(call)
    if signed.pair is None:
        return problems.could_not_authenticate()
    token = world.pairs.token(signed.pair)
    signed.pair.is_live = False
    return json_answer(200, {"access_token": token})


def _live(world: World) -> dict[str, RequestToken]:
    now = world.clock.now()
    tokens = world.request_tokens
    for token in [token for token, asked in tokens.items() if now >= asked.expires_at]:
        del tokens[token]
    return tokens


def _parameter(signed: Signed, call: Call, name: str) -> str:
    if name in signed.parameters:
        return signed.parameters[name]
    return dict([*call.query, *call.form]).get(name, "")


def _form_answer(pairs: Pairs) -> Answer:
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("Cache-Control", "no-store"),
    ]
    return Answer(200, urlencode(pairs).encode(), headers)
