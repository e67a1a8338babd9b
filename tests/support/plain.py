"""A small assignment without a package: all of it is in the notebook, with a class, a method and a provided helper."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder.course.course import Course
from tests.support.course import code

NAME = "plain"
SETUP = "%matplotlib inline\nimport sys\nimport numpy as np"
PROVIDED = '''
SCALE = 2

def scaled(x):
    """Return x times two."""
    return SCALE * np.asarray(x)

class Line:
    slope = 3

def method_of(owner):
    def put(function):
        setattr(owner, function.__name__, function)
        return function
    return put

sys.modules.setdefault("shown_by_plain", sys)  # gives no name a value
'''
CELLS = {
    "twice": '''
def twice(x):
    """Return x times two."""
    ### BEGIN SOLUTION
    return scaled(x) + 0
    ### END SOLUTION
''',
    "rise": '''
@method_of(Line)
def rise(self, x):
    """Return how far the line rises."""
    ### BEGIN SOLUTION
    return self.slope * twice(x) / 2
    ### END SOLUTION
''',
    "counter": '''
class Counter:
    """Counts from a number on."""

    def __init__(self, start):
        ### BEGIN SOLUTION
        self.count = start
        ### END SOLUTION

    def up(self, by):
        ### BEGIN SOLUTION
        self.count += by
        return self.count
        ### END SOLUTION
''',
}
CHECKS = {
    "twice": "assert twice(np.ones(2)).sum() == 4",
    "rise": "assert Line().rise(2) == 6",
    "counter": "assert Counter(1).up(2) == 3",
}
POINTS = {"twice": 4, "rise": 2, "counter": 3}
HIDDEN_LINE = """
### BEGIN HIDDEN TESTS
from autograder.hidden import hidden_tests; hidden_tests("plain", "{problem}")
### END HIDDEN TESTS
"""
HEAD = """
import numpy as np
import pytest

from autograder.testing import close, fail, plain, returned
from autograder.assignments.plain.examples import numbers


"""
HIDDEN = {
    "twice": '''
@pytest.mark.points(4, asks="Return x times two.", stays="one test is all")
def test_values(student, reference, rng):
    """Doubles numbers."""
    x = numbers(rng)
    close(returned(student.twice(x), "y")[0], reference.scaled(x))
''',
    "rise": '''
@pytest.mark.points(2, asks="Return how far the line rises.", stays="one test is all")
def test_values(student, reference, rng):
    """Rises."""
    x = numbers(rng)
    close(returned(student.Line().rise(x), "y")[0], reference.Line().rise(x))
''',
    "counter": '''
@pytest.mark.points(1.5, asks="Counts from a number on.", stays="two ways to count")
@pytest.mark.parametrize("by", [1, -2])
def test_values(student, reference, by):
    """Counts by {by}."""
    if plain(student.Counter(5).up(by)) != reference.Counter(5).up(by):
        fail("It counts wrongly.")
''',
}
EXAMPLES = "def numbers(rng):\n    return rng.normal(size=4)\n"


def source_notebook() -> nbformat.NotebookNode:
    """Return the source notebook."""
    cells = [
        nbformat.v4.new_markdown_cell("# Plain", id="title"),
        code("setup", SETUP),
        code("helpers", PROVIDED),
    ]
    for name, text in CELLS.items():
        cells.append(code(name, text, locked=False, solution=True))
        check = CHECKS[name] + HIDDEN_LINE.format(problem=name)
        cells.append(code(f"test_{name}", check, grade=True, points=POINTS[name]))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def add_plain(course: Course) -> Path:
    """Set the assignment in a course, and return its folder; it has an empty ``assignment.toml``."""
    folder = course.assignments / NAME
    (folder / "hidden").mkdir(parents=True)
    (folder / "assignment.toml").write_text("")
    (folder / "examples.py").write_text(EXAMPLES)
    for name, text in HIDDEN.items():
        (folder / "hidden" / f"test_{name}.py").write_text(HEAD + text.strip() + "\n")
    course.source(NAME).mkdir(parents=True)
    nbformat.write(source_notebook(), course.source(NAME) / f"{NAME}.ipynb")
    return folder
