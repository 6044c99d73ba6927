"""`request`, `operations`, `usage` and `limits` as whole programs against a whole sandbox."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import CommandLine, SandboxProcess, sandbox_process

SEARCH = ("request", "GET", "/2/tweets/search/recent", "--as", "bearer")
SAMPLE = ("request", "GET", "/2/tweets/sample/stream", "--as", "bearer")


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as running:
        yield running


@pytest.fixture
def x(shared_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox, as new."""
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture
def keypane(tmp_path: Path, x: SandboxProcess) -> CommandLine:
    """Commands that know an App with a Bearer Token."""
    line = CommandLine(tmp_path / "home")
    line.add_app(x)
    assert line.json("bearer", "generate", "Practice").code == 0
    return line


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["body"]["data"]]


def requests_for(x: SandboxProcess, path: str) -> int:
    return sum(entry["path"] == path for entry in x.control("ledger"))


# Pictures


def test_the_command_line_fetches_no_picture(keypane: CommandLine, x: SandboxProcess) -> None:
    wanted = ("-q", "query=has:media", "-q", "expansions=attachments.media_keys,author_id")
    fields = ("-q", "media.fields=url,preview_image_url", "-q", "user.fields=profile_image_url")

    answer = keypane.json(*SEARCH, *wanted, *fields)

    includes = answer.answer["body"]["includes"]
    assert all(user["profile_image_url"] for user in includes["users"])
    assert any("url" in media for media in includes["media"])
    assert not [entry for entry in x.control("ledger") if entry["path"].startswith("/pbs/")]


# Pages


def test_all_pages_come_as_one_answer_with_their_progress(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    query = ("-q", "query=-is:reply", "-q", "max_results=30", "-q", "expansions=author_id")

    whole = keypane.json(*SEARCH, *query, "--all-pages")

    assert whole.code == 0
    facts = whole.answer
    assert facts["pages"] == requests_for(x, "/2/tweets/search/recent") > 2
    assert len(ids(facts)) == len(set(ids(facts))) == facts["body"]["meta"]["result_count"]
    users = [user["id"] for user in facts["body"]["includes"]["users"]]
    assert len(users) == len(set(users))
    assert "stopped" not in facts
    assert "next_token" not in facts["body"]["meta"]
    assert f"Page {facts['pages']}: " in whole.stderr


def test_pages_end_at_a_bound_and_go_on_from_there(keypane: CommandLine) -> None:
    query = ("-q", "query=-is:reply", "-q", "max_results=10", "--all-pages")

    first = keypane.json(*SEARCH, *query, "--max-pages", "2").answer
    second = keypane.json(
        *SEARCH, *query, "--max-cost", "0.05", "-q", f"next_token={first['next_token']}"
    ).answer

    assert (first["pages"], first["stopped"]) == (2, "pages")
    assert (second["pages"], second["stopped"], second["cost"]) == (1, "cost", "0.050")
    assert not set(ids(first)) & set(ids(second))


def test_a_refused_page_leaves_the_pages_before_it(keypane: CommandLine, x: SandboxProcess) -> None:
    query = ("-q", "query=-is:reply", "-q", "max_results=10", "--all-pages")
    path = "/2/tweets/search/recent"
    x.control("faults", [{"method": "GET", "path": path, "delay_seconds": 0, "times": 2}])
    x.control("faults", [{"method": "GET", "path": path, "status": 429}])

    refused = keypane.json(*SEARCH, *query)

    assert refused.code == 3
    assert (refused.answer["status"], refused.answer["stopped"]) == (429, "refused")
    assert len(ids(refused.answer)) == 20
    assert refused.answer["refusal"]["status"] == 429
    again = keypane.json(*SEARCH, *query, "-q", f"next_token={refused.answer['next_token']}")
    assert again.code == 0
    assert not set(ids(refused.answer)) & set(ids(again.answer))


def test_a_line_that_breaks_leaves_the_pages_before_it(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    path = "/2/tweets/search/recent"
    x.control("faults", [{"method": "GET", "path": path, "delay_seconds": 0}])
    x.control("faults", [{"method": "GET", "path": path, "drop": "after", "times": 5}])

    broken = keypane.json(*SEARCH, "-q", "query=-is:reply", "--all-pages")

    assert broken.code == 4
    assert (broken.answer["pages"], broken.answer["stopped"]) == (1, "failed")
    assert broken.answer["error"]["message"]
    assert broken.answer["next_token"]


def first_told(process: "subprocess.Popen[str]") -> str:
    """Return the first line told; a busy computer says before it that it waits for the key."""
    assert process.stderr is not None
    return next(
        line
        for line in iter(process.stderr.readline, "")
        if not line.startswith("Waiting for the key")
    )


def test_ctrl_c_between_pages_prints_what_came(keypane: CommandLine, x: SandboxProcess) -> None:
    path = "/2/tweets/search/recent"
    x.control("faults", [{"method": "GET", "path": path, "delay_seconds": 0}])
    x.control("faults", [{"method": "GET", "path": path, "delay_seconds": 60, "effect": "before"}])

    with keypane.started(*SEARCH, "-q", "query=-is:reply", "--all-pages", "--json") as process:
        assert first_told(process).startswith("Page 1:")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert json.loads(out)["stopped"] == "cancelled"


def test_names_of_the_other_family_are_tried_once(keypane: CommandLine) -> None:
    query = ("-q", "ids=1261326399320715264", "-q", "post.fields=created_at")

    answered = keypane.json("request", "GET", "/2/tweets", "--as", "bearer", *query).answer
    said = keypane.json(
        "request", "GET", "/2/tweets", "--as", "bearer", "--field-names", "tweet", *query
    ).answer

    assert answered["renamed"] is True
    assert "renamed" not in said
    assert answered["body"]["data"] == said["body"]["data"]
    assert "created_at" in said["body"]["data"][0]


# Streams


def test_a_stream_is_one_line_per_post_up_to_a_bound(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    x.control("streams", {"posts_per_second": 200})

    followed = keypane.run(*SAMPLE, "--stream", "--max-posts", "25")

    posts = [json.loads(line) for line in followed.stdout.splitlines()]
    assert followed.code == 0
    assert len({post["data"]["id"] for post in posts}) == 25
    assert "Connected." in followed.stderr
    assert "Stopped (posts). 25 Posts." in followed.stderr
    priced = keypane.run(*SAMPLE, "--stream", "--max-cost", "0.02")
    assert len(priced.stdout.splitlines()) == 4


def test_a_stream_that_ends_is_opened_again_unless_that_is_not_wanted(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    x.control("streams", {"posts_per_second": 0})
    with keypane.started(*SAMPLE, "--stream", "--max-posts", "1") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "Connected.\n"
        x.control("streams", {"disconnect": "end"})
        assert "Opening it again" in process.stderr.readline()
        assert process.stderr.readline() == "Connected.\n"
        x.control("streams", {"posts_per_second": 50})
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert len(out.splitlines()) == 1

    x.control("streams", {"posts_per_second": 0})
    with keypane.started(*SAMPLE, "--stream", "--no-reconnect") as process:
        assert process.stderr is not None
        process.stderr.readline()
        x.control("streams", {"disconnect": "operational"})
        out, said = process.communicate(timeout=60)
        assert json.loads(out)["errors"][0]["title"] == "operational-disconnect"
        assert "X ended the stream." in said


def test_ctrl_c_leaves_a_stream_and_tells_the_sum(keypane: CommandLine, x: SandboxProcess) -> None:
    with keypane.started(*SAMPLE, "--stream") as process:
        assert first_told(process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert " Posts" in said


def test_a_stream_that_x_refuses_ends_with_3(keypane: CommandLine) -> None:
    path = "/2/tweets/search/stream"  # without a rule

    refused = keypane.json("request", "GET", path, "--as", "bearer", "--stream")

    assert refused.code == 3
    assert refused.error["status"] == 409


def test_bounds_that_mean_nothing_are_wrong_use(keypane: CommandLine, x: SandboxProcess) -> None:
    for arguments in (
        SAMPLE,
        (*SEARCH, "--stream"),
        (*SEARCH, "--max-pages", "2"),
        (*SEARCH, "--all-pages", "--max-posts", "2"),
        (*SEARCH, "--all-pages", "--max-pages", "0"),
        (*SEARCH, "--all-pages", "--max-cost", "free"),
        (*SEARCH, "--all-pages", "--max-cost", "-1"),
        (*SEARCH, "--all-pages", "--stream"),
        (*SEARCH, "--no-reconnect"),
    ):
        wrong = keypane.json(*arguments)

        assert wrong.code == 2, arguments
        assert wrong.error["kind"] == "bad_input"
    assert requests_for(x, "/2/tweets/search/recent") == 0


# Operations, limits, usage


def test_what_x_has_for_enterprise_apps_only_is_told_with_its_days(keypane: CommandLine) -> None:
    told = "Enterprise only at X, by its pages of 2026-08-22."
    listed = keypane.run("operations", "--tag", "Stream")
    facts = {each["id"]: each for each in keypane.json("operations").answer}

    marked = [line for line in listed.stdout.splitlines() if line.endswith("[enterprise only]")]
    assert any("/2/tweets/firehose/stream " in line for line in marked)
    assert not any("/2/tweets/sample/stream " in line for line in marked)
    assert facts["likePost"]["access"][0] | {"note": ""} == {
        "level": "enterprise",
        "since": "2026-04-16",
        "read_at": "2026-08-22",
        "note": "",
    }
    assert "access" not in facts["getUsage"]

    firehose = ("GET", "/2/tweets/firehose/stream?partition=1", "--as", "bearer", "--stream")
    assert told in keypane.run("request", *firehose).stderr
    assert told not in keypane.run("request", "GET", "/2/usage/tweets", "--as", "bearer").stderr


def test_operations_are_updated_after_a_preview_and_gone_back_from(
    keypane: CommandLine, x: SandboxProcess
) -> None:
    address = f"{x.origin}/2/openapi.json"

    unasked = keypane.json("operations", "--update", address)
    updated = keypane.json("operations", "--update", address, "--yes")
    listed = keypane.json("operations")
    back = keypane.json("operations", "--built-in")

    assert (unasked.code, unasked.error["kind"]) == (2, "bad_input")
    assert updated.answer["updated"] is True
    assert "GET /2/lists/{id}" in updated.answer["removed"]
    assert len(listed.answer) == updated.answer["operations"] < 178
    assert back.answer == {"went_back": True, "version": "2.167"}
    assert len(keypane.json("operations").answer) == 178
    assert {row["tag"] for row in keypane.json("operations", "--tag", "usage").answer} == {"Usage"}


def test_a_malformed_file_leaves_the_operations_as_they_are(
    keypane: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{"openapi": "3.0.0", "paths": {}}', "utf-8")

    refused = keypane.json("operations", "--update", str(file), "--yes")

    assert refused.code == 2
    assert len(keypane.json("operations").answer) == 178


def test_usage_tells_the_days_and_limits_what_is_left(keypane: CommandLine) -> None:
    keypane.json("request", "GET", "/2/tweets", "--as", "bearer", "-q", "ids=1261326399320715264")

    usage = keypane.json("usage", "Practice", "--days", "2").answer
    limits = keypane.json("limits", "Practice").answer

    assert usage[0]["cap"] == 3_000_000
    assert {row["scope"] for row in usage if "date" in row} == {"project", "app"}
    seen = {row["endpoint"]: row for row in limits if row["source"] == "answer"}
    assert seen["GET /2/tweets"]["remaining"] == 3499
    assert keypane.json("usage", "Practice", "--days", "91").code == 2
