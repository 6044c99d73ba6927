"""What a vault holds, as fingerprints: to be compared between processes without a value."""

from typing import Any, Final

from core.model import AccessTokenPair, App, BearerToken, UserToken
from core.secret import Secret
from core.vault.vault import Vault

OLD_PASSPHRASE: Final = Secret("the passphrase at first")
NEW_PASSPHRASE: Final = Secret("the passphrase after its change")
LATER: Final = "CREATE TABLE later (name TEXT PRIMARY KEY) STRICT;"  # a migration to come


def facts_of(vault: Vault) -> dict[str, Any]:
    """Return the ids, states and fingerprints of all credentials."""
    return {
        "apps": sorted(app.app_id for app in vault.all(App)),
        "users": [
            [token.state.value, _mark(token.access_token), _mark(token.refresh_token)]
            for token in vault.all(UserToken)
        ],
        "bearers": [[each.state.value, _mark(each.token)] for each in vault.all(BearerToken)],
        "pairs": [[each.state.value, _mark(each.token)] for each in vault.all(AccessTokenPair)],
        "open": len(vault.open_operations()),
    }


def _mark(value: Secret | None) -> str:
    return value.fingerprint() if value is not None else ""
