"""Every program of the Code tab runs, and gets the answer that Keypane gets."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.catalogue import catalogue
from core.field_family import POST, TWEET
from core.model import HttpRequest
from core.ports import CancelToken
from core.request_draft import Draft
from core.secret import Secret
from core.snippets import BEARER, ENVIRONMENT_NAMES, OAUTH1, USER, call_of, code, offered
from sandbox import Sandbox
from scripts.foreign import setup
from tests.unit.sandbox.client import Client

HERE = Path(__file__).parent
# What shells, Python, JavaScript and addresses each take for something else.
TRICKY = 'it\'s "so" $HOME `id` \\n %41 {a}[1-3] \u2019quoted\u2019 \u2028 ünï 🐦 & = + # !! <b>'
SECONDS = 60


@dataclass(frozen=True)
class Sample:
    """An operation with values, and the credentials that may make it."""

    operation: str
    values: dict[str, tuple[str, ...]]
    body: str = ""
    credentials: tuple[str, ...] = (BEARER, USER, OAUTH1)
    compared: tuple[str, ...] = ("data", "includes", "errors", "meta")


SAMPLES = {
    "posts by id": Sample(
        "getPostsByIds",
        {
            "ids": ("1261326399320715264", "1278347468690915330"),
            "tweet.fields": ("created_at", "public_metrics"),
            "expansions": ("author_id",),
            "user.fields": ("username", "created_at"),
        },
    ),
    "one post": Sample("getPostsById", {"id": ("1261326399320715264",)}, credentials=(BEARER,)),
    "recent search": Sample(
        "searchPostsRecent",
        {"query": ("keypane OR developers",), "max_results": ("10",)},
        credentials=(USER,),
    ),
    "a search for what needs quoting": Sample("searchPostsRecent", {"query": (TRICKY,)}),
    "counts": Sample(
        "getPostsCountsRecent", {"query": ("keypane",)}, credentials=(BEARER,), compared=("meta",)
    ),
    "a user by name": Sample("getUsersByUsername", {"username": ("acme",)}, credentials=(OAUTH1,)),
    "myself": Sample("getUsersMe", {}, credentials=(USER, OAUTH1)),
    "usage": Sample("getUsage", {}, credentials=(BEARER,)),
    "a new post": Sample(
        "createPosts", {}, json.dumps({"text": TRICKY}), credentials=(USER, OAUTH1)
    ),
    "a new post in several lines": Sample(
        "createPosts", {}, '{"text": "one\\ntwo\\t\\u0041"}', credentials=(USER,)
    ),
}
CASES = [
    (language, name, credential)
    for name, sample in SAMPLES.items()
    for credential in sample.credentials
    for language in offered(credential)
    if language != "powershell"
]


@pytest.fixture
def variables(sandbox: Sandbox) -> dict[str, str]:
    """The credentials of a program, by the names that the snippets read."""
    app, client = sandbox.ready_app, Client(sandbox)
    scopes = "tweet.read tweet.write users.read"
    return {
        "X_BEARER_TOKEN": client.bearer(),
        "X_USER_ACCESS_TOKEN": client.sign_in(scopes=scopes)["access_token"],
        "X_API_KEY": app.api_key,
        "X_API_SECRET": app.api_secret,
        "X_ACCESS_TOKEN": app.access_token,
        "X_ACCESS_TOKEN_SECRET": app.access_token_secret,
    }


def draft_of(sample: Sample, family: str) -> Draft:
    operation = catalogue().by_id(sample.operation)
    assert operation is not None
    values = {name.replace("tweet.", f"{family}."): value for name, value in sample.values.items()}
    return Draft(operation, values, body=sample.body, family=family)


def keypanes_answer(
    transport: RequestsTransport, sandbox: Sandbox, draft: Draft, token: str
) -> dict[str, Any]:
    request = HttpRequest(
        draft.operation.method,
        sandbox.origin + draft.path(),
        draft.query(),
        body=draft.body.encode() or None,
        authorization=Secret(f"Bearer {token}"),
    )
    return dict(json.loads(transport.send(request, CancelToken()).body))


def run(language: str, program: str, folder: Path, variables: dict[str, str]) -> dict[str, Any]:
    """Run a program as a stranger would, and return the JSON on the last line of its output."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command_for(language, program, folder),
        env=kept | variables | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return dict(json.loads(done.stdout.strip().split("\n")[-1]))


def command_for(language: str, program: str, folder: Path) -> list[str]:
    if language == "curl":
        return ["sh", "-c", program]
    name = "call.mjs" if language in {"javascript", "twitter-api-v2"} else "call.py"
    (folder / name).write_text(program, "utf-8")
    if name == "call.py":
        return [sys.executable, str(HERE / "to_sandbox.py"), name]
    if language == "twitter-api-v2":
        (folder / "node_modules").symlink_to(setup.MODULES)
        return ["node", "--import", str(HERE / "to_sandbox.mjs"), name]
    return ["node", name]


def is_missing(language: str) -> str:
    """Return what this machine lacks for a language."""
    if language == "curl":
        return "" if shutil.which("curl") else "there is no curl"
    if language == "javascript":
        return "" if shutil.which("node") else "there is no node"
    return setup.missing() if language == "twitter-api-v2" else ""


@pytest.mark.parametrize(("language", "name", "credential"), CASES)
def test_a_program_gets_the_answer_that_keypane_gets(
    language: str,
    name: str,
    credential: str,
    sandbox: Sandbox,
    transport: RequestsTransport,
    variables: dict[str, str],
    tmp_path: Path,
) -> None:
    if why := is_missing(language):
        pytest.skip(f"NOT PROVEN: {why}")
    sample = SAMPLES[name]
    family = POST if language == "xdk" else TWEET  # xdk speaks the newest file's
    sandbox.field_family = family
    draft = draft_of(sample, family)
    token = variables["X_BEARER_TOKEN" if credential == BEARER else "X_USER_ACCESS_TOKEN"]
    program = code(language, call_of(draft, sandbox.origin, credential))
    given = {name: variables[name] for name in ENVIRONMENT_NAMES[credential]}

    answer = run(language, program, tmp_path, given | {"KEYPANE_TEST_ORIGIN": sandbox.origin})

    assert not [value for value in variables.values() if value in program]
    if sample.body:
        assert answer["data"]["text"] == json.loads(sample.body)["text"]
        return
    expected = keypanes_answer(transport, sandbox, draft, token)
    assert "data" in answer or "meta" in answer
    assert {key: answer.get(key) for key in sample.compared} == {
        key: expected.get(key) for key in sample.compared
    }
