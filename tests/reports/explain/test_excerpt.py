"""What some functions of a notebook need is cut out of it, whatever else the notebook holds."""

from __future__ import annotations

import pytest

from autograder.reports.explain.excerpt import excerpt

RIGHT = "import numpy as np\nsize = 2\ndef double(x):\n    return np.full(size, 2) * x\n"


def test_what_a_function_needs_is_kept_in_its_order():
    cells = ["other = 1", RIGHT, "print(double(1))", "size += 1"]
    assert excerpt(cells, ["double"]).split() == f"{RIGHT}\nsize += 1".split()


@pytest.mark.parametrize(
    "odd",
    [
        "def f(x, x): pass", "def f():\n    nonlocal y", "f(:", "x = 'a\0'", "%time\n" * 21, "x = (",
        "x = " + "(" * 500,
        "def f(x):\r  y = 1\r  return y\r", "x = '\ud800'", "setattr()",
    ],
    ids=ascii,
)  # fmt: skip
def test_cells_that_cannot_be_read_are_left_out(odd):
    assert "def double(x)" in excerpt([odd, RIGHT], ["double", "f"])


def test_lines_may_end_as_on_any_system():
    assert excerpt([RIGHT.replace("\n", "\r")], ["double"]) == excerpt([RIGHT], ["double"])
