"""Whatever comes from outside, every reader of it returns or says why not, and quotes no secret.

2,000 examples of each in the normal suite, 50,000 in the slow job; each example is a true
document with some of it torn out, doubled, flipped or replaced by what upsets readers.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from core.answers import clean, expect_oauth, expect_token, read_form, read_json, refusal
from core.cards import cards_from_answer, partial_errors
from core.catalogue import catalogue
from core.catalogue_source import read_source
from core.errors import KeypaneError
from core.explain import explain_answer
from core.importers import SOURCES, read_foreign
from core.inspector import inspect
from core.pasted import read_pasted, shape_of
from core.rate_limits import read_rate_limit
from core.redirects import check_redirect_uri, is_redirect_to, read_redirect
from core.request_draft import Draft, drafted
from core.retry_after import reset_at
from core.secret import Secret
from core.vault.backup_file import open_backup
from core.vault.codec import from_json
from tests.reliability.counts import note

CANARY: Final = "Canary7value0hunter2hunter2hunter2xyz"
FEW, MANY = 2_000, 50_000
NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONGEST_SECONDS: Final = 5.0  # a second on a usual machine; a blow-up takes minutes
UPSETTING: Final = [
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"{", b"}", b"[" * 80, b"]", b":", b",",
    b"\\", b"\\u", b"\\ud800", b"NaN", b"1e999", b"-0", b"9" * 30, b"null", b"true", b"\r\n", b"\n",
    b"\t", b"=", b"&", b"%", b"%00", b"%zz", b"#", b"?", b"//", b"..", b"<html>", b"&a *a",
    b"!!python",
    b"- ", b": ", b"---\n", b"${X}", b"export ", b"\xe2\x80\xa8", b"\xf0\x9f\x90\xa6",
    b'{"a":1,"a":2}', b"access_token", b"errors", b"data",
]  # fmt: skip


def _dumped(document: object) -> bytes:
    return json.dumps(document).encode()


TOKENS: Final = {
    "token_type": "bearer", "access_token": CANARY, "refresh_token": CANARY + "r",
    "expires_in": 7200, "scope": "tweet.read offline.access",
}  # fmt: skip
POSTS: Final = {
    "data": [
        {"id": "1", "text": CANARY, "author_id": "2", "created_at": "2026-11-23T12:00:00.000Z",
         "public_metrics": {"like_count": 1, "reply_count": 2},
         "entities": {"urls": [{"start": 0, "end": 4, "expanded_url": "https://x.com/a"}]},
         "referenced_tweets": [{"type": "quoted", "id": "3"}],
         "attachments": {"media_keys": ["3_1"]}},
    ],
    "includes": {"users": [{"id": "2", "name": "A", "username": "a"}],
                 "tweets": [{"id": "3", "text": "t"}],
                 "media": [{"media_key": "3_1", "type": "photo"}]},
    "errors": [{"title": "Not Found Error", "detail": "gone", "value": "9", "parameter": "ids"}],
    "meta": {"result_count": 1, "next_token": "n"},
}  # fmt: skip
PROBLEMS: Final = [
    {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"},
    {"errors": [{"code": 99, "message": "Unable to verify your credentials"}]},
    {"errors": [{"parameters": {"ids": ["x"]}, "message": "bad"}], "title": "Invalid Request",
     "detail": "One", "type": "https://api.x.com/2/problems/invalid-request"},
    {"error": "invalid_request", "error_description": "Value passed for the token was invalid."},
]  # fmt: skip
API: Final = {
    "openapi": "3.0.0", "info": {"version": "2.1"},
    "paths": {"/2/tweets": {"get": {"operationId": "getPostsByIds", "tags": ["Posts"],
        "security": [{"BearerToken": []}], "parameters": [{"name": "ids", "in": "query",
        "required": True, "schema": {"type": "array", "items": {"type": "string"}}}],
        "responses": {"200": {}}}}},
    "components": {"securitySchemes": {}, "schemas": {}},
}  # fmt: skip


def _header_pairs(raw: bytes) -> dict[str, str]:
    lines = raw.decode("latin-1").splitlines()
    return {name.lower(): value for name, _, value in (line.partition(":") for line in lines)}


def _answer(raw: bytes) -> object:
    headers = {"content-type": "application/json", "retry-after": raw[:20].decode("latin-1")}
    explain_answer(400 + len(raw) % 200, headers, raw)
    return refusal(400 + len(raw) % 200, headers, raw, NOW)


def _token(raw: bytes) -> object:
    document = expect_oauth(200, {"content-type": "application/json"}, raw)
    return document, expect_token(read_json(raw), "access_token")


def _posts(raw: bytes) -> object:
    document = read_json(raw)
    partial_errors(document)
    cards_from_answer(document)
    return None


def _redirect(raw: bytes) -> object:
    url = raw.decode("latin-1")
    check_redirect_uri(url)
    is_redirect_to("http://127.0.0.1:8739/callback", url)
    return read_redirect(url)


def _draft(raw: bytes) -> object:
    operation = catalogue().by_id("searchPostsRecent")
    assert operation is not None
    changed = drafted(Draft(operation), raw.decode("latin-1"))
    if changed is not None:
        changed.problems()
        changed.target()
    return None


def _foreign(source: str) -> Callable[[bytes], object]:
    return lambda raw: read_foreign(raw.decode("utf-8", "replace"), source)


@dataclass(frozen=True)
class Reader:
    """A reader of what comes from outside, and true documents for it."""

    read: Callable[[bytes], object]
    corpus: tuple[bytes, ...]


ENV: Final = (
    f"""# a file\nexport CLIENT_ID='abc:1:ci'\nCLIENT_SECRET="{CANARY}"\nBEARER_TOKEN={CANARY}\n"""
)
XURL: Final = f"""apps:
  default:
    client_id: abc
    client_secret: {CANARY}
    bearer_token: {{type: bearer, bearer: {CANARY}}}
    oauth2_tokens:
      me: {{type: oauth2, oauth2: {{access_token: {CANARY}, refresh_token: r, expiration_time: 1}}}}
"""
TWURL: Final = f"""---
profiles:
  me:
    key1:
      username: me
      consumer_key: key1
      consumer_secret: {CANARY}
      token: 1-{CANARY}
      secret: {CANARY}
configuration:
  default_profile: [me, key1]
"""
POSTMAN: Final = {
    "name": "X", "_postman_variable_scope": "environment",
    "values": [{"key": "client_id", "value": "abc", "enabled": True},
               {"key": "bearer_token", "value": CANARY, "type": "secret"}],
}  # fmt: skip
FOREIGN: Final = {
    "env": ENV.encode(),
    "xurl": XURL.encode(),
    "twurl": TWURL.encode(),
    "postman": _dumped(POSTMAN),
    "json": _dumped(TOKENS),
}
CALLBACK: Final = f"http://127.0.0.1:8739/callback?state={CANARY}&code={CANARY}&iss=x".encode()
CURL: Final = (
    f"curl -H 'Authorization: Bearer {CANARY}' 'https://api.x.com/2/tweets?ids=1'".encode()
)
LIMITS: Final = (
    b"x-rate-limit-limit: 900\nx-rate-limit-remaining: 3\nx-rate-limit-reset: 1790000000\n"
    b"retry-after: 120\ndate: Mon, 23 Nov 2026 12:00:00 GMT"
)
READERS: Final = {
    "JSON": Reader(read_json, (_dumped(TOKENS), _dumped(POSTS), *map(_dumped, PROBLEMS))),
    "token answers": Reader(_token, (_dumped(TOKENS), _dumped({"access_token": CANARY}))),
    "refusals": Reader(_answer, tuple(map(_dumped, PROBLEMS))),
    "form answers": Reader(
        lambda raw: read_form(200, {}, raw),
        (f"oauth_token={CANARY}&oauth_token_secret={CANARY}&screen_name=a".encode(),),
    ),
    "Posts and users": Reader(_posts, (_dumped(POSTS),)),
    "rate limits": Reader(
        lambda raw: (read_rate_limit(_header_pairs(raw)), reset_at(_header_pairs(raw), NOW)),
        (LIMITS,),
    ),
    "redirects": Reader(_redirect, (CALLBACK,)),
    "addresses of a request": Reader(
        _draft, (b"/2/tweets/search/recent?query=a%20b&max_results=10&tweet.fields=id,text",)
    ),
    "pasted text": Reader(
        lambda raw: (read_pasted(raw.decode("utf-8", "replace")), shape_of(raw.decode("latin-1"))),
        (ENV.encode(), _dumped(TOKENS), CALLBACK),
    ),
    "inspected text": Reader(
        lambda raw: inspect(raw.decode("utf-8", "replace"), NOW),
        (ENV.encode(), CURL, CALLBACK, _dumped(TOKENS), *map(_dumped, PROBLEMS)),
    ),
    "API file": Reader(lambda raw: read_source(raw, {}), (_dumped(API),)),
    "vault records": Reader(from_json, (_dumped({"v": 1, "name": CANARY}),)),
    "backups": Reader(
        lambda raw: open_backup(raw, Secret("not the passphrase at all")), (b"keypane backup 1\n",)
    ),
    "shown words": Reader(lambda raw: clean(raw.decode("utf-8", "replace")), (_dumped(POSTS),)),
    **{f"{source} file": Reader(_foreign(source), (FOREIGN[source],)) for source in SOURCES},
}

HOW: Final = ("tear", "double", "put", "over", "flip")
_places = some.floats(0, 1)
_pieces = some.sampled_from(UPSETTING) | some.binary(max_size=8)
_changes = some.lists(
    some.tuples(some.sampled_from(HOW), _places, _places, _pieces),
    max_size=4,
)  # fmt: skip


def damaged(document: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    """Return a document with parts torn out, doubled, flipped or replaced."""
    for how, first, second, piece in changes:
        begin, end = sorted((int(first * len(document)), int(second * len(document))))
        match how:
            case "tear":
                document = document[:begin] + document[end:]
            case "double":
                document = document[:end] + document[begin:end] + document[end:]
            case "put":
                document = document[:begin] + piece + document[begin:]
            case "over":
                document = document[:begin] + piece + document[begin + len(piece) :]
            case "flip":
                document = (
                    document[:begin]
                    + bytes(b ^ 1 for b in document[begin:end][:3])
                    + document[begin + 3 :]
                )
    return document[:20_000]


@contextmanager
def held_to_the_promise() -> Iterator[None]:
    """Let only errors of ours through, which quote nothing, and in good time."""
    begun = time.thread_time()
    told = ""
    try:
        yield
    except KeypaneError as error:
        told = f"{error} {error!r} {error.__cause__!r} {vars(error)}"
    assert CANARY not in told, "an error quotes what it read"
    assert time.thread_time() - begun < LONGEST_SECONDS


def run(name: str, examples: int) -> None:
    reader, tried = READERS[name], [0]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(some.sampled_from(reader.corpus), _changes)
    def every_example(document: bytes, changes: Any) -> None:
        tried[0] += 1
        with held_to_the_promise():
            found = reader.read(damaged(document, changes))
            assert CANARY not in repr(found) or name in SHOWS_WHAT_IT_READ

    every_example()
    note("Malformed input", readers=1, examples=tried[0], crashes=0, quoted_secrets=0)


# Facts of X and of files that are no secrets there: a Post's text, a record's own JSON.
SHOWS_WHAT_IT_READ: Final = frozenset(
    ("JSON", "form answers", "vault records", "shown words", "API file", "refusals")
)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_returns_or_says_why_not(name: str) -> None:
    run(name, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_a_reader_returns_or_says_why_not_fifty_thousand_times(name: str) -> None:
    run(name, MANY)


@pytest.mark.parametrize("name", READERS)
def test_the_true_documents_are_not_all_refused(name: str) -> None:
    """The damage starts from what a reader takes, but for backups, which nobody can forge."""
    taken = 0
    for document in READERS[name].corpus:
        with_trouble = False
        try:
            READERS[name].read(document)
        except KeypaneError:
            with_trouble = True
        taken += not with_trouble
    assert taken or name == "backups"
