"""Settings' card of proxy and certificates."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from core.environment import Environment
from core.errors import BadInput, VaultLocked
from core.network import (
    MODES,
    MOST_CERTIFICATE_BYTES,
    NETWORK,
    Network,
    Way,
    check_user,
    read_certificates,
    read_proxy,
)
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk, is_open
from ui.notices import notice_for
from ui.views.settings_network import NetworkCard, NetworkState
from ui.widgets import Choice

log = logging.getLogger(__name__)


class NetworkPresenter(QObject):
    """Fills the card and keeps what was chosen; it holds from the next connection on."""

    def __init__(self, desk: Desk, card: NetworkCard) -> None:
        super().__init__(card)
        self._desk = desk
        self._card = card
        self._wants_manual = False  # the fields are shown before there is anything to keep
        self._now = ""
        self._busy = False
        self._error = ""
        self._certificates_error = ""
        self._seen: Network | None = None
        desk.snapshot_changed.connect(self._follow)
        desk.vault_changed.connect(self._ask_way)
        card.mode_chosen.connect(self._choose_mode)
        card.proxy_given.connect(self._take_proxy)
        card.file_wanted.connect(self._ask_file)
        card.certificates_removed.connect(self._remove_certificates)
        self._follow()

    def render(self) -> None:
        """Make the card look like what is kept."""
        network = self._desk.snapshot.network
        names = {
            "system": self.tr("As the system says"),
            "manual": self.tr("This one"),
            "off": self.tr("None"),
        }
        self._card.render_state(
            NetworkState(
                modes=tuple(Choice(mode, names[mode]) for mode in MODES),
                mode="manual" if self._wants_manual else network.proxy,
                now=self._now,
                host=network.host,
                port=str(network.port) if network.port else "",
                user=network.user,
                has_password=network.password is not None,
                error=self._error,
                certificates=self._trusted(network),
                certificates_error=self._certificates_error,
                can_remove=bool(network.certificates),
                busy=self._busy,
            )
        )

    def _follow(self) -> None:
        network = self._desk.snapshot.network
        if network != self._seen:
            self._seen = network
            self._ask_way()
        self.render()

    def _trusted(self, network: Network) -> str:
        if not network.certificates:
            return self.tr("Those of the system")
        return self.tr("Those of the system, and {file}").format(file=network.certificates_from)

    # --- the way, as it is at this moment ------------------------------------------------

    def _ask_way(self) -> None:
        parts = urlsplit(Environment.x().api_url)
        machine = self._desk.world.machine
        job = self._desk.submit(lambda _cancel: machine.way_to(parts.scheme, parts.hostname or ""))
        job.succeeded.connect(self._tell_way)
        job.failed.connect(self._tell_no_way)

    def _tell_way(self, way: Way) -> None:
        if way.proxy_url:
            host = urlsplit(way.proxy_url).netloc
            self._now = self.tr("X is reached through {host}.").format(host=host)
        else:
            self._now = self.tr("X is reached directly.")
        self.render()

    def _tell_no_way(self, error: object) -> None:
        if isinstance(error, VaultLocked):
            self._now = self.tr("The vault is locked, so nothing is sent to X.")
        else:
            self._now = self.tr(
                "The system names a proxy that Keypane does not speak to, such as SOCKS. "
                "Nothing is sent to X."
            )
        self.render()

    # --- the proxy -----------------------------------------------------------------------

    def _choose_mode(self, mode: str) -> None:
        network = self._desk.snapshot.network
        self._error = ""
        self._wants_manual = mode == "manual" and not network.host
        if self._wants_manual or mode == network.proxy:
            self.render()
        else:
            self._keep(lambda network: replace(network, proxy=mode))

    def _take_proxy(self, host: str, port: str, user: str, password: str) -> None:
        try:
            found, number = read_proxy(host, port)
            name = check_user(user)
        except BadInput as wrong:
            self._error = self._sentence(wrong)
            self.render()
            return
        self._error = ""

        def changed(network: Network) -> Network:
            secret = Secret(password) if password else None
            if secret is None and name and (found, name) == (network.host, network.user):
                secret = network.password  # it was kept for this very proxy and user
            return replace(
                network, proxy="manual", host=found, port=number, user=name, password=secret
            )

        self._keep(changed, has_secret=bool(name))

    # --- certificates --------------------------------------------------------------------

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._card.window(),
            self.tr("Add certificates"),
            str(Path.home()),
            self.tr("Certificates in PEM (*.pem *.crt *.cer);;All files (*)"),
        )
        if name:
            self.add_file(Path(name))

    def add_file(self, path: Path) -> None:
        """Trust the certificates of a file beside the system's own."""
        self._certificates_error = ""

        def read(_cancel: CancelToken) -> str:
            try:
                with path.open("rb") as file:
                    raw = file.read(MOST_CERTIFICATE_BYTES + 1)
            except OSError:
                raise BadInput("certificates", "the file cannot be read") from None
            return read_certificates(raw)[0]

        job = self._desk.submit(read)
        job.succeeded.connect(
            lambda pem: self._keep(
                lambda network: replace(network, certificates=pem, certificates_from=path.name)
            )
        )
        job.failed.connect(self._not_added)

    def _not_added(self, error: object) -> None:
        self._certificates_error = (
            self._sentence(error)
            if isinstance(error, BadInput)
            else notice_for(error, "save").title
        )
        self.render()

    def _remove_certificates(self) -> None:
        self._certificates_error = ""
        self._keep(lambda network: replace(network, certificates="", certificates_from=""))

    # --- keeping it ----------------------------------------------------------------------

    def _keep(self, how: object, *, has_secret: bool = False) -> None:
        """Change the record; for a secret the person may be asked first where it is kept."""
        if not has_secret and is_open(self._desk.world.vault.status()):
            self._write(how)
        else:
            self._desk.keep(lambda: self._write(how))

    def _write(self, how: object) -> None:
        assert callable(how), "a change of the record"
        vault = self._desk.world.vault

        def work(_cancel: CancelToken) -> None:
            with vault.change() as change:
                change.put(how(change.get(Network, NETWORK) or Network()))

        self._busy = True
        self.render()
        job = self._desk.submit(work, changes=True)
        job.succeeded.connect(lambda _none: self._kept())
        job.failed.connect(self._not_kept)

    def _kept(self) -> None:
        self._busy = self._wants_manual = False
        log.info("the network settings were changed")
        self.render()

    def _not_kept(self, error: object) -> None:
        self._busy = False
        self._error = notice_for(error, "save").title
        self.render()

    def _sentence(self, wrong: BadInput) -> str:
        text = wrong.detail
        return f"{text[:1].upper()}{text[1:]}."
