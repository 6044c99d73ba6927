"""The consent of OAuth 2.0: `GET` and `POST /i/oauth2/authorize`.

Source: x-platform notes §§2.1 to 2.3. As at X, a mistake in the request is never
told to the redirect URI: the person sees a card without a reason. Stricter than
X: S256 only, and `state` is required.
"""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from sandbox import pages
from sandbox.exchange import Answer, Call, Pairs, only
from sandbox.pending import AuthorizationRequest
from sandbox.scope_words import ALL
from sandbox.world import World

PATH: Final = "/i/oauth2/authorize"
MAX_STATE: Final = 500
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def show(world: World, call: Call) -> Answer:
    """Return the consent page, or the card for a request with any mistake."""
    asked = _read(world, call)
    if asked is None:
        return pages.something_went_wrong()
    ticket = world.consents.issue(asked)
    signed_in = world.sessions.account_of(call)
    return pages.consent(asked.app.name, PATH, ticket, asked.scopes, asked.redirect_uri, signed_in)


def decide(world: World, call: Call) -> Answer:
    """Act on the page's form: back with a code, or with `access_denied`."""
    decision = world.consents.redeem(call)
    if decision is None:
        return pages.something_went_wrong()
    asked = decision.asked
    parameters: Pairs = [("state", asked.state)]
    cookie: Pairs = []
    if decision.is_yes:
        code = world.grants.issue_code(
            asked.app, decision.user_id, asked.scopes, asked.redirect_uri, asked.challenge
        )
        parameters.append(("code", code))
        cookie.append(world.sessions.begin(decision.user_id))
    else:
        parameters.insert(0, ("error", "access_denied"))
    answer = back(world, asked.redirect_uri, parameters)
    return replace(answer, headers=[*answer.headers, *cookie])


def back(world: World, address: str, parameters: Pairs) -> Answer:
    """Send the person back to the App with these parameters added to the address."""
    if world.tamper_redirect is not None:
        parameters = world.tamper_redirect(parameters)
    joint = "&" if "?" in address else "?"
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters)
    return pages.redirect(address + joint + query, world.delivery)


def _read(world: World, call: Call) -> AuthorizationRequest | None:
    given = only(call.query)
    if given is None or given.get("response_type") != "code":
        return None
    app = world.apps.by_client_id(given.get("client_id", ""))
    if app is None or given.get("redirect_uri") not in app.redirect_uris:
        return None
    scopes = tuple(dict.fromkeys(given.get("scope", "").split(" ")))
    challenge = given.get("code_challenge", "")
    is_flawless = (
        all(scope in ALL for scope in scopes)
        and 1 <= len(given.get("state", "")) <= MAX_STATE
        and given.get("code_challenge_method") == "S256"
        and CHALLENGE.fullmatch(challenge)
    )
    if not is_flawless:
        return None
    return AuthorizationRequest(app, given["redirect_uri"], scopes, given["state"], challenge)
