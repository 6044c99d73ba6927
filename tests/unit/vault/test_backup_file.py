"""The file of a backup: sealed, told from damage and foreign files, and written whole."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from core.adapters.backup_files import read_whole, write_whole
from core.errors import BadInput
from core.secret import Secret
from core.vault.backup_body import PORTABLE, Contents, from_body, to_body
from core.vault.backup_file import FORMAT, MAGIC, open_backup, seal_backup
from core.vault.intents import Answer, Intent, OpenOperation
from tests.fakes.clock import START
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.fakes.vaults import CHEAP

PASSPHRASE = Secret("correct horse battery")
BODY = b'{"made_at":"now"}'


def refused(act: object, *arguments: object) -> BadInput:
    assert callable(act)
    with pytest.raises(BadInput) as told:
        act(*arguments)
    return told.value


@pytest.fixture(scope="module")
def whole() -> bytes:
    return seal_backup(BODY, PASSPHRASE, CHEAP)


def test_a_backup_opens_with_its_passphrase_and_no_other(whole: bytes) -> None:
    assert open_backup(whole, PASSPHRASE) == BODY
    wrong = refused(open_backup, whole, Secret("correct horse batterY"))

    assert (wrong.where, wrong.detail) == ("passphrase", "it does not open this backup")


def test_two_backups_of_the_same_show_nothing_alike_but_the_head() -> None:
    first, second = (seal_backup(BODY, PASSPHRASE, CHEAP) for _ in range(2))

    assert first != second
    assert first.startswith(MAGIC)
    assert BODY not in first


def test_an_empty_passphrase_seals_nothing() -> None:
    assert refused(seal_backup, BODY, Secret(""), CHEAP).where == "passphrase"


def test_every_flipped_byte_and_every_truncation_is_refused_with_a_sentence(whole: bytes) -> None:
    flips = (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole)))
    cuts = (whole[:length] for length in range(len(whole)))

    told = {refused(open_backup, each, PASSPHRASE).detail for each in (*flips, *cuts)}

    assert told == {
        "this is no backup of Keypane",
        "the backup is damaged; take another copy of it",
    }


def test_a_newer_file_is_told_from_a_damaged_one() -> None:
    newer = seal_backup(BODY, PASSPHRASE, CHEAP, (FORMAT + 1, FORMAT + 1))
    readable = seal_backup(BODY, PASSPHRASE, CHEAP, (FORMAT + 1, FORMAT))

    assert "newer version" in refused(open_backup, newer, PASSPHRASE).detail
    assert open_backup(readable, PASSPHRASE) == BODY


# --- the body ------------------------------------------------------------------------------------


def test_contents_come_back_as_they_were_operations_and_answers_included() -> None:
    intent = Intent("refresh", "app-1", "user-1", START, "mark", (("half", "x"),), attempt=2)
    answer = Answer(429, b"{}", START, "application/json", again_at=START)
    nouns = (app(), bearer(), owner(), user(), activity())
    operations = (OpenOperation("user:user-1", intent, answer), OpenOperation("l", intent, None))
    contents = Contents(START, nouns, operations)

    assert from_body(to_body(contents)) == contents


def test_what_belongs_to_this_computer_alone_is_left_out() -> None:
    assert "browser_session" not in PORTABLE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"v":1}',
        b'{"v":1,"made_at":"2026-01-01","records":[],"operations":[]}',
        b'{"v":1,"made_at":"2026-01-01T00:00:00+00:00","records":[["app","{}"]],"operations":[]}',
        b'{"v":1,"made_at":"2026-01-01T00:00:00+00:00","records":[],"operations":[{}]}',
    ],
)
def test_a_body_that_makes_no_sense_is_refused(body: bytes) -> None:
    assert "malformed" in refused(from_body, body).detail


@pytest.mark.parametrize("mutation", [(b'"v":1}', b'"v":9}'), (b'"app"', b'"appX"')])
def test_a_record_of_a_newer_version_is_refused_as_such(mutation: tuple[bytes, bytes]) -> None:
    body = to_body(Contents(START, (app(),))).replace(*mutation)

    assert "newer version" in refused(from_body, body).detail


def test_a_backup_holds_a_thousand_apps() -> None:
    nouns = tuple(app(f"app-{n}") for n in range(1000))
    contents = Contents(START, nouns)
    whole = seal_backup(to_body(contents), PASSPHRASE, CHEAP)

    assert from_body(open_backup(whole, PASSPHRASE)) == contents
    assert replace(contents, nouns=()) != contents


# --- on disk -------------------------------------------------------------------------------------


def test_a_file_is_written_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path, before = tmp_path / "mine.keypane", os.umask(0)
    try:
        write_whole(path, b"data", overwrite=False)
    finally:
        os.umask(before)

    assert path.read_bytes() == b"data"
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["mine.keypane"]


def test_a_file_that_is_there_is_replaced_only_with_consent(tmp_path: Path) -> None:
    path = tmp_path / "mine.keypane"
    path.write_bytes(b"older")

    told = refused(lambda: write_whole(path, b"newer", overwrite=False))
    assert told.detail == "there is a file of this name already"
    assert path.read_bytes() == b"older"

    write_whole(path, b"newer", overwrite=True)
    assert path.read_bytes() == b"newer"


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"foreign")
    link.symlink_to(target)

    write_whole(link, b"data", overwrite=True)

    assert target.read_bytes() == b"foreign"
    assert not link.is_symlink()


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_folder_is_never_replaced(tmp_path: Path, overwrite: bool) -> None:
    assert refused(lambda: write_whole(tmp_path, b"data", overwrite=overwrite)).where == "FILE"


def test_a_disk_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    told = refused(lambda: write_whole(tmp_path / "x", b"data", overwrite=False))
    assert told.detail == "the disk is full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["link", "replace"])
def test_a_file_comes_into_its_place_in_one_step_or_stays_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / "x"
    if name == "replace":
        path.write_bytes(b"older")

    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "link", broken)
    monkeypatch.setattr(os, "replace", broken)

    refused(lambda: write_whole(path, b"data", overwrite=name == "replace"))

    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == (
        [("x", b"older")] if name == "replace" else []
    )


def test_where_there_are_no_links_the_file_is_still_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", without)
    write_whole(tmp_path / "x", b"data", overwrite=False)

    assert (tmp_path / "x").read_bytes() == b"data"


@pytest.mark.skipif(os.name != "posix", reason="a pipe with a name")
def test_pipes_folders_and_large_files_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(bytes(11))

    assert "plain file" in refused(read_whole, tmp_path / "pipe", 10).detail
    assert "too large" in refused(read_whole, tmp_path / "large", 10).detail
    assert refused(read_whole, tmp_path, 10).where == "FILE"
    assert "no such file" in refused(read_whole, tmp_path / "none", 10).detail
    assert "no name of a file" in refused(read_whole, Path("a\0b"), 10).detail


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_device_or_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    told = refused(lambda: write_whole(pipe, b"data", overwrite=True))

    assert "not a plain file" in told.detail
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
