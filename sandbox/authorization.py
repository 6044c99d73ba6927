"""The consent of OAuth 2.0: `GET` and `POST /i/oauth2/authorize`.

Source: x-platform notes §§2.1 to 2.3. As at X, a mistake in the request is never
told to the redirect URI: the person sees a card without a reason. Stricter than
X: S256 only, and `state` is required.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from sandbox import pages
from sandbox.apps import App
from sandbox.exchange import Answer, Call, Pairs, only
from sandbox.scope_words import ALL
from sandbox.tickets import Tickets
from sandbox.world import World

PATH: Final = "/i/oauth2/authorize"
MAX_STATE: Final = 500
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A flawless authorization request."""

    app: App
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str


class Consent:
    """Shows the consent page and sends the person back to the App."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: Tickets[Asked] = Tickets(world.clock)

    def show(self, call: Call) -> Answer:
        """Return the consent page, or the card for a request with any mistake."""
        asked = self._read(call)
        if asked is None:
            return pages.something_went_wrong()
        ticket = self._tickets.issue(asked)
        return pages.consent(asked.app.name, PATH, ticket, asked.scopes, asked.redirect_uri)

    def decide(self, call: Call) -> Answer:
        """Act on the page's form: back with a code, or with `access_denied`."""
        decision = self._tickets.redeem(call)
        if decision is None:
            return pages.something_went_wrong()
        asked = decision.asked
        parameters: Pairs = [("state", asked.state)]
        if decision.is_yes:
            code = self._world.grants.issue_code(
                asked.app, decision.user_id, asked.scopes, asked.redirect_uri, asked.challenge
            )
            parameters.append(("code", code))
        else:
            parameters.insert(0, ("error", "access_denied"))
        if self._world.tamper_redirect is not None:
            parameters = self._world.tamper_redirect(parameters)
        return pages.redirect(with_query(asked.redirect_uri, parameters), self._world.delivery)

    def clear(self) -> None:
        """Forget every page that is open."""
        self._tickets.clear()

    def _read(self, call: Call) -> Asked | None:
        given = only(call.query)
        if given is None or given.get("response_type") != "code":
            return None
        app = self._world.apps.by_client_id(given.get("client_id", ""))
        if app is None or given.get("redirect_uri") not in app.redirect_uris:
            return None
        scopes = tuple(dict.fromkeys(given.get("scope", "").split(" ")))
        if not all(scope in ALL for scope in scopes):
            return None
        state = given.get("state", "")
        if not state or len(state) > MAX_STATE:
            return None
        challenge = given.get("code_challenge", "")
        if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
            return None
        return Asked(app, given["redirect_uri"], scopes, state, challenge)


def with_query(address: str, parameters: Pairs) -> str:
    """Return `address` with parameters appended to whatever query it has."""
    joint = "&" if "?" in address else "?"
    return (
        address + joint + "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters)
    )
