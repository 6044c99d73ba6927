"""Whatever comes from outside, every reader of it returns or says why not, and quotes no secret.

2,000 examples of each in the normal suite, 50,000 in the slow job, from a seed that
KEYPANE_SEED replays; each is a true document with some of it torn out, doubled, flipped or
replaced by what upsets readers.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
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
from tests.reliability.seeds import seed_of_this_run, tell

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
MOST_CHANGES: Final = 4
ENTROPY_BYTES: Final = 44  # one draw of bytes costs a quarter of what a list of changes does
Change = tuple[str, float, float, bytes]


def changes_of(entropy: bytes) -> list[Change]:
    """Return the changes that bytes stand for: how, from where to where, and with what."""
    rest = iter(entropy)

    def take(many: int) -> bytes:
        return bytes(next(rest, 0) for _ in range(many))

    def place() -> float:
        return int.from_bytes(take(2), "big") / 0xFFFF

    changes: list[Change] = []
    for _ in range(take(1)[0] % (MOST_CHANGES + 1)):
        how, first, second, kind = HOW[take(1)[0] % len(HOW)], place(), place(), take(1)[0]
        piece = UPSETTING[kind % len(UPSETTING)] if kind < 0xC0 else take(kind % 9)
        changes.append((how, first, second, piece))
    return changes


def damaged(document: bytes, changes: list[Change]) -> bytes:
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


def run(name: str, examples: int, number: int) -> None:
    """Try so many examples, which follow from the number."""
    reader, tried = READERS[name], [0]

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(some.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES))
    def every_example(entropy: bytes) -> None:
        tried[0] += 1
        document = reader.corpus[entropy[0] % len(reader.corpus)]
        changes = changes_of(entropy[1:])
        with held_to_the_promise():
            found = reader.read(damaged(document, changes))
            assert CANARY not in repr(found) or name in SHOWS_WHAT_IT_READ

    every_example()
    assert tried[0] >= examples
    note("Malformed input", readers=1, examples=tried[0], crashed=0, leaked=0)


# Facts of X and of files that are no secrets there: a Post's text, a record's own JSON.
SHOWS_WHAT_IT_READ: Final = frozenset(
    ("JSON", "form answers", "vault records", "shown words", "API file", "refusals")
)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_returns_or_says_why_not(name: str) -> None:
    run(name, FEW, seed_of_this_run())


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", READERS)
def test_a_reader_returns_or_says_why_not_fifty_thousand_times(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = seed_of_this_run()
    run(name, MANY, number)
    tell(capsys, f"{MANY} examples for the reader of {name}, seed {number}")


def test_every_kind_of_damage_is_done_at_every_place() -> None:
    chance = Random(1)  # noqa: S311 - to be replayed
    drawn = [changes_of(chance.randbytes(ENTROPY_BYTES)) for _ in range(2_000)]
    changes = [change for each in drawn for change in each]

    assert {len(each) for each in drawn} == set(range(MOST_CHANGES + 1))
    assert {how for how, *_ in changes} == set(HOW)
    assert {piece for *_, piece in changes} >= set(UPSETTING)
    for place in ([first for _, first, *_ in changes], [second for _, _, second, _ in changes]):
        assert {int(each * 10) for each in place} >= set(range(10))
    assert len({damaged(b"a true document", each) for each in drawn}) > 1_000


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
