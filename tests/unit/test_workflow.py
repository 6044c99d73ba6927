"""The workflow that builds on three systems: what a machine can say of it without running it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).parents[2] / ".github" / "workflows" / "build.yml"


@pytest.fixture
def workflow() -> dict[Any, Any]:
    facts: dict[Any, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return facts


def steps_of(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_action_is_pinned_by_commit(workflow: dict[Any, Any]) -> None:
    used = [step["uses"] for step in steps_of(workflow) if "uses" in step]

    assert used
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)] == []


def test_it_may_only_read_and_keeps_no_credentials(workflow: dict[Any, Any]) -> None:
    checkout = next(
        s for s in steps_of(workflow) if s.get("uses", "").startswith("actions/checkout")
    )

    assert workflow["permissions"] == {"contents": "read"}
    assert checkout["with"]["persist-credentials"] is False


def test_it_builds_on_the_three_systems_by_the_developers_command(
    workflow: dict[Any, Any],
) -> None:
    job = workflow["jobs"]["build"]

    systems = {name.partition("-")[0] for name in job["strategy"]["matrix"]["os"]}
    assert systems == {"ubuntu", "macos", "windows"}
    assert any(step.get("run") == "python dev.py build" for step in job["steps"])


def test_it_says_that_it_was_not_yet_run() -> None:
    assert "Not yet run" in FILE.read_text("utf-8")
