"""Sample states for `gallery.py`. Every name and token in it is made up."""

from datetime import UTC, datetime, timedelta

from ui.shell import HeaderState, ReadinessStep, ShellState, StatusBarState
from ui.views.activity import ActivityEntry, ActivityState
from ui.views.add_app import AddAppState
from ui.views.keyring_question import KeyringQuestionState
from ui.views.keys_and_tokens import Act, CredentialState, KeysState
from ui.views.limits_state import FigureState, LimitsState, LimitState, UsageState
from ui.views.paste_value import PasteValueState
from ui.views.settings import AppSettings, ProgramSettings, SettingsState
from ui.views.settings_auth import AuthSettings
from ui.widgets import Choice, ConfirmState, CopyForm, NoticeState, Status, mask
from ui.widgets.app_list import AppEntry
from ui.widgets.bar_chart import Bar, Cap

NOW = datetime.now(UTC)


def _day(ago: int) -> str:
    return f"{NOW - timedelta(days=ago):%d %b}".lstrip("0")


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

ADD_APP = AddAppState(
    found=Status("Found 3: API Key, API Key Secret, Bearer Token. Enough for app-only calls."),
    warnings={"client_id": "This looks like an API Key. A Client ID is longer and ends in OmNp."},
    environments=(
        Choice("x", "X"),
        Choice("sandbox", "Sandbox on this computer"),
        Choice("file", "From a file…"),
    ),
    environment="x",
    can_save=True,
)
ADD_APP_VALUES = {
    "name": "Acme Bot",
    "api_key": "sample-api-key",
    "api_secret": "sample-api-secret-that-is-nobodys",
    "bearer_token": "sample-bearer-token-that-is-nobodys",
    "client_id": "sample",
    "redirect_uri": "http://127.0.0.1:8739/callback",
}
PASTE_VALUE = PasteValueState(
    "Paste the API Key Secret",
    "In the console: Keys & Tokens, OAuth 1.0 Keys, Regenerate. X shows it once.",
    (("api_secret", "API Key Secret"),),
)
KEYRING = KeyringQuestionState(
    "Keep your keys in GNOME Keyring?",
    "Keypane seals everything in one file and keeps only that file's key in the keyring. "
    "With a passphrase it asks at each start. Or nothing is kept, and all is gone on quit.",
)
ACTIVITY = ActivityState(
    entries=tuple(
        ActivityEntry(str(place), NOW - timedelta(minutes=minutes), whose, what, outcome, steps)
        for place, (minutes, whose, what, outcome, steps) in enumerate(
            (
                (
                    2,
                    "Bearer Token",
                    "Checked",
                    Status("200 OK, free"),
                    ("GET /2/usage/tweets  200  182 ms", "Authorization: Bearer ••••8avbi"),
                ),
                (31, "@acme", "Refreshed", Status("New token for 2 h"), ()),
                (95, "@acme_ops", "Refresh refused", Status("Needs sign-in", "warn"), ()),
                (700, "@gone", "Revoked", Status("Proved by 401"), ()),
                (3000, "Bearer Token", "Regenerated", Status("Outcome unknown", "warn"), ()),
                (9000, "@acme", "Signed in", Status("Cancelled at X", "off"), ()),
                (90000, "Access Token and Secret", "Checked", Status("401 refused", "bad"), ()),
            )
        )
    )
)
THEMES = (
    Choice("system", "Follow the system"),
    Choice("light", "Light"),
    Choice("dark", "Dark"),
    Choice("contrast", "High contrast"),
)
SETTINGS = SettingsState(
    AppSettings(
        "Acme Bot",
        "X",
        "api.x.com",
        AuthSettings(
            permissions=(Choice("", "Not noted"), Choice("read", "Read")),
            permission="read",
            kinds=(
                Choice("native", "Native App"),
                Choice("single_page", "Single page App"),
                Choice("web", "Web App"),
                Choice("bot", "Automated App or Bot"),
            ),
            kind="bot",
            kind_note="Confidential client",
            website="https://acme.example",
        ),
        ("http://127.0.0.1:8739/callback", "https://mybot.example/cb"),
        remove_text="Forgets its keys and tokens here. At X nothing changes.",
    ),
    ProgramSettings(
        THEMES,
        "system",
        "Unlocked with GNOME Keyring",
        "~/.local/share/keypane/vault.db",
        can_lock=True,
    ),
)
LIMITS = LimitsState(
    limits=(
        LimitState(
            "POST /2/tweets",
            "@acme",
            "0",
            "100",
            0.0,
            "bad",
            "Blocked until 12:41",
            NOW + timedelta(minutes=11, seconds=20),
        ),
        LimitState(
            "GET /2/users/me", "@acme", "9", "75", 0.12, "warn", "", NOW + timedelta(seconds=140)
        ),
        LimitState(
            "GET /2/tweets/search/recent",
            "Bearer Token",
            "121",
            "450",
            0.27,
            resets_at=NOW + timedelta(minutes=6, seconds=9),
            forecast="at this pace none by 12:32",
        ),
        LimitState(
            "GET /2/tweets",
            "Bearer Token",
            "3,498",
            "3,500",
            0.999,
            resets_at=NOW + timedelta(minutes=14, seconds=9),
        ),
    ),
    usage=UsageState(
        tuple(
            Bar(value, "today" if place == 29 else _day(29 - place))
            for place, value in enumerate(
                (
                    18,
                    22,
                    31,
                    26,
                    12,
                    9,
                    24,
                    37,
                    41,
                    33,
                    29,
                    48,
                    52,
                    40,
                    22,
                    17,
                    44,
                    61,
                    58,
                    66,
                    49,
                    38,
                    30,
                    70,
                    80,
                    62,
                    57,
                    69,
                    74,
                    64,
                )
            )
        ),
        "1,203",
        "of 3,000,000 this month (0.04 %) · resets in 8 days",
        "Between 9 and 80 Posts a day, 64 today",
        Cap(100_000, "The cap allows 100,000 a day"),
        "The cap allows 100,000 a day, far above these bars.",
    ),
    spent=(
        FigureState("Since start", "$0.025"),
        FigureState("Today (UTC)", "$0.045", "of $1.00"),
        FigureState("Repeats not charged today", "$0.015"),
        FigureState("At this pace per month", "$1.35"),
    ),
    spent_hint="from this computer only, an estimate by X's prices of 2026-08-22",
    published=(
        ("GET /2/tweets", "3,500 / 15 min", "5,000 / 15 min"),
        ("GET /2/tweets/search/recent", "450 / 15 min", "300 / 15 min"),
        ("POST /2/tweets", "10,000 / 1 d", "100 / 15 min"),
        ("DELETE /2/tweets/{id}", "–", "50 / 15 min"),
    ),
    published_hint="by X's table of 2026-08-22; answers tell the true ones",
)
