"""What a new marking would change is shown before anything is written."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.grading.gradebook.changes import Change, TestChange
from autograder.grading.what_if import moved, print_what_if, reasons, summary


def printed(changes, students):
    file = io.StringIO()
    print_what_if(changes, Console(file=file, width=80), students)
    return file.getvalue()


def test_a_proposal_fits_80_columns_and_says_who_would_move_by_what_and_what_stands():
    fell = TestChange("test_double.py::test_example", "passed 4", "failed 0", -4)
    rose = TestChange("test_halve.py::test_values[3]", "failed 0", "passed 1", 1)
    changes = [
        Change("a-long-student-name@university.example", "double", 6.0, 2.0, (fell,)),
        Change("bea", "halve", 5.0, 6.0, (rose,) * 5),
        Change("cyd", "double", 6.0, 2.0, (fell,), override=5.0),
        Change("dan", "double", 6.0, 2.0, (fell,), kept=True),
        Change("eve", "double", 6.0, None),
        Change("fay", "double", 6.0, 6.0, (fell,)),
        Change("[red]gus", "double", 5.0, 6.0),
    ]
    shown = printed(changes, 2000)
    assert max(map(len, shown.splitlines()[:-1])) <= 80
    for text in ("6 → 2", "-example", "+values[3]", "and 2 more", "OVERRIDE 5 stays", "6 is KEPT", "6 → ?", "[red]gus"):
        assert text in shown
    assert "fay" not in shown
    assert shown.splitlines()[-1] == (
        "4 of 2000 hand-ins would move, +2/-4 points; 1 overridden by a person; 1 kept; 1 left to a person."
    )


def test_where_nothing_moves_there_is_only_a_summary():
    assert printed([], 3) == "0 of 3 hand-ins would move, +0/-0 points.\n"


@pytest.mark.parametrize(
    ("old", "new", "shown"), [(6.0, 4.5, "6 \u2192 4.5"), (None, 2.0, "? \u2192 2"), (2.0, None, "2 \u2192 ?")]
)
def test_points_that_a_person_must_look_at_are_a_question_mark(old, new, shown):
    assert moved(Change("ada", "double", old, new)) == shown


def test_a_move_without_a_test_that_explains_it_says_so():
    assert reasons(Change("ada", "double", 6.0, 4.0)) == ["no test of the record"]


def test_tests_are_counted_by_what_they_came_to():
    tests = [TestChange("t::test_a", None, None, gain) for gain in (1, -1, 0, -1)]
    shown = printed([Change("ada", "double", 6.0, 4.0, (test,)) for test in tests], 4)
    (row,) = [line.split() for line in shown.splitlines() if line.split()[:1] == ["a"]]
    assert row == ["a", "double", "1", "2", "1"]


def test_a_student_with_several_problems_counts_once():
    changes = [Change("ada", name, 1.0, 2.0) for name in ("double", "halve")]
    assert summary(changes, 2) == "1 of 2 hand-ins would move, +2/-0 points."
