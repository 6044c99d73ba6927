"""Checks of one App and its credentials, offline: shapes, pairs, type of App, redirect URIs.

Sources: x-platform notes §§2.2 to 2.6, 4.3, August 2026. A shape warns; only what X is known
to refuse fails.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.app_permissions import mismatch
from core.doctor.model import Check
from core.explain.model import CALLBACK, CLIENT, CONSUMER_KEYS, KEYS, PERMISSIONS, SETTINGS
from core.findings import FindingState
from core.inspector.values import TITLES, kind_of
from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from core.pasted import app_id_of_bearer
from core.redirects import check_redirect_uri
from core.secret import Secret
from core.words_model import mark

_CONTEXT: Final = "words"
_IDLE_DAYS: Final = 150
_MOST_REDIRECT_URIS: Final = 10
_CONFIDENTIAL: Final = frozenset({"web", "bot"})
_PUBLIC: Final = frozenset({"native", "single_page"})


@dataclass(frozen=True, slots=True)
class Held:
    """What the vault has of one App."""

    app: App
    bearer: BearerToken | None = None
    pair: AccessTokenPair | None = None
    users: tuple[UserToken, ...] = ()


def app_checks(held: Held, now: datetime) -> list[Check]:
    """Return what can be said about an App without asking anyone."""
    return [
        _consumer_keys(held.app),
        _client_id(held.app),
        _client_type(held.app),
        _fields(held),
        _redirect_uris(held.app),
        _permissions(held),
        _bearer_app(held),
        idle(held.users, now),
    ]


def _consumer_keys(app: App) -> Check:
    title = mark(_CONTEXT, "API Key and API Key Secret")
    keys = app.consumer
    if keys is None or not (keys.api_key and keys.api_secret):
        half = keys is not None and bool(keys.api_key or keys.api_secret)
        return Check(
            "consumer_keys",
            "warn",
            title,
            mark(_CONTEXT, "Only one of the two is here.")
            if half
            else mark(_CONTEXT, "They are not here."),
            mark(_CONTEXT, "Without both, no Bearer Token can be generated or revoked."),
            mark(_CONTEXT, "Paste both under Keys and tokens."),
            CONSUMER_KEYS,
        )
    shapes = {kind_of(keys.api_key.reveal())[0], kind_of(keys.api_secret.reveal())[0]}
    if "client_id" in shapes:
        return Check(
            "consumer_keys",
            "fail",
            title,
            mark(_CONTEXT, "A Client ID stands where the API Key belongs."),
            mark(_CONTEXT, "X answers code 99 to that."),
            mark(_CONTEXT, "Paste the API Key (about 25 letters and digits) instead."),
            CONSUMER_KEYS,
        )
    return Check("consumer_keys", "ok", title, mark(_CONTEXT, "Both are here."))


def _client_id(app: App) -> Check:
    title = mark(_CONTEXT, "Client ID")
    text = app.client.client_id.reveal() if app.client is not None else ""
    if not text:
        return Check(
            "client_id",
            "warn",
            title,
            mark(_CONTEXT, "It is not here, so no user can sign in."),
            mark(_CONTEXT, "X makes it only when User authentication settings are set up."),
            mark(_CONTEXT, "Set them up, then paste the Client ID here."),
            (*SETTINGS, *CLIENT[2:3]),
        )
    key = app.consumer.api_key.reveal() if app.consumer is not None else ""
    shape, is_sure = kind_of(text)
    if text == key or (shape == "api_key" and len(text) == 25):
        found = mark(_CONTEXT, "The API Key stands in its place.")
    elif text.isdigit():
        found = mark(_CONTEXT, "The numeric App ID stands in its place.")
    elif is_sure and shape != "client_id":
        found = mark(_CONTEXT, "Another value stands in its place: {shape}.")
    elif shape != "client_id":
        return Check(
            "client_id",
            "warn",
            title,
            mark(
                _CONTEXT, "It has not the shape of X's Client IDs (34 characters, ends in …pjaQ)."
            ),
            mark(
                _CONTEXT, "Perhaps it was cut off. A wrong one ends in X's card without a reason."
            ),
            mark(_CONTEXT, "Compare it with the console."),
            CLIENT,
        )
    else:
        return Check("client_id", "ok", title, mark(_CONTEXT, "It has the shape of a Client ID."))
    return Check(
        "client_id",
        "fail",
        title,
        found,
        mark(
            _CONTEXT,
            "X then shows “Something went wrong”, without a reason and without a redirect.",
        ),
        mark(_CONTEXT, "Paste the Client ID from under OAuth 2.0 Keys."),
        CLIENT,
        {"shape": TITLES.get(shape, "")} if is_sure else {},
    )


def _client_type(app: App) -> Check:
    title = mark(_CONTEXT, "Type of App")
    has_secret = app.client is not None and bool(app.client.client_secret)
    if app.app_type in _PUBLIC and has_secret:
        return Check(
            "client_type",
            "fail",
            title,
            mark(_CONTEXT, "A public App (Native, Single page) has a Client Secret here."),
            mark(_CONTEXT, "X refuses the token request with unauthorized_client."),
            mark(_CONTEXT, "Remove the Client Secret here, or change the type of App at X."),
            (*SETTINGS, mark(_CONTEXT, "Look at Type of App.")),
        )
    if app.app_type in _CONFIDENTIAL and not has_secret:
        return Check(
            "client_type",
            "fail",
            title,
            mark(
                _CONTEXT, "A confidential App (Web App, Automated App or Bot) has no Client Secret."
            ),
            mark(_CONTEXT, "X refuses the token request with unauthorized_client."),
            mark(_CONTEXT, "Paste the Client Secret here."),
            CLIENT,
        )
    if app.client is None or not app.client.client_id:
        return Check("client_type", "ok", title, mark(_CONTEXT, "It matters once users sign in."))
    told = (
        mark(_CONTEXT, "Signs in as a confidential client, with its Client Secret.")
        if has_secret
        else mark(_CONTEXT, "Signs in as a public client, without a secret (Native App).")
    )
    return Check("client_type", "ok", title, told)


def _fields(held: Held) -> Check:
    title = mark(_CONTEXT, "Values in their fields")
    for name, secret in _values(held):
        shape, is_sure = kind_of(secret.reveal())
        if is_sure and shape != name:
            return Check(
                "fields",
                "fail",
                title,
                mark(_CONTEXT, "In the field {label} stands what looks like: {shape}."),
                mark(_CONTEXT, "X's console shows many values at once, and they look alike."),
                mark(_CONTEXT, "Paste the right value there."),
                KEYS,
                {"label": TITLES[name], "shape": TITLES[shape]},
            )
    if held.pair is not None and not (held.pair.token and held.pair.token_secret):
        return Check(
            "fields",
            "warn",
            title,
            mark(_CONTEXT, "Of the Access Token and its Secret, only one is here."),
            mark(_CONTEXT, "OAuth 1.0a signs with both."),
            mark(_CONTEXT, "Paste the other half, or generate both anew in the console."),
            KEYS,
        )
    return Check("fields", "ok", title, mark(_CONTEXT, "None stands in a foreign field."))


def _values(held: Held) -> Iterator[tuple[str, Secret]]:
    consumer, client = held.app.consumer, held.app.client
    if consumer is not None:
        yield "api_key", consumer.api_key
        yield "api_secret", consumer.api_secret
    if client is not None and client.client_secret is not None:
        yield "client_secret", client.client_secret
    if held.bearer is not None and held.bearer.token is not None:
        yield "bearer_token", held.bearer.token
    if held.pair is not None:
        yield "access_token", held.pair.token
        yield "access_token_secret", held.pair.token_secret


def _redirect_uris(app: App) -> Check:
    title = mark(_CONTEXT, "Redirect URIs")
    if not app.redirect_uris:
        return Check(
            "redirect_uri",
            "warn",
            title,
            mark(_CONTEXT, "None is known here, so no user can sign in."),
            mark(_CONTEXT, "X sends the person back only to an address that is registered."),
            mark(
                _CONTEXT, "Register http://127.0.0.1:8739/callback at X, and enter it in Settings."
            ),
            CALLBACK,
        )
    disliked = [said for uri in app.redirect_uris for said in check_redirect_uri(uri)]
    step = mark(_CONTEXT, "Change it at X and in Settings, in both to the letter.")
    cause = mark(
        _CONTEXT, "X compares redirect URIs letter by letter, and lists some as forbidden."
    )
    if len(app.redirect_uris) > _MOST_REDIRECT_URIS:
        many = mark(_CONTEXT, "There are {count}; X keeps ten per App.")
        number = {"count": str(len(app.redirect_uris))}
        return Check("redirect_uri", "fail", title, many, cause, step, CALLBACK, number)
    if disliked:
        is_refused = any("does not accept" in said or "has no" in said for said in disliked)
        state: FindingState = "fail" if is_refused else "warn"
        said = disliked[0]
        told, facts = said.template, said.facts
        return Check("redirect_uri", state, title, told, cause, step, CALLBACK, facts)
    in_use = mark(_CONTEXT, "In use: {uri}. Whether it is registered, only X can say.")
    return Check("redirect_uri", "ok", title, in_use, facts={"uri": app.redirect_uris[0]})


def _permissions(held: Held) -> Check:
    title = mark(_CONTEXT, "App permissions")
    found = mismatch(held.app, (held.pair,) if held.pair is not None else ())
    if found is None:
        known = mark(_CONTEXT, "Nothing speaks against what is noted.")
        return Check("permissions", "ok", title, known)
    return Check(
        "permissions",
        "warn",
        title,
        mark(_CONTEXT, "Noted is {noted}; X's answers say {seen} for the owner's Access Token."),
        mark(
            _CONTEXT,
            "A token keeps the permissions that the App had when it was made, and settings that "
            "were not saved do not count.",
        ),
        mark(
            _CONTEXT,
            "Set App permissions at X, save, regenerate the Access Token, and note the same here.",
        ),
        PERMISSIONS,
        {"noted": found.noted, "seen": found.seen},
    )


def _bearer_app(held: Held) -> Check:
    title = mark(_CONTEXT, "Bearer Token")
    bearer = held.bearer
    if bearer is None or bearer.token is None:
        return Check(
            "bearer",
            "warn",
            title,
            mark(_CONTEXT, "There is none here now."),
            mark(_CONTEXT, "App-only calls need it."),
            mark(_CONTEXT, "Generate it under Keys and tokens."),
        )
    if bearer.state is CredentialState.UNCERTAIN:
        return Check(
            "bearer",
            "warn",
            title,
            mark(_CONTEXT, "A change got no answer, so its state is not known."),
            mark(_CONTEXT, "The line broke between the request and X's answer."),
            mark(_CONTEXT, "Check the Bearer Token: the check is free."),
        )
    inside = app_id_of_bearer(bearer.token)
    if inside and held.app.x_app_id and inside != held.app.x_app_id:
        return Check(
            "bearer",
            "fail",
            title,
            mark(_CONTEXT, "It belongs to another App than the one it is kept with."),
            mark(_CONTEXT, "It was pasted from another App's page."),
            mark(_CONTEXT, "Generate it here, or paste this App's own."),
            KEYS,
        )
    return Check("bearer", "ok", title, mark(_CONTEXT, "It is here and fits the App."))


def idle(users: Sequence[UserToken], now: datetime) -> Check:
    """Return whether a sign-in ended, or is about to because nobody refreshed it."""
    title = mark(_CONTEXT, "Signed-in users")
    ended = [u for u in users if u.state is CredentialState.NEEDS_SIGN_IN]
    days = [
        (now - user.issued_at).days
        for user in users
        if user.state is CredentialState.OK and user.refresh_token is not None
    ]
    if ended:
        return Check(
            "users",
            "warn",
            title,
            mark(_CONTEXT, "{count} must sign in again: X no longer takes the Refresh Token."),
            mark(_CONTEXT, "Mostly the account signed in to this App somewhere else."),
            mark(_CONTEXT, "Sign the user in again; give another program an App of its own."),
            facts={"count": str(len(ended))},
        )
    if days and max(days) >= _IDLE_DAYS:
        return Check(
            "users",
            "warn",
            title,
            mark(_CONTEXT, "One was not refreshed for {days} days."),
            mark(_CONTEXT, "Refresh Tokens seem to live for about six months (not documented)."),
            mark(_CONTEXT, "Refresh it now under Keys and tokens."),
            facts={"days": str(max(days))},
        )
    told = mark(_CONTEXT, "{count} here, none of them idle for long.")
    return Check("users", "ok", title, told, facts={"count": str(len(users))})
