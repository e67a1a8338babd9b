"""The answers of hand-ins are read as they come; their code is not run."""

import zipfile

import nbformat
import pytest

from autograder.course.course import CourseError
from autograder.reports.similarity.answers import given_to, of_class, of_earlier, read_all, read_answers
from autograder.reports.similarity.units import UnitKind
from autograder.submissions import read as read_module

DOUBLE = '''
def double(x):
    """Return x times two."""
    return summed(x, x)
'''
HELPERS = """
def summed(one, other):
    return one + other + zero(one)

def zero(x):
    return x * 0

def unused():
    return 1
"""


def with_cell(source):
    return lambda notebook: notebook.cells.insert(1, nbformat.v4.new_code_cell(source))


def answers(assignment, file):
    return {answer.problem: answer for answer in read_answers(assignment, file, given_to(assignment))}


def test_an_answer_has_the_students_own_functions_that_it_calls(assignment, hand_in):
    source = answers(assignment, hand_in(double=DOUBLE, edit=with_cell(HELPERS)))["double"].source
    assert "def double" in source
    assert "def summed" in source
    assert "def zero" in source
    assert "unused" not in source


def test_a_function_that_was_moved_into_a_cell_of_its_own_is_found(assignment, hand_in, tools):
    def move(notebook):
        notebook.cells.remove(tools.cell_named(notebook, "double"))
        notebook.cells.append(nbformat.v4.new_code_cell(DOUBLE.strip() + "\n" + HELPERS))

    assert "return summed(x, x)" in answers(assignment, hand_in(edit=move))["double"].source


def test_what_was_released_is_no_part_of_an_answer(assignment, hand_in):
    read = answers(assignment, hand_in())
    assert "double" in read
    assert not any(answer.units for answer in read.values())


def test_code_that_does_not_parse_is_compared_all_the_same(assignment, hand_in):
    units = answers(assignment, hand_in(double="def double(x)\n    twofold = (x + x * 1"))["double"].units
    assert "twofold" in [found.unit.key for found in units if found.unit.kind is UnitKind.NAME]


def test_module_files_are_answers_too(assignment, course, tmp_path):
    file = tmp_path / "ada" / "cs231n" / "rnn_layers.py"
    file.parent.mkdir(parents=True)
    file.write_text("def double(x):\n    twice = x + x + 0\n    return twice\n")
    found = answers(assignment, tmp_path / "ada")["double"]
    assert found.source.startswith("def double(x):")
    assert [one.first for one in found.units if one.unit.key == "twice"][:1] == [2]


def test_a_hand_in_that_cannot_be_read_is_listed_and_ends_nothing(assignment, hand_in):
    hand_in(double=DOUBLE, student="ada")
    hand_in(student="ben").write_text("no notebook")
    hand_in(student="chen")
    hand_in(student="dana").unlink()
    read, unread = read_all(assignment, of_class(assignment))
    assert [one.student for one in read] == ["ada"]
    assert {one.student: one.why for one in unread}["chen"] == "nothing of its own is in it"
    assert "not a Jupyter notebook" in {one.student: one.why for one in unread}["ben"]


def test_a_fault_of_the_program_is_listed_by_its_last_line(assignment, hand_in, monkeypatch):
    def broken(*_):
        raise RuntimeError("out of luck")

    hand_in(double=DOUBLE)
    places = of_class(assignment)
    monkeypatch.setattr(read_module, "read_here", broken)
    assert [one.why for one in read_all(assignment, places)[1]] == ["RuntimeError: out of luck"]


def test_an_earlier_year_is_a_course_a_classroom_or_a_folder_of_files(assignment, course, hand_in, tmp_path):
    notebook = hand_in(double=DOUBLE, student="ada")
    expected = [("ada", notebook.parent)]
    for folder in (course.root, course.classroom, course.submitted):
        found = of_earlier(assignment, folder)
        assert [(student, place) for student, _, place in found] == expected
        assert {year for _, year, _ in found} == {folder.name}
    flat = tmp_path / "2024"
    flat.mkdir()
    (flat / "ben.ipynb").write_bytes(notebook.read_bytes())
    with zipfile.ZipFile(flat / "chen.zip", "w") as archive:
        archive.write(notebook, "work/arithmetic.ipynb")
    (flat / "notes.txt").write_text("nobody's")
    read, unread = read_all(assignment, of_earlier(assignment, flat))
    assert [(one.student, one.year) for one in read] == [("ben", "2024"), ("chen", "2024")]
    assert unread == []


def test_an_earlier_year_that_is_not_there_is_told(assignment, tmp_path):
    with pytest.raises(CourseError, match=r"no folder .*none: name one with an earlier year's hand-ins"):
        of_earlier(assignment, tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match=r"no hand-ins in .*empty"):
        of_earlier(assignment, tmp_path / "empty")


def test_a_link_to_somebody_elses_hand_in_is_not_followed(assignment, hand_in, course):
    folder = hand_in(double=DOUBLE, student="ada").parent
    (course.submitted / "ben").mkdir()
    (course.submitted / "ben" / folder.name).symlink_to(folder)
    _, unread = read_all(assignment, of_class(assignment))
    assert [(one.student, one.why) for one in unread] == [("ben", "it is a link")]
