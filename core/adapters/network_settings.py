"""The person's network settings, read from the vault for each connection that is made."""

import threading
from typing import Final
from urllib.parse import unquote, urlsplit

from core.adapters.http_settings import TransportSettings
from core.environment import is_loopback
from core.errors import VaultLocked
from core.network import NETWORK, Network, Way
from core.secret import Secret
from core.vault.vault import Vault

_NEVER: Final = -1


class NetworkSettings:
    """Reads `core.network.Network`; thread-safe. Nothing is read until somebody asks.

    While the vault is locked, what was read last in this program still holds, so that a call
    under way ends as it began. Where nothing was read yet, nothing may be sent: the direct
    way may be the very one that the person ruled out.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lock = threading.Lock()
        self._mark = _NEVER
        self._known: TransportSettings | None = None

    def transport(self) -> TransportSettings:
        """Return the settings of a connection that is made now. Raises VaultLocked."""
        state = self._vault.status().state
        if state == "none":
            return TransportSettings()
        with self._lock:
            if state == "locked":
                if self._known is None:
                    raise VaultLocked(self._vault.status().key or "keyring")
                return self._known
            mark = self._vault.mark()
            if self._known is None or mark != self._mark:
                self._known = settings_of(self._vault.get(Network, NETWORK) or Network())
                self._mark = mark
            return self._known

    def way_to(self, scheme: str, host: str) -> Way:
        """Return the way to a host.

        Raises:
            BadInput: the system names a proxy of a kind that we do not speak.
            VaultLocked: the settings are not known.
        """
        shown = f"[{host}]" if ":" in host else host
        if is_loopback(f"{scheme}://{shown}"):
            try:
                return Way("here", certificates=self.transport().certificates)
            except VaultLocked:
                return Way("here")
        settings = self.transport()
        url = settings.proxy_for(scheme, host)
        if url is None:
            return Way(settings.proxy, certificates=settings.certificates)
        parts = urlsplit(url)
        credentials = settings.proxy_credentials
        if parts.username:
            credentials = Secret(f"{unquote(parts.username)}:{unquote(parts.password or '')}")
        bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return Way(settings.proxy, bare, credentials, settings.certificates)


def settings_of(network: Network) -> TransportSettings:
    """Return what the transport is told of the person's choice."""
    if network.proxy == "manual":
        return TransportSettings(
            proxy="manual",
            proxy_url=network.proxy_url,
            proxy_credentials=network.credentials,
            certificates=network.certificates,
        )
    return TransportSettings(proxy=network.proxy, certificates=network.certificates)
