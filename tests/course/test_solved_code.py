"""The solution is loaded from module files, and from the notebook's cells where there are none."""

import sys

import nbformat
import numpy as np
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.release.release import release
from autograder.testing.variants import methods, variant
from autograder.verification.mutants import mutants
from tests.support.course import code
from tests.support.plain import NAME, POINTS, add_plain


@pytest.fixture
def plain(course):
    """An assignment that is a notebook and nothing else."""
    add_plain(course)
    return Assignment(course, NAME)


def edit(course, name, *cells):
    """Put code cells at the end of a source notebook."""
    file = course.source(name) / f"{name}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells += cells
    nbformat.write(notebook, file)


class TestAReferenceOfANotebook:
    def test_has_functions_methods_and_classes(self, plain):
        assert plain.reference.twice(3) == 6
        assert plain.reference.Line().rise(2) == 6
        assert plain.reference.Counter(5).up(-2) == 3

    def test_has_what_provided_cells_define_when_it_is_asked_for(self, plain, course):
        edit(course, NAME, code("more", "THREE = 3\ndef thrice(x):\n    return THREE * x"))
        reference = Assignment(course, NAME).reference
        assert "thrice" not in vars(reference)
        assert reference.thrice(2) == 6
        with pytest.raises(AttributeError, match="the solution defines no fourth"):
            reference.fourth  # noqa: B018

    def test_runs_nothing_that_only_does_something(self, plain):
        assert plain.reference.twice(1) == 2
        assert "shown_by_plain" not in sys.modules

    def test_tells_which_cell_raises(self, course, plain):
        edit(course, NAME, code("broken", "FOUR = 2 / 0\n"))
        with pytest.raises(CourseError, match=r"plain\.ipynb: cell broken, line 1: raised ZeroDivisionError"):
            Assignment(course, NAME).reference.FOUR  # noqa: B018


class TestVariants:
    def test_replace_functions_for_whoever_calls_them(self, plain):
        made = variant(plain, "def twice(x):\n    return x + 100")
        assert made["Line"]().rise(2) == 153
        assert variant(plain)["Line"]().rise(2) == 6

    def test_replace_methods(self, plain):
        assert methods(plain) == {"rise": "Line"}
        assert variant(plain, "def rise(self, x):\n    return self.slope")["Line"]().rise(2) == 3

    def test_may_use_what_provided_cells_define(self, plain):
        made = variant(plain, "def twice(x):\n    return scaled(x) + SCALE")
        np.testing.assert_array_equal(made["twice"](np.ones(2)), [4, 4])

    def test_have_nothing_that_a_check_got_from_the_solution(self, course, plain):
        edit(course, NAME, code("check", "line = Line()\ngot = line.rise(2)\nGIVEN = 5"))
        made = variant(Assignment(course, NAME), "def twice(x):\n    return GIVEN + (got if x else 0)")
        assert made["twice"](0) == 5
        with pytest.raises(NameError, match="got"):
            made["twice"](1)


def test_mutants_are_made_of_the_cells_and_of_a_class_s_methods(plain):
    made = list(mutants(plain))
    assert {(one.problem, one.function) for one in made} == {
        ("twice", "twice"),
        ("rise", "rise"),
        ("counter", "Counter.__init__"),
        ("counter", "Counter.up"),
    }
    changed = next(one for one in made if one.function == "Counter.up" and "-=" in one.after)
    assert variant(plain, changed.source)["Counter"](5).up(2) == 3


def test_it_is_released_and_its_solution_has_full_marks(plain, leaks_elsewhere):
    release(plain)
    course = plain.course
    assert sorted(path.name for path in course.solutions(NAME).iterdir()) == [f"{NAME}.ipynb"]
    record, _ = mark_file(plain, course.solutions(NAME) / f"{NAME}.ipynb", level=best())
    assert {problem.id: problem.score for problem in record.problems} == POINTS
    record, _ = mark_file(plain, course.release(NAME) / f"{NAME}.ipynb", level=best())
    assert {problem.score for problem in record.problems} == {0}


class TestModuleFiles:
    def test_may_use_what_provided_cells_define(self, course, assignment):
        edit(course, assignment.name, code("helpers", "def helper(x):\n    return np.asarray(x) * 2"))
        file = course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
        file.write_text(file.read_text().replace("return 2 * x", "return helper(x)"))
        made = Assignment(course, assignment.name)
        np.testing.assert_array_equal(made.reference.double(np.ones(2)), [2, 2])
        np.testing.assert_array_equal(variant(made)["double"](np.ones(2)), [2, 2])

    def test_define_what_the_notebook_imports_from_them(self, course, assignment):
        edit(course, assignment.name, code("helpers", "from cs231n.rnn_layers import temporal_affine_forward as layer"))
        reference = Assignment(course, assignment.name).reference
        assert reference.layer is reference.temporal_affine_forward

    def test_a_release_of_them_needs_their_names(self, plain):
        with pytest.raises(ValueError, match=r"plain has no release of module files: .*assignment\.toml"):
            release(plain, modules=True)
