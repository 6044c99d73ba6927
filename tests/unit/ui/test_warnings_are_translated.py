"""Warnings of the core about redirect URIs and pasted values go through the translation."""

import pytest
from PySide6.QtCore import QCoreApplication

from core.pasted import check_fields
from core.redirects import check_redirect_uri, check_website
from core.secret import Secret
from core.words_model import Sentence
from ui.notices import in_their_language

WARNINGS = (
    *check_redirect_uri("javascript://x"),
    *check_redirect_uri("http://localhost/cb"),
    *check_redirect_uri("not an address"),
    *check_redirect_uri("nothing"),
    *check_website("http://localhost"),
    *check_website("nothing"),
    *check_fields({"api_key": Secret("A" * 22 + "b" * 60)}),
    *check_fields({"access_token": Secret("1-x y")}),
    *check_fields({"client_id": Secret("short")}),
)


class Shouting:
    """Stands where Qt's translator is: another language, in which all is loud."""

    asked: list[tuple[str, str]]

    def __init__(self) -> None:
        self.asked = []

    def translate(self, context: str, template: str) -> str:
        """Return the template as if it had been translated."""
        self.asked.append((context, template))
        return f"<{template}>"


def test_there_is_something_to_look_at() -> None:
    assert len(WARNINGS) > 10


@pytest.mark.parametrize("warning", WARNINGS)
def test_a_warning_is_looked_up_by_its_template_and_filled_afterwards(
    warning: Sentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    qt = Shouting()
    monkeypatch.setattr(QCoreApplication, "translate", qt.translate)

    told = in_their_language(warning)

    assert told == f"<{warning}>"
    assert qt.asked == [("words", warning.template)]
    assert "{" not in told


def test_other_texts_stay_as_they_are() -> None:
    assert in_their_language("a name of the person's") == "a name of the person's"
