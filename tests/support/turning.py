"""A third tiny assignment: stand-ins for a layer with two outputs, and for a function without a backward one."""

from __future__ import annotations

from autograder.course.course import Course
from tests.support.scaling import Content, add_assignment

NAME = "turning"

SETTINGS = """
title = "Turning"
packages = ["cs231n"]
requirements = ["numpy>=1.26"]

[[modules]]
file = "cs231n/rnn_layers.py"
problems = ["squash", "turn_forward", "turn_backward", "walk"]

[[stand_ins]]
function = "squash"
takes = { x = "..." }
gives = "..."
used_by = ["turn_forward", "turn_backward", "walk"]

[[stand_ins]]
pair = ["turn_forward", "turn_backward"]
takes = { x = "N", y = "N" }
gives = ["N", "N"]
used_by = ["walk"]
"""

FUNCTIONS = {
    "squash": "def squash(x):\n    return np.tanh(x)",
    "turn_forward": """
def turn_forward(x, y):
    u, v = squash(x - y), squash(x + y)
    return u, v, (u, v)
""".strip(),
    "turn_backward": """
def turn_backward(du, dv, cache):
    u, v = cache
    da, db = du * (1 - u**2), dv * (1 - v**2)
    return da + db, db - da
""".strip(),
    "walk": """
def walk(x, y, steps):
    caches = []
    for _ in range(steps):
        x, y, cache = turn_forward(x, y)
        caches.append(cache)
    dx, dy = np.ones_like(x), 0
    for cache in reversed(caches):
        dx, dy = turn_backward(dx, dy, cache)
    return squash(x), dx
""".strip(),
}
POINTS = {"squash": 1, "turn_forward": 2, "turn_backward": 2, "walk": 4}
HIDDEN = {
    "squash": '''
@pytest.mark.points(1)
def test_values(student, reference, rng):
    """Squashes."""
    x = rng.normal(size=(3, 2))
    (out,) = returned(student.squash(x), "out", dimensions=2)
    close(out, reference.squash(x))
''',
    "turn_forward": '''
@pytest.mark.points(2)
def test_values(student, reference, rng):
    """Turns."""
    x, y = rng.normal(size=4), rng.normal(size=4)
    u, v, _ = returned(student.turn_forward(x, y), "u", "v", "cache")
    right = reference.turn_forward(x, y)
    close(u, right[0])
    close(v, right[1])
''',
    "turn_backward": '''
@pytest.mark.points(1)
@pytest.mark.parametrize("gradient", ["dx", "dy"])
def test_gradient(student, reference, rng, gradient):
    """The gradient {gradient} is right."""
    layer = Layer(student, reference, "turn_forward", "turn_backward", {"dx": 0, "dy": 1}, outputs=("u", "v"))
    layer.at([rng.normal(size=4), rng.normal(size=4)], [rng.normal(size=4), rng.normal(size=4)]).check(gradient)
''',
    "walk": '''
@pytest.mark.points(2)
@pytest.mark.parametrize("value", [0, 1])
def test_values(student, reference, rng, value):
    """Walks."""
    x, y = rng.normal(size=4), rng.normal(size=4)
    close(returned(student.walk(x, y, 3), "x", "dx")[value], reference.walk(x, y, 3)[value])
''',
}


def add_turning(course: Course) -> None:
    """Set the assignment in a course; see `add_assignment`."""
    add_assignment(course, Content(NAME, SETTINGS, FUNCTIONS, POINTS, HIDDEN))
