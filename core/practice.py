"""The Practice App: the sandbox's ready App, kept in the vault like any other."""

from dataclasses import replace
from typing import Final
from uuid import uuid4

from core.environment import Environment
from core.model import App, ClientCredentials, ConsumerKeys
from core.ports import Clock
from core.secret import Secret
from core.vault.vault import Vault
from core.world import RunningSandbox

PRACTICE_NAME: Final = "Practice App"


def keep_practice_app(vault: Vault, clock: Clock, sandbox: RunningSandbox) -> App:
    """Make the embedded sandbox's ready App known under the port it has today.

    Its tokens stay as they are: the sandbox keeps its own state, so they live on.

    Args:
        vault: an open one, or a session.
        clock: for the time it was added.
        sandbox: a running one.
    """
    ready = sandbox.ready_app
    environment = Environment.sandbox(sandbox.origin, embedded=True)
    consumer = ConsumerKeys(Secret(ready.api_key), Secret(ready.api_secret))
    client = ClientCredentials(Secret(ready.client_id), Secret.maybe(ready.client_secret))

    def renewed(app: App) -> App:
        return replace(app, environment=environment, consumer=consumer, client=client)

    for app in vault.all(App):
        if app.environment.embedded and app.name == PRACTICE_NAME:
            return vault.update(App, app.app_id, renewed)
    app = App(
        app_id=uuid4().hex,
        name=PRACTICE_NAME,
        environment=environment,
        created_at=clock.now(),
        consumer=consumer,
        client=client,
        redirect_uris=(ready.redirect_uri,),
        app_type="bot" if ready.client_secret else "native",
        x_app_id=ready.app_id,
    )
    vault.save(app)
    return app
