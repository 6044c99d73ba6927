"""Checks of this computer: port, proxy, certificates, keyring, vault, clock."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from core.checks import app_check
from core.doctor.model import Check
from core.environment import Environment, is_loopback
from core.errors import BadInput, Cancelled, KeypaneError, VaultError, VaultLocked
from core.explain import explain
from core.findings import FindingState
from core.model import App, CredentialState, UserToken
from core.network import Way
from core.ports import CancelToken, Clock, KeyStore, Transport
from core.vault.vault import Vault, VaultStatus
from core.words_model import mark

_CONTEXT: Final = "words"
_WARN_SECONDS: Final = 60
_FAIL_SECONDS: Final = 300
_EARLIEST_YEAR: Final = 2026
_PRIVILEGED: Final = 1024

PortState = Literal["free", "taken", "forbidden"]
FolderState = Literal["absent", "private", "shared", "foreign", "read_only"]


class Machine(Protocol):
    """What the doctor asks of this computer; answers at once and changes nothing."""

    def port_state(self, host: str, port: int) -> PortState:
        """Return whether a server could listen there now."""

    def way_to(self, scheme: str, host: str) -> Way:
        """Return the way to a host, as Settings and the system say.

        Raises BadInput where the system names a proxy of a foreign kind, VaultLocked while
        the settings are not known.
        """

    def certificate_variables(self) -> dict[str, bool]:
        """Return which variables name a file of certificates, and whether it can be read."""

    def folder_state(self, folder: str) -> FolderState:
        """Return who may look into a folder."""


def port(app: App | None, machine: Machine) -> Check | None:
    """Return whether the port of the App's redirect URI is free; None where it needs none."""
    uri = app.redirect_uri if app is not None else None
    if not uri or not uri.startswith("http://"):
        return None
    try:
        if not is_loopback(uri):
            return None
        parts = urlsplit(uri)
        number = parts.port or 80
    except ValueError:
        return None
    title = mark(_CONTEXT, "Port of the redirect URI")
    facts = {"port": str(number)}
    state = machine.port_state(parts.hostname or "127.0.0.1", number)
    if state == "free":
        return Check("port", "ok", title, mark(_CONTEXT, "{port} is free."), facts=facts)
    if state == "forbidden":
        return Check(
            "port",
            "warn",
            title,
            mark(_CONTEXT, "This system does not let you listen at {port}."),
            mark(_CONTEXT, "Ports under 1024 are for administrators on most systems."),
            mark(_CONTEXT, "Sign in in the embedded view, or register a port such as 8739."),
            facts=facts,
        )
    return Check(
        "port",
        "warn",
        title,
        mark(_CONTEXT, "Another program listens at {port}."),
        mark(_CONTEXT, "It would receive the code of a sign-in in your browser, and not Keypane."),
        mark(
            _CONTEXT, "Close that program (a development server?), or sign in in the embedded view."
        ),
        facts=facts,
    )


def proxy(environment: Environment, machine: Machine) -> Check:
    """Return which way leads to X."""
    title = mark(_CONTEXT, "Proxy")
    parts = urlsplit(environment.api_url)
    if environment.is_loopback:
        return Check("proxy", "ok", title, mark(_CONTEXT, "Not used: all is on this computer."))
    try:
        way = machine.way_to(parts.scheme, parts.hostname or "")
    except BadInput:
        return Check(
            "proxy",
            "fail",
            title,
            mark(_CONTEXT, "The system names a proxy of a kind that Keypane does not speak."),
            mark(_CONTEXT, "Keypane speaks to http proxies, not to SOCKS ones."),
            mark(_CONTEXT, "Name an http proxy in Settings, Network."),
        )
    except VaultLocked:
        return Check(
            "proxy",
            "warn",
            title,
            mark(_CONTEXT, "Not known: the settings are in the vault, which is locked."),
            mark(_CONTEXT, "Until then nothing is sent to X, not even by the direct way."),
            mark(_CONTEXT, "Unlock the vault."),
        )
    if not way.proxy_url:
        told = {
            "off": mark(_CONTEXT, "None, as set in Settings; X is reached directly."),
        }.get(way.source, mark(_CONTEXT, "None; X is reached directly."))
        return Check("proxy", "ok", title, told)
    host = urlsplit(way.proxy_url).hostname or ""
    told = mark(_CONTEXT, "X is reached through {host}, as the system says.")
    if way.source == "manual":
        told = mark(_CONTEXT, "X is reached through {host}, as set in Settings.")
    return Check("proxy", "ok", title, told, facts={"host": host})


def certificates(environment: Environment, machine: Machine) -> Check:
    """Return whom Keypane trusts, and whether somebody relies on a variable for it."""
    title = mark(_CONTEXT, "Certificates")
    if _adds_certificates(environment, machine):
        told = mark(_CONTEXT, "Those of the system, and those added in Settings, Network.")
        return Check("certificates", "ok", title, told)
    named = machine.certificate_variables()
    broken = [name for name, is_readable in named.items() if not is_readable]
    if broken:
        return Check(
            "certificates",
            "warn",
            title,
            mark(_CONTEXT, "{name} names a file that cannot be read."),
            mark(
                _CONTEXT, "Other programs stumble over that; Keypane uses the system's own store."
            ),
            mark(_CONTEXT, "Correct the variable, or remove it."),
            facts={"name": broken[0]},
        )
    if named:
        return Check(
            "certificates",
            "warn",
            title,
            mark(_CONTEXT, "{name} is set, and Keypane does not follow it."),
            mark(
                _CONTEXT,
                "Whoever starts a program can set a variable; whom Keypane trusts is your choice.",
            ),
            mark(
                _CONTEXT,
                "If your company's network needs that file, add it in Settings, Network.",
            ),
            facts={"name": next(iter(named))},
        )
    return Check("certificates", "ok", title, mark(_CONTEXT, "Those of the system."))


def _adds_certificates(environment: Environment, machine: Machine) -> bool:
    parts = urlsplit(environment.api_url)
    try:
        return bool(machine.way_to(parts.scheme, parts.hostname or "").certificates)
    except (BadInput, VaultLocked):
        return False


def keyring(keys: KeyStore, status: VaultStatus) -> Check:
    """Return whether the keyring can be written and read; may wait for the person."""
    title = mark(_CONTEXT, "Keyring")
    try:
        keys.probe()
    except VaultError as error:
        told = explain(error)
        is_needed = status.key == "keyring" and status.state == "locked"
        state: FindingState = "fail" if is_needed else "warn"
        return Check(
            "keyring",
            state,
            title,
            told.words.message,
            told.cause,
            told.words.next_step,
            facts=told.words.facts,
        )
    return Check(
        "keyring", "ok", title, mark(_CONTEXT, "{backend} works."), facts={"backend": keys.label}
    )


def vault(status: VaultStatus, machine: Machine) -> Check:
    """Return where the secrets are, and who else can reach the folder."""
    title = mark(_CONTEXT, "Vault")
    folder = machine.folder_state(status.directory)
    if folder in {"shared", "foreign"}:
        return Check(
            "vault",
            "fail" if folder == "foreign" else "warn",
            title,
            mark(_CONTEXT, "Its folder belongs to another user.")
            if folder == "foreign"
            else mark(_CONTEXT, "Other users of this computer may look into its folder."),
            mark(_CONTEXT, "What is in the vault is sealed, but its files should be yours alone."),
            mark(_CONTEXT, "Give the folder the mode 0700, or choose another with --home."),
        )
    if folder == "read_only":
        return Check(
            "vault",
            "fail",
            title,
            mark(_CONTEXT, "Its folder cannot be written to, so nothing new is kept."),
            mark(_CONTEXT, "The disk is mounted read-only, or the rights were changed."),
            mark(_CONTEXT, "Give yourself the right to write there."),
        )
    details = {
        "none": mark(_CONTEXT, "There is none yet; it is made with the first real credential."),
        "locked": mark(_CONTEXT, "Locked."),
        "open": mark(_CONTEXT, "Open."),
        "session": mark(_CONTEXT, "Only in memory: everything is forgotten on quit."),
    }
    if status.restored:
        return Check(
            "vault",
            "warn",
            title,
            mark(_CONTEXT, "The file was damaged, and a copy took its place."),
            mark(_CONTEXT, "A crash, a full disk or another program changed the file."),
            mark(_CONTEXT, "Look through your Apps; the damaged file is kept under quarantine."),
        )
    return Check("vault", "ok", title, details.get(status.state, details["locked"]))


def uncertain(store: Vault, app: App | None) -> Check:
    """Return whether a change at X never got its answer."""
    title = mark(_CONTEXT, "Unfinished changes at X")
    if store.status().state not in {"open", "session"}:
        return Check("uncertain", "ok", title, mark(_CONTEXT, "Not looked at: no vault is open."))
    ours = [
        operation
        for operation in store.open_operations()
        if app is None or operation.intent.app_id == app.app_id
    ]
    users = [
        token
        for token in store.all(UserToken)
        if token.state is CredentialState.UNCERTAIN and (app is None or token.app_id == app.app_id)
    ]
    count = max(len(ours), len(users))
    if not count:
        return Check("uncertain", "ok", title, mark(_CONTEXT, "None."))
    return Check(
        "uncertain",
        "warn",
        title,
        mark(_CONTEXT, "{count} got no answer, so nobody knows whether X acted."),
        mark(_CONTEXT, "The line or the program broke between the request and the answer."),
        mark(_CONTEXT, "Check or refresh the credential: that settles it."),
        facts={"count": str(count)},
    )


def clock_offline(clock: Clock) -> Check:
    """Return whether the year can be; nothing is asked."""
    title = mark(_CONTEXT, "Clock")
    if clock.now().year < _EARLIEST_YEAR:
        return _clock_off(
            title, mark(_CONTEXT, "It shows a year before this program was made."), {}
        )
    return Check(
        "clock", "ok", title, mark(_CONTEXT, "Not compared with X's; that is one free call.")
    )


def clock_online(
    environment: Environment, transport: Transport, clock: Clock, cancel: CancelToken
) -> Check:
    """Return how far the clock is from X's: one call without a credential, which costs nothing."""
    title = mark(_CONTEXT, "Clock and way to X")
    before = clock.now()
    try:
        response = transport.send(app_check(environment), cancel)
    except Cancelled:
        raise
    except KeypaneError as error:
        told = explain(error, operation="check")
        return Check(
            "clock",
            "fail",
            title,
            told.words.message,
            told.cause,
            told.words.next_step,
            facts=told.words.facts,
        )
    moment = _date(response.headers.get("date", ""))
    if moment is None:
        return Check("clock", "warn", title, mark(_CONTEXT, "The answer told no time."))
    # The header has whole seconds, and the answer took its time.
    middle = before + (clock.now() - before) / 2
    seconds = abs((middle - moment).total_seconds())
    facts = {"seconds": f"{seconds:.0f}"}
    if seconds < _WARN_SECONDS:
        told_ok = mark(_CONTEXT, "X answers, and the clock is right to {seconds} s.")
        return Check("clock", "ok", title, told_ok, facts=facts)
    check = _clock_off(title, mark(_CONTEXT, "It is {seconds} s away from X's."), facts)
    return check if seconds >= _FAIL_SECONDS else _softened(check)


def _clock_off(title: str, detail: str, facts: dict[str, str]) -> Check:
    return Check(
        "clock",
        "fail",
        title,
        detail,
        mark(_CONTEXT, "X refuses OAuth 1.0a signatures that are five minutes off (code 135)."),
        mark(_CONTEXT, "Let the system set its clock by itself, and check the time zone."),
        facts=facts,
    )


def _softened(check: Check) -> Check:
    return Check(
        check.name,
        "warn",
        check.title,
        check.detail,
        check.cause,
        check.next_step,
        facts=check.facts,
    )


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None
