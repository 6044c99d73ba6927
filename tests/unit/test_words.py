"""The words: no error without them, and the next step differs where it must."""

import ast
import inspect
import re
import string
from datetime import UTC, datetime

import pytest

from core import words as words_module
from core import words_oauth, words_refused, words_sign_in, words_vault
from core.errors import (
    AnswerUnkept,
    ApiRefused,
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    Forbidden,
    KeypaneError,
    ListenFailed,
    NoCredential,
    NoRedirect,
    OAuthRefused,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Refused,
    ServerFault,
    SignInRefused,
    StateMismatch,
    TimedOut,
    TransportError,
    Unauthorized,
    VaultBusy,
    VaultCorrupt,
    VaultError,
    VaultLocked,
    VaultUnavailable,
    leaves,
)
from core.words import WORDS, words_for
from core.words_model import NOTHING_SENT, UNKNOWN, Words

OPERATIONS = (
    "", "generate", "invalidate", "exchange", "refresh", "revoke", "revoke_pair", "check", "request"
)  # fmt: skip
REASONS = ("dns", "refused", "tls", "proxy", "timeout", "broken", "offline", "other", "new")
VAULT_REASONS = (
    "no_keyring", "keyring_denied", "keyring_timeout", "keyring_broken", "directory", "disk_full",
    "read_only", "newer_version", "key_missing", "other", "new",
)  # fmt: skip
DESCRIPTIONS = (
    ("invalid_request", "Value passed for the authorization code was invalid."),
    ("invalid_request", "Value passed for the code verifier did not match the code challenge."),
    ("invalid_request", "Missing required parameter [code_verifier]."),
    ("invalid_request", "Missing required parameter [client_id]."),
    (
        "invalid_request",
        "Value passed for the redirect uri did not match the uri of the authorization code.",
    ),
    ("invalid_request", "Value passed for the token was invalid."),
    (
        "invalid_request",
        "Value passed for the grant type was invalid. Grant type should be one of [a, b].",
    ),
    ("unauthorized_client", "Missing valid authorization header"),
    ("invalid_client", ""),
    ("invalid_scope", ""),
    ("access_denied", ""),
    ("server_error", ""),
    ("something_new", "X thought of something."),
)


def limited(reset_at: datetime | None, problem: str = "") -> RateLimited:
    error = RateLimited("Too Many Requests", status=429, problem=problem)
    error.reset_at = reset_at
    return error


EVERY_ERROR: list[BaseException] = [
    KeypaneError("a fault"),
    Cancelled(),
    Cancelled(nothing_sent=True),
    *(
        kind("x", host="api.x.com", reason=reason)
        for kind in (TransportError, ConnectFailed, TimedOut)
        for reason in REASONS
    ),
    Refused("no", status=418),
    *(OAuthRefused(code, text) for code, text in DESCRIPTIONS),
    *(ApiRefused("d", status=400, title="t", code=code) for code in words_refused._CODES),
    *(ApiRefused("d", status=403, title="t", problem=p) for p in words_refused._PROBLEMS),
    *(Forbidden("d", status=403, title="t", reason=r) for r in words_refused._REASONS),
    *(ApiRefused("d", status=s) for s in (400, 401, 402, 403, 404, 409, 418)),
    ApiRefused("You are not allowed to create a Tweet with duplicate content.", status=403),
    ApiRefused("", status=403, title="SpendCapReached"),
    limited(None),
    limited(datetime(2026, 9, 1, 12, 5, tzinfo=UTC)),
    limited(None, "usage-capped"),
    Unauthorized("", status=401),
    Forbidden("", status=403),
    PaymentRequired("", status=402),
    BadAnswer("HTML instead of JSON: not from X?", status=200),
    BadAnswer("the answer is too large", status=200),
    BadAnswer("api.x.com did not answer in HTTP"),
    ServerFault("X answered 503", status=503),
    StateMismatch("not ours"),
    SignInRefused("access_denied"),
    SignInRefused("something_new"),
    NoRedirect("five minutes"),
    *(ListenFailed(8739, reason) for reason in ("busy", "denied", "other", "new")),
    *(
        NoCredential(what, state)
        for what in ("bearer", "user", "consumer keys", "client id", "access token", "new")
        for state in ("absent", "revoked", "needs_sign_in", "held")
    ),
    *(OutcomeUnknown(operation) for operation in OPERATIONS),
    VaultError("a fault"),
    *(VaultLocked(needs) for needs in ("passphrase", "keyring", "choice")),
    *(VaultUnavailable(reason, "a fact") for reason in VAULT_REASONS),
    VaultCorrupt("x"),
    VaultBusy("x"),
    AnswerUnkept("a fact", reason="disk_full"),
    AnswerUnkept("a fact", kept=True),
    BadInput("scopes", "no scope is asked for"),
    ZeroDivisionError("a bug with a secret: hunter2"),
]  # fmt: skip


def test_no_error_is_without_words() -> None:
    assert [kind for kind in [KeypaneError, *leaves(KeypaneError)] if kind not in WORDS] == []


def test_every_error_is_in_the_list_of_this_test() -> None:
    seen = {type(error) for error in EVERY_ERROR}

    assert [kind for kind in leaves(KeypaneError) if kind not in seen] == []


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_the_words_are_sentences_that_can_be_filled(error: BaseException) -> None:
    for operation in OPERATIONS:
        check_sentences(error, words_for(error, operation=operation))


def check_sentences(error: BaseException, words: Words) -> None:
    for template in (words.message, words.kept, words.next_step):
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert names <= set(words.facts)
        sentence = words.filled(template)
        assert "!" not in sentence
        assert "  " not in sentence
        assert ".." not in sentence
        if sentence:
            assert sentence[0].isupper() or sentence.startswith("api.x.com")
            assert sentence[-1] in ".?"
    assert words.message
    assert words.next_step or isinstance(error, Cancelled)
    assert "hunter2" not in words.in_english()
    assert type(error).__name__ not in words.in_english()


def test_what_was_never_sent_is_said_so() -> None:
    for error in (ConnectFailed(reason="dns"), Cancelled(nothing_sent=True), StateMismatch()):
        assert words_for(error, operation="refresh").kept == NOTHING_SENT


def test_what_may_have_happened_is_said_so() -> None:
    for error in (TimedOut(), Cancelled(), ServerFault(), BadAnswer("x", status=200)):
        assert words_for(error, operation="refresh").kept == UNKNOWN


def test_a_check_changes_nothing_even_when_its_answer_is_lost() -> None:
    assert words_for(TimedOut(), operation="check").kept != UNKNOWN


def different(*errors: BaseException, operation: str = "") -> bool:
    all_words = [words_for(error, operation=operation) for error in errors]
    return len({(words.message, words.next_step) for words in all_words}) == len(errors)


def test_the_next_step_differs_with_the_operation_of_which_nobody_knows() -> None:
    steps = {words_for(TimedOut(), operation=operation).next_step for operation in OPERATIONS}

    assert len(steps) == len(OPERATIONS)


def test_each_reason_why_no_connection_came_has_its_own_words() -> None:
    assert different(*(ConnectFailed(reason=reason) for reason in REASONS[:-1]))


def test_each_description_of_the_token_endpoint_has_its_own_words() -> None:
    assert different(*(OAuthRefused(code, text) for code, text in DESCRIPTIONS))


def test_a_dead_refresh_token_has_the_same_words_under_both_codes() -> None:
    one = words_for(OAuthRefused("invalid_request", "Value passed for the token was invalid."))
    two = words_for(OAuthRefused("invalid_grant"))

    assert one.message == two.message


def test_each_way_of_being_without_enrolment_or_credits_has_its_own_words() -> None:
    assert different(
        Forbidden(status=403, reason="client-not-enrolled"),
        Forbidden(status=403, reason="user-not-enrolled"),
        PaymentRequired(status=402),
        limited(None, "usage-capped"),
        limited(None),
        Forbidden(status=403, problem="unsupported-authentication"),
        Forbidden(status=403, problem="oauth1-permissions"),
        Forbidden("You are not allowed to create a Tweet with duplicate content.", status=403),
        Forbidden(status=403, code=99),
        Forbidden(status=403, code=348),
        Unauthorized(status=401, code=89),
        Unauthorized(status=401, code=135),
        Forbidden(status=403),
    )


def test_each_state_of_the_vault_has_its_own_words() -> None:
    assert different(
        *(VaultLocked(needs) for needs in ("passphrase", "keyring", "choice")),
        *(VaultUnavailable(reason) for reason in VAULT_REASONS[:-1]),
        VaultCorrupt(),
        VaultBusy(),
    )


def test_what_x_says_of_a_parameter_is_told() -> None:
    said = "One or more parameters to your request was invalid. The `ids` cannot be empty"
    words = words_for(
        ApiRefused(said, status=400, title="Invalid Request", problem="invalid-request")
    )

    assert words.filled(words.message) == (
        "X did not understand the request: The `ids` cannot be empty."
    )


def test_what_the_sandbox_lacks_is_no_matter_of_scopes() -> None:
    words = words_for(Forbidden(status=403, title="Not In The Sandbox"))

    assert "The sandbox does not play this operation." in words.in_english()
    assert "scopes" not in words.in_english()


def test_where_there_is_no_vault_none_is_said_to_be_kept() -> None:
    missing = VaultUnavailable("no_keyring")
    missing.has_vault = False

    assert (
        "What is in the vault stays there" in words_for(VaultUnavailable("no_keyring")).in_english()
    )
    assert "There is no vault yet" in words_for(missing).in_english()
    assert "stays there" not in words_for(missing).in_english()
    assert "stays there" not in words_for(VaultLocked("choice")).in_english()


def test_the_moment_from_which_x_takes_calls_again_is_told() -> None:
    words = words_for(limited(datetime(2026, 9, 1, 12, 5, tzinfo=UTC)))

    assert "2026-09-01 12:05:00" in words.filled(words.next_step)


def test_facts_with_braces_are_not_read_as_templates() -> None:
    words = words_for(ApiRefused("{0} {secret}", status=400))

    assert "{0} {secret}" in words.filled(words.message)


def test_every_template_is_marked_for_the_translator() -> None:
    for module in (words_module, words_oauth, words_refused, words_sign_in, words_vault):
        tree = ast.parse(inspect.getsource(module))
        marked = {
            id(node)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "mark"
            for node in ast.walk(call)
        }
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        bare = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and id(node) not in marked | docstrings
            and re.match(r"[A-Z{].* .*", str(node.value))
        ]
        assert marked
        assert bare == []


def test_words_are_one_paragraph_on_the_command_line() -> None:
    words = Words("A {x}.", "C.", "B.", {"x": "y"})

    assert words.in_english() == "A y. B. C."


def test_what_only_reads_is_sent_again_without_a_look_at_x() -> None:
    reading = words_for(TimedOut(reason="timeout"), operation="read").in_english()
    writing = words_for(TimedOut(reason="timeout"), operation="request").in_english()

    assert "not known whether X acted" not in reading
    assert "changes nothing at X" in reading
    assert "not known whether X acted" in writing
