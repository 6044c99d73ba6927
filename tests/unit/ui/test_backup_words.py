"""The words of copies: what tells one from another, for the eye and for the ear."""

from datetime import datetime, timedelta

from core.vault.factory import Copy
from ui.presenters.backup_words import copy_lines

NOON = datetime(2026, 11, 23, 12, 0, 5).astimezone()


def _lines(*ages: timedelta) -> list[tuple[str, str, str]]:
    copies = [Copy(f"copy-{age}", NOON - age) for age in ages]
    return [(line.label, line.verb, line.name) for line in copy_lines(copies, NOON.date())]


def test_copies_of_different_minutes_are_called_by_the_minute() -> None:
    assert _lines(timedelta(0), timedelta(minutes=1)) == [
        ("Today, 12:00", "Restore from 12:00…", ""),
        ("Today, 11:59", "Restore from 11:59…", ""),
    ]


def test_copies_of_one_minute_show_and_speak_their_seconds() -> None:
    assert _lines(timedelta(0), timedelta(seconds=4), timedelta(minutes=1)) == [
        ("Today, 12:00:05", "Restore from 12:00:05…", ""),
        ("Today, 12:00:01", "Restore from 12:00:01…", ""),
        ("Today, 11:59", "Restore from 11:59…", ""),
    ]


def test_copies_of_one_earlier_day_are_heard_with_their_time() -> None:
    day = timedelta(days=1)
    assert _lines(day, day + timedelta(hours=2), 2 * day) == [
        ("Yesterday, 12:00", "Restore from yesterday…", "Restore from yesterday, 12:00"),
        ("Yesterday, 10:00", "Restore from yesterday…", "Restore from yesterday, 10:00"),
        ("21 Nov 2026, 12:00", "Restore from 21 Nov 2026…", ""),
    ]


def test_copies_of_one_second_are_heard_by_a_number() -> None:
    assert [name for _label, _verb, name in _lines(timedelta(0), timedelta(0))] == [
        "Restore from 12:00:05, copy 1",
        "Restore from 12:00:05, copy 2",
    ]
    day = timedelta(days=1)
    assert [name for _label, _verb, name in _lines(day, day)] == [
        "Restore from yesterday, 12:00:05, copy 1",
        "Restore from yesterday, 12:00:05, copy 2",
    ]
