"""Secret: it does not print itself, whatever is tried."""

import copy
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

from core.secret import Secret, reveal

VALUE = "AbCdEf0123456789-secret"


@dataclass(frozen=True)
class Holder:
    token: Secret


PRINTS: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "format": lambda s: f"{s}",
    "format with a width": lambda s: f"{s:>40}",
    "percent": lambda s: "%s %r" % (s, s),  # noqa: UP031  # the old way is tested too
    "str.format": "{0} {0!r} {0!s}".format,
    "in a list": lambda s: str([s]),
    "in a dict": lambda s: repr({"token": s}),
    "in a dataclass": lambda s: repr(Holder(s)),
    "asdict": lambda s: repr(asdict(Holder(s))),
    "vars": lambda s: repr(vars(Holder(s))),
    "pprint": pprint.pformat,
    "in an exception": lambda s: repr(ValueError(s)) + str(ValueError(s)),
    "in a traceback": lambda s: "".join(traceback.format_exception(ValueError(s))),
    "in a log record": lambda s: logging.makeLogRecord({"msg": "%s", "args": (s,)}).getMessage(),
    "dir": lambda s: repr(dir(s)),
}


@pytest.mark.parametrize("way", PRINTS)
def test_it_does_not_print_itself(way: str) -> None:
    assert VALUE not in PRINTS[way](Secret(VALUE))


def test_it_cannot_be_dumped() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret(VALUE))
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(Secret(VALUE))
    assert VALUE not in str(caught.value)


def test_it_has_no_attributes_to_be_listed() -> None:
    with pytest.raises(TypeError):
        vars(Secret(VALUE))


def test_a_copy_is_the_same_object() -> None:
    secret = Secret(VALUE)

    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_the_text_comes_out_on_request_only() -> None:
    assert Secret(VALUE).reveal() == VALUE
    assert reveal(Secret(VALUE)) == reveal(VALUE) == VALUE


def test_equal_texts_are_equal_secrets_and_never_equal_to_text() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("other")
    assert Secret(VALUE) != VALUE
    assert len({Secret(VALUE), Secret(VALUE)}) == 1


def test_an_empty_text_is_no_secret() -> None:
    assert Secret.maybe("") is None
    assert Secret.maybe(None) is None
    assert Secret.maybe("x") == Secret("x")
    assert not Secret("")
    assert len(Secret("abc")) == 3


def test_the_tail_of_a_short_secret_is_kept_back() -> None:
    assert Secret(VALUE).tail() == "secret"
    assert Secret(VALUE).tail(2) == "et"
    assert Secret("x" * 15).tail() == ""


def test_a_fingerprint_recognises_a_value_and_does_not_contain_it() -> None:
    mark = Secret(VALUE).fingerprint()

    assert mark == Secret(VALUE).fingerprint()
    assert mark != Secret("other").fingerprint()
    assert len(mark) == 16
    assert mark not in VALUE
