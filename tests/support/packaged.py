"""A small assignment with a package of its own, named by whoever sets it: several can have packages of one name."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder.course.course import Course
from tests.support.course import code

SETTINGS = """
packages = ["sums"]

[[modules]]
file = "sums/totals.py"
problems = ["total"]
"""
TOTAL = '''
def total(x):
    """Return the sum of numbers, after each was weighted."""
    ### BEGIN SOLUTION
    return float(np.sum(weighted(x)))
    ### END SOLUTION
'''
CHECK = """
assert total([1.0, 2.0]) == {factor} * 3
### BEGIN HIDDEN TESTS
from autograder.hidden import hidden_tests; hidden_tests("{name}", "total")
### END HIDDEN TESTS
"""
WEIGHTS = '''
"""What is given."""

import numpy as np

FACTOR = {factor}


def weighted(x):
    """Return numbers times a factor."""
    return FACTOR * np.asarray(x)
'''
HIDDEN = '''
import pytest

from autograder.assignments.{name}.examples import numbers
from autograder.testing import close, returned
from sums.weights import FACTOR


@pytest.mark.points(5, asks="Return the sum of numbers, after each was weighted.")
def test_values(student, reference, rng):
    """Weights and adds."""
    x = numbers(rng)
    assert FACTOR == {factor}
    close(returned(student.total(x), "total")[0], reference.total(x))
'''


def add_packaged(course: Course, name: str, factor: int) -> Path:
    """Set the assignment in a course, with its own package ``sums`` that has a ``FACTOR``; return its folder."""
    folder = course.assignments / name
    package = folder / "packages" / "sums"
    for made in (folder / "hidden", package, course.source(name)):
        made.mkdir(parents=True)
    (folder / "assignment.toml").write_text(SETTINGS)
    (folder / "examples.py").write_text("def numbers(rng):\n    return rng.normal(size=4)\n")
    (folder / "hidden" / "test_total.py").write_text(HIDDEN.format(name=name, factor=factor).lstrip())
    (package / "__init__.py").write_text('"""Sums."""\n')
    (package / "weights.py").write_text(WEIGHTS.format(factor=factor).lstrip())
    (package / "totals.py").write_text('"""Totals."""\n\nimport numpy as np\n\nfrom .weights import weighted\n')
    cells = [
        nbformat.v4.new_markdown_cell("# Sums", id="title"),
        code("setup", "import numpy as np\nfrom sums.weights import weighted"),
        code("total", TOTAL, locked=False, solution=True),
        code("test_total", CHECK.format(name=name, factor=factor), grade=True, points=5),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), course.source(name) / f"{name}.ipynb"
    )
    return folder
