"""An adopted course gets the points that plain nbgrader gives, and marks what plain nbgrader drops.

The same ten hand-ins of two assignments: nbgrader's quickstart, and one with partial credit and a hidden part.
"""

from __future__ import annotations

import shutil

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.limits import Limits
from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.results import Basis
from autograder.feedback.page import feedback_page
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.release.adopt import adopt
from autograder.release.points_check import point_faults
from tests.support import plain_course
from tests.support.plain_course import ASSIGNMENTS, WRITES, convert
from tests.support.sampling import thorough

CHECKS = (
    "problem1.correct_squares",
    "problem1.squares_invalid_input",
    "problem1.correct_sum_of_squares",
    "problem1.sum_of_squares_uses_squares",
    "means",
    "largest",
)
# The points of these checks, by student.
GIVEN = {
    "right": (1, 1, 0.5, 0.5, 3, 2),
    "wrong": (0, 0, 0, 0, 0, 0),
    "partly": (1, 0, 0.5, 0.5, 3, 0),
    "credit": (1, 1, 0.5, 0.5, 2, 2),
    "crashing": (0, 0, 0, 0.5, 3, 0),
    "endless": (1, 1, 0, 0, 3, 0),
    "mangled": (1, 1, 0.5, 0.5, 3, 2),
    "deleted": (1, 1, 0.5, 0.5, 3, 2),
    "untouched": (0, 0, 0, 0, 0, 0),
    "answers": (1, 1, 0.5, 0.5, 3, 2),
}
# Plain nbgrader drops a hand-in whose kernel dies or whose file is damaged, and leaves a deleted cell to a person.
NOT_BY_NBGRADER = {"crashing": CHECKS, "mangled": CHECKS, "deleted": (CHECKS[0], "means")}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The course before it is adopted, with what was handed in."""
    root = plain_course.make(tmp_path_factory.mktemp("plain") / "course")
    for student in WRITES:
        plain_course.hand_in(root, student)
    return root


@pytest.fixture(scope="module")
def adopted(plain, tmp_path_factory):
    root = tmp_path_factory.mktemp("adopted") / "course"
    shutil.copytree(plain, root)
    adopt(root)
    return {name: Assignment(Course(root), name) for name in ASSIGNMENTS}


def marked(assignment, student):
    folder = assignment.course.root / "submitted" / student / assignment.name
    return mark_file(assignment, folder, Limits(cell=2.0), best())


@pytest.mark.parametrize("student", GIVEN)
def test_each_hand_in_gets_its_points(adopted, student):
    records = [marked(assignment, student)[0] for assignment in adopted.values()]
    # A check that binds the name of a function, as one of quickstart's does, is no student's answer.
    assert student in ("mangled", "deleted") or not any(record.mended for record in records)
    found = {result.id: result for record in records for result in record.problems}
    assert tuple(found[check].score for check in CHECKS) == GIVEN[student]
    assert {test.basis for result in found.values() for test in result.tests} == {Basis.IN_KERNEL}


@thorough
def test_nbgrader_gives_the_same_points_where_it_gives_any(plain, tmp_path, monkeypatch):
    # Whatever the kit has been asked in this process before: nbgrader's own is meant.
    found = Autograde.init_notebooks
    monkeypatch.setattr(Autograde, "init_notebooks", getattr(found, "__wrapped__", found))
    shutil.copytree(plain, tmp_path / "course")
    for name in ASSIGNMENTS:
        for student in WRITES:
            try:
                convert(Autograde, tmp_path / "course", name, student_id=student)
            except (NbGraderException, SystemExit):
                assert student in ("crashing", "mangled")
    with Gradebook(f"sqlite:///{tmp_path / 'course' / 'gradebook.db'}", "course101") as gradebook:
        for student, points in GIVEN.items():
            for check, ours in zip(CHECKS, points, strict=True):
                notebook, _, cell = check.rpartition(".")
                name = "test_largest" if cell == "largest" else cell
                grade = gradebook.find_grade(name, notebook or "ps2", "ps1" if notebook else "ps2", student)
                theirs = None if check in NOT_BY_NBGRADER.get(student, ()) else ours
                assert (student, check, grade.auto_score) == (student, check, theirs)


def test_nothing_of_a_hidden_part_is_shown_but_what_its_author_says(adopted):
    record, notebook = marked(adopted["ps2"], "partly")
    page = feedback_page(adopted["ps2"], record, notebook)
    assert "all of them negative" in page
    for secret in ("[-7", "-9]", "largest([])"):
        assert secret not in page
    assert "The course&#39;s check ran in the same process as your code." in page


def test_code_that_looks_for_the_hidden_part_while_it_runs_finds_nothing_to_show(adopted, tmp_path):
    """It is in the kernel of the run that gives the points, and what that run shows is thrown away."""
    spy = (
        "SEEN = []\n"
        "def largest(values):\n"
        "    SEEN.append(get_ipython().user_ns['In'][-1])\n"
        "    print(SEEN[-1])\n"
        "    return max(values, default=None)"
    )
    root = tmp_path / "course"
    shutil.copytree(adopted["ps2"].course.root, root)
    assignment = Assignment(Course(root), "ps2")
    student = root / "submitted" / "right" / "ps2" / "ps2.ipynb"
    notebook = plain_course.read(student)
    plain_course.cells(notebook)["largest"].source = spy
    plain_course.cells(notebook)["plot"].source = "print(SEEN)"
    plain_course.write(notebook, student)
    record, shown = marked(assignment, "right")
    assert record.problem("largest").score == 2
    assert shown is not None
    seen = "".join(str(cell.get("outputs", "")) for cell in shown.cells)
    assert "largest([1, 3, 2])" in seen
    assert "-9" not in seen


def test_each_notebook_has_kernels_of_its_own(adopted, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(adopted["ps1"].course.root, root)
    folder = root / "submitted" / "right" / "ps1"
    second = plain_course.read(folder / "problem2.ipynb")
    second.cells.append(plain_course.own("print('squares' in globals())"))
    plain_course.write(second, folder / "problem2.ipynb")
    _, shown = marked(Assignment(Course(root), "ps1"), "right")
    assert shown is not None
    assert shown.cells[-1].outputs[0].text == "False\n"


def test_of_several_notebooks_one_that_is_missing_costs_its_own_points_alone(adopted, tmp_path):
    folder = tmp_path / "right"
    shutil.copytree(adopted["ps1"].course.root / "submitted" / "right" / "ps1", folder)
    (folder / "problem2.ipynb").unlink()
    (folder / "problem1.ipynb").rename(folder / "problem1 (1).ipynb")
    record, _ = mark_file(adopted["ps1"], folder, Limits(cell=2.0), best())
    assert record.score == 3
    said = [str(sentence) for sentence in record.mended]
    assert any("problem2.ipynb was not handed in" in sentence for sentence in said)
    assert any("The notebook was found as problem1 (1).ipynb" in sentence for sentence in said)


HIDDEN_TESTS = '''
import pytest

from autograder.testing import close, returned


@pytest.mark.points(1, asks="Write a function that returns a list of numbers")
def test_some(student, reference):
    """Squares of several numbers"""
    for n in (1, 3, 7):
        (found,) = returned(student.squares(n), "squares")
        close(found, reference.squares(n))
'''


def test_a_problem_is_moved_to_hidden_tests(adopted, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(adopted["ps1"].course.root, root)
    settings = root / "assignments" / "ps1" / "assignment.toml"
    settings.write_text(settings.read_text().replace('    "problem1.correct_squares",\n', ""))
    (settings.parent / "hidden").mkdir()
    (settings.parent / "hidden" / "test_problem1.correct_squares.py").write_text(HIDDEN_TESTS)
    made = Assignment(Course(root), "ps1")
    assert list(point_faults(made)) == []
    for student, points in (("right", 1), ("wrong", 0)):
        result = marked(made, student)[0].problem("problem1.correct_squares")
        assert (result.score, result.tests[0].basis) == (points, Basis.OWN)
        assert result.tests[0].id.startswith("test_problem1.correct_squares.py::")


def test_nbgraders_own_command_marks_all_notebooks_of_an_adopted_course(plain, tmp_path, monkeypatch):
    root = tmp_path / "course"
    shutil.copytree(plain, root)
    adopt(root)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.MarkCells.weaker_isolation = True\n")
    monkeypatch.chdir(root)
    run_converter(Autograde, load_config(Course(root)), "ps1", "right")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "course101") as gradebook:
        assert gradebook.find_submission("ps1", "right").score == 3
    folder = root / "autograded" / "right" / "ps1"
    assert {file.name for file in folder.glob("*.ipynb")} == {"problem1.ipynb", "problem2.ipynb"}
