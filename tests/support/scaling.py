"""A second tiny assignment, in which a problem is built on a pair of functions that stand-ins can replace."""

from __future__ import annotations

from typing import NamedTuple

import nbformat

from autograder.course.course import Course
from tests.support.course import code

NAME = "scaling"

SETTINGS = """
title = "Scaling"
packages = ["cs231n"]
requirements = ["numpy>=1.26"]

[needs]
again = "twice"

[[modules]]
file = "cs231n/rnn_layers.py"
problems = ["scale_forward", "scale_backward", "twice"]

[[stand_ins]]
pair = ["scale_forward", "scale_backward"]
takes = { x = "N D", w = "D" }
gives = "N D"
used_by = ["twice", "again"]
"""

FUNCTIONS = {
    "scale_forward": "def scale_forward(x, w):\n    return x * w, (x, w)",
    "scale_backward": "def scale_backward(dout, cache):\n    x, w = cache\n    return dout * w, (dout * x).sum(axis=0)",
    "twice": """
def twice(x, w):
    middle, first = scale_forward(x, w)
    y, second = scale_forward(middle, w)
    dmiddle, _ = scale_backward(np.ones_like(y), second)
    return y, scale_backward(dmiddle, first)[0]
""".strip(),
}
STUB = "def {name}(*args):\n    raise NotImplementedError('{name}')"
POINTS = {"scale_forward": 2, "scale_backward": 2, "twice": 4, "again": 1}

HIDDEN = {
    "scale_forward": '''
@pytest.mark.points(2)
def test_values(student, reference, rng):
    """Scales."""
    x, w = rng.normal(size=(3, 2)), rng.normal(size=2)
    out, _ = returned(student.scale_forward(x, w), "out", "cache")
    close(out, reference.scale_forward(x, w)[0])
''',
    "scale_backward": '''
@pytest.mark.points(2)
def test_values(student, reference, rng):
    """Has the gradients."""
    x, w, dout = rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(3, 2))
    _, cache = returned(student.scale_forward(x, w), "out", "cache")
    dx, dw = returned(student.scale_backward(dout, cache.remote()), "dx", "dw")
    close(dx, dout * w)
    close(dw, (dout * x).sum(axis=0))
''',
    "twice": '''
@pytest.mark.points(3)
def test_value(student, reference, rng):
    """Scales two times."""
    x, w = rng.normal(size=(3, 2)), rng.normal(size=2)
    y, _ = returned(student.twice(x, w), "y", "dx")
    close(y, x * w * w)


@pytest.mark.points(1)
def test_gradient(student, rng):
    """Has the gradient."""
    x, w = rng.normal(size=(3, 2)), rng.normal(size=2)
    _, dx = returned(student.twice(x, w), "y", "dx")
    close(dx, np.broadcast_to(w * w, x.shape))
''',
    "again": '''
@pytest.mark.points(1)
def test_ones(student):
    """Scales ones."""
    y, _ = returned(student.twice(np.ones((1, 2)), np.ones(2)), "y", "dx")
    close(y, [[1, 1]])
''',
}
HEAD = "import numpy as np\nimport pytest\n\nfrom autograder.testing import Layer, close, returned\n"


class Content(NamedTuple):
    """What a tiny assignment consists of.

    Attributes:
        name: Its name.
        settings: The text of ``assignment.toml``.
        functions: The solution's functions, by problem.
        points: The points of all problems, in their order.
        hidden: The hidden tests, by problem.
    """

    name: str
    settings: str
    functions: dict[str, str]
    points: dict[str, int]
    hidden: dict[str, str]


def add_scaling(course: Course) -> None:
    """Set the assignment in a course; see `add_assignment`."""
    add_assignment(course, Content(NAME, SETTINGS, FUNCTIONS, POINTS, HIDDEN))


def add_assignment(course: Course, content: Content) -> None:
    """Set a tiny assignment in a course, with a release in which nothing is filled in.

    Args:
        course: The course.
        content: The assignment.
    """
    name, functions = content.name, content.functions
    hidden = course.assignments / name / "hidden"
    hidden.mkdir(parents=True)
    (hidden.parent / "assignment.toml").write_text(content.settings)
    for problem, text in content.hidden.items():
        (hidden / f"test_{problem}.py").write_text(HEAD + text)
    solution = course.solutions(name) / "cs231n" / "rnn_layers.py"
    solution.parent.mkdir(parents=True)
    solution.write_text("import numpy as np\n\n" + "\n\n\n".join(functions.values()) + "\n")
    solved = {problem: _delimited(text) for problem, text in functions.items()}
    unfilled = {problem: STUB.format(name=problem) for problem in functions}
    for folder, texts in ((course.source(name), solved), (course.release(name), unfilled)):
        folder.mkdir(parents=True)
        nbformat.write(_notebook(texts, content.points), folder / f"{name}.ipynb")


def _notebook(texts: dict[str, str], all_points: dict[str, int]) -> nbformat.NotebookNode:
    cells = [code("setup", "import numpy as np")]
    for name, points in all_points.items():
        if name in texts:
            cells.append(code(name, texts[name], locked=False, solution=True))
        cells.append(code(f"test_{name}", "", grade=True, points=points))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _delimited(function: str) -> str:
    head, _, body = function.partition("\n")
    return f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
