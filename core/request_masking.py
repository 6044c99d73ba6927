"""What a request loses before it is kept: each credential of the vault, and what looks like one."""

from dataclasses import replace
from typing import Final

from core.kept_requests import MOST_BODY, MOST_TARGET, KeptRequest
from core.model import AccessTokenPair, App, BearerToken, UserToken
from core.redaction import MASK, forms_of, redact
from core.secret import Secret
from core.vault.vault import Vault

_SHORTEST_SECRET: Final = 8


def masked(request: KeptRequest, vault: Vault) -> KeptRequest:
    """Return the request as it may be kept: without secrets, and cut where it is too long."""
    secrets = _secrets_of(vault)
    target = _without(request.target[:MOST_TARGET], secrets)
    is_cut = len(request.body) > MOST_BODY or len(request.target) > MOST_TARGET
    body = "" if len(request.body) > MOST_BODY else _without(request.body, secrets)
    is_masked = MASK in target or MASK in body
    return replace(
        request,
        target=target,
        body=body,
        is_cut=request.is_cut or is_cut,
        is_masked=request.is_masked or is_masked,
    )


def _secrets_of(vault: Vault) -> tuple[str, ...]:
    """Return every secret that the vault holds, longest first."""
    values: list[Secret | None] = []
    for app in vault.all(App):
        if app.consumer is not None:
            values += [app.consumer.api_key, app.consumer.api_secret]
        if app.client is not None:
            values.append(app.client.client_secret)
    values += [bearer.token for bearer in vault.all(BearerToken)]
    for pair in vault.all(AccessTokenPair):
        values += [pair.token, pair.token_secret]
    for user in vault.all(UserToken):
        values += [user.access_token, user.refresh_token]
    texts = {value.reveal() for value in values if value is not None}
    return tuple(sorted((t for t in texts if len(t) >= _SHORTEST_SECRET), key=len, reverse=True))


def _without(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        for form in forms_of(secret):
            text = text.replace(form, MASK)
    return redact(text)
