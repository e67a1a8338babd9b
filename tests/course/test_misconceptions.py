"""The catalogue of misconceptions is read without running any of it, and says what is wrong in a file."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.course.course import CourseError
from autograder.course.misconceptions import FOLDER, catalogue_sha256, misconceptions, read

WHOLE = '''"""Returns x times three.

More for staff.
"""

import numpy as np

BELIEF = "Double means once more " "than twice."
HINT = "How often does x go into two x?"
NOTE = "Ask for double(1)."
LOSES = 2.5


def double(x):
    raise SystemExit("nobody runs this")
'''


@pytest.fixture
def assignment(tmp_path):
    """What is asked of an assignment here; a whole one would take long to make."""
    return SimpleNamespace(name="arithmetic", folder=tmp_path, problems=("double", "halve", "why"), drafts=False)


@pytest.fixture
def write(assignment):
    """Write a file of the catalogue and return it."""

    def write(text=WHOLE, problem="double", name="three_times"):
        file = assignment.folder / FOLDER / problem / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_file_says_what_its_misconception_is(assignment, write):
    file = write()
    (one,) = misconceptions(assignment)["double"]
    assert (one.name, one.problem, one.file) == ("three_times", "double", file)
    assert one.title == "Returns x times three."
    assert one.belief == "Double means once more than twice."
    assert one.hint == "How often does x go into two x?"
    assert one.note == "Ask for double(1)."
    assert (one.loses, one.equivalent) == (2.5, "")


def test_what_no_test_can_tell_from_right_code_says_why(write):
    assert read(write(WHOLE + '\nEQUIVALENT = "x is never odd."\n')).equivalent == "x is never odd."


def test_an_assignment_without_a_catalogue_has_no_misconceptions(assignment):
    assert misconceptions(assignment) == {}


def test_problems_come_in_the_notebooks_order_and_their_misconceptions_by_name(assignment, write):
    for problem, name in (("halve", "b"), ("double", "z"), ("double", "a")):
        write(problem=problem, name=name)
    found = misconceptions(assignment)
    assert [(problem, [one.name for one in files]) for problem, files in found.items()] == [
        ("double", ["a", "z"]),
        ("halve", ["b"]),
    ]


def test_a_catalogue_that_cannot_be_read_keeps_nothing_from_being_marked(assignment, write):
    write()
    assert catalogue_sha256(assignment)
    write(problem="treble")
    assert catalogue_sha256(assignment) == ""


def test_a_folder_that_is_no_problem_is_named(assignment, write):
    write()
    write(problem="tripple")
    with pytest.raises(CourseError, match="misconceptions/tripple is of no problem of arithmetic: rename the folder"):
        misconceptions(assignment)


LACKING = {
    "a docstring": WHOLE[WHOLE.index("import numpy") :],
    "BELIEF": WHOLE.replace("BELIEF", "BELIEFS"),
    "HINT": WHOLE.replace('"How often does x go into two x?"', '""'),
    "NOTE": WHOLE.replace('"Ask for double(1)."', "7"),
    "LOSES": WHOLE.replace("2.5", '"2.5"'),
    "BELIEF, HINT, NOTE, LOSES": '"""Does nothing."""\n',
}


@pytest.mark.parametrize(("lacking", "text"), LACKING.items(), ids=LACKING)
def test_a_file_that_lacks_something_is_named_and_so_is_what_it_lacks(assignment, write, lacking, text):
    write(text)
    with pytest.raises(
        CourseError, match=rf"double/three_times\.py lacks {lacking}: see autograder/course/misconceptions"
    ):
        misconceptions(assignment)


def test_a_file_that_cannot_be_parsed_is_named_with_its_line(assignment, write):
    write("x = 1\ndef double(x:\n")
    with pytest.raises(CourseError, match=r"three_times\.py cannot be read: .*line 2"):
        misconceptions(assignment)
