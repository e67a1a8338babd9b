"""Rows are matched with students by what identifies both; a site's own number is nobody's login."""

from __future__ import annotations

from nbgrader.api import Student

from autograder.lms.worksheet import match


def matched(ids, students, known=None):
    found = match(dict(enumerate(ids)), students, None, known or {})
    return {row: student.id for row, student in found.students.items()}, found.doubtful


ADA, BEN = Student(id="ada", email="ada@uni.example"), Student(id="101")


def test_a_number_that_is_known_is_not_taken_for_somebodys_id():
    rows = [("101", "ada@uni.example"), ("102", "101")]
    assert matched(rows, [ADA, BEN])[0] == {}
    assert matched(rows, [ADA, BEN], {0: "ada"}) == ({0: "ada", 1: "101"}, {})


def test_a_row_that_is_known_and_says_that_it_is_another_is_doubtful():
    assert matched([("7", "101")], [ADA, BEN], {0: "ada"}) == ({}, {0: "may be 101 and ada"})


def test_who_is_known_is_asked_for_no_other_row():
    assert matched([("7",), ("ada",)], [ADA, BEN], {0: "ada"}) == ({0: "ada"}, {})


def test_who_is_no_longer_in_the_gradebook_is_not_known():
    assert matched([("7", "ada")], [ADA, BEN], {0: "gone"}) == ({0: "ada"}, {})
