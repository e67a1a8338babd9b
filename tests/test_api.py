"""`autograder.mark`: as the command marks, and imported by nobody who does not ask for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

import autograder
from autograder.course.course import CourseError
from autograder.course.results import Record, Status
from autograder.marking.execution.isolation import WeakIsolationError

DOUBLE = "def double(x): return 2 * x"
BARE = "import sys, autograder; print(sorted(name for name in sys.modules if name.startswith('autograder')))"


def test_a_hand_in_becomes_a_record(course, hand_in, scratch):
    record = autograder.mark(hand_in(DOUBLE), student="ada", attempt=2, allow_weaker_isolation=True)
    assert isinstance(record, autograder.Record)
    assert (record.status, record.score, record.student, record.attempt) == (Status.MARKED, 4, "ada", 2)


def test_a_course_elsewhere_is_named_and_an_event_loop_may_run(course, hand_in, scratch, tmp_path, monkeypatch):
    file = hand_in(DOUBLE)
    monkeypatch.chdir(tmp_path)

    async def marked() -> Record:
        return autograder.mark(str(file), "arithmetic", course=course.root, allow_weaker_isolation=True)

    assert asyncio.run(marked()).score == 4


def test_what_is_no_hand_in_has_a_record_that_says_why(course, tmp_path):
    file = tmp_path / "ada.ipynb"
    file.write_text("no notebook")
    record = autograder.mark(file, allow_weaker_isolation=True)
    assert (record.status, record.student) == (Status.REJECTED, "ada")
    assert "is not a Jupyter notebook" in str(record.notes[0])


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"level": "off"}, WeakIsolationError),
        ({"level": "strong"}, ValueError),
        ({"assignment": "geometry"}, CourseError),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_so(course, hand_in, options, fault):
    with pytest.raises(fault, match=r"less than full|strong|geometry"):
        autograder.mark(hand_in(DOUBLE), **options)


def test_a_hand_in_that_is_not_there_is_named(course):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.ipynb"):
        autograder.mark("nowhere.ipynb", allow_weaker_isolation=True)


def test_the_package_imports_none_of_its_modules_by_itself():
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['autograder']"


def test_other_names_are_not_there():
    with pytest.raises(AttributeError, match="no attribute 'marks'"):
        autograder.marks  # noqa: B018
