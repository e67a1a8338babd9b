"""What `autograder grade` decides before and after hand-ins are marked."""

from __future__ import annotations

import io

import pytest
from filelock import FileLock
from rich.console import Console

from autograder.course import CourseError
from autograder.grading.grade import LOCK, Request, alone, grade


def console():
    return Console(file=io.StringIO(), width=100)


def test_two_runs_in_one_course_are_refused(assignment, hand_in):
    hand_in()
    with FileLock(assignment.course.classroom / LOCK), pytest.raises(CourseError, match="is running in this course"):
        grade(assignment, Request(), console())
    with alone(assignment.course):
        pass


def test_without_hand_ins_it_says_where_they_belong(assignment):
    with pytest.raises(CourseError, match=r"no hand-ins of arithmetic in .*submitted/<student>/arithmetic: put them"):
        grade(assignment, Request(), console())


def test_a_student_who_has_handed_nothing_in_is_named(assignment, hand_in):
    hand_in()
    with pytest.raises(CourseError, match="no hand-in of 'bob'"):
        grade(assignment, Request(students=["ada", "bob"]), console())


def test_no_jobs_are_refused(assignment, hand_in):
    hand_in()
    with pytest.raises(CourseError, match="0 jobs: ask for one or more"):
        grade(assignment, Request(jobs=0, weaker=True), console())
