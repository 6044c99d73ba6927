"""What a snippet says, whatever is typed into the call, and whom it can be made with."""

import ast
import importlib.metadata
import json
import re
import shlex
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.catalogue import catalogue
from core.field_family import POST
from core.request_draft import Draft
from core.snippets import BEARER, LANGUAGES, OAUTH1, USER, Call, call_of, code, offered
from core.snippets.clients import methods_of
from scripts import make_client_methods

X = "https://api.x.com"
# Any text that an address or a body can hold; a NUL is in no shell's words.
TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def search_for(text: str, credential: str = BEARER, family: str = "tweet") -> Call:
    operation = catalogue().by_id("searchPostsRecent")
    assert operation is not None
    values = {"query": (text,), f"{family}.fields": ("created_at", "lang")}
    return call_of(Draft(operation, values, family=family), X, credential)


def post_of(text: str) -> Call:
    operation = catalogue().by_id("createPosts")
    assert operation is not None
    return call_of(Draft(operation, body=json.dumps({"text": text})), X, USER)


@given(TEXTS)
def test_a_shell_reads_the_words_of_curl_as_they_are_meant(text: str) -> None:
    call = post_of(text)

    words = shlex.split(code("curl", call).partition("<<HEADER")[0].replace("\\\n", " "))

    assert words[words.index("--data-raw") + 1] == call.body
    assert words[-1] == call.url


@given(TEXTS)
def test_python_reads_the_same_body_and_address(text: str) -> None:
    call = post_of(text)

    tree = ast.parse(code("python", call))

    body = next(
        k.value for n in ast.walk(tree) for k in getattr(n, "keywords", ()) if k.arg == "json"
    )
    assert ast.literal_eval(body) == {"text": text}
    assert call.url in [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]


@given(TEXTS)
def test_tweepy_is_asked_with_the_words_of_the_query(text: str) -> None:
    tree = ast.parse(code("tweepy", search_for(text or "x")))

    constants = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    assert any(str(value) == (text or "x") for value in constants)
    assert "created_at" in constants


@given(TEXTS)
def test_powershell_reads_a_quoted_text_as_it_is_meant(text: str) -> None:
    call = post_of(text)

    quoted = re.search(r"GetBytes\('(.*)'\)\n", code("powershell", call), re.DOTALL)

    assert quoted is not None
    # Inside single quotes a quotation mark, of any of the kinds it knows, stands for itself twice.
    assert re.sub("(['\u2018\u2019\u201a\u201b])\\1", r"\1", quoted[1]) == call.body
    assert not re.search("(?<!['\u2018-\u201b])['\u2018-\u201b](?!['\u2018-\u201b])", quoted[1])


@pytest.mark.skipif(shutil.which("node") is None, reason="NOT PROVEN: there is no node")
def test_node_reads_bodies_as_they_are_meant() -> None:
    bodies = [
        json.dumps({"text": text}, ensure_ascii=is_ascii)
        for text in ("'", '"', "`${1}`", "\u2028\u2029", "\\", "\n\t", "</script>", "🐦ü", "//")
        for is_ascii in (True, False)
    ]
    bodies += ['{"__proto__": {"a": 1}}', '{"id": 12345678901234567890}', '{"a": [1, 1.5, null]}']
    sent = [_sent_by_fetch(body) for body in bodies]

    program = "\n".join(f"console.log(JSON.stringify([{each}]));" for each in sent)
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=True
    )

    read = [json.loads(line)[0] for line in done.stdout.strip().split("\n")]
    assert [json.loads(text) for text in read] == [json.loads(body) for body in bodies]
    assert "12345678901234567890" in read[-2]


def _sent_by_fetch(body: str) -> str:
    program = code("javascript", Call("POST", X, "/2/tweets", USER, body))
    return program.partition("  body: ")[2].partition(",\n});")[0]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a": ' * 300 + "1" + "}" * 300, "NaN",
                                  '{"a": 1e999}', '{"a": ' + "9" * 5000 + "}", "[1"])  # fmt: skip
def test_a_body_that_is_no_literal_still_makes_a_program(body: str) -> None:
    for language in LANGUAGES:
        program = code(language, Call("POST", X, "/2/tweets", USER, body, "/2/tweets"))

        if language in {"python", "tweepy", "xdk"}:
            names = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
            assert not {"inf", "nan"} & names
            assert "json" in names
        else:
            assert body in program or json.dumps(body) in program


def test_a_name_that_stands_twice_in_the_address_is_not_lost() -> None:
    operation = catalogue().by_id("searchPostsRecent")
    assert operation is not None
    draft = Draft(operation, {"query": ("x",)}, extra=(("a", "1"), ("a", "2")))
    call = call_of(draft, X, BEARER)

    assert "[('query', 'x'), ('a', '1'), ('a', '2')]" in code("tweepy", call)
    assert '"tweets/search/recent?query=x&a=1&a=2"' in code("twitter-api-v2", call)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_holds_more_than_the_name_of_a_secret(language: str) -> None:
    for credential in (BEARER, USER, OAUTH1):
        if language in offered(credential):
            call = search_for("keypane", credential)
            program = code(language, call)
            assert all(name in program for name in call.variables)


def test_what_cannot_sign_is_not_offered_for_a_pair() -> None:
    assert offered(OAUTH1) == ("python", "tweepy", "xdk", "twitter-api-v2")
    assert offered(USER) == tuple(LANGUAGES)


def test_curl_shows_no_secret_to_those_who_list_the_processes() -> None:
    command, _, header = code("curl", search_for("keypane")).partition("<<HEADER\n")

    assert "X_BEARER_TOKEN" not in command
    assert header == "Authorization: Bearer $X_BEARER_TOKEN\nHEADER\n"


def test_what_a_client_has_no_method_for_is_asked_plainly_or_said() -> None:
    call = Call("GET", X, "/2/nothing", BEARER, path="/2/nothing")

    assert "client.request(" in code("tweepy", call)
    assert code("xdk", call).startswith("# xdk has no method")


def test_a_parameter_that_a_method_does_not_take_is_not_lost() -> None:
    call = search_for("keypane", family=POST)

    program = code("tweepy", call)

    assert "client.request(" in program
    assert "'post.fields': 'created_at,lang'" in program


@pytest.mark.parametrize("library", ["tweepy", "xdk"])
def test_the_methods_are_those_of_the_library_that_is_installed(library: str) -> None:
    document = json.loads(make_client_methods.TARGET.read_text("utf-8"))
    made = dict(getattr(make_client_methods, f"{library}_methods")())

    assert document[library]["version"] == importlib.metadata.version(library)
    assert json.loads(json.dumps(made)) == document[library]["methods"]
    assert len(methods_of(library)) > 30
