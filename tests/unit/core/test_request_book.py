"""History and saved requests: what is kept, what never is, and what bad entries do."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import request_masking
from core.environment import Environment
from core.errors import BadInput
from core.kept_requests import MOST_BODY, KeptRequest, Outcome
from core.request_book import MOST_ENTRIES, RequestBook, environment_key
from core.sent import SavedRequest, SentRequest
from tests.unit.core.service_bench import APP_ID, Bench

X, SANDBOX = Environment.x(), Environment.sandbox("http://127.0.0.1:8123")
LOOKUP = KeptRequest("GET", "/2/tweets?ids=1,2")
POST = KeptRequest("POST", "/2/tweets", '{"text": "hello"}', "user")
ANSWERED = Outcome(200, "", 182, 3_100, "0.010", "@acme")


@pytest.fixture
def book(bench: Bench) -> RequestBook:
    return RequestBook(bench.vault, bench.clock)


def test_what_was_sent_comes_back_newest_first(book: RequestBook, bench: Bench) -> None:
    book.note(APP_ID, X, LOOKUP, ANSWERED)
    bench.clock.advance(60)
    book.note(APP_ID, X, POST, Outcome(words="TimedOut"))

    newest, oldest = book.history(X)

    assert (newest.request, newest.outcome) == (POST, Outcome(words="TimedOut"))
    assert (oldest.request, oldest.outcome) == (LOOKUP, ANSWERED)
    assert newest.sent_at > oldest.sent_at


def test_each_environment_has_its_own_history(book: RequestBook) -> None:
    book.note(APP_ID, X, LOOKUP, ANSWERED)
    book.note(APP_ID, SANDBOX, POST, ANSWERED)

    assert [entry.request for entry in book.history(X)] == [LOOKUP]
    assert [entry.request for entry in book.history(SANDBOX)] == [POST]
    book.forget_all(SANDBOX)
    assert len(book.history(X)) == 1
    assert book.history(SANDBOX) == ()


def test_the_sandbox_keeps_its_history_when_its_port_changes() -> None:
    other = Environment.sandbox("http://127.0.0.1:9999")

    assert environment_key(other) == environment_key(SANDBOX) != environment_key(X)


def test_one_entry_is_deleted_alone(book: RequestBook) -> None:
    book.note(APP_ID, X, LOOKUP, ANSWERED)
    book.note(APP_ID, X, POST, ANSWERED)
    gone = next(entry for entry in book.history(X) if entry.request == POST)

    book.forget(gone.entry_id)

    assert [entry.request for entry in book.history(X)] == [LOOKUP]


@pytest.mark.parametrize(
    "body",
    [
        '{{"text": "{secret}"}}',
        '{{"token": "{secret}", "text": "x"}}',
        '{{"text": "see Bearer {secret} there"}}',
    ],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_no_secret_of_the_vault_is_ever_written(
    book: RequestBook, bench: Bench, body: str, encoded: bool
) -> None:
    secret = "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3D"
    bench.keep_bearer(secret)
    bench.keep_user()
    shown = secret.replace("%", "%25") if encoded else secret

    request = KeptRequest("POST", f"/2/tweets?x={shown}", body.format(secret=secret))
    book.note(APP_ID, X, request, ANSWERED)
    book.save("with a secret", request, f"note {secret}")

    kept = (*bench.vault.all(SentRequest), *bench.vault.all(SavedRequest))
    assert len(kept) == 2
    assert all("ULvsea4JtiGRiSDSJSI" not in repr(noun) for noun in kept)
    assert "ULvsea4JtiGRiSDSJSI" not in book.exported()
    assert book.history(X)[0].request.is_masked


def test_a_short_looking_token_of_the_vault_is_masked_by_its_value(
    book: RequestBook, bench: Bench
) -> None:
    bench.keep_user()  # "old-access" has no shape of its own

    book.note(APP_ID, X, KeptRequest("GET", "/2/users/me?q=old-access"), ANSWERED)

    assert "old-access" not in book.history(X)[0].request.target


def test_a_token_of_the_vault_is_masked_though_the_net_below_lets_it_through(
    book: RequestBook, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.keep_user()
    monkeypatch.setattr(request_masking, "redact", lambda text: text)

    book.note(APP_ID, X, KeptRequest("POST", "/2/x?q=old%2Daccess", '"old-access"'), ANSWERED)

    request = book.history(X)[0].request
    assert "old-access" not in request.body
    assert request.is_masked


def test_words_of_everyday_stay_as_they_were(book: RequestBook) -> None:
    target = "/2/tweets/search/recent?query=from%3Aacme%20-is%3Aretweet&next_token=b26v89c19zqg8o3f"

    book.note(APP_ID, X, KeptRequest("GET", target), ANSWERED)

    entry = book.history(X)[0]
    assert entry.request.target == target
    assert not entry.request.is_masked


def test_the_oldest_entries_go_when_there_are_too_many(book: RequestBook, bench: Bench) -> None:
    for number in range(MOST_ENTRIES + 40):
        bench.clock.advance(1)
        book.note(APP_ID, X, KeptRequest("GET", f"/2/tweets/{number}"), ANSWERED)

    targets = [entry.request.target for entry in book.history(X)]

    assert len(targets) <= MOST_ENTRIES
    assert targets[0] == f"/2/tweets/{MOST_ENTRIES + 39}"
    assert "/2/tweets/0" not in targets


def test_a_history_of_long_bodies_is_bounded_in_bytes(book: RequestBook, bench: Bench) -> None:
    for _ in range(200):
        bench.clock.advance(1)
        book.note(APP_ID, X, replace(POST, body=json.dumps("a " * 7_900)), ANSWERED)

    kept = sum(len(noun.facts) for noun in bench.vault.all(SentRequest))

    assert kept < 2_600_000


def test_a_body_that_is_too_long_is_left_out_and_said_to_be(book: RequestBook) -> None:
    long = KeptRequest("POST", "/2/tweets", json.dumps("a" * MOST_BODY))
    book.note(APP_ID, X, long, ANSWERED)

    entry = book.history(X)[0]

    assert (entry.request.body, entry.request.is_cut) == ("", True)
    with pytest.raises(BadInput):
        book.save("long", long)


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "null",
        "[]",
        "{",
        '{"method": 7, "target": "/2/x"}',
        '{"method": "GET"}',
        '{"method": "GET", "target": "https://evil.example/"}',
        '{"method": "GET\\r\\n", "target": "/2/x"}',
        "[" * 100_000,
    ],
)
def test_a_bad_entry_hides_no_other(book: RequestBook, bench: Bench, facts: str) -> None:
    now = bench.clock.now()
    bench.vault.save(SentRequest("bad", APP_ID, environment_key(X), now, facts))
    bench.vault.save(SavedRequest("bad", "bad", "", now, facts))
    book.note(APP_ID, X, LOOKUP, ANSWERED)
    book.save("good", POST)

    assert [entry.request for entry in book.history(X)] == [LOOKUP]
    assert [entry.name for entry in book.saved()] == ["good"]
    book.forget_all(X)
    assert bench.vault.all(SentRequest) == ()


def test_an_entry_of_a_newer_version_keeps_what_can_be_read(
    book: RequestBook, bench: Bench
) -> None:
    facts = json.dumps(
        {"method": "GET", "target": "/2/tweets", "status": "odd", "ms": -4, "later": {"a": 1}}
    )
    bench.vault.save(SentRequest("new", APP_ID, environment_key(X), bench.clock.now(), facts))

    (entry,) = book.history(X)

    assert entry.request == KeptRequest("GET", "/2/tweets")
    assert entry.outcome == Outcome()


def test_a_record_that_does_not_open_is_skipped_and_can_be_deleted(
    book: RequestBook, bench: Bench
) -> None:
    book.note(APP_ID, X, LOOKUP, ANSWERED)
    with bench.vault.change() as change:
        store = change._opened.store
        (record,) = store.all("sent")
        change._change.put(replace(record, revision=2, sealed=b"damaged"))

    assert book.history(X) == ()
    book.note(APP_ID, X, POST, ANSWERED)
    assert [entry.request for entry in book.history(X)] == [POST]
    book.forget_all(X)
    assert bench.vault.all(SentRequest) == ()


def test_a_locked_vault_does_not_spoil_a_call_that_is_over(book: RequestBook, bench: Bench) -> None:
    bench.vault.lock_up()

    book.note(APP_ID, X, LOOKUP, ANSWERED)


def test_forgetting_an_app_forgets_its_history_and_keeps_what_was_saved(
    book: RequestBook, bench: Bench
) -> None:
    book.note(APP_ID, X, LOOKUP, ANSWERED)
    book.save("mine", LOOKUP)

    bench.vault.forget_app(APP_ID)

    assert book.history(X) == ()
    assert [entry.name for entry in book.saved()] == ["mine"]


def test_saved_requests_are_renamed_duplicated_replaced_and_removed(book: RequestBook) -> None:
    first = book.save("Two Posts", LOOKUP, "for the demo")
    book.save("two posts, again", POST)

    copy = book.duplicate(first.saved_id)
    renamed = book.rename(first.saved_id, "  A  name ", "")
    book.replace(first.saved_id, POST)

    assert (copy.name, copy.request, copy.note) == ("Two Posts 2", LOOKUP, "for the demo")
    assert (renamed.name, renamed.note) == ("A name", "")
    assert [(e.name, e.request) for e in book.saved()] == [
        ("A name", POST),
        ("Two Posts 2", LOOKUP),
        ("two posts, again", POST),
    ]
    book.remove(copy.saved_id)
    assert len(book.saved()) == 2
    with pytest.raises(BadInput):
        book.rename(copy.saved_id, "gone", "")


@pytest.mark.parametrize("name", ["", "   ", "\n"])
def test_a_name_is_needed(book: RequestBook, name: str) -> None:
    with pytest.raises(BadInput):
        book.save(name, LOOKUP)


def test_an_export_is_taken_over_with_names_and_notes(book: RequestBook) -> None:
    book.save("Two Posts", LOOKUP, "for the demo")
    book.save("Hello", POST)
    text = book.exported()

    count = book.take_over(text)

    assert count == 2
    assert [(e.name, e.note, e.request) for e in book.saved()] == [
        ("Hello", "", POST),
        ("Hello 2", "", POST),
        ("Two Posts", "for the demo", LOOKUP),
        ("Two Posts 2", "for the demo", LOOKUP),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": "other", "requests": []}',
        '{"format": "keypane-requests", "requests": [{"name": "x"}]}',
        '{"format": "keypane-requests", "requests": [{"method":"GET","target":"/2/x"}, 7]}',
        "[" * 50_000,
    ],
)
def test_a_file_that_is_not_ours_changes_nothing(book: RequestBook, text: str) -> None:
    with pytest.raises(BadInput):
        book.take_over(text)

    assert book.saved() == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=200))
def test_any_text_in_a_request_is_kept_or_masked_and_never_raises(
    book: RequestBook, text: str
) -> None:
    book.forget_all(X)

    book.note(APP_ID, X, KeptRequest("GET", "/2/tweets?q=" + text, text), ANSWERED)

    assert len(book.history(X)) == 1
