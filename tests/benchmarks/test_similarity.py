"""What `autograder similarity` finds in a class whose copies are known."""

import ast
import statistics

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.reports.similarity.answers import given_to
from autograder.reports.similarity.evidence import THRESHOLD
from benchmarks.independent import COPIES, ClassWriter, Copyist
from benchmarks.similarity import PLANTED, YEAR, compare, hand_in, shares, write_class
from tests.support.sampling import thorough

ASSIGNMENT = Assignment(Course(KIT_ROOT), "rnn_captioning")


@pytest.fixture(scope="module")
def given():
    return given_to(ASSIGNMENT)


def found_in(seed, size, given, each):
    made = write_class(ASSIGNMENT, seed, size, each * 2, each)
    hand_ins = [hand_in(student, "", cells, given) for student, cells in made.students.items()]
    hand_ins += [hand_in(student, YEAR, cells, given) for student, cells in made.earlier.items()]
    return compare([*hand_ins, *(hand_in(one.student, "", one.cells, given) for one in made.copies)], made.copies)


def test_two_students_write_the_same_functions_otherwise_and_what_they_write_is_python():
    writer = ClassWriter(ASSIGNMENT, 3)
    one, other = writer.student(), writer.student()
    assert one.keys() == other.keys()
    assert all(one[problem] != other[problem] for problem in one)
    for copied in (one, *(change(Copyist(writer), one) for change in COPIES.values())):
        assert all(ast.parse(cell) for cell in copied.values())
        assert writer.begins(copied)


@thorough
def test_the_copies_in_a_small_class_are_found(given):
    found = found_in(2, 40, given, each=1)
    assert set(found.bits) == set(COPIES)
    assert shares([found], PLANTED) >= 5 / 6
    assert len(found.alarms) <= 2


@pytest.mark.thorough
def test_of_300_the_twelve_copies_are_found_and_next_to_nobody_else(given):
    found = [found_in(seed, 300, given, each=2) for seed in (101, 102)]
    assert shares(found, ["verbatim", "reordered", "comments rewritten", "from last year"]) == 1
    assert shares(found, PLANTED) >= 0.9
    assert statistics.mean(len(one.alarms) for one in found) <= 1
    assert all(one.next < THRESHOLD for one in found)
