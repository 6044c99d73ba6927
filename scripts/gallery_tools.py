"""Pictures of the import and export pages, and of what other programs ask; see `gallery.py`."""

from ui.main_window import MainWindow
from ui.views.export_app import ExportState, ExportView
from ui.views.helper_consent import ConsentDialog, ConsentState
from ui.views.import_file import FoundApp, ImportState, ImportView
from ui.views.settings_programs import AllowedProgram, ProgramsCard, ProgramsState
from ui.widgets import Choice, NoticeState

CONSENT = ConsentState(
    "Acme Bot", "/usr/bin/python3.11", "process 4242 of me", "Access Token of @acme", 60
)
IMPORT = ImportState(
    file="auth.yml",
    source="A store of xurl. The file stays as it is; delete it yourself once you trust the copy.",
    environments=(Choice("x", "X"), Choice("sandbox", "Sandbox of this window")),
    environment="x",
    holder="xurl",
    apps=(
        FoundApp("my-app", "a new App", ("Client ID", "Client Secret", "user @alice")),
        FoundApp("Acme Bot", "is here already", ("Bearer Token",), ("API Key", "API Key Secret")),
    ),
    warnings=(
        (
            "xurl keeps a Refresh Token of the same grant. It works once, so whoever refreshes "
            "first ends the other's copy: sign out there after the import, or let it go on and "
            "have its users only listed here."
        ),
        "xurl does not keep scopes; they are known after the next refresh.",
    ),
    can_save=True,
)
REFUSED = ImportState(
    file="bomb.yml",
    notice=NoticeState(
        "This file was not read: its YAML uses aliases, which are refused.",
        "Nothing was changed.",
        "error",
    ),
)
EXPORT = ExportState(
    app="Acme Bot",
    tools=(Choice("env", ".env file"), Choice("github", "GitHub Actions secrets")),
    tool="env",
    text=(
        "# The values stay in Keypane; run a program with them: "
        "keypane exec 'Acme Bot' -- COMMAND\n"
        'X_API_KEY="${X_API_KEY}"\nX_API_SECRET="${X_API_SECRET}"\n'
        "X_BEARER_TOKEN=\"$(keypane token 'Acme Bot' --as bearer)\"\n"
    ),
    warnings=("These lines are for a shell that sources them; no other program resolves them.",),
    can_use=True,
)
PROGRAMS = ProgramsState(
    "/home/me/.local/share/keypane/helper.sock",
    "They ask here for tokens that work now; you are asked the first time. The manual shows how.",
    (
        AllowedProgram("1", "python3.11", "/usr/bin/python3.11", "Acme Bot"),
        AllowedProgram("2", "All programs", "whichever asks", "Newsdesk"),
    ),
)


def import_page(state: ImportState) -> ImportView:
    """Return the Import page with a sample."""
    view = ImportView()
    view.render_state(state)
    return view


def export_page() -> ExportView:
    """Return the Export page with its sample."""
    view = ExportView()
    view.render_state(EXPORT)
    return view


def programs_card() -> ProgramsCard:
    """Return Settings' card of programs with its sample."""
    card = ProgramsCard()
    card.render_state(PROGRAMS)
    card.resize(840, 220)
    return card


def consent(window: MainWindow) -> ConsentDialog:
    """Return the question whether a program may have a token."""
    window.show()
    dialog = ConsentDialog(CONSENT, window)
    dialog.open()
    return dialog
