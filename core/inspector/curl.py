"""A curl command: what it would send, taken apart as curl itself would."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_LONGEST: Final = 8192
_MOST: Final = 5
_PROMPTS: Final = "$>%# \t"
_CONTINUED: Final = ("\\", "^", "`")
_DATA: Final = frozenset({"-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--json"})
_OPTIONS_WITH_VALUE: Final = (
    "-o --output -A --user-agent -e --referer -b --cookie -c --cookie-jar -x --proxy -m --max-time "
    "--connect-timeout -T --upload-file -w --write-out --cacert --cert --key -K --config --retry "
    "-E --resolve --interface -U --proxy-user -D --dump-header -F --form --data-urlencode"
)
_WITH_VALUE: Final = frozenset(_OPTIONS_WITH_VALUE.split())
_INSECURE: Final = re.compile(r"-[sSivLfg]{0,4}k[sSivLfg]{0,4}")
_SHORT_WITH_VALUE: Final = "XHudoAebcxmTwKEUDF"


@dataclass(slots=True)
class Call:
    """What a curl command would send.

    Attributes:
        user: of -u, "name:password".
        data: the bodies, in order.
        is_insecure: certificates are not checked.
        is_get: -G, the data goes into the query.
    """

    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    user: str | None = field(default=None, repr=False)
    data: list[str] = field(default_factory=list, repr=False)
    is_insecure: bool = False
    is_get: bool = False
    is_json: bool = False

    @property
    def sent_method(self) -> str:
        """The method that curl would use."""
        if self.method:
            return self.method
        return "POST" if self.data and not self.is_get else "GET"

    def header(self, name: str) -> str | None:
        """Return a header's value, whatever its case; None where it is absent."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def curl_calls(text: str) -> tuple[list[Call], str]:
    """Return the curl commands of a text, and the text without them."""
    commands: list[str] = []
    rest: list[str] = []
    lines = iter(text.splitlines())
    for line in lines:
        bare = line.lstrip(_PROMPTS)
        if len(commands) < _MOST and bare.startswith(("curl ", "curl.exe ", "curl\t")):
            commands.append(_whole(bare, lines))
        else:
            rest.append(line)
    return [_call(command) for command in commands], "\n".join(rest)


def _whole(first: str, lines: Iterator[str]) -> str:
    """Return a command that may go on over several lines."""
    command, quote = first, _open_quote(first, "")
    while len(command) < _LONGEST:
        bare = command.rstrip()
        if not quote and not bare.endswith(_CONTINUED):
            break
        following = next(lines, None)
        if following is None:
            break
        command = f"{command}\n{following}" if quote else f"{bare[:-1]} {following}"
        quote = _open_quote(following, quote)
    return command[:_LONGEST]


def _open_quote(line: str, quote: str) -> str:
    """Return the quote that is open at the end of a line, "" for none."""
    escaped = False
    for sign in line:
        if escaped:
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
    return quote


def _call(command: str) -> Call:
    command = command.replace("$'", "'")
    try:
        words = shlex.split(command)[1:]
    except ValueError:
        words = command.replace('"', " ").replace("'", " ").split()[1:]
    call = Call()
    rest = iter(words)
    for word in rest:
        _take(call, word, rest)
    return call


def _take(call: Call, word: str, rest: Iterator[str]) -> None:
    name, value = word, ""
    if word.startswith("--") and "=" in word:
        name, _, value = word.partition("=")
    elif len(word) > 2 and word[0] == "-" and word[1] in _SHORT_WITH_VALUE:
        name, value = word[:2], word[2:]
    if name == "--insecure" or _INSECURE.fullmatch(name):
        call.is_insecure = True
    elif name in {"-G", "--get"}:
        call.is_get = True
    elif not name.startswith("-"):
        call.url = call.url or name
    else:
        _option(call, name, value, rest)


def _option(call: Call, name: str, value: str, rest: Iterator[str]) -> None:
    known = {"-X", "--request", "-H", "--header", "-u", "--user", "--url", "--oauth2-bearer"}
    if name not in known | _DATA | _WITH_VALUE:
        return
    value = value or next(rest, "")
    if name in {"-X", "--request"}:
        call.method = value.upper() if value.isalpha() and len(value) <= 7 else ""
    elif name in {"-H", "--header"}:
        key, _, told = value.partition(":")
        call.headers.append((key.strip(), told.strip()))
    elif name in {"-u", "--user"}:
        call.user = value
    elif name == "--url":
        call.url = value
    elif name == "--oauth2-bearer":
        call.headers.append(("Authorization", f"Bearer {value}"))
    elif name in _DATA or name == "--data-urlencode":
        call.data.append(value)
        call.is_json = call.is_json or name == "--json"
