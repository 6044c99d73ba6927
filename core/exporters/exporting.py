"""An export as both faces offer it: which tools there are, the text, and what to be warned of."""

from typing import Final

from core.errors import BadInput
from core.exporters.files import to_env, to_json, to_postman, to_twurl, to_xurl
from core.exporters.hosts import to_host
from core.hand_over import Host
from core.portable import PortableApp

HOSTS: Final = tuple(host.value for host in Host if host is not Host.ENV_FILE)
TOOLS: Final = ("env", "xurl", "postman", *HOSTS, "twurl", "json")
TWO_OWNERS: Final = (
    "This holds a Refresh Token, which works once. Whoever refreshes first ends the other's "
    "copy: let only one do it, with keypane user hand-over."
)
FOR_A_SHELL: Final = (
    "These lines are for a shell that sources them; no other program resolves them."
)
NOT_IGNORED: Final = "No .gitignore covers this file. Add it before you commit."


def export_text(app: PortableApp, tool: str, target: str = "", *, reveal: bool) -> str:
    """Return what a tool needs of an App, with references, or with values where `reveal`.

    Args:
        app: whose credentials.
        tool: one of `TOOLS`.
        target: of a host, its repository, app, image or secret; "" leaves a word to replace.
        reveal: whether the values stand in it.

    Raises:
        BadInput: the App has nothing that this tool could use, or a value cannot be written.
    """
    if tool in HOSTS:
        text = to_host(app, Host(tool), target, reveal=reveal)
        if not text:
            raise BadInput("--to", "the App has no credential that can be given by reference")
        return text
    if tool == "xurl":
        return to_xurl([app], reveal=reveal)
    if tool == "twurl":
        return to_twurl([app], reveal=reveal)
    one = {"env": to_env, "postman": to_postman, "json": to_json}[tool]
    return one(app, reveal=reveal)


def warnings_of(app: PortableApp, tool: str, *, reveal: bool) -> tuple[str, ...]:
    """Return what a person should know before using it; no value is told."""
    found = []
    if reveal and any(user.refresh_token for user in app.users):
        found.append(TWO_OWNERS)
    if tool == "env" and not reveal:
        found.append(FOR_A_SHELL)
    return tuple(found)
