"""A call for a POSIX shell with curl, and for PowerShell."""

import re
import shlex
from typing import Final

from core.snippets.call import Call

# PowerShell takes the typographic ones for the plain one (about_Quoting_Rules, read 2026-11).
_QUOTES: Final = re.compile("(['\u2018\u2019\u201a\u201b])")


def curl(call: Call) -> str:
    """Return a curl command for a POSIX shell.

    The header comes through standard input: curl's arguments are there for every program of
    the machine to read. `--globoff`, because curl would expand brackets in the address.
    """
    parts = [f"curl --silent --show-error --globoff --request {call.method}"]
    parts.append("--header @-")
    if call.body:
        parts.append("--header 'Content-Type: application/json'")
        parts.append(f"--data-raw {shlex.quote(call.body)}")
    parts.append(f"{shlex.quote(call.url)} <<HEADER")
    return " \\\n  ".join(parts) + f"\nAuthorization: Bearer ${call.variables[0]}\nHEADER\n"


def powershell(call: Call) -> str:
    """Return a command for PowerShell 5.1 and newer."""
    lines = [
        f'$headers = @{{ Authorization = "Bearer $env:{call.variables[0]}" }}',
        f"$call = @{{ Method = '{call.method}'; Uri = {_quoted(call.url)}; Headers = $headers }}",
    ]
    if call.body:  # 5.1 would send text as ISO 8859-1
        lines.append("$call.ContentType = 'application/json'")
        lines.append(f"$call.Body = [Text.Encoding]::UTF8.GetBytes({_quoted(call.body)})")
    lines.append("Invoke-RestMethod @call | ConvertTo-Json -Depth 20")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + _QUOTES.sub(r"\1\1", text) + "'"
