"""Commands that give credentials to a host's store of secrets.

By reference, the values flow from `keypane exec` through a pipe: they stand in no argument,
in no file and in no history of a shell.
"""

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from core.exporters.files import named_values
from core.exporters.variables import NAMES
from core.hand_over import Host, command_for, env_text
from core.portable import PortableApp

_PIPE: Final = "/dev/stdin"
_END: Final = "END_OF_KEYPANE"


def to_host(app: PortableApp, host: Host, target: str = "", *, reveal: bool) -> str:
    """Return the commands for a POSIX shell, one per credential; with `reveal`, the values too.

    Args:
        app: whose credentials.
        host: which store.
        target: its repository, app, image or secret; "" leaves a word to be replaced.
        reveal: whether the text holds the values, behind the command and never in it.

    Raises:
        BadInput: a value cannot stand on one line, or the target is no name.
    """
    if reveal:
        command = command_for(host, _PIPE, target)
        return f"{command} <<'{_END}'\n{env_text(named_values(app))}{_END}\n"
    return "".join(
        f"{_by_reference(app, host, target, who, names)}\n" for who, names in _credentials(app)
    )


def _by_reference(app: PortableApp, host: Host, target: str, who: str, names: Sequence[str]) -> str:
    start = f"keypane exec {shlex.quote(app.name)} --as {shlex.quote(who)} --"
    if host is Host.DOCKER:  # takes over what is in its environment by name alone
        command_for(host, _PIPE, target)
        passed = " ".join(f"-e {name}" for name in names)
        return f"{start} docker run {passed} {target or 'IMAGE'}"
    if host is Host.KUBERNETES:  # a secret is created once, so each credential has its own
        target = f"{target or 'x-credentials'}-{who.removeprefix('@').replace('_', '-').lower()}"
    script = "; ".join(f'printf "%s=%s\\n" {name} "${name}"' for name in names)
    return f"{start} sh -c {shlex.quote(script)} | {command_for(host, _PIPE, target)}"


def _credentials(app: PortableApp) -> Iterator[tuple[str, list[str]]]:
    if "bearer_token" in app.fields:
        yield "bearer", _names("bearer_token")
    if app.pairs and {"api_key", "api_secret"} <= app.fields.keys():
        yield "oauth1", _names("api_key", "api_secret", "access_token", "access_token_secret")
    for user in app.users:
        if user.username:
            yield f"@{user.username}", _names("user_access_token")


def _names(*fields: str) -> list[str]:
    return [NAMES[field][0] for field in fields]
