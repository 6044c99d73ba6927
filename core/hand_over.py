"""How a credential is given to another program: a .env file, or a command for its host.

Pure: values in, text out. Commands name a file and never hold a value, since a command line
is seen by every process of the computer and kept in the shell's history. Values go into the
file, which is all that the command reads.
Sources: the reference pages of `gh secret set`, `fly secrets import` and `kubectl create secret
generic`, excerpts read in November 2026. Not run against any of the hosts.
"""

import re
import shlex
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Final

from core.errors import BadInput
from core.model import App, UserToken
from core.secret import Secret

Values = Mapping[str, Secret]
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.,:/%+=@~^-]+")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNED: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]*")


class Host(StrEnum):
    """Where the credential goes."""

    ENV_FILE = "env"
    GITHUB = "github"
    FLY = "fly"
    DOCKER = "docker"
    KUBERNETES = "kubernetes"


def values_of(app: App, token: UserToken) -> dict[str, Secret]:
    """Return what a server needs to act for a user and to refresh, by the names tools read."""
    found: dict[str, Secret | None] = {
        "X_CLIENT_ID": app.client.client_id if app.client else None,
        "X_CLIENT_SECRET": app.client.client_secret if app.client else None,
        "X_USER_ACCESS_TOKEN": token.access_token,
        "X_REFRESH_TOKEN": token.refresh_token,
    }
    return {name: value for name, value in found.items() if value}


def env_text(values: Values) -> str:
    """Return the values as the lines of a .env file.

    Raises:
        BadInput: a name is none, or a value cannot stand on one line.
    """
    return "".join(f"{_line(name, value)}\n" for name, value in values.items())


def merged(existing: str, values: Values) -> str:
    """Return an existing .env text with these values in it; its other lines stay as they are.

    Raises: as `env_text`.
    """
    left = dict(values)
    lines = []
    for line in existing.splitlines():
        match = _ASSIGNED.match(line)
        name = match[1] if match else ""
        if name in values:
            if name in left:  # a second line of the same name would win, so it goes
                lines.append(_line(name, left.pop(name)))
        else:
            lines.append(line)
    text = "".join(f"{line}\n" for line in lines)
    return text + env_text(left)


def command_for(host: Host, file: str, target: str = "") -> str:
    """Return the command that gives the file's values to a host; "" for a plain file.

    Args:
        host: which.
        file: the .env file that the command reads.
        target: its repository, app, image or secret; "" leaves a word to be replaced.

    Raises:
        BadInput: the target could be read as something else than a name.
    """
    if target and not _HOST_NAME.fullmatch(target):
        raise BadInput("target", "it is not a name")
    path = shlex.quote(file)
    match host:
        case Host.GITHUB:
            repository = f" --repo {target}" if target else ""
            return f"gh secret set --env-file {path}{repository}"
        case Host.FLY:
            return f"fly secrets import --app {target or 'APP'} < {path}"
        case Host.DOCKER:
            return f"docker run --env-file {path} {target or 'IMAGE'}"
        case Host.KUBERNETES:
            name = target or "x-credentials"
            return f"kubectl create secret generic {name} --from-env-file={path}"
    return ""


def is_ignored(gitignore: str, path: str) -> bool:
    """Return whether the text of a .gitignore covers a file.

    A cautious reading of git's rules: what it cannot read counts as not covered.

    Args:
        gitignore: the text.
        path: of the file, relative to the folder of that .gitignore, with slashes.
    """
    found = False
    for raw in gitignore.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        is_back = line.startswith("!")
        if _matches(line.removeprefix("!"), path):
            found = not is_back
    return found


def _matches(pattern: str, path: str) -> bool:
    parts = PurePosixPath(path).parts
    folders = ["/".join(parts[: end + 1]) for end in range(len(parts) - 1)]
    only_folders = pattern.endswith("/")
    bare = pattern.rstrip("/")
    candidates = folders if only_folders else [*folders, path]
    bare = bare.removeprefix("**/")
    if "/" in bare.strip("/") or bare.startswith("/"):
        return any(fnmatchcase(each, bare.lstrip("/")) for each in candidates)
    return any(fnmatchcase(PurePosixPath(each).name, bare) for each in candidates)


def _line(name: str, value: Secret) -> str:
    if not _NAME.fullmatch(name):
        raise BadInput("name", "it is not a name of an environment variable")
    text = value.reveal()
    if not text.isprintable():
        raise BadInput(name, "the value cannot stand on one line")
    if _PLAIN.fullmatch(text):
        return f"{name}={text}"  # bare, since not every reader takes quotes away
    if "'" not in text:
        return f"{name}='{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    return f'{name}="{escaped}"'
