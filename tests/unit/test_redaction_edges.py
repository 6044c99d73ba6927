"""Redaction at its edges: the form that just counts, the length that just counts, every library."""

import base64
import html
import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote

import pytest

from core import redaction
from core.redaction import MASK, RedactingFilter, Redactor, forms_of, install, log_to_stderr

AWKWARD = "pä/ss w&rd'\"<\\>~é+=?ÿÿþ"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    redaction.forget_all()


# --- forms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        AWKWARD,
        AWKWARD[::-1],
        quote(AWKWARD, safe=""),
        quote_plus(AWKWARD),
        quote(quote(AWKWARD, safe=""), safe=""),
        json.dumps(AWKWARD)[1:-1],
        repr(AWKWARD)[1:-1],
        html.escape(AWKWARD),
        AWKWARD.encode().hex(),
        AWKWARD.encode().hex().upper(),
    ],
)
def test_a_value_is_known_whole_in_each_form(form: str) -> None:
    assert form in forms_of(AWKWARD)


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("after", range(6))
def test_of_a_value_within_base64_no_more_than_three_characters_stay(
    before: int, after: int
) -> None:
    for value in (b"\xff\xfe\xfd\xfb\xef\xbf\xff?>~~\xff", b"A secret of 20 bytes"):
        text = value.decode("latin-1")
        whole = b"." * before + text.encode() + b"!" * after
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(whole).decode()
            found = max((form for form in forms_of(text) if form in encoded), key=len)
            around = len(base64.b64encode(b"." * before + b"!" * after))
            assert len(encoded) - len(found) <= around + 6


def test_what_a_form_says_of_a_value_in_base64_depends_on_nothing_beside_it() -> None:
    value = "Zc3vVb9kk-token"
    for before in range(3):
        for after in range(3):
            for around in (b"\0", b"\xff", b"a"):
                whole = around * before + value.encode() + around * after
                encoded = base64.b64encode(whole).decode()
                assert any(form in encoded for form in forms_of(value))


@pytest.mark.parametrize(("value", "known"), [("1234567", False), ("12345678", True)])
def test_eight_characters_are_learned_and_seven_are_not(value: str, known: bool) -> None:
    redactor = Redactor()
    redactor.learn(value)

    assert (MASK in redactor.redact(f"it is {value}.")) is known
    assert (value in forms_of(value)) is known


def test_a_value_within_another_does_not_hide_the_rest_of_it() -> None:
    redactor = Redactor()
    redactor.learn("inner-one", "and inner-one, outer", "the inner-one too")

    assert redactor.redact("[and inner-one, outer][the inner-one too]") == f"[{MASK}][{MASK}]"


def test_4096_values_are_known_at_once_and_the_first_goes_first() -> None:
    redactor = Redactor()
    redactor.learn(*(f"value {number:05}" for number in range(4096)))
    assert redactor.redact("value 00000") == MASK

    redactor.learn("one more value")

    assert redactor.redact("value 00000, value 00001") == f"value 00000, {MASK}"


@pytest.mark.parametrize("value", ["AAAA%2Fplain%3Dvalue", "a plain/value", "a%2plain/value"])
def test_of_a_whole_answer_only_the_known_values_are_masked_in_the_forms_of_a_header(
    value: str,
) -> None:
    redactor = Redactor()
    redactor.learn(value, "value of mine")

    for form in (value, unquote(value), quote(value, safe="")):
        assert redactor.mask_known(f"<{form}>") == f"<{MASK}>"
    other = f"access_token=abc {value[::-1]}"
    assert redactor.mask_known(other) == other


def test_in_a_whole_answer_the_longest_form_goes_first_and_a_short_one_stays() -> None:
    redactor = Redactor()
    redactor.learn("inner-one", "the inner-one too", "%31%32%33")

    assert redactor.mask_known("the inner-one too, 123") == f"{MASK}, 123"
    redactor.learn("%31%32%33%34%35%36%37%38")
    assert redactor.mask_known("12345678") == MASK


def test_nothing_and_no_value_teach_nothing() -> None:
    redactor = Redactor()
    redactor.learn(None, "")

    assert redactor.redact("None, and an empty one") == "None, and an empty one"


# --- shapes ------------------------------------------------------------------------------------

NAMES = (
    "access_token",
    "refresh_token",
    "bearer_token",
    "id_token",
    "oauth_token",
    "oauth_token_secret",
    "oauth_verifier",
    "oauth_signature",
    "oauth_consumer_key",
    "code_verifier",
    "client_secret",
    "client_id",
    "api_key",
    "api_key_secret",
    "api_secret",
    "consumer_key",
    "consumer_secret",
    "token_secret",
    "passphrase",
    "password",
    "denied",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_value_of_a_secret_name_is_masked_whatever_it_looks_like(name: str) -> None:
    redactor = Redactor()

    assert redactor.redact(f"a?{name}=abc&b=1") == f"a?{name}={MASK}&b=1"
    assert redactor.redact(f"{name.upper()}%3Dabc") == f"{name.upper()}%3D{MASK}"
    assert redactor.redact(f'{{"{name}": "abcd"}}') == f'{{"{name}": "{MASK}"}}'


@pytest.mark.parametrize("name", ["code", "state", "token", "secret", "pin"])
def test_the_value_of_an_everyday_name_is_masked_from_8_characters_on(name: str) -> None:
    redactor = Redactor()

    assert redactor.redact(f"{name}=1234567") == f"{name}=1234567"
    assert redactor.redact(f"{name}=12345678 x") == f"{name}={MASK} x"
    assert redactor.redact(f'"{name}": "1234"') == f'"{name}": "{MASK}"'


# --- logging -----------------------------------------------------------------------------------


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    undo = install(logging.StreamHandler(stream))
    yield stream
    undo()


@pytest.mark.parametrize(
    "name",
    ["requests", "keyring", "werkzeug", "secretstorage", "jeepney", "oauthlib", "filelock"],
)
def test_a_library_is_heard_from_its_warnings_on(told: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    logger.info("all is well")
    logger.warning("all is not well")

    assert told.getvalue().count("well") == 1
    assert "WARNING" in told.getvalue()


def test_of_urllib3_only_errors_are_heard_since_its_warnings_quote_addresses(
    told: io.StringIO,
) -> None:
    logging.getLogger("urllib3").warning("retrying https://example.org/secret")
    logging.getLogger("urllib3.pool").error("gave up")

    assert "gave up" in told.getvalue()
    assert "retrying" not in told.getvalue()


def test_a_library_is_no_louder_than_we_are() -> None:
    undo = install(logging.StreamHandler(io.StringIO()), logging.CRITICAL)
    try:
        assert logging.getLogger("keyring").level == logging.CRITICAL
    finally:
        undo()


def test_a_line_says_when_how_serious_and_from_whom(told: io.StringIO) -> None:
    logging.getLogger("core.test").info("something happened")

    line = told.getvalue().strip()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:,]+ INFO core\.test: something happened", line)


def test_a_record_without_an_error_in_its_error_info_is_a_plain_line(told: io.StringIO) -> None:
    logging.getLogger("core.test").info("no error here", exc_info=(None, None, None))

    assert "no error here" in told.getvalue()


def test_a_record_that_does_not_fit_its_arguments_is_told_without_them() -> None:
    record = logging.LogRecord("core", logging.INFO, __file__, 1, "%d of %s", ("secret",), None)

    assert RedactingFilter().filter(record) is True
    assert record.getMessage() == "a log line that does not fit its arguments"


def test_afterwards_levels_and_warnings_are_as_before(told: io.StringIO) -> None:
    library, root = logging.getLogger("requests"), logging.getLogger()
    library.setLevel(logging.CRITICAL)
    before = (library.level, root.level, list(root.handlers))
    undo = install(logging.StreamHandler(io.StringIO()), logging.ERROR)
    assert (library.level, root.level) != before[:2]

    undo()

    assert (library.level, root.level, list(root.handlers)) == before
    shown = warnings.showwarning
    logging.captureWarnings(capture=True)
    logging.captureWarnings(capture=False)
    assert warnings.showwarning is shown
    library.setLevel(logging.WARNING)


@pytest.mark.parametrize(("quiet", "level"), [(True, logging.ERROR), (False, logging.WARNING)])
def test_standard_error_is_asked_for_by_loudness(
    quiet: bool, level: int, told: io.StringIO
) -> None:
    root = logging.getLogger()
    handlers = list(root.handlers)
    try:
        log_to_stderr(quiet=quiet)
        assert root.level == level
    finally:
        root.handlers[:] = handlers
