"""Which credential `--as` means."""

from typing import Final

from cli.command_run import CommandRun
from core.errors import BadInput
from core.model import BEARER, OAUTH1, App, CredentialRef

_LONGEST_NAME: Final = 100


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


def holder_of(option: str, name: str) -> str:
    """Return the name of a program that refreshes a user's token, as an option gave it.

    Raises:
        BadInput: it is too long, or holds what a terminal would not show.
    """
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise BadInput(option, f"a name has up to {_LONGEST_NAME} letters that can be seen")
    return name.strip()
