"""A course for plain nbgrader: that of `nbgrader quickstart`, and an assignment with partial credit and hidden asserts.

Ten students hand in, each in another way.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import nbgrader
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course.cells import grade_id
from tests.support.course import code

# What quickstart copies.
QUICKSTART = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source"
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = "source/header.ipynb"
"""
ASSIGNMENTS = ("ps1", "ps2")

MEAN = '''
def mean(values):
    """Return the mean of some numbers, and 0 of none."""
    ### BEGIN SOLUTION
    return sum(values) / len(values) if values else 0
    ### END SOLUTION
'''
LARGEST = '''
def largest(values):
    """Return the largest of some numbers, and None of none."""
    ### BEGIN SOLUTION
    return max(values, default=None)
    ### END SOLUTION
'''
CREDIT = """
# One point for each mean that is right
score = 0
for values, right in (([1, 3], 2), ([], 0), ([2, 2, 5], 3)):
    try:
        score += mean(values) == right
    except Exception:
        pass
score
"""
HIDDEN = """
assert largest([1, 3, 2]) == 3
### BEGIN HIDDEN TESTS
assert largest([-7, -9]) == -7, "all of them negative"
assert largest([]) is None
### END HIDDEN TESTS
"""


def cells(notebook):
    """Return the cells of a notebook that nbgrader knows, by name."""
    return {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}


def notebook_of(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a source notebook of a format without ids of cells, as most courses have them."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [nbformat.NotebookNode({name: part for name, part in cell.items() if name != "id"}) for cell in cells]
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}, nbformat_minor=4)


def second_assignment() -> nbformat.NotebookNode:
    """Return the source of ps2: partial credit, a check with a hidden part, code that a person marks."""
    return notebook_of(
        code("mean", MEAN.strip(), solution=True, locked=False),
        code("means", CREDIT.strip(), grade=True, points=3),
        code("largest", LARGEST.strip(), solution=True, locked=False),
        code("test_largest", HIDDEN.strip(), grade=True, points=2),
        code("plot", "print('a plot')", solution=True, locked=False, grade=True, points=4),
    )


def read(file: Path) -> nbformat.NotebookNode:
    """Return the notebook in a file."""
    notebook: nbformat.NotebookNode = nbformat.read(file, as_version=4)
    return notebook


def write(notebook: nbformat.NotebookNode, file: Path) -> None:
    """Write a notebook, whatever the permissions of the file that it replaces."""
    file.unlink(missing_ok=True)
    nbformat.write(notebook, file)


def own(source: str) -> nbformat.NotebookNode:
    """Return a cell of a student's own, for notebooks of any version."""
    cell: nbformat.NotebookNode = nbformat.v4.new_code_cell(source)
    del cell["id"]
    return cell


def make(root: Path) -> Path:
    """Make the course, with its release as plain nbgrader makes it, and return its folder."""
    shutil.copytree(QUICKSTART / "ps1", root / "source" / "ps1")
    shutil.copy(QUICKSTART / "header.ipynb", root / "source")
    (root / "source" / "ps2").mkdir()
    nbformat.write(second_assignment(), root / "source" / "ps2" / "ps2.ipynb")
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name in ASSIGNMENTS:
        convert(GenerateAssignment, root, name)
    return root


def convert(converter, root: Path, name: str, **more: object) -> None:
    """Run one of nbgrader's converters with its own settings."""
    config = Config({"CourseDirectory": {"root": str(root), "course_id": "course101"}})
    config.Execute.timeout = 3
    config.IncludeHeaderFooter.header = str(root / "source" / "header.ipynb")
    app = converter(coursedir=CourseDirectory(config=config, assignment_id=name, **more), config=config)
    app.force = True
    app.start()


Change = Callable[[dict[str, dict[str, nbformat.NotebookNode]]], None]
RIGHT = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i * i for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
    "mean": "def mean(values):\n    return sum(values) / len(values) if values else 0",
    "largest": "def largest(values):\n    return max(values) if values else None",
}
# What each student writes in place of a right answer.
WRITES: dict[str, dict[str, str]] = {
    "right": {},
    "wrong": {name: f"def {name}(n):\n    return -1" for name in RIGHT},
    "partly": {
        "squares": "def squares(n):\n    return [i * i for i in range(1, n + 1)]",
        "largest": "def largest(values):\n    return max([0, *values])",
    },
    "credit": {"mean": "def mean(values):\n    return sum(values) / len(values)"},
    "crashing": {
        "squares": "import os\ndef squares(n):\n    os._exit(1)",
        "largest": "import os\ndef largest(values):\n    os._exit(1)",
    },
    "endless": {
        "sum_of_squares": "def sum_of_squares(n):\n    while True:\n        pass",
        "largest": "def largest(values):\n    while True:\n        pass",
    },
    "mangled": {},
    "deleted": {},
    "untouched": {},
    "answers": {
        "sum_of_squares_equation": "It is the sum of all squares.",
        "sum_of_squares_application": "sum_of_squares(3)",
        "part-a": "The numbers of Fibonacci.",
        "plot": "print('my plot')",
    },
}


def hand_in(root: Path, student: str) -> None:
    """Put what a student hands in into the course's folder of submissions."""
    for name in ASSIGNMENTS:
        folder = root / "submitted" / student / name
        shutil.copytree(root / "release" / name, folder)
        for file in folder.glob("*.ipynb"):
            notebook = nbformat.read(file, as_version=4)
            written = {} if student == "untouched" else {**RIGHT, **WRITES[student]}
            for grade, cell in cells(notebook).items():
                cell.source = written.get(grade, cell.source)
            if student == "deleted":
                notebook.cells = [one for one in notebook.cells if grade_id(one) not in ("correct_squares", "means")]
            if student == "mangled":
                for cell in notebook.cells:
                    cell.metadata = nbformat.from_dict({})
            nbformat.write(notebook, file)
            if student == "mangled":
                raw = json.loads(file.read_text())
                raw["nbformat_minor"] = "five"
                file.write_text(json.dumps(raw)[:-1])
