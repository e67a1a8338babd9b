"""An assignment read from its folder and its source notebook."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import nbformat
import numpy as np
import pytest

from autograder.course.assignment import Assignment, ModuleFile
from autograder.course.course import CourseError


def test_problems_come_from_the_notebook_in_its_order(assignment):
    assert list(assignment.problems) == ["double", "halve", "why"]
    double = assignment.problems["double"]
    assert (double.points, double.check, double.functions, double.manual) == (
        4.0,
        "test_double",
        ("double",),
        False,
    )
    why = assignment.problems["why"]
    assert (why.points, why.check, why.functions, why.manual) == (3.0, "why", (), True)


def test_an_assignment_is_found_from_anywhere_in_its_course(assignment, monkeypatch):
    monkeypatch.chdir(assignment.course.source(assignment.name))
    assert Assignment.here(assignment.name).course == assignment.course
    with pytest.raises(CourseError, match="no assignment 'geometry'"):
        Assignment.here("geometry")


def test_points_that_an_instructor_changes_are_used(assignment, tools):
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    tools.cell_named(notebook, "test_double").metadata.nbgrader.points = 7
    nbformat.write(notebook, assignment.notebook_file)
    assert assignment.problems["double"].points == 7


def test_only_check_cells_lead_to_a_problem(assignment):
    assert assignment.problem_of_check("test_double").id == "double"
    for other in ("double", "why", "test_why", "setup", "", "test_", "test_test_double"):
        assert assignment.problem_of_check(other) is None


def test_an_unknown_assignment_is_an_error_that_lists_the_known_ones(course):
    with pytest.raises(CourseError, match="no assignment 'geometry': there are arithmetic"):
        Assignment(course, "geometry")


def test_a_missing_source_notebook_is_named(assignment):
    assignment.notebook_file.unlink()
    with pytest.raises(CourseError, match=r"no source notebook .*arithmetic\.ipynb"):
        _ = assignment.problems


def test_the_reference_is_the_solution_that_was_made(assignment):
    np.testing.assert_array_equal(assignment.reference.double(np.ones(2)), [2, 2])
    assert assignment.reference.halve(4)[0] == 2


def test_a_reference_may_be_loaded_in_any_thread(course, assignment):
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: Assignment(course, assignment.name).reference.double(4), range(40)))
    assert made == [8] * 40


def test_a_reference_that_was_not_made_says_which_command_makes_it(assignment):
    (assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py").unlink()
    with pytest.raises(CourseError, match="run `autograder release arithmetic`"):
        _ = assignment.reference


def test_the_digest_changes_with_any_hidden_test(course, assignment):
    before = assignment.tests_sha256
    with assignment.hidden_file("halve").open("a") as file:
        file.write("\n")
    assert Assignment(course, assignment.name).tests_sha256 != before


def test_the_module_of_a_file_is_its_name_below_the_package():
    assert ModuleFile("cs231n/classifiers/rnn.py", (), None).module == "classifiers.rnn"


def with_needs(assignment, line):
    settings = assignment.folder / "assignment.toml"
    settings.write_text(f"{settings.read_text()}\n[needs]\n{line}\n")
    return Assignment(assignment.course, assignment.name)


def test_a_problem_may_need_one_before_it(assignment):
    assert with_needs(assignment, 'halve = "double"').needs == {"halve": "double"}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('halve = "dubble"', "dubble is no problem with hidden tests"),
        ('why = "double"', "why is no problem with hidden tests"),
        ('double = "halve"', "halve must come before double in the notebook"),
        ('double = "double"', "double must come before double in the notebook"),
    ],
)
def test_what_a_problem_needs_is_checked(assignment, line, fault):
    with pytest.raises(CourseError, match=fault):
        _ = with_needs(assignment, line).needs


def test_the_digest_of_the_tests_changes_with_what_is_built_on_what(assignment):
    before = assignment.tests_sha256
    assert with_needs(assignment, 'halve = "double"').tests_sha256 != before


def test_a_sequel_that_leads_back_to_itself_is_an_error(assignment):
    settings = assignment.folder / "assignment.toml"
    settings.write_text(f'sequel_of = "{assignment.name}"\n' + settings.read_text())
    with pytest.raises(CourseError, match=r"assignment\.toml: sequel_of leads back to arithmetic: take it out"):
        _ = Assignment(assignment.course, assignment.name).earlier
