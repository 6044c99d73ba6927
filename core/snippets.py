"""A call as a program: curl and Python requests. Secrets stand in it as environment variables."""

import json
import shlex
from dataclasses import dataclass
from typing import Final

ENVIRONMENT_NAMES: Final = {
    "bearer": "X_BEARER_TOKEN",
    "user": "X_USER_ACCESS_TOKEN",
}


@dataclass(frozen=True, slots=True)
class Call:
    """What a snippet does.

    Attributes:
        url: absolute, with its query encoded.
        credential: "bearer" or "user".
        body: JSON text, "" for none.
    """

    method: str
    url: str
    credential: str
    body: str = ""


def curl(call: Call) -> str:
    """Return a curl command for a POSIX shell."""
    name = ENVIRONMENT_NAMES[call.credential]
    parts = [f"curl --request {call.method}", shlex.quote(call.url)]
    parts.append(f'--header "Authorization: Bearer ${name}"')
    if call.body:
        parts.append("--header 'Content-Type: application/json'")
        parts.append(f"--data-raw {shlex.quote(call.body)}")
    return " \\\n  ".join(parts) + "\n"


def python_requests(call: Call) -> str:
    """Return a Python program that uses requests."""
    name = ENVIRONMENT_NAMES[call.credential]
    lines = [
        "import os",
        "",
        "import requests",
        "",
        "answer = requests.request(",
        f"    {json.dumps(call.method)},",
        f"    {json.dumps(call.url)},",
        f'    headers={{"Authorization": f"Bearer {{os.environ[{json.dumps(name)}]}}"}},',
    ]
    if call.body:
        lines.append(f"    json={_literal(call.body)},")
    lines += ["    timeout=60,", ")", "print(answer.status_code)", "print(answer.text)", ""]
    return "\n".join(lines)


def _literal(body: str) -> str:
    """Return JSON as the Python literal of the same value."""
    try:
        return repr(json.loads(body))
    except ValueError:
        return repr(body)


LANGUAGES: Final = {
    "curl": ("curl", curl),
    "python": ("Python requests", python_requests),
}
