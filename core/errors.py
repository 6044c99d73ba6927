"""The error tree, cut first by what is known about X, because that decides the next step.

    KeypaneError
      TransportError      no answer: unknown whether X acted
        ConnectFailed     nothing was sent              -> safe to retry
        TimedOut          sent, no whole answer         -> check before retrying
      Refused             X said no (status)
        OAuthRefused      error, error_description
        ApiRefused        problem+json or errors[]
          RateLimited     too many calls, until reset_at
          Unauthorized    401: the credential is dead or wrong
          Forbidden       403: the credential may not do this
          PaymentRequired 402: X wants credits
      BadAnswer           X answered in an unknown shape
      ServerFault         a 5xx: unknown whether X acted
      StateMismatch       a redirect that is not ours; dropped, nothing sent
      SignInRefused       X sent the person back with an OAuth error; nothing stored
      NoRedirect          the browser did not come back within the attempt's time
      ListenFailed        the port of the redirect URI cannot be had
      NoCredential        what the call needs is not here, revoked or held elsewhere
      OutcomeUnknown      an earlier changing call never got its answer
      VaultError          our own storage
        VaultLocked       a passphrase or an unlocked keyring is needed
        VaultUnavailable  no keyring, no directory, no space
        VaultCorrupt      a record does not open with its key
        VaultBusy         another process holds the credential
        AnswerUnkept      X answered, and the disk did not take the answer
      BadInput            what the person gave cannot be used, and where

    Cancelled             not an error, not in the tree

No error holds a secret or a body: messages are facts in our own words. Sentences
for the person live in `core/words.py`; a test fails when a leaf has none.
"""

from datetime import datetime


class KeypaneError(Exception):
    """The root of everything that Keypane raises on purpose.

    Attributes:
        detail: one fact for the log and the details line; never a value.
    """

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Cancelled(Exception):
    """The person stopped the work. Whether X acted is unknown if something was sent.

    Attributes:
        nothing_sent: True when it is certain that nothing left this computer.
    """

    def __init__(self, *, nothing_sent: bool = False) -> None:
        super().__init__("cancelled")
        self.nothing_sent = nothing_sent


class TransportError(KeypaneError):
    """No answer came.

    Attributes:
        host: whom we tried to reach, without path or query.
        reason: one of "dns", "refused", "tls", "proxy", "timeout", "broken", "offline", "other".
    """

    def __init__(self, detail: str = "", *, host: str = "", reason: str = "other") -> None:
        super().__init__(detail)
        self.host = host
        self.reason = reason


class ConnectFailed(TransportError):
    """No connection was made, so nothing was sent."""


class TimedOut(TransportError):
    """The request was sent and no whole answer came back."""


class Refused(KeypaneError):
    """X answered no.

    Attributes:
        status: the HTTP status.
    """

    def __init__(self, detail: str = "", *, status: int = 0) -> None:
        super().__init__(detail)
        self.status = status


class OAuthRefused(Refused):
    """A token endpoint answered with an RFC 6749 §5.2 error.

    Attributes:
        error: the code, such as `invalid_request`.
        description: X's words for it, shortened and cleaned.
    """

    def __init__(self, error: str, description: str = "", *, status: int = 400) -> None:
        super().__init__(f"{error}: {description}" if description else error, status=status)
        self.error = error
        self.description = description


class ApiRefused(Refused):
    """X's API answered with a problem, or with its older `errors` list.

    Attributes:
        title: X's title or message, shortened and cleaned.
        code: X's number for it, as 99, where the older shape has one.
        problem: the last segment of the problem type, as `client-forbidden`; "" if none.
        reason: X's `reason`, as `client-not-enrolled`; "" if none.
    """

    def __init__(
        self,
        detail: str = "",
        *,
        status: int = 0,
        title: str = "",
        code: int | None = None,
        problem: str = "",
        reason: str = "",
    ) -> None:
        super().__init__(detail, status=status)
        self.title = title
        self.code = code
        self.problem = problem
        self.reason = reason


class RateLimited(ApiRefused):
    """X was asked too often.

    Attributes:
        reset_at: when it may be asked again (UTC), if X said so.
    """

    reset_at: datetime | None = None


class Unauthorized(ApiRefused):
    """401: the credential is revoked, expired, or never was valid."""


class Forbidden(ApiRefused):
    """403: the credential is alive but may not do this."""


class PaymentRequired(ApiRefused):
    """402: the App's account has no credits for this call."""


class BadAnswer(KeypaneError):
    """X, or something between X and here, answered in a shape that we do not know.

    Attributes:
        status: the HTTP status of that answer, 0 if there was none.
    """

    def __init__(self, detail: str = "", *, status: int = 0) -> None:
        super().__init__(detail)
        self.status = status


class ServerFault(KeypaneError):
    """X failed in the middle (5xx): unknown whether it acted.

    Attributes:
        status: the HTTP status.
    """

    def __init__(self, detail: str = "", *, status: int = 500) -> None:
        super().__init__(detail)
        self.status = status


class StateMismatch(KeypaneError):
    """A redirect that does not belong to this sign-in. It was dropped; nothing was sent."""


class SignInRefused(KeypaneError):
    """X sent the person back with an error instead of a code.

    Attributes:
        error: the OAuth error code; `access_denied` when the person pressed Cancel.
    """

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class NoRedirect(KeypaneError):
    """The browser did not come back in time. The attempt is over; nothing was sent."""


class ListenFailed(KeypaneError):
    """Nobody can listen at the redirect URI, so no browser was opened.

    Attributes:
        port: the one that the redirect URI names.
        reason: "busy" (another program has it), "denied" (the system does not give it), "other".
    """

    def __init__(self, port: int, reason: str = "other") -> None:
        super().__init__(f"port {port}: {reason}")
        self.port = port
        self.reason = reason


class NoCredential(KeypaneError):
    """What this call needs is not here: missing, revoked, expired for good, or held elsewhere.

    Attributes:
        what: "bearer", "user", "consumer keys", "client id", "access token".
        state: "absent", "unknown" (of a user: others are here), "revoked", "needs_sign_in",
            "held".
    """

    def __init__(self, what: str, state: str = "absent", detail: str = "") -> None:
        super().__init__(detail or f"{what}: {state}")
        self.what = what
        self.state = state


class OutcomeUnknown(KeypaneError):
    """An earlier call that changes something at X never got its answer.

    Attributes:
        operation: which one, as "refresh".
    """

    def __init__(self, operation: str, detail: str = "") -> None:
        super().__init__(detail or f"the outcome of an earlier {operation} is unknown")
        self.operation = operation


class VaultError(KeypaneError):
    """Our own storage could not do what was asked.

    Attributes:
        has_vault: False where it is certain that there is no vault file yet.
    """

    has_vault: bool = True


class VaultLocked(VaultError):
    """The vault's key is not at hand: a passphrase or an unlocked keyring is needed.

    Attributes:
        needs: "passphrase", "keyring" or "choice" (there is no vault yet).
    """

    def __init__(self, needs: str = "passphrase", detail: str = "") -> None:
        super().__init__(detail or f"the vault needs its {needs}")
        self.needs = needs


class VaultUnavailable(VaultError):
    """The keyring, the directory or the space that the vault needs is not there.

    Attributes:
        reason: "no_keyring", "keyring_denied", "keyring_timeout", "keyring_broken", "directory",
            "disk_full", "read_only", "newer_version", "key_missing", "other".
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


class VaultCorrupt(VaultError):
    """A record does not open with its key. The file is left as it is."""


class VaultBusy(VaultError):
    """Another process holds this credential and did not let go in time."""


class AnswerUnkept(VaultError):
    """X answered a call that changes something, and the disk did not take all of the answer.

    Attributes:
        kept: True when the raw answer is on the disk and only its entry is missing; otherwise
            it is in the memory of this process alone.
        reason: of the disk, as in VaultUnavailable; "other" where it has none.
    """

    def __init__(self, detail: str = "", *, reason: str = "other", kept: bool = False) -> None:
        super().__init__(detail)
        self.reason = reason
        self.kept = kept


class BadInput(KeypaneError):
    """What the person gave cannot be used.

    Attributes:
        where: the field, option or file that it stood in.
    """

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(detail)
        self.where = where


def leaves(root: type[KeypaneError]) -> list[type[KeypaneError]]:
    """Return every class below `root` that can be raised, `root`'s subclasses first."""
    found: list[type[KeypaneError]] = []
    for child in root.__subclasses__():
        found += [child, *leaves(child)]
    return found
