"""Redaction: values that are known, shapes that are not, and every way out of a program."""

import base64
import html
import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus
from uuid import uuid4

import pytest

from core import redaction
from core.answers import expect_token
from core.model import AccessTokenPair
from core.redaction import MASK, RedactingFilter, RedactingFormatter, Redactor, forms_of
from core.secret import Secret
from core.vault.vault import Vault
from tests.fakes.clock import START

VALUE = 's3cr3t/Value+with=odd<chars>&"quotes" äöü'


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda v: v,
    "percent": lambda v: quote(v, safe=""),
    "percent twice": lambda v: quote(quote(v, safe=""), safe=""),
    "plus": quote_plus,
    "JSON": json.dumps,
    "repr": repr,
    "HTML": html.escape,
    "hex": lambda v: v.encode().hex(),
    "reversed": lambda v: v[::-1],
    "base64": _b64,
    "base64 after one byte": lambda v: _b64("x" + v),
    "base64 after two bytes": lambda v: _b64("xy" + v),
    "base64 between others": lambda v: _b64(f"client:{v}:more"),
    "base64url": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "inside other text": lambda v: f"before{v}after",
}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("value", [VALUE, "plainvalue", "AbCdEfGh12", "x" * 300])
def test_a_known_value_is_masked_however_it_is_written(name: str, value: str) -> None:
    redactor = Redactor()
    written = ENCODINGS[name](value)
    line = f"log line with {written} in it"
    assert any(form in line for form in forms_of(value)), "the harness would miss it"

    redactor.learn(Secret(value))
    masked = redactor.redact(line)

    assert MASK in masked
    assert not any(form in masked for form in forms_of(value))
    assert masked.startswith("log line with ")


def test_a_value_is_no_longer_masked_once_forgotten() -> None:
    redactor = Redactor()
    redactor.learn("plainvalue", None, "")
    redactor.forget_all()

    assert redactor.redact("plainvalue") == "plainvalue"


def test_a_short_value_is_not_learned_since_it_stands_in_innocent_words() -> None:
    redactor = Redactor()
    redactor.learn("token")

    assert redactor.redact("the token was refreshed") == "the token was refreshed"


def test_the_oldest_values_make_room_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_MOST_VALUES", 2)
    redactor = Redactor()
    redactor.learn("firstvalue", "secondvalue", "thirdvalue")

    assert redactor.redact("firstvalue secondvalue thirdvalue") == f"firstvalue {MASK} {MASK}"


# --- shapes ------------------------------------------------------------------------------------


def x_token(kind: str) -> str:
    """Make a token in the shape that X gives them: nothing of it is a real one."""
    inside = f"{uuid4().hex[:24]}:1767225600000:1:0:{kind}:1"
    return base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")


SHAPES = {
    "Authorization header": "Authorization: Bearer abc.def-ghi123",
    "header in a dict": "{'Authorization': 'Basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpM'}",
    "Bearer": "sent Bearer AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid",
    "basic": "basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpM",
    "OAuth 1.0a": 'OAuth oauth_consumer_key="xvz1evFS4wEE", oauth_signature="tnnArxj06c"',
    "App bearer": "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI",
    "access token of X": x_token("at"),
    "refresh token of X": x_token("rt"),
    "code of X": x_token("ac"),
    "Client ID": base64.urlsafe_b64encode(b"VTY3TUxBWkVGY2tYSGc5:1:ci").decode().rstrip("="),
    "OAuth 1.0a access token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "API secret": "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg",
    "redirect": "http://127.0.0.1:8321/callback?state=abcdefgh12&code=abcdefgh34",
    "token in a query": "POST /oauth2/invalidate_token?access_token=abc",
    "form": "grant_type=refresh_token&refresh_token=abcd&client_id=efgh",
    "escaped form": "refresh_token%3Dabcdefgh",
    "verifier": "code_verifier=abc~def",
    "JSON": '{"token_type":"bearer","access_token":"abcd","refresh_token":"efgh"}',
    "JSON in a repr": 'b\'{\\"access_token\\": \\"abcdefgh\\"}\'',
    "dict": "{'client_secret': 'abcdefgh'}",
    "pairs": "[('refresh_token', 'abcdefgh')]",
    "user in a URL": "proxy http://me:hunter2@proxy.example:3128 failed",
    "passphrase": "passphrase=hunter2",
}
LEFTOVERS = re.compile(
    r"hunter2|abc|efgh|eHZ6|AAAA|xvz1|tnnA|GmHx|L8qq|[A-Za-z0-9_-]{30,}", re.IGNORECASE
)


@pytest.mark.parametrize("name", SHAPES)
def test_what_has_the_shape_of_a_credential_is_masked_unknown(name: str) -> None:
    masked = Redactor().redact(f"before {SHAPES[name]}")

    assert MASK in masked
    assert not LEFTOVERS.search(masked.replace(MASK, ""))
    assert masked.startswith("before")


INNOCENT = [
    "generated bearer token for app 3f2a9c in 412 ms",
    "X answered 403, code=99, state=ok",
    "POST https://api.x.com/2/oauth2/token 200",
    "GET /2/tweets/1261326399320715264 from @keypane",
    "the outcome of refresh for app 0f9d0d3c4a5b4d0e9f6a7b8c9d0e1f2a is unknown",
    'File "/opt/keypane/core/adapters/requests_transport.py", line 62, in send',
    "OAuth 2.0 and Basic authentication are two things",
    "core.adapters.http_wire.HTTPSConnectionPool",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
]


@pytest.mark.parametrize("line", INNOCENT)
def test_an_ordinary_line_stays_as_it_is(line: str) -> None:
    assert Redactor().redact(line) == line


# --- logging -----------------------------------------------------------------------------------


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Logging as the program has it, into memory; our own logger, not pytest's."""
    stream = io.StringIO()
    uninstall = redaction.install(logging.StreamHandler(stream), logging.DEBUG)
    redaction.learn(VALUE)
    yield stream
    uninstall()
    redaction.forget_all()


def is_clean(text: str) -> bool:
    return not any(form in text for form in forms_of(VALUE))


def private_logger(*handlers: logging.Handler) -> logging.Logger:
    """Return a logger that nobody else hears."""
    log = logging.getLogger(f"private.{uuid4().hex}")
    log.propagate = False
    for handler in handlers:
        log.addHandler(handler)
    return log


def _raise_with_a_cause() -> None:
    try:
        dict[str, str]()[VALUE]
    except KeyError as error:
        raise ValueError(f"while {VALUE}") from error


def _raise_with_causes() -> None:
    try:
        _raise_with_a_cause()
    except ValueError:
        outermost = RuntimeError("outermost", VALUE)
        outermost.add_note(f"a note on {VALUE}")
        raise outermost  # noqa: B904  # the implicit context is what is tested


def _log_everything(log: logging.Logger) -> None:
    log.warning("message %s", VALUE)
    log.warning("repr %r and dict %s", Secret(VALUE), {"token": VALUE})
    log.warning(f"ready-made {VALUE}")  # noqa: G004  # as a library might
    log.warning("too few %s %s", VALUE)  # noqa: PLE1206  # a bug that would print the arguments
    log.info("stack", stack_info=True)
    try:
        _raise_with_causes()
    except RuntimeError:
        log.exception("failed with %s", VALUE)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nothing_that_is_logged_holds_a_known_value(lines: io.StringIO) -> None:
    _log_everything(logging.getLogger("elsewhere"))

    text = lines.getvalue()
    assert is_clean(text)
    assert text.count(MASK) >= 6
    assert "RuntimeError" in text
    assert "the above exception was the direct cause" in text.lower()


def test_the_harness_finds_a_value_that_is_not_masked() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log = private_logger(handler)
    log.warning("message %s", VALUE)

    assert not is_clean(stream.getvalue())


@pytest.mark.parametrize("net", ["formatter", "filter"])
def test_each_net_holds_alone(net: str) -> None:
    redaction.learn(VALUE)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    if net == "formatter":
        handler.setFormatter(RedactingFormatter("%(message)s"))
    else:
        handler.addFilter(RedactingFilter())
    log = private_logger(handler)
    log.warning("message %s", VALUE)
    try:
        _raise_with_causes()
    except RuntimeError:
        log.exception("failed with %s", VALUE)
    redaction.forget_all()

    assert is_clean(stream.getvalue())
    assert "RuntimeError" in stream.getvalue()


def test_a_masked_record_gives_nothing_to_a_handler_behind_ours() -> None:
    redaction.learn(VALUE)
    behind = io.StringIO()
    first, second = logging.StreamHandler(io.StringIO()), logging.StreamHandler(behind)
    first.addFilter(RedactingFilter())
    log = private_logger(first, second)
    try:
        _raise_with_causes()
    except RuntimeError:
        log.exception("failed with %s", VALUE, stack_info=True)
    redaction.forget_all()

    assert is_clean(behind.getvalue())


def test_the_loggers_of_libraries_are_quiet(lines: io.StringIO) -> None:
    for name in (*redaction.LIBRARIES, "urllib3", "urllib3.connectionpool"):
        logging.getLogger(name).info("GET /path?query")
    logging.getLogger("urllib3.connection").warning("Failed to parse headers (url=…)")

    assert lines.getvalue() == ""


@pytest.mark.expected_log("^a bug ")
def test_an_error_that_reaches_the_top_is_masked(lines: io.StringIO) -> None:
    try:
        _raise_with_causes()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    assert "a bug reached the top" in lines.getvalue()
    assert is_clean(lines.getvalue())


def test_pressing_ctrl_c_is_no_bug(lines: io.StringIO) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert lines.getvalue() == ""


@pytest.mark.expected_log("^a bug ")
def test_an_error_that_ends_a_thread_is_masked(lines: io.StringIO) -> None:
    thread = threading.Thread(target=_raise_with_causes, name="keypane-doomed")
    thread.start()
    thread.join(30)

    assert "a bug ended keypane-doomed" in lines.getvalue()
    assert is_clean(lines.getvalue())


@pytest.mark.expected_log("^an error could not be raised$")
def test_an_error_that_cannot_be_raised_is_masked(lines: io.StringIO) -> None:
    class Doomed:
        def __del__(self) -> None:
            raise ValueError(VALUE)

    Doomed()

    assert "ValueError" in lines.getvalue()
    assert is_clean(lines.getvalue())


@pytest.mark.expected_log("deprecated")
def test_a_warning_is_masked(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"deprecated {VALUE}", UserWarning, stacklevel=1)

    assert "deprecated" in lines.getvalue()
    assert is_clean(lines.getvalue())


def test_uninstalling_puts_everything_back() -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, sys.excepthook, threading.excepthook)

    redaction.install(logging.NullHandler())()

    assert (list(root.handlers), root.level, sys.excepthook, threading.excepthook) == before


def test_what_the_vault_gives_out_is_masked_until_it_is_locked(vault: Vault) -> None:
    """Its shape tells nothing here: only that the vault knows it."""
    words = "seven ordinary words that look like none"
    vault.save(AccessTokenPair("a1", Secret("another"), Secret(words), START, pair_id="p1"))
    redaction.forget_all()
    assert redaction.redact(f"so: {words}") == f"so: {words}"

    vault.all(AccessTokenPair)
    assert redaction.redact(f"so: {words}") == f"so: {MASK}"

    vault.lock_up()
    assert redaction.redact(f"so: {words}") == f"so: {words}"


def test_a_token_that_x_just_gave_is_masked() -> None:
    redaction.forget_all()

    token = expect_token({"access_token": "just-a-plain-word-here"}, "access_token")

    assert redaction.redact(f"got {token.reveal()}") == f"got {MASK}"
    redaction.forget_all()


def test_a_traceback_that_was_written_already_is_masked_too() -> None:
    redaction.learn(VALUE)
    record = logging.LogRecord("any", logging.ERROR, "", 0, "failed", None, None)
    record.exc_text = f"ValueError: {VALUE}"

    assert RedactingFilter().filter(record)

    assert record.exc_text == f"ValueError: {MASK}"
    redaction.forget_all()


def test_values_learned_later_are_masked_beside_the_earlier_ones() -> None:
    redactor = Redactor()
    redactor.learn(Secret("the-first-value"))
    assert redactor.redact("the-first-value") == MASK
    redactor.learn(Secret("the-second-value"))

    assert redactor.redact("the-first-value the-second-value") == f"{MASK} {MASK}"


def test_a_thread_that_ends_itself_is_no_bug(lines: io.StringIO) -> None:
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join(30)

    assert lines.getvalue() == ""


@pytest.mark.expected_log("^a bug ")
def test_an_error_of_which_only_the_kind_is_known_is_told(lines: io.StringIO) -> None:
    threading.excepthook(threading.ExceptHookArgs((MemoryError, None, None, None)))

    assert "a bug ended a thread" in lines.getvalue()
    assert "MemoryError" in lines.getvalue()


@pytest.mark.parametrize(("quiet", "shown"), [(False, ["told", "loud"]), (True, ["loud"])])
@pytest.mark.expected_log("told", "loud")
def test_standard_error_gets_what_is_loud_enough_and_masked(
    quiet: bool, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back = redaction.install(logging.NullHandler())
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    try:
        redaction.learn(VALUE)
        redaction.log_to_stderr(quiet=quiet)
        logging.getLogger("keypane").info("silent %s", VALUE)
        logging.getLogger("keypane").warning("told %s", VALUE)
        logging.getLogger("keypane").error("loud %s", VALUE)
    finally:
        put_back()
        redaction.forget_all()

    text = stream.getvalue()
    assert [word for word in ("silent", "told", "loud") if word in text] == shown
    assert is_clean(text)
    assert text.count(MASK) == len(shown)


def test_a_mixed_run_is_taken_for_a_key_from_24_characters_on() -> None:
    redactor = Redactor()
    run = "Ab3" * 8

    assert redactor.redact(f"<{run}>") == f"<{MASK}>"
    assert redactor.redact(f"<{run[:-1]}>") == f"<{run[:-1]}>"
