"""Names in Canvas' download are read in every way in which they can be read."""

from __future__ import annotations

import pytest

from autograder.course.course import CourseError
from autograder.lms.canvas import groups_in, name_in_files, people_in, readings_of, student_columns, times_in
from autograder.lms.worksheet import Worksheet
from tests.support.downloads import NAMES, canvas_stem, csv_of, write


def ways(name):
    return [(one.called, one.key, one.attachment, one.file, one.late) for one in readings_of(name)]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("lovelaceada_101_900_hw.ipynb", [("lovelaceada", "101", "900", "hw.ipynb", False)]),
        ("lovelaceada_LATE_101_900_my_hw.ipynb", [("lovelaceada", "101", "900", "my_hw.ipynb", True)]),
        ("_101_900_hw.ipynb", [("", "101", "900", "hw.ipynb", False)]),
        ("lovelaceada_101_text.html", [("lovelaceada", "101", "", "text.html", False)]),
        ("lovelaceada_101_link-1.html", [("lovelaceada", "101", "", "link-1.html", False)]),
        ("a_7_101_900_x", [("a", "7", "101", "900_x", False), ("a_7", "101", "900", "x", False)]),
        ("a_101_900_2_x", [("a", "101", "900", "2_x", False), ("a_101", "900", "2", "x", False)]),
        ("a_\uff11\uff10_\uff19_x", []),
        ("a_101_900", []),
        ("a_101_900_", []),
        ("syllabus.pdf", []),
    ],
)
def test_a_name_of_a_file(name, read):
    assert ways(name) == read


@pytest.mark.parametrize("late", [False, True])
def test_a_name_of_a_hidden_student(late):
    (way,) = readings_of(f"{'LATE_' if late else ''}anon_a1Z9x_900_hw.ipynb")
    assert (way.key, way.attachment, way.file, way.late, way.nameless) == ("anon_a1Z9x", "900", "hw.ipynb", late, True)


def test_somebody_who_is_called_anon_can_be_read_as_both():
    assert [(one.key, one.nameless) for one in readings_of("anon_101_900_hw.ipynb")] == [
        ("anon_101", True),
        ("101", False),
    ]


@pytest.mark.parametrize(("last", "first", "_login"), NAMES)
def test_the_name_of_a_student_is_found_in_the_name_of_the_file(last, first, _login):
    sortable = f"{last}, {first}" if first else last
    stem = canvas_stem(sortable, 101, late=False)
    called = {one.called for one in readings_of(f"{stem}_900_hw.ipynb") if one.key == "101"}
    assert name_in_files(sortable) in {name_in_files(one) for one in called}


def gradebook(tmp_path, *rows, header=("Student", "ID", "SIS User ID", "SIS Login ID", "Section")):
    return write(
        tmp_path, "grades.csv", csv_of([[*header, "Sums (71)"], ["    Points Possible", *[""] * len(header)], *rows])
    )


def test_the_gradebook_says_who_is_in_the_course(tmp_path):
    file = gradebook(tmp_path, ["Lovelace, Ada", "101", "s1", "ada@uni.example", "Lab", ""])
    (ada,) = people_in(file).values()
    assert (ada.key, ada.student, ada.email, ada.first_name, ada.last_name) == (
        "101",
        "ada@uni.example",
        "ada@uni.example",
        "Ada",
        "Lovelace",
    )
    assert ada.ids == ("101", "s1", "ada@uni.example")


def test_names_in_two_columns_and_names_that_canvas_quotes_are_read(tmp_path):
    header = ("LastName", "FirstName", "ID", "SIS Login ID", "Section")
    file = gradebook(tmp_path, ['="=1+1"', "Ada", "101", "ada", "Lab", ""], header=header)
    (ada,) = people_in(file).values()
    assert (ada.name, ada.first_name, ada.last_name) == ("=1+1, Ada", "Ada", "=1+1")


def test_another_file_is_named(tmp_path):
    file = write(tmp_path, "other.csv", b"Name,ID\n")
    with pytest.raises(CourseError, match=r"other.csv is no gradebook of Canvas"):
        student_columns(Worksheet.read(file), file)
    with pytest.raises(CourseError, match=r"has not the columns canvas_user_id, canvas_group_id, group_name"):
        groups_in(file)


def test_times_of_hidden_students_are_by_their_anonymous_ids(tmp_path):
    said = b'[{"user_id": null, "anonymous_id": "a1Z9x", "submitted_at": "2026-03-01T10:00:00+08:00"}]'
    ((key, time),) = times_in([write(tmp_path, "times.json", said)]).items()
    assert (key, time.isoformat()) == ("anon_a1Z9x", "2026-03-01T02:00:00+00:00")
    with pytest.raises(CourseError, match="cannot be read: No such file"):
        times_in([tmp_path / "nowhere.json"])
