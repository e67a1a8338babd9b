"""The student's code as files: of a notebook what is called and no more, of module files all."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.reports.explain.student_code import excerpt, standalone, without_name

RIGHT = "import numpy as np\nsize = 2\ndef double(x):\n    return np.full(size, 2) * x\n"


def test_what_a_function_needs_is_kept_in_its_order():
    cells = ["other = 1", RIGHT, "print(double(1))", "size += 1"]
    assert excerpt(cells, ["double"]).split() == f"{RIGHT}\nsize += 1".split()


@pytest.mark.parametrize(
    "odd",
    [
        "def f(x, x): pass",
        "def f():\n    nonlocal y",
        "f(:",
        "x = 'a\0'",
        "%time\n" * 21,
        "x = (",
        "x = " + "(" * 500,
        "def f(x):\r  y = 1\r  return y\r",
        "x = '\ud800'",
        "setattr()",
    ],
    ids=ascii,
)
def test_cells_that_cannot_be_read_are_left_out(odd):
    assert "def double(x)" in excerpt([odd, RIGHT], ["double", "f"])


def test_lines_may_end_as_on_any_system():
    assert excerpt([RIGHT.replace("\n", "\r")], ["double"]) == excerpt([RIGHT], ["double"])


def test_a_cell_that_ipython_gives_up_on_was_never_run_and_is_left_out():
    cells = ["%time\n" * 510 + "def double(x): return x", "def halve(x): return x / 2"]
    assert excerpt(cells, ["double", "halve"]) == "\n\ndef halve(x): return x / 2\n"


def test_comments_and_docstrings_do_not_name_the_student_and_code_stays():
    source = 'def f():\n    """By ada, Adam."""\n    return "Ada"  # ADA\n'
    assert without_name(source, "ada") == 'def f():\n    """By student, Adam."""\n    return "Ada"  # student\n'


def test_a_notebook_becomes_one_file_with_what_is_called():
    cells = ["other = 1", "size = 2\ndef double(x):  # by Ada\n    return size * x"]
    made = standalone(cells, None, ["double"], "ada", {})
    assert made == {"hand_in.py": "size = 2\n\n\ndef double(x):  # by student\n    return size * x\n"}


def test_module_files_are_all_kept_also_one_that_python_cannot_read():
    texts = {"cs231n/a.py": "# by Ada\nx = 'Ada'\n", "cs231n/b.py": "def f(:  # by Ada\n"}
    plan = json.dumps({"files": texts, "parts": [{"file": "cs231n/a.py"}]})
    modules: Any = SimpleNamespace(texts=texts, plan=lambda: plan)
    made = standalone([], modules, ["f"], "ada", {"cs231n": Path("/kit/cs231n")})
    assert made["handed_in/cs231n/a.py"] == "# by student\nx = 'Ada'\n"
    assert made["handed_in/cs231n/b.py"] == texts["cs231n/b.py"]
    assert "from autograder.kernel.module_importer import load" in made["hand_in.py"]
    assert "Ada" not in made["hand_in.py"]


def test_code_that_uses_a_provided_package_finds_it_and_other_code_looks_nowhere():
    packages = {"cs231n": Path("/kit/cs231n"), "unused": Path("/own/unused")}
    used = "def f(x):\n    return affine_forward(x)"
    cells = ["from cs231n.layers import affine_forward", used, "def g():\n    pass"]
    first, *_ = standalone(cells, None, ["f"], "ada", packages)["hand_in.py"].partition("from cs231n")
    assert "['/kit']" in first
    assert "sys.path" not in standalone(cells, None, ["g"], "ada", packages)["hand_in.py"]
