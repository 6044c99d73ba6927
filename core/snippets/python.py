"""A call in Python: with requests, tweepy and X's own xdk.

Both clients are made for X's hosts; xdk takes another one, tweepy none.
"""

import json
import math
import re
from typing import Final, NoReturn

from core.snippets.call import OAUTH1, X_API, Call, nested
from core.snippets.clients import Method, key_of, methods_of

_NEWER: Final = {"tweet.fields": "post.fields"}  # xdk knows the newer name alone
_DEEPEST: Final = 50  # Python's parser takes about two hundred brackets in each other
_NUMBER: Final = re.compile(r"\A(0|[1-9][0-9]{0,14})\Z")


def requests(call: Call) -> str:
    """Return a program that uses requests, and requests-oauthlib where it has to sign."""
    body = _literal(call.body) if call.body else ""
    lines = ["import json"] if body.startswith("json.") else []
    lines += ["import os", "", "import requests"]
    if call.credential == OAUTH1:
        lines += ["from requests_oauthlib import OAuth1", "", "auth = OAuth1("]
        lines += [f"    {_environ(name)}," for name in call.variables] + [")"]
    lines += ["", "answer = requests.request(", f"    {call.method!r},", f"    {call.url!r},"]
    if call.credential == OAUTH1:
        lines.append("    auth=auth,")
    else:
        lines.append(f'    headers={{"Authorization": "Bearer " + {_environ(call.variables[0])}}},')
    if body:
        lines.append(f"    json={body},")
    lines += ["    timeout=60,", ")", "print(answer.status_code)", "print(answer.text)"]
    return "\n".join(lines) + "\n"


def tweepy(call: Call) -> str:
    """Return a program that uses tweepy: its method, or its plain request where it has none."""
    lines = ["import json", "import os", "", "import tweepy", "", "client = tweepy.Client("]
    if call.credential == OAUTH1:
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        lines += [
            f"    {argument}={_environ(name)},"
            for argument, name in zip(names, call.variables, strict=True)
        ]
    else:
        lines.append(f"    {_environ(call.variables[0])},")
    lines += ["    return_type=dict,", ")", *_tweepy_call(call), "print(json.dumps(answer))"]
    return "\n".join(lines) + "\n"


def _tweepy_call(call: Call) -> list[str]:
    signed = call.credential == OAUTH1
    method = methods_of("tweepy").get(key_of(call.method, call.path))
    arguments = _arguments(call, method) if method and (method.signs or not signed) else None
    if method and arguments is not None:
        told = [f"user_auth={signed}"] if method.signs else []
        return _called("answer = client.", method.name, [*arguments, *told])
    lines = ["answer = client.request(", f"    {call.method!r},", f"    {call.bare_path!r},"]
    if call.query:
        lines.append(f"    params={_parameters(call)!r},")
    if call.body:
        lines.append(f"    json={_literal(call.body)},")
    return [*lines, f"    user_auth={signed},", ").json()"]


def _parameters(call: Call) -> dict[str, str] | list[tuple[str, str]]:
    """Return the query as a dict; as pairs where a name stands twice."""
    pairs = [(name, text) for name, text, _ in call.query]
    return dict(pairs) if len(dict(pairs)) == len(pairs) else pairs


def xdk(call: Call) -> str:
    """Return a program that uses X's xdk, or say that it has no method for this call."""
    method = methods_of("xdk").get(key_of(call.method, call.path))
    arguments = _arguments(call, method) if method else None
    if method is None or arguments is None:
        return "# xdk has no method for this call with these parameters.\n"
    lines = ["import json", "import os", "", "from xdk import Client"]
    lines += _xdk_client(call)
    if call.body:
        arguments.append(f"body={_literal(call.body)}")
    if method.pages:
        lines += _called("pages = client.", method.name, arguments)
        lines.append("answer = next(iter(pages))  # go on with: for answer in pages")
    else:
        lines += _called("answer = client.", method.name, arguments)
    lines.append('data = answer.model_dump(mode="json", exclude_unset=True, by_alias=True)')
    return "\n".join([*lines, "print(json.dumps(data))"]) + "\n"


def _xdk_client(call: Call) -> list[str]:
    host = [] if call.origin == X_API else [f"base_url={call.origin!r}"]
    if call.credential == OAUTH1:
        key, secret, token, token_secret = (_environ(name) for name in call.variables)
        return [
            "from xdk.oauth1_auth import OAuth1",
            "",
            *_called("auth = ", "OAuth1", [key, secret, "'oob'", token, token_secret]),
            *_called("client = ", "Client", [*host, "auth=auth"]),
        ]
    kind = "bearer_token" if call.credential == "bearer" else "access_token"
    given = f"{kind}={_environ(call.variables[0])}"
    return ["", *_called("client = ", "Client", [*host, given])]


def _arguments(call: Call, method: Method) -> list[str] | None:
    """Return the arguments of a method, or None when it does not take all that the call has."""
    if call.body and not method.body:
        return None
    found = [f"{name}={text!r}" for name, (_, text) in zip(method.places, call.places, strict=True)]
    for name, text, is_list in call.query:
        argument = method.arguments.get(name) or method.arguments.get(_NEWER.get(name, ""))
        if argument is None:
            return None
        found.append(f"{argument}={_value(text, is_list=is_list)}")
    return found


def _value(text: str, *, is_list: bool) -> str:
    if is_list:
        return repr(text.split(","))
    return text if _NUMBER.match(text) else repr(text)


def _called(before: str, name: str, arguments: list[str]) -> list[str]:
    line = f"{before}{name}({', '.join(arguments)})"
    if len(line) <= 88:
        return [line]
    return [f"{before}{name}(", *(f"    {argument}," for argument in arguments), ")"]


def _environ(name: str) -> str:
    return f'os.environ["{name}"]'


def _literal(body: str) -> str:
    """Return JSON as the Python literal of the same value; parsed at run time where none is."""
    try:
        value = json.loads(body, parse_constant=_no_literal, parse_float=_finite)
    except RecursionError:
        return f"json.loads({body!r})"
    except ValueError:
        return f"json.loads({body!r})" if body.strip() else repr(body)
    return f"json.loads({body!r})" if nested(value, _DEEPEST) else repr(value)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_literal(digits)


def _no_literal(name: str) -> NoReturn:
    raise ValueError(name)
