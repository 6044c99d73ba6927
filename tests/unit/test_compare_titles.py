"""The comparison of our titles with X's file finds what is missing and what is X's own."""

from scripts.compare_titles import faults

DOCUMENT = {
    "paths": {
        "/2/things": {
            "get": {"operationId": "getThings", "summary": "Get the Things."},
            "post": {"operationId": "createThings", "description": "Makes a thing"},
        }
    }
}


def test_titles_of_our_own_pass() -> None:
    assert list(faults(DOCUMENT, {"getThings": "Things", "createThings": "Create a thing"})) == []


def test_a_missing_title_and_one_of_x_are_told() -> None:
    assert list(faults(DOCUMENT, {"getThings": "get the things"})) == [
        "getThings: 'get the things' is X's own",
        "createThings: no title",
    ]
