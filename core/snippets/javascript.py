"""A call in JavaScript for Node 18 and newer: with its own fetch, and with twitter-api-v2."""

import json
import re
from typing import Final, NoReturn

from core.snippets.call import OAUTH1, Call, nested

_LONG_NUMBER: Final = re.compile(r"[0-9.]{16}|[0-9][eE]")  # in a text too: no harm done

_DEEPEST: Final = 50


def fetch(call: Call) -> str:
    """Return a module that uses fetch."""
    lines = [f"const answer = await fetch({_text(call.url)}, {{"]
    lines.append(f"  method: '{call.method}',")
    lines.append("  headers: {")
    lines.append(f"    Authorization: `Bearer ${{process.env.{call.variables[0]}}}`,")
    if call.body:
        lines.append("    'Content-Type': 'application/json',")
    lines.append("  },")
    if call.body:
        lines.append(f"  body: {_body(call.body)},")
    lines += ["});", "console.log(answer.status);", "console.log(await answer.text());"]
    return "\n".join(lines) + "\n"


def twitter_api_v2(call: Call) -> str:
    """Return a module that uses twitter-api-v2 through its call for any path.

    It has X's hosts written into it.
    """
    lines = ["import { TwitterApi } from 'twitter-api-v2';", ""]
    if call.credential == OAUTH1:
        names = ("appKey", "appSecret", "accessToken", "accessSecret")
        lines.append("const client = new TwitterApi({")
        lines += [
            f"  {name}: process.env.{variable},"
            for name, variable in zip(names, call.variables, strict=True)
        ]
        lines.append("});")
    else:
        lines.append(f"const client = new TwitterApi(process.env.{call.variables[0]});")
    lines.append(f"const answer = await client.v2.{call.method.lower()}({_arguments(call)});")
    return "\n".join([*lines, "console.log(JSON.stringify(answer));"]) + "\n"


def _arguments(call: Call) -> str:
    path = call.bare_path.removeprefix("/2/")
    names = [name for name, _, _ in call.query]
    is_object = call.method == "GET" and len(set(names)) == len(names)
    if call.query and not is_object:
        path += "?" + call.target.partition("?")[2]
    given = [_text(path)]
    if call.query and is_object:
        given.append(_text({name: text for name, text, _ in call.query}))
    elif call.body:
        given.append(_value(call.body))
    return ", ".join(given)


def _text(value: object) -> str:
    return (
        json.dumps(value, ensure_ascii=False)
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def _body(body: str) -> str:
    literal = _literal(body)
    return _text(body) if literal is None else f"JSON.stringify({literal})"


def _value(body: str) -> str:
    literal = _literal(body)
    return f"JSON.parse({_text(body)})" if literal is None else literal


def _literal(body: str) -> str | None:
    """Return JSON as a literal of the same value, None where JavaScript would read another.

    A literal "__proto__" sets the prototype, and numbers beyond 2^53 lose their last digits.
    """
    try:
        value = json.loads(body, parse_constant=_no_literal)
    except (ValueError, RecursionError):
        return None
    if nested(value, _DEEPEST):
        return None
    if "__proto__" in body or "\\" in body or _LONG_NUMBER.search(body):
        return None
    return _text(value)


def _no_literal(name: str) -> NoReturn:
    raise ValueError(name)
