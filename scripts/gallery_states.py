"""Sample states for `gallery.py`. Every name and token in it is made up."""

from datetime import UTC, datetime, timedelta

from ui.shell import HeaderState, ReadinessStep, ShellState, StatusBarState
from ui.views.keys_and_tokens import Act, CredentialState, KeysState
from ui.widgets import ConfirmState, CopyForm, NoticeState, Status, mask
from ui.widgets.app_list import AppEntry

NOW = datetime.now(UTC)
APPS = (
    AppEntry("acme", "Acme Bot", "Live", "ok", "2 users", "works"),
    AppEntry("news", "Newsdesk", "Live", "warn", "sign-in", "a user needs to sign in"),
    AppEntry("old", "Old demo", "Live", "off", "", "no tokens"),
    AppEntry("practice", "Practice App", "Sandbox", "ok", "1 user", "works"),
)
STATUS = StatusBarState(
    "GNOME Keyring · unlocked",
    "GET /2/tweets 3,498 of 3,500 left · resets 12:41",
    "Spent today $0.045",
)
SHELL = ShellState(APPS, "acme", HeaderState("Acme Bot", "Live", app_id="14414681"), "", STATUS)
SANDBOX_SHELL = ShellState(
    APPS,
    "practice",
    HeaderState(
        "Practice App",
        "Sandbox",
        is_sandbox=True,
        app_id="7922114",
        has_console=False,
        steps=(
            ReadinessStep("keys", "Keys", True),
            ReadinessStep("package", "Package", True),
            ReadinessStep("callback", "Callback", False),
            ReadinessStep("user", "User", False),
        ),
    ),
    "Sandbox: a pretend X on this computer. Nothing here reaches x.com or costs anything.",
    STATUS,
)
FORMS = (
    CopyForm("value", "Copy value"),
    CopyForm("env", "Copy as .env line"),
    CopyForm("curl", "Copy as curl"),
    CopyForm("tweepy", "Copy as tweepy"),
)
KEY_ACTS = (Act.REVEAL, Act.COPY)
KEY_MORE = (Act.REPLACE, Act.CONSOLE, Act.USED_BY)
CONSUMER = (
    CredentialState(
        "api_key", "API Key", mask=mask("FPHBog"), acts=KEY_ACTS, more=KEY_MORE, copy_forms=FORMS
    ),
    CredentialState(
        "api_key_secret",
        "API Key Secret",
        mask=mask(),
        acts=KEY_ACTS,
        more=KEY_MORE,
        copy_forms=FORMS,
    ),
)
BEARER = CredentialState(
    "bearer",
    "Bearer Token",
    "Fetched 23 Nov 2026",
    mask=mask("8avbi"),
    statuses=(Status("Works · checked {ago}, free", at=NOW - timedelta(seconds=130)),),
    acts=(Act.REVEAL, Act.COPY, Act.CHECK, Act.REGENERATE, Act.REVOKE),
    copy_forms=FORMS,
)
PAIR = CredentialState(
    "pair",
    "Access Token and Secret",
    "For @acme · Read and write",
    mask=mask(head="370773112-"),
    acts=(Act.REVEAL, Act.COPY, Act.CHECK, Act.REVOKE),
    copy_forms=FORMS,
    copy_default="",
)
USER = CredentialState(
    "user:1",
    "@acme",
    "Used by: this computer",
    scopes=("tweet.read", "users.read", "offline.access"),
    statuses=(
        Status("{left} left", at=NOW + timedelta(minutes=92, seconds=30), text_after="Expired"),
    ),
    acts=(Act.COPY, Act.CHECK, Act.REFRESH, Act.REVOKE),
    copy_forms=FORMS,
)
HELD = CredentialState(
    "user:2",
    "@acme_prod",
    "Held by fly.io acme-prod",
    scopes=("tweet.read", "tweet.write", "users.read", "offline.access"),
    statuses=(Status("never refreshed here", "plain"),),
    acts=(Act.TAKE_BACK, Act.REVOKE),
)
NEEDS = CredentialState(
    "user:3",
    "@acme_ops",
    "Signed in 2 Jun",
    scopes=("tweet.read", "tweet.write", "users.read", "offline.access", "dm.read"),
    statuses=(Status("Needs sign-in", "warn"),),
    acts=(Act.WHY, Act.SIGN_IN_AGAIN, Act.FORGET),
)
CLIENT = (
    CredentialState(
        "client_id",
        "Client ID",
        "Confidential client",
        value="M1M5R3BMVy13QmpScXp6TUpMOE46MTpjaQ",
        acts=(Act.COPY,),
        more=(Act.REPLACE,),
        copy_forms=FORMS,
    ),
    CredentialState(
        "client_secret",
        "Client Secret",
        mask=mask(),
        acts=KEY_ACTS,
        more=KEY_MORE,
        copy_forms=FORMS,
    ),
)
KEYS = KeysState(
    notices=(
        NoticeState(
            "@acme_ops needs to sign in again.",
            "X refused its refresh token on 21 Nov.",
            action="Sign in again…",
            key="user:3",
            owner="@acme_ops",
        ),
    ),
    consumer_keys=CONSUMER,
    authentication=(BEARER, PAIR),
    users=(USER, HELD, NEEDS),
    client=CLIENT,
)
EMPTY_KEYS = KeysState(
    consumer_keys=(
        CredentialState("api_key", "API Key", absent="Not here yet", acts=(Act.PASTE,)),
        CredentialState(
            "api_key_secret", "API Key Secret", absent="Not here yet", acts=(Act.PASTE,)
        ),
    ),
    authentication=(
        CredentialState(
            "bearer",
            "Bearer Token",
            absent="None yet. X returns the App's current one if there is one.",
            acts=(Act.GENERATE,),
        ),
        CredentialState(
            "pair", "Access Token and Secret", absent="Not here yet", acts=(Act.PASTE,)
        ),
    ),
    client=(
        CredentialState("client_id", "Client ID", absent="Not here yet", acts=(Act.PASTE,)),
        CredentialState("client_secret", "Client Secret", absent="Not here yet", acts=(Act.PASTE,)),
    ),
    users_text="Nobody has signed in with this App yet.",
    users_notice=NoticeState(
        "Register a redirect URI first.",
        "Copy http://127.0.0.1:8739/callback into the App's User authentication settings.",
        kind="info",
        action="Set up…",
        key="redirect",
    ),
    is_sign_in_first=False,
)
BUSY_KEYS = KeysState(
    consumer_keys=CONSUMER,
    authentication=(
        CredentialState(
            "bearer",
            "Bearer Token",
            "Fetched 23 Nov 2026",
            mask=mask("8avbi"),
            acts=BEARER.acts,
            busy="Asking X to revoke…",
        ),
        CredentialState(
            "pair",
            "Access Token and Secret",
            "For @acme · Read and write",
            mask=mask(head="370773112-"),
            statuses=(Status("Refused", "bad"),),
            acts=PAIR.acts,
            copy_forms=FORMS,
            notice=NoticeState(
                "X refused this token.",
                "It was revoked or regenerated. Create a new pair in the console and paste it.",
                kind="error",
                action="Open the console",
                key="console",
            ),
        ),
    ),
    users=(
        CredentialState(
            "user:1",
            "@acme",
            "Used by: this computer",
            scopes=USER.scopes,
            statuses=(Status("Expired, refreshes with the next use", "off"),),
            acts=USER.acts,
            busy="Refreshing…",
        ),
        CredentialState(
            "user:2",
            "@acme_with_a_long_name_of_a_bot",
            "Signed in 2 Jun",
            scopes=HELD.scopes,
            statuses=(Status("Outcome unknown", "warn"),),
            acts=(Act.CHECK, Act.SIGN_IN_AGAIN, Act.FORGET),
        ),
        CredentialState(
            "user:3",
            "@gone",
            "Revoked 21 Nov, proved by 401",
            scopes=HELD.scopes,
            statuses=(Status("Revoked", "off"),),
            acts=(Act.SIGN_IN_AGAIN, Act.FORGET),
        ),
    ),
    client=CLIENT,
)
LOCKED_KEYS = KeysState(
    error=NoticeState(
        "The vault is locked.",
        "Your keys are in it, encrypted. Unlock GNOME Keyring to see them.",
        action="Unlock…",
        key="unlock",
    )
)
CONFIRM = ConfirmState(
    "Revoke the Bearer Token?",
    (
        "Every program that uses this Bearer Token stops working.",
        "X cannot undo this. Keypane proves it afterwards with one call.",
    ),
    "Revoke",
    affected=("fly.io acme-prod", "GitHub X_BEARER"),
)
