"""Problems as they are read from a notebook's cells."""

from __future__ import annotations

import nbformat
import pytest

from autograder.course.cells import cells_by_id
from autograder.course.course import CourseError
from autograder.course.problem import defined_names, read_problems
from tests.support.course import code


def read(*cells, in_kernel=()):
    return read_problems(cells_by_id(nbformat.v4.new_notebook(cells=[*cells])), in_kernel)


def stub(name, function):
    return code(name, f"def {function}():\n    pass", solution=True, locked=False)


def check(name):
    return code(name, "assert True", grade=True, points=2)


def test_names_are_those_that_a_cell_defines_at_its_top_level():
    source = "import x\ndef f():\n    def inner(): pass\nclass C:\n    def m(self): pass\ny = 1"
    assert defined_names(source) == ("f", "C")
    assert defined_names("") == defined_names("%matplotlib inline") == defined_names("A text.") == ()


def test_a_stub_is_the_cell_of_the_problems_name():
    problem = read(stub("other", "g"), stub("squares", "f"), check("test_squares"))["squares"]
    assert (problem.stub, problem.functions, problem.check) == ("squares", ("f",), "test_squares")


def test_without_such_a_cell_it_is_what_is_written_above_the_check():
    problems = read(stub("one", "f"), check("a"), check("b"), stub("two", "g"), stub("three", "h"), check("c"))
    assert [(one.stub, one.functions) for one in problems.values()] == [
        ("one", ("f",)),
        ("one", ("f",)),
        ("three", ("g", "h")),
    ]


def test_the_stub_of_another_problem_is_not_taken_for_it():
    problems = read(stub("squares", "f"), check("test_squares"), check("test_training"))
    assert problems["training"].functions == ()


def test_hidden_tests_mark_what_neither_a_person_nor_the_check_itself_marks():
    task = code("task", "Do it.", task=True, points=1)
    answer = code("answer", "", grade=True, solution=True, locked=False, points=1)
    problems = read(check("test_a"), check("test_b"), answer, task, in_kernel=["b"])
    assert {name: problem.tested for name, problem in problems.items()} == {
        "a": True,
        "b": False,
        "answer": False,
        "task": False,
    }
    assert [name for name, problem in problems.items() if problem.in_kernel] == ["b"]


def test_two_graded_cells_that_would_be_one_problem_are_named():
    answer = code("squares", "", grade=True, solution=True, locked=False, points=1)
    with pytest.raises(CourseError, match="squares and test_squares would both be the problem squares"):
        read(answer, check("test_squares"))
