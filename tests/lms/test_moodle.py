"""Names in Moodle's download, and times in its worksheet."""

from __future__ import annotations

import pytest

from autograder.lms.moodle import name_in_files, place_of, time_in
from tests.support.downloads import NAMES, Moodle, Student


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("Ada Lovelace_11_assignsubmission_file/a_b.ipynb", ("Ada Lovelace", "11", "a_b.ipynb")),
        ("Ada Lovelace_11_assignsubmission_file_/cs231n/rnn.py", ("Ada Lovelace", "11", "cs231n/rnn.py")),
        ("Ada Lovelace_11_assignsubmission_file_a_b.ipynb", ("Ada Lovelace", "11", "a_b.ipynb")),
        ("Ada_11_assignsubmission_onlinetext/onlinetext.html", ("Ada", "11", "onlinetext.html")),
        ("CS231n-RNN-47/Ada_11_assignsubmission_file/a.py", ("Ada", "11", "a.py")),
        ("Default group_assignsubmission_file/a.py", ("Default group", "", "a.py")),
        (
            "Ada_11_assignsubmission_file/x_99_assignsubmission_file/a.py",
            ("Ada", "11", "x_99_assignsubmission_file/a.py"),
        ),
        ("Ada_11_assignsubmission_file", None),
        ("Ada_1\uff11_assignsubmission_file/a.py", None),
        ("notes.txt", None),
    ],
)
def test_a_path_in_the_download(path, read):
    place = place_of(path)
    assert (place and (place.called, place.number, place.file)) == read


@pytest.mark.parametrize(("last", "first", "login"), NAMES)
def test_the_name_of_a_student_is_found_in_the_name_of_the_folder(last, first, login):
    student = Student(1, 11, first, last, login, "s")
    place = place_of(f"{Moodle([student]).prefix(student)}_assignsubmission_file/a.py")
    assert place is not None
    assert (place.called, place.number) == (name_in_files(student.full), "11")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Sunday, 1 March 2026, 11:59 PM", "2026-03-01T23:59:00"),
        ("Sunday, 1 March 2026, 12:05 AM", "2026-03-01T00:05:00"),
        ("Sunday, 1 March 2026, 12:05\u202fPM", "2026-03-01T12:05:00"),
        ("Sunday, 1 March 2026, 23:59", "2026-03-01T23:59:00"),
        ("Sunday, March 1, 2026, 11:59 PM", "2026-03-01T23:59:00"),
        ("2026年03月1日 星期日 23:59", "2026-03-01T23:59:00"),
        ("2026年3月1日 星期日 下午11:59", "2026-03-01T23:59:00"),
        ("2026年3月1日 上午12:05", "2026-03-01T00:05:00"),
        ("Sonntag, 1. März 2026, 23:59", None),
        ("Sunday, 31 February 2026, 11:59 PM", None),
        ("-", None),
        ("01/03/2026 23:59", None),
    ],
)
def test_a_time_in_the_worksheet(text, time):
    read = time_in(text)
    assert (read and read.isoformat()) == time
