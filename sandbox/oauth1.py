"""OAuth 1.0a as a server sees it: signatures, nonces and the pairs of users.

Written from RFC 5849 §3.4 and nothing else, so that a client's mistake in the
same place does not pass. Header parameters only, HMAC-SHA1 only.
"""

import base64
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from sandbox import problems
from sandbox.apps import App, Apps
from sandbox.clock import SandboxClock
from sandbox.derivation import Seed, same
from sandbox.exchange import Call, Pairs, Refusal

CLOCK_SKEW_SECONDS: Final = 300
_PARAMETER: Final = re.compile(r'\s*([A-Za-z0-9_.~%-]+)="([^"]*)"\s*')
_REQUIRED: Final = (
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
)


@dataclass(slots=True)
class Pair:
    """One user's OAuth 1.0a token for one App; token and secret follow from the seed."""

    app_id: str
    user_id: str
    level: str
    generation: int = 1
    is_live: bool = True


class UserPairs:
    """The OAuth 1.0a pairs that were given out."""

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        self._pairs: list[Pair] = []

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._pairs)

    def token(self, pair: Pair) -> str:
        """Return the pair's Access Token: user id, hyphen, 40 letters and digits."""
        labels = ("oauth1 token", pair.app_id, pair.user_id, pair.generation)
        return f"{pair.user_id}-{self._seed.letters(40, *labels)}"

    def secret(self, pair: Pair) -> str:
        """Return the pair's Access Token Secret: 45 letters and digits."""
        labels = ("oauth1 secret", pair.app_id, pair.user_id, pair.generation)
        return self._seed.letters(45, *labels)

    def grant(self, app: App, user_id: str, level: str) -> Pair:
        """Return the user's pair for the App, a new one if none is live.

        A pair keeps its token while it lives; a new authorization may change its level.
        """
        for pair in self._pairs:
            if (pair.app_id, pair.user_id) == (app.app_id, user_id):
                if not pair.is_live:
                    pair.generation += 1
                    pair.is_live = True
                pair.level = level
                return pair
        self._pairs.append(Pair(app.app_id, user_id, level))
        return self._pairs[-1]

    def find(self, app: App, token: str) -> Pair | None:
        """Return the App's live pair with this token."""
        for pair in self._pairs:
            if pair.app_id == app.app_id and pair.is_live and same(self.token(pair), token):
                return pair
        return None

    def reset(self, owners: dict[str, str]) -> None:
        """End every pair but the owners', which live again as at the start.

        Args:
            owners: App ID -> owner's user id.
        """
        for pair in self._pairs:
            pair.is_live = owners.get(pair.app_id) == pair.user_id
            if pair.is_live:
                pair.generation = 1

    def dump(self) -> list[dict[str, object]]:
        """Return the pairs for the state file."""
        return [asdict(pair) for pair in self._pairs]

    def load(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take the pairs of a state file."""
        self._pairs += [Pair(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature held.

    Attributes:
        pair: whose token signed it; None when no user's token did.
        parameters: the `oauth_…` parameters of the header, decoded.
    """

    app: App
    pair: Pair | None
    parameters: dict[str, str]


class Signatures:
    """Checks the signature, timestamp and nonce of a request (RFC 5849 §3.2)."""

    def __init__(self, apps: Apps, pairs: UserPairs, clock: SandboxClock) -> None:
        self._apps = apps
        self._pairs = pairs
        self._clock = clock
        self._nonces: dict[tuple[str, str, str, str], int] = {}

    def check(self, call: Call, token_secrets: dict[str, str] | None = None) -> Signed:
        """Return who signed the request.

        Args:
            call: the request.
            token_secrets: temporary tokens (request tokens) that may sign it, with their
                secrets; without it only users' pairs may, or none.

        Raises:
            Refusal: the signature, its parameters, time or nonce do not hold.
        """
        given = _header_parameters(call.authorization("OAuth") or "")
        if given is None or not all(given.get(name) for name in _REQUIRED):
            raise Refusal(problems.bad_authentication_data())
        app = self._apps.by_api_key(given["oauth_consumer_key"])
        if app is None or given.get("oauth_version", "1.0") != "1.0":
            raise Refusal(problems.could_not_authenticate())
        pair, secret = self._token(app, given.get("oauth_token", ""), token_secrets)
        if given["oauth_signature_method"] != "HMAC-SHA1" or not same(
            signature(call, given, self._apps.api_secret(app), secret), given["oauth_signature"]
        ):
            raise Refusal(problems.could_not_authenticate())
        self._refuse_stale(given)
        return Signed(app, pair, given)

    def forget_nonces(self) -> None:
        """Let every nonce be used again."""
        self._nonces.clear()

    def _token(
        self, app: App, token: str, token_secrets: dict[str, str] | None
    ) -> tuple[Pair | None, str]:
        if not token:
            return None, ""
        if token_secrets is not None:
            if token not in token_secrets:
                raise Refusal(problems.invalid_or_expired())
            return None, token_secrets[token]
        pair = self._pairs.find(app, token)
        if pair is None:
            raise Refusal(problems.invalid_or_expired())
        return pair, self._pairs.secret(pair)

    def _refuse_stale(self, given: dict[str, str]) -> None:
        stamp = given["oauth_timestamp"]
        now = self._clock.now()
        if not re.fullmatch("[0-9]{1,12}", stamp):
            raise Refusal(problems.bad_authentication_data())
        if abs(int(stamp) - now) > CLOCK_SKEW_SECONDS:
            raise Refusal(problems.timestamp_out_of_bounds())
        self._nonces = {
            key: at for key, at in self._nonces.items() if abs(at - now) <= CLOCK_SKEW_SECONDS
        }
        key = (
            given["oauth_consumer_key"],
            given.get("oauth_token", ""),
            stamp,
            given["oauth_nonce"],
        )
        if key in self._nonces:
            raise Refusal(problems.could_not_authenticate())
        self._nonces[key] = int(stamp)


def signature(call: Call, given: dict[str, str], consumer_secret: str, token_secret: str) -> str:
    """Return the HMAC-SHA1 signature that the request should carry (RFC 5849 §3.4)."""
    signed: Pairs = [*call.query, *call.form]
    signed += [(name, value) for name, value in given.items() if name != "oauth_signature"]
    encoded = sorted((_encode(name), _encode(value)) for name, value in signed)
    parameters = "&".join(f"{name}={value}" for name, value in encoded)
    base = "&".join((call.method, _encode(_base_url(call)), _encode(parameters)))
    key = f"{_encode(consumer_secret)}&{_encode(token_secret)}"
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()


def _base_url(call: Call) -> str:
    scheme, _, rest = call.origin.partition("://")
    default = {"http": ":80", "https": ":443"}.get(scheme, "")
    return f"{scheme}://{rest.removesuffix(default)}{call.path}"


def _encode(text: str) -> str:
    return quote(text, safe="-._~")


def _header_parameters(text: str) -> dict[str, str] | None:
    given: dict[str, str] = {}
    for part in text.split(","):
        match = _PARAMETER.fullmatch(part)
        if match is None:
            return None
        name, value = unquote(match[1]), unquote(match[2])
        if name in given:
            return None
        if name != "realm":
            given[name] = value
    return given
