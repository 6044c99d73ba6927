"""A body that cannot be sent is told in words of ours, with its line."""

import pytest

from core.catalogue import catalogue
from core.request_draft import Draft


def problem(body: str) -> tuple[str, int]:
    operation = catalogue().by_id("createPosts")
    assert operation is not None
    return Draft(operation, body=body).body_problem()


@pytest.mark.parametrize(
    ("body", "why", "line"),
    [
        ('{\n  "a" 1}', "a colon is missing after the name", 2),
        ('{"a": 1\n "b": 2}', "a comma or a closing bracket is missing", 2),
        ("{text: 1}", 'a name in double quotes is needed, as "text"', 1),
        ('{"a": }', "a value is missing, or a text has no double quotes", 1),
        ('{"a": "x', "the text has no closing quote", 1),
        ('{"a": 1} 2', "something stands behind the end", 1),
        ('{"a": "x\ny"}', "a line break in a text is written \\n", 1),
        ('{"a": "\\q"}', "a backslash is written twice", 1),
    ],
)
def test_each_fault_of_json_has_a_sentence(body: str, why: str, line: int) -> None:
    assert problem(body) == (f"Line {line}: {why}", line)


def test_a_comma_too_many_is_told_whatever_the_decoder_calls_it() -> None:
    words, line = problem('{"a": 1,}')

    assert line == 1
    assert words in {
        'Line 1: a name in double quotes is needed, as "text"',
        "Line 1: there is a comma too many",
    }


def test_a_body_that_is_nested_without_end_is_told() -> None:
    assert problem("[" * 200_000) == ("It is nested too deeply", 0)


@pytest.mark.parametrize("body", ["", "  ", '{"text": "x"}'])
def test_what_can_be_sent_has_no_problem(body: str) -> None:
    assert problem(body) == ("", 0)
