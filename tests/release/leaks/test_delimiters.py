"""Delimiters: which are meant, what they enclose, and what is wrong with them."""

from __future__ import annotations

import pytest

from autograder.release.leaks.delimiters import Region, delimiters, faults, regions, without_regions

RIGHT = "a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc"


def test_right_delimiters_have_no_fault_and_enclose_what_is_between_them():
    assert list(faults(RIGHT)) == []
    assert regions(RIGHT) == [Region("SOLUTION", 2, 4)]
    assert [line for line in range(1, 6) if regions(RIGHT)[0].holds(line)] == [3]


def test_without_them_the_other_lines_keep_their_numbers():
    assert without_regions(RIGHT) == "a\n\n\n\nc"
    assert without_regions(RIGHT, ("MARK SCHEME",)) == RIGHT


@pytest.mark.parametrize(
    "line",
    [
        "### BEGIN SOLUTON",
        "# begin solution",
        "### BEGIN_SOLUTION",
        "### BEGN SOLUTION",
        "## Begin Solution",
        "BEGIN  SOLUTION",
        "<!-- begin solution -->",
    ],
)
def test_misspelt_ones_are_told(line):
    (found,) = delimiters(line)
    assert (found.edge, found.kind, found.exact) == ("BEGIN", "SOLUTION", False)


@pytest.mark.parametrize(
    "line",
    [
        "## Hidden tests",
        "# Solution",
        "The solution begins here",
        "# the end of the solution is near",
        "SOLUTION",
        "### How marks are given",
        "begin solution",
    ],
)
def test_headings_and_sentences_are_no_delimiters(line):
    assert list(delimiters(line)) == []


@pytest.mark.parametrize(
    ("source", "line", "kind"),
    [
        ("### BEGIN SOLUTION\nx", 1, "BEGIN SOLUTION without END SOLUTION"),
        ("x\n### END MARK SCHEME", 2, "END MARK SCHEME without BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", 2, "a delimiter within SOLUTION (line 1)"),
        (
            "### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n### END SOLUTION",
            2,
            "a delimiter within SOLUTION",
        ),
        ("### BEGIN SOLUTION\nx\n### END HIDDEN TESTS", 3, "END HIDDEN TESTS without BEGIN"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(source, line, kind):
    found = next(fault for fault in faults(source) if kind in fault.kind)
    assert found.line == line
