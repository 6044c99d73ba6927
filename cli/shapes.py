"""The JSON shapes of the command line, and the same facts as text."""

from datetime import UTC, datetime
from typing import Any

from core.environment import Environment
from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from core.vault.vault import Vault, VaultStatus

Facts = dict[str, Any]


def moment(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def environment_text(environment: Environment) -> str:
    """Return an environment as `--environment` takes it, or the name of a custom one."""
    if environment.kind == "sandbox":
        return f"sandbox:{environment.api_url}"
    return "x" if environment.kind == "x" else environment.name


def vault_facts(status: VaultStatus, locked_by: str = "") -> Facts:
    """Return what the commands about the vault answer; `locked_by` where nothing else tells."""
    facts: Facts = {"state": status.state}
    if key := status.key or locked_by:
        facts["key"] = key
    if status.backend:
        facts["backend"] = status.backend
    if status.restored:
        facts["restored"] = True
    return facts


def vault_text(status: VaultStatus, locked_by: str = "") -> list[str]:
    """Return the same as lines for a person."""
    where = f" ({status.backend})" if status.backend else ""
    return [
        f"state  {status.state}",
        f"key    {status.key or locked_by or 'none yet'}{where}",
        f"in     {status.directory}",
    ]


def bearer_facts(stored: BearerToken | None) -> Facts:
    """Return what `app list` says of a Bearer Token."""
    if stored is None:
        return {"state": CredentialState.ABSENT.value}
    facts: Facts = {"state": stored.state.value}
    if stored.token is not None or stored.state is CredentialState.REVOKED:
        facts["fetched_at"] = moment(stored.fetched_at)
    if stored.checked_at is not None:
        facts["checked_at"] = moment(stored.checked_at)
    return facts


def bearer_outcome(stored: BearerToken) -> Facts:
    """Return what the `bearer` commands answer."""
    facts: Facts = {"state": stored.state.value}
    if stored.proof_status is not None:
        facts["proof"] = {"status": stored.proof_status}
    return facts


def app_facts(vault: Vault, app: App) -> Facts:
    """Return what `app list` says of an App."""
    facts: Facts = {"name": app.name, "environment": environment_text(app.environment)}
    if app.x_app_id:
        facts["app_id"] = app.x_app_id
    facts["bearer"] = bearer_facts(vault.get(BearerToken, app.app_id))
    facts["users"] = len(vault.users_of(app.app_id))
    return facts


def fields_of(vault: Vault, app: App) -> list[str]:
    """Return which fields of an App are set."""
    pair = vault.get(AccessTokenPair, app.app_id)
    bearer = vault.get(BearerToken, app.app_id)
    values = {
        "api_key": app.consumer and app.consumer.api_key,
        "api_secret": app.consumer and app.consumer.api_secret,
        "client_id": app.client and app.client.client_id,
        "client_secret": app.client and app.client.client_secret,
        "redirect_uri": app.redirect_uri,
        "access_token": pair and pair.token,
        "access_token_secret": pair and pair.token_secret,
        "bearer_token": bearer and bearer.token,
    }
    return [name for name, value in values.items() if value]


def user_facts(token: UserToken, now: datetime) -> Facts:
    """Return what `user list` says of a user's token."""
    facts: Facts = {
        "username": token.username,
        "id": token.user_id,
        "scopes": list(token.scopes),
        "expires_at": moment(token.expires_at),
        "state": token.state_at(now).value,
    }
    if token.holder:
        facts["holder"] = token.holder
    if token.proof_status is not None:
        facts["proof"] = {"status": token.proof_status}
    return facts


def user_text(token: UserToken, now: datetime) -> str:
    """Return a user's token as one line for a person."""
    state = token.state_at(now).value.replace("_", " ")
    holder = f" by {token.holder}" if token.holder else ""
    if token.state_at(now) is CredentialState.REVOKED:
        proof = f" (X answered {token.proof_status})" if token.proof_status is not None else ""
        return f"{token.label:<20} {state}{proof}"
    return f"{token.label:<20} {state}{holder}, access until {moment(token.expires_at)}"
