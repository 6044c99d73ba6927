"""OAuth 1.0a sign-in: request token, consent, PIN, access token, invalidation.

Source: x-platform notes §3, August 2026.
"""

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sandbox import pages, problems
from sandbox.apps import App
from sandbox.authorization import with_query
from sandbox.derivation import random_letters, same
from sandbox.exchange import Answer, Call, Pairs, json_answer, only
from sandbox.oauth1 import Signed
from sandbox.people import BY_ID
from sandbox.scope_words import LEVELS
from sandbox.tickets import Tickets
from sandbox.world import World

PATH: Final = "/oauth/authorize"
OUT_OF_BAND: Final = "oob"
REQUEST_TOKEN_SECONDS: Final = 900


@dataclass(slots=True)
class RequestToken:
    """A temporary credential on its way from the App through the person back to the App."""

    app: App
    token: str
    secret: str
    callback: str
    level: str
    expires_at: float
    user_id: str = ""
    verifier: str = ""


class ThreeLegged:
    """The three legs, and the end of a pair."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[str, RequestToken] = {}
        self._tickets: Tickets[RequestToken] = Tickets(world.clock)

    def request_token(self, call: Call) -> Answer:
        """Return a request token for a callback that the App has registered, or `oob`."""
        signed = self._world.signatures.check(call)
        if signed.pair is not None:
            return problems.could_not_authenticate()
        callback = _parameter(signed, call, "oauth_callback")
        if callback != OUT_OF_BAND and callback not in signed.app.redirect_uris:
            return problems.legacy(
                403, 415, "Callback URL not approved for this client application."
            )
        wanted = _parameter(signed, call, "x_auth_access_type")
        if wanted not in {"", "read", "write"}:
            return problems.bad_authentication_data()
        fresh = RequestToken(
            signed.app,
            random_letters(27),
            random_letters(32),
            callback,
            "read" if wanted == "read" else signed.app.permissions,
            self._world.clock.now() + REQUEST_TOKEN_SECONDS,
        )
        self._open[fresh.token] = fresh
        return _form_answer(
            [
                ("oauth_token", fresh.token),
                ("oauth_token_secret", fresh.secret),
                ("oauth_callback_confirmed", "true"),
            ]
        )

    def show(self, call: Call) -> Answer:
        """Return the consent page of a live request token."""
        given = only(call.query) or {}
        asked = self._live().get(given.get("oauth_token", ""))
        if asked is None or asked.user_id:
            return pages.something_went_wrong()
        ticket = self._tickets.issue(asked)
        back = asked.app.redirect_uris[0] if asked.callback == OUT_OF_BAND else asked.callback
        return pages.consent(asked.app.name, PATH, ticket, LEVELS[asked.level], back)

    def decide(self, call: Call) -> Answer:
        """Act on the page's form: back with a verifier, a PIN, or `denied`."""
        decision = self._tickets.redeem(call)
        if decision is None or self._live().get(decision.asked.token) is None:
            return pages.something_went_wrong()
        asked = decision.asked
        is_pin = asked.callback == OUT_OF_BAND
        if not decision.is_yes:
            del self._open[asked.token]
            if is_pin:
                return pages.denied(asked.app.name)
            return self._back(asked, [("denied", asked.token)])
        asked.user_id = decision.user_id
        asked.verifier = (
            f"{secrets.randbelow(9_000_000) + 1_000_000}" if is_pin else random_letters(32)
        )
        if is_pin:
            return pages.pin(asked.app.name, asked.verifier)
        return self._back(asked, [("oauth_token", asked.token), ("oauth_verifier", asked.verifier)])

    def access_token(self, call: Call) -> Answer:
        """Exchange an authorised request token for the user's pair, once."""
        live = self._live()
        signed = self._world.signatures.check(
            call, {token: asked.secret for token, asked in live.items()}
        )
        asked = live.get(signed.parameters.get("oauth_token", ""))
        if asked is None or asked.app is not signed.app:
            return problems.could_not_authenticate()
        verifier = _parameter(signed, call, "oauth_verifier")
        if not asked.verifier or not same(asked.verifier, verifier):
            return problems.could_not_authenticate()
        del self._open[asked.token]
        pair = self._world.pairs.grant(asked.app, asked.user_id, asked.level)
        return _form_answer(
            [
                ("oauth_token", self._world.pairs.token(pair)),
                ("oauth_token_secret", self._world.pairs.secret(pair)),
                ("user_id", asked.user_id),
                ("screen_name", BY_ID[asked.user_id].username),
            ]
        )

    def invalidate_token(self, call: Call) -> Answer:
        """End the very pair that signed the request."""
        signed = self._world.signatures.check(call)
        if signed.pair is None:
            return problems.could_not_authenticate()
        token = self._world.pairs.token(signed.pair)
        signed.pair.is_live = False
        return json_answer(200, {"access_token": token})

    def clear(self) -> None:
        """Forget every request token."""
        self._open.clear()
        self._tickets.clear()

    def _live(self) -> dict[str, RequestToken]:
        now = self._world.clock.now()
        self._open = {token: asked for token, asked in self._open.items() if now < asked.expires_at}
        return self._open

    def _back(self, asked: RequestToken, parameters: Pairs) -> Answer:
        if self._world.tamper_redirect is not None:
            parameters = self._world.tamper_redirect(parameters)
        return pages.redirect(with_query(asked.callback, parameters), self._world.delivery)


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
