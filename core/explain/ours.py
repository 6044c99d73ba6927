"""Failures that X did not name: no answer, a strange answer, and what is missing here."""

from dataclasses import replace
from typing import Final

from core.errors import (
    AnswerUnkept,
    BadAnswer,
    BadInput,
    ConnectFailed,
    KeypaneError,
    ListenFailed,
    NoCredential,
    NoRedirect,
    OutcomeUnknown,
    ServerFault,
    StateMismatch,
    TransportError,
    VaultBusy,
    VaultCorrupt,
    VaultError,
    VaultLocked,
)
from core.explain.model import (
    CALLBACK,
    CLIENT,
    CONSUMER_KEYS,
    KEYS,
    OWNER_TOKEN,
    SETTINGS,
    Case,
    Cases,
)
from core.words_model import mark

_CONTEXT: Final = "words"

_WIRE: Final[Cases] = {
    "connect-dns": Case(
        mark(
            _CONTEXT,
            "No name server knows the host, or none was reached: offline, a VPN, or a typo.",
        )
    ),
    "connect-refused": Case(
        mark(
            _CONTEXT,
            "A computer answered and nothing listens at that port: the server is not running.",
        )
    ),
    "connect-tls": Case(
        mark(
            _CONTEXT,
            "The certificate is not signed by anyone this computer trusts. Mostly a company's "
            "proxy or an antivirus reads along, or the clock is far off.",
        )
    ),
    "connect-proxy": Case(
        mark(
            _CONTEXT,
            "The proxy refused: it wants a user and password (407), does not allow this host, or "
            "is gone.",
        )
    ),
    "connect-timeout": Case(
        mark(
            _CONTEXT,
            "Nothing answered at that address: a firewall drops the connection in silence.",
        )
    ),
    "connect-offline": Case(mark(_CONTEXT, "This computer has no way into that network now.")),
    "connect-broken": Case(
        mark(_CONTEXT, "The connection was cut while it was made, before anything was sent.")
    ),
    "connect-other": Case(
        mark(_CONTEXT, "The system gave no usable reason why it did not connect.")
    ),
    "answer-timeout": Case(mark(_CONTEXT, "X took the request and stayed silent.")),
    "answer-tls": Case(
        mark(
            _CONTEXT,
            "The secure connection broke in the middle, mostly in a proxy that reads along.",
        )
    ),
    "answer-broken": Case(mark(_CONTEXT, "The line was cut before the whole answer came.")),
    "html-answer": Case(
        mark(
            _CONTEXT,
            "A page for people came instead of data: a captive portal of this network, a company's "
            "block page, or a maintenance page.",
        )
    ),
    "redirected": Case(
        mark(
            _CONTEXT,
            "The answer sends on to another address. X's API never does: a captive portal, a "
            "proxy, or a wrong address of a custom environment.",
        )
    ),
    "strange-answer": Case(
        mark(_CONTEXT, "The answer is damaged or in a shape that X is not known to use.")
    ),
    "x-fault": Case(mark(_CONTEXT, "X failed while it worked on the request (500).")),
    "x-overloaded": Case(mark(_CONTEXT, "X takes no more requests for the moment (503).")),
    "x-gateway": Case(
        mark(
            _CONTEXT,
            "X's own entrance got no answer from behind it (502 or 504); X may have acted.",
        )
    ),
}

_HERE: Final[Cases] = {
    "state-mismatch": Case(
        mark(
            _CONTEXT,
            "The redirect's state is not that of the running sign-in: an old tab, a reloaded page, "
            "or someone else's link.",
        )
    ),
    "no-redirect": Case(
        mark(
            _CONTEXT,
            "The page was closed, X showed its card without a reason, or the redirect went to "
            "another port than the one where Keypane listened.",
        ),
        CALLBACK,
    ),
    "listen-failed": Case(
        mark(
            _CONTEXT,
            "The redirect URI names a port that another program has, such as a development "
            "server, or that the system keeps for itself.",
        ),
        CALLBACK,
    ),
    "outcome-unknown": Case(
        mark(_CONTEXT, "The line or the program broke between a changing call and its answer.")
    ),
    "no-bearer": Case(
        mark(_CONTEXT, "Nobody generated or pasted a Bearer Token, or it was revoked here."), KEYS
    ),
    "no-user": Case(
        mark(
            _CONTEXT,
            "No account signed in, its sign-in ended, or another program holds it. X keeps one "
            "sign-in per App and account.",
        )
    ),
    "no-consumer-keys": Case(
        mark(
            _CONTEXT, "API Key and API Key Secret were never pasted; X shows the secret only once."
        ),
        CONSUMER_KEYS,
    ),
    "no-client-id": Case(
        mark(_CONTEXT, "X makes the Client ID only when User authentication settings are set up."),
        (*SETTINGS, *CLIENT[2:3]),
    ),
    "no-access-token": Case(
        mark(_CONTEXT, "The owner's OAuth 1.0a pair was never pasted; only the console makes it."),
        OWNER_TOKEN,
    ),
    "bad-input": Case(mark(_CONTEXT, "A value cannot be what its field is for.")),
    "vault-locked": Case(
        mark(_CONTEXT, "The key that opens the vault is not at hand: a passphrase or the keyring.")
    ),
    "vault-keyring": Case(
        mark(
            _CONTEXT,
            "The desktop's keyring is absent, locked, slow or refuses: it did not start with the "
            "session, or a prompt waits unseen.",
        )
    ),
    "vault-key-missing": Case(
        mark(_CONTEXT, "The keyring was emptied, replaced or belongs to another login than before.")
    ),
    "vault-disk": Case(
        mark(_CONTEXT, "The disk is full or may not be written to, so nothing new can be kept.")
    ),
    "vault-newer": Case(mark(_CONTEXT, "A later Keypane wrote this file in a form unknown here.")),
    "vault-unavailable": Case(
        mark(_CONTEXT, "The vault's folder or file cannot be used as it is.")
    ),
    "vault-corrupt": Case(
        mark(_CONTEXT, "The file was changed or damaged outside Keypane: disk, sync or copying.")
    ),
    "vault-busy": Case(
        mark(_CONTEXT, "Two programs work on the same credential, and only one may at a time.")
    ),
    "answer-unkept": Case(
        mark(_CONTEXT, "The disk filled up, failed or became read-only between asking and noting.")
    ),
    "bug": Case(mark(_CONTEXT, "This is a fault of Keypane, not of X and not of yours.")),
    "general": Case(mark(_CONTEXT, "Keypane has no closer word for what went wrong.")),
}

# Facts about this computer, which X neither documents nor changes: no date belongs to them.
CASES: Final[Cases] = {key: replace(case, source="") for key, case in {**_WIRE, **_HERE}.items()}
_SIMPLE: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (StateMismatch, "state-mismatch"),
    (NoRedirect, "no-redirect"),
    (ListenFailed, "listen-failed"),
    (OutcomeUnknown, "outcome-unknown"),
    (BadInput, "bad-input"),
    (VaultLocked, "vault-locked"),
    (VaultCorrupt, "vault-corrupt"),
    (VaultBusy, "vault-busy"),
    (AnswerUnkept, "answer-unkept"),
)
_SERVER_FAULTS: Final = {503: "x-overloaded", 502: "x-gateway", 504: "x-gateway"}
_VAULT_REASONS: Final = {
    "no_keyring": "vault-keyring",
    "keyring_denied": "vault-keyring",
    "keyring_timeout": "vault-keyring",
    "keyring_broken": "vault-keyring",
    "key_missing": "vault-key-missing",
    "disk_full": "vault-disk",
    "read_only": "vault-disk",
    "newer_version": "vault-newer",
}


def our_key(error: BaseException) -> str:
    """Return which failure it is, "bug" for what is none of ours."""
    for kind, key in _SIMPLE:
        if isinstance(error, kind):
            return key
    match error:
        case TransportError():
            key = _no_answer(error)
        case BadAnswer():
            key = _strange(error)
        case ServerFault():
            key = _SERVER_FAULTS.get(error.status, "x-fault")
        case NoCredential():
            key = f"no-{error.what.replace(' ', '-')}"
        case VaultError():
            key = _VAULT_REASONS.get(getattr(error, "reason", ""), "vault-unavailable")
        case KeypaneError():
            key = "general"
        case _:
            key = "bug"
    return key if key in CASES else "general"


def _no_answer(error: TransportError) -> str:
    stage, other = "answer", "answer-broken"
    if isinstance(error, ConnectFailed):
        stage, other = "connect", "connect-other"
    key = f"{stage}-{error.reason}"
    return key if key in CASES else other


def _strange(error: BadAnswer) -> str:
    if error.detail.startswith("a redirect"):
        return "redirected"
    return "html-answer" if "not from X" in error.detail else "strange-answer"
