"""What a computer remembers of drawing X's page."""

from pathlib import Path

from core.adapters.view_marks import ViewMarks


def test_a_program_that_died_while_it_drew_is_told_of_at_the_next_start_and_once(
    tmp_path: Path,
) -> None:
    assert not ViewMarks(tmp_path).begin()  # and here the program died

    second = ViewMarks(tmp_path)
    assert second.begin()
    assert not second.begin(), "told once; the next page is a new try"
    second.went_well()
    assert not ViewMarks(tmp_path).begin()


def test_a_page_that_was_drawn_or_left_leaves_no_mark(tmp_path: Path) -> None:
    first = ViewMarks(tmp_path)
    first.begin()
    first.begin()
    first.went_well()

    assert list(tmp_path.iterdir()) == []
    assert not ViewMarks(tmp_path).begin()


def test_drawing_in_software_is_remembered_and_taken_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ViewMarks(home).choose_software(wanted=True)

    assert ViewMarks(home).in_software
    ViewMarks(home).choose_software(wanted=False)
    assert not ViewMarks(home).in_software
    ViewMarks(home).choose_software(wanted=False)


def test_a_disk_that_refuses_the_marks_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    marks = ViewMarks(tmp_path / "home")

    assert not marks.begin()
    marks.choose_software(wanted=True)
    marks.went_well()
    assert not marks.in_software


def test_deaths_of_the_renderer_are_counted_per_program(tmp_path: Path) -> None:
    marks = ViewMarks(tmp_path)

    assert [marks.note_death(), marks.note_death()] == [1, 2]
    assert ViewMarks(tmp_path).note_death() == 1
