"""What the doctor asks of this computer: ports, proxy, certificate files, folders."""

import errno
import os
import stat
from pathlib import Path
from typing import Final, Literal

from core.adapters.http_settings import TransportSettings
from core.adapters.network_settings import NetworkSettings
from core.hostile_start import removed_variables
from core.network import Way

_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")


class ThisMachine:
    """The `Machine` of the doctor; each question is answered at once and changes nothing.

    Args:
        network: the person's settings; None follows the system.
    """

    def __init__(self, network: NetworkSettings | None = None) -> None:
        self._network = network

    def port_state(self, host: str, port: int) -> Literal["free", "taken", "forbidden"]:
        """Return whether a server could listen there now: binds it for a moment."""
        import socket

        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        address = "127.0.0.1" if host == "localhost" else host
        try:
            with socket.socket(family, socket.SOCK_STREAM) as trial:
                if os.name == "posix":
                    # As our listener does: a connection that ended a moment ago is no hindrance.
                    trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((address, port))
                trial.listen(1)
        except OSError as error:
            return "forbidden" if error.errno in {errno.EACCES, errno.EPERM} else "taken"
        except OverflowError:
            return "forbidden"  # no such port
        return "free"

    def way_to(self, scheme: str, host: str) -> Way:
        """Return the way to a host. Raises BadInput for a foreign kind, VaultLocked."""
        if self._network is not None:
            return self._network.way_to(scheme, host)
        return Way("system", TransportSettings().proxy_for(scheme, host) or "")

    def certificate_variables(self) -> dict[str, bool]:
        """Return which variables name certificates, and whether they can be read.

        Keypane follows none of them; two were taken out of the environment at the start.
        """
        given = {**removed_variables(), **os.environ}
        named = {name: given[name] for name in _VARIABLES if given.get(name)}
        return {name: os.access(path, os.R_OK) for name, path in named.items()}

    def folder_state(
        self, folder: str
    ) -> Literal["absent", "private", "shared", "foreign", "read_only"]:
        """Return who may look into a folder; where there are no modes, it counts as private."""
        try:
            facts = Path(folder).stat()
        except OSError:
            return "absent"
        if os.name == "posix":
            if facts.st_uid != os.geteuid():
                return "foreign"
            if stat.S_IMODE(facts.st_mode) & 0o077:
                return "shared"
        return "private" if os.access(folder, os.W_OK | os.X_OK) else "read_only"
