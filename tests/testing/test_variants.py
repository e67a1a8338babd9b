"""A variant is the solution with some functions replaced, for whatever calls them."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from autograder.course.assignment import Assignment
from autograder.course.limits import StandInLimits
from autograder.course.stand_in_entries import Axis, StandInEntry
from autograder.testing.link import LocalLink
from autograder.testing.stand_ins import StandIns
from autograder.testing.student import Student, fetch
from autograder.testing.variants import VariantAccess, variant

SOLUTION = """
def scale_forward(x, w):
    return x * w, (x, w)
def scale_backward(dout, cache):
    return dout * cache[1], dout * cache[0]
def twice(x, w):
    return scale_forward(scale_forward(x, w)[0], w)[0]
class Model:
    def loss(self, x):
        return twice(x, 3)
"""


class SolvedLayers:
    """Stands in for `SolvedCode`: the solution is a module of its own, which is in the table."""

    def __init__(self, alias):
        self._module = ModuleType(f"{alias}.layers")
        exec(SOLUTION, vars(self._module))
        sys.modules[self._module.__name__] = self._module
        self.scopes = [vars(self._module)]
        self.names = {name: value for name, value in vars(self._module).items() if not name.startswith("__")}

    def bring(self, names, answers=()):
        self.asked = {*getattr(self, "asked", ()), *names}

    def forget(self):
        del sys.modules[self._module.__name__]


@pytest.fixture
def assignment():
    functions = ("scale_forward", "scale_backward", "twice")
    problems = {name: SimpleNamespace(functions=(name,)) for name in (*functions, "loss")}
    modules = [
        SimpleNamespace(module="layers", owner=None, problems=functions),
        SimpleNamespace(module="model", owner="Model", problems=["loss"]),
    ]
    course = SimpleNamespace(solutions=lambda name: name)
    code = SolvedLayers("reference")
    code.forget()
    reference = SimpleNamespace(**code.names)
    return SimpleNamespace(
        importing=nullcontext,
        name="s",
        course=course,
        modules=modules,
        problems=problems,
        solved=SolvedLayers,
        reference=reference,
    )


def test_without_replacements_it_is_the_solution_and_no_module_stays_behind(assignment):
    before = set(sys.modules)
    made = variant(assignment)
    assert made["twice"](2, 3) == 18
    assert set(sys.modules) > before, "a function may import another module yet"
    del made
    assert set(sys.modules) == before


@pytest.mark.parametrize("form", ["mapping", "function", "source", "file"])
def test_the_solutions_own_functions_call_what_replaces_one(assignment, tmp_path, form):
    source = "def scale_forward(x, w):\n    return x + w, None"
    file = tmp_path / "wrong.py"
    file.write_text(source, encoding="utf-8")
    mapping = {"scale_forward": lambda x, w: (x + w, None)}
    replacement = {"mapping": mapping, "function": lambda _names: mapping, "source": source, "file": file}[form]
    made = variant(assignment, replacement)
    assert (made["twice"](2, 3), made["Model"]().loss(2)) == (8, 8)
    assert variant(assignment)["twice"](2, 3) == 18, "the next variant starts from the solution again"


def test_of_the_notebooks_cells_it_needs_what_neither_it_nor_an_earlier_replacement_defines(assignment, monkeypatch):
    made = []
    monkeypatch.setattr(assignment, "solved", lambda alias: made.append(SolvedLayers(alias)) or made[-1])
    first = "def helper(x):\n    return PROVIDED * x"
    second = "def changed(x):\n    return x\ndef twice(x, w):\n    return changed(helper(x)) + scale_forward(x, w)[0]"
    variant(assignment, first, second)
    assert made[0].asked == {"PROVIDED"}


def test_variants_may_be_made_in_threads_while_others_import(course):
    def make(number):
        made = Assignment(course, "arithmetic")
        for other in range(20):
            sys.modules[f"_another_{number}_{other}"] = ModuleType("another")
        names = variant(made, f"def double(x):\n    return {number} * x")
        for other in range(20):
            del sys.modules[f"_another_{number}_{other}"]
        return names["double"](1)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(make, range(60))) == list(range(60))
    finally:
        sys.setswitchinterval(interval)


def test_a_function_that_is_asked_for_as_a_method_becomes_one(assignment):
    made = variant(assignment, "def loss(self, x):\n    return twice(x, 1)")
    assert made["Model"]().loss(5) == 5


def test_a_later_replacement_is_made_of_the_names_after_the_earlier_ones(assignment):
    first = "def scale_forward(x, w):\n    return x + w, None"
    made = variant(assignment, first, lambda names: {"twice": lambda x, w: names["scale_forward"](x, w)[0]})
    assert made["twice"](2, 3) == 5


def test_stand_ins_answer_in_a_fresh_variant_and_count_each_test_anew(assignment):
    axes = (Axis(1, "N"),)
    entry = StandInEntry("scale_forward", "scale_backward", {"x": axes, "w": axes}, frozenset(), (axes,), ("twice",))
    stand_ins = StandIns(assignment, [entry], StandInLimits(questions=2))
    wrong = VariantAccess(assignment, "def scale_forward(x, w):\n    return x + w, None")
    x, w = np.array([2.0]), np.array([3.0])
    with wrong.standing_in(stand_ins) as access:
        for _ in range(2):
            access.begin_test()
            assert fetch(Student(access.link).twice(x, w), limit=100) == [18]
    assert stand_ins.asked == 4
    assert fetch(Student(wrong.link).twice(x, w), limit=100) == [8]
    assert isinstance(wrong.link(), LocalLink)
