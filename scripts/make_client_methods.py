"""Reads out of tweepy and xdk, as installed, which method makes which call.

    python -m scripts.make_client_methods

Writes `resources/client_methods.json`: names and parameters only. Both libraries are read as
syntax trees; none of their code is run or copied.
"""

import ast
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from core.catalogue import RESOURCES, catalogue
from core.snippets.clients import key_of

TARGET: Final = RESOURCES / "client_methods.json"
_VERBS: Final = frozenset(("get", "post", "put", "delete", "patch"))
_PLACE: Final = re.compile(r"\{([^}]*)\}")
Facts = dict[str, Any]
# What tweepy decides in the method: which of its arguments makes which route.
_TWEEPY_ROUTES: Final = {
    "get_user": (("GET /2/users/{}", ("id",)), ("GET /2/users/by/username/{}", ("username",))),
    "get_users": (("GET /2/users", ()), ("GET /2/users/by", ())),
    "delete_tweet": (("DELETE /2/tweets/{}", ("id",)),),
}


def main() -> None:
    """Write the table."""
    document = {
        name: {"version": importlib.metadata.version(name), "methods": dict(sorted(methods))}
        for name, methods in (("tweepy", tweepy_methods()), ("xdk", xdk_methods()))
    }
    text = json.dumps(document, separators=(",", ":")).replace('},"', '},\n"')
    TARGET.write_text(text + "\n", "utf-8")
    print({name: len(facts["methods"]) for name, facts in document.items()})


def tweepy_methods() -> Iterator[tuple[str, Facts]]:
    """Yield the reading methods of `tweepy.Client` whose route stands in them as it is."""
    for method in _methods(_folder("tweepy") / "client.py", "Client"):
        signs = any(a.arg == "user_auth" for a in method.args.kwonlyargs)
        for call in _calls(method, "_make_request"):
            known = next((k.value for k in call.keywords if k.arg == "endpoint_parameters"), None)
            parameters = ast.literal_eval(known) if known is not None else ()
            arguments = {name: name.replace(".", "_") for name in parameters}
            for key, places in _TWEEPY_ROUTES.get(method.name, ()):
                facts: Facts = {"name": method.name, "places": places, "signs": signs}
                yield key, facts | {"arguments": arguments}
            verb, route = (ast.unparse(argument).strip("f'\"") for argument in call.args[:2])
            names = [a.arg for a in method.args.args[1:]]
            if verb != "GET" or not route.startswith("/2/"):
                continue
            facts = {"name": method.name, "places": _PLACE.findall(route), "signs": signs}
            if set(names) <= {*facts["places"], *arguments}:
                yield key_of(verb, route), facts | {"arguments": arguments}


def xdk_methods() -> Iterator[tuple[str, Facts]]:
    """Yield the methods of all clients of xdk, but for the streams."""
    streams = {key_of(o.method, o.path) for o in catalogue().operations if o.streaming}
    for file in sorted(_folder("xdk").glob("*/client.py")):
        for method in _methods(file):
            texts = [n.value for n in ast.walk(method) if isinstance(n, ast.Constant)]
            routes = [t for t in texts if isinstance(t, str) and t.startswith("/2/")]
            verbs = {verb for n in ast.walk(method) if (verb := _verb_of(n))}
            if len(set(routes)) != 1 or len(verbs) != 1:
                continue
            key = key_of(verbs.pop(), routes[0])
            if key not in streams:
                yield key, _xdk_facts(f"{file.parent.name}.{method.name}", routes[0], method)


def _xdk_facts(name: str, route: str, method: ast.FunctionDef) -> Facts:
    places = _PLACE.findall(route)
    names = [a.arg for a in method.args.args[1:]]
    sent = {
        node.slice.value: node_value.id
        for assignment in ast.walk(method)
        if isinstance(assignment, ast.Assign)
        and isinstance(node := assignment.targets[0], ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and (node_value := _first_name(assignment.value)) is not None
    }
    arguments = {key: arg for key, arg in sent.items() if arg in names and arg not in places}
    for token in ("pagination_token", "next_token"):
        if token in names:
            arguments.setdefault(token, token)
    pages = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(method))
    return {
        "name": name,
        "places": places,
        "arguments": dict(sorted(arguments.items())),
        "pages": pages,
        "body": "body" in names,
    }


def _first_name(value: ast.expr) -> ast.Name | None:
    names = [n for n in ast.walk(value) if isinstance(n, ast.Name) and n.id not in {"str", "item"}]
    return names[0] if names else None


def _verb_of(node: ast.AST) -> str:
    """Return the verb of a mention of `….session.get` and its like, else ""."""
    if isinstance(node, ast.Attribute) and getattr(node.value, "attr", "") == "session":
        return node.attr if node.attr in _VERBS else ""
    return ""


def _methods(file: Path, of: str = "") -> Iterator[ast.FunctionDef]:
    for part in ast.parse(file.read_text("utf-8")).body:
        if isinstance(part, ast.ClassDef) and of in {"", part.name}:
            for method in part.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield method


def _calls(method: ast.FunctionDef, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name:
            yield node


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: python3 dev.py setup")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
