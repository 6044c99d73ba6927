"""What the listener calls a fault is one, and what it lets pass is none."""

from typing import Any

import pytest

from tests.conftest import Canaries
from tests.e2e.screen_reader.listener import Node, faults_of


def _node(role: str, name: str, *states: str, **more: Any) -> Node:
    shown = {"enabled", "showing", "visible", *states}
    node = {"role": role, "name": name, "states": sorted(shown), "description": "", "labels": []}
    return {**node, "depth": 1, "shown": True, **more}


WINDOW = _node("frame", "Keypane", depth=0)
GOOD = _node("push button", "Send", "focusable")


@pytest.mark.parametrize(
    ("nodes", "fault"),
    [
        ([_node("push button", "", "focusable")], "a focusable push button has no name"),
        ([GOOD, GOOD], "2 times push button 'Send'"),
        ([_node("label", "Unlocking…")], "label 'Unlocking…' ends in dots"),
        ([_node("menu item", "Replace...")], "menu item 'Replace...' ends in dots"),
        ([_node("combo box", "X", "focusable")], "combo box 'X' has no label"),
    ],
)
def test_a_fault_is_found(nodes: list[Node], fault: str, canaries: Canaries) -> None:
    assert list(faults_of([WINDOW, *nodes], canaries)) == [fault]


@pytest.mark.parametrize(
    "where", [{"name": "SECRET"}, {"text": "a SECRET b"}, {"description": "SECRET"}]
)
@pytest.mark.parametrize("shown", [True, False])
def test_a_secret_is_found_and_not_quoted(
    where: dict[str, str], shown: bool, canaries: Canaries
) -> None:
    secret = canaries.secret().reveal()
    said = {key: text.replace("SECRET", secret) for key, text in where.items()}
    node = {**_node("text", "API Key"), **said, "shown": shown}

    assert list(faults_of([WINDOW, node], canaries)) == ["a text says a secret"]


@pytest.mark.parametrize(
    "nodes",
    [
        [GOOD, {**GOOD, "states": ["enabled"]}],
        [GOOD, {**GOOD, "states": ["showing", "focusable", "visible"]}],
        [GOOD, {**WINDOW, "name": "a dialog"}, GOOD],
        [_node("list item", "alike", "focusable"), _node("list item", "alike", "focusable")],
        [_node("combo box", "X", "focusable", labels=["Environment"])],
        [_node("label", "Sandbox"), _node("label", "Sandbox")],
    ],
)
def test_what_is_no_fault_passes(nodes: list[Node], canaries: Canaries) -> None:
    assert list(faults_of([WINDOW, *nodes], canaries)) == []
