"""A new App from the fields a person gave, for both faces. Pure: fields in, nouns out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from core.environment import Environment
from core.model import (
    AccessTokenPair,
    App,
    BearerToken,
    ClientCredentials,
    ConsumerKeys,
)
from core.pasted import app_id_of_bearer
from core.secret import Secret

Fields = Mapping[str, Secret]


def new_app(
    name: str, environment: Environment, fields: Fields, now: datetime
) -> tuple[App, tuple[object, ...]]:
    """Return a new App and the credentials that came with it, to be saved together.

    Args:
        name: what the person calls it.
        environment: where it lives.
        fields: as `core.pasted.read_pasted` names them; all optional.
        now: the time it is added.
    """
    bearer = fields.get("bearer_token")
    app = App(
        app_id=uuid4().hex,
        name=name,
        environment=environment,
        created_at=now,
        x_app_id=app_id_of_bearer(bearer) if bearer else "",
    )
    return with_fields(app, fields, now)


def with_fields(app: App, fields: Fields, now: datetime) -> tuple[App, tuple[object, ...]]:
    """Return the App with these fields put in, and the credentials among them.

    A half whose other half is not there yet is kept beside an empty secret; the halves of
    an Access Token come together or not at all.
    """
    redirect = fields.get("redirect_uri")
    if redirect is not None and redirect.reveal() not in app.redirect_uris:
        app = replace(app, redirect_uris=(redirect.reveal(), *app.redirect_uris))
    app = replace(app, consumer=_consumer(app, fields), client=_client(app, fields))
    credentials: list[object] = []
    if bearer := fields.get("bearer_token"):
        credentials.append(BearerToken(app.app_id, bearer, now, tail=bearer.tail(5)))
    token, secret = fields.get("access_token"), fields.get("access_token_secret")
    if token is not None and secret is not None:
        user_id = token.reveal().partition("-")[0]
        credentials.append(
            AccessTokenPair(
                app.app_id, token, secret, now, user_id=user_id if user_id.isdigit() else ""
            )
        )
    return app, tuple(credentials)


def _consumer(app: App, fields: Fields) -> ConsumerKeys | None:
    old = app.consumer
    key = fields.get("api_key") or (old.api_key if old else Secret(""))
    secret = fields.get("api_secret") or (old.api_secret if old else Secret(""))
    return ConsumerKeys(key, secret) if key or secret else None


def _client(app: App, fields: Fields) -> ClientCredentials | None:
    old = app.client
    client_id = fields.get("client_id") or (old.client_id if old else Secret(""))
    secret = fields.get("client_secret") or (old.client_secret if old else None)
    return ClientCredentials(client_id, secret) if client_id or secret else None
