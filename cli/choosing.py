"""Which credential `--as` means."""

from cli.command_run import CommandRun
from core.errors import BadInput
from core.model import BEARER, OAUTH1, App, CredentialRef


def credential_of(run: CommandRun, app: App, wanted: str | None) -> CredentialRef:
    """Return the credential that `--as` names; without it, the single user or the bearer.

    Raises:
        NoCredential: no such user is signed in.
    """
    if wanted == "bearer":
        return BEARER
    if wanted == "oauth1":
        return OAUTH1
    if wanted:
        return CredentialRef("user", run.user(app, wanted).token_id)
    users = run.vault().users_of(app.app_id)
    return CredentialRef("user", users[0].token_id) if len(users) == 1 else BEARER


def only_app(run: CommandRun, name: str | None) -> App:
    """Return the App of that name; without a name, the only one there is.

    Raises:
        BadInput: there is none of that name, or not exactly one.
    """
    if name:
        return run.app(name)
    apps = run.vault().all(App)
    if len(apps) != 1:
        raise BadInput("--app", f"there are {len(apps)} Apps; say which one")
    return apps[0]
