"""A problem that fails for an earlier mistake is marked again with stand-ins, in a kernel and in this process."""

from __future__ import annotations

import dataclasses

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits, StandInLimits
from autograder.course.results import Basis, Confidence, Diagnosis, Kind, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import say
from autograder.kernel.call_server import Server
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.marking.problem import better_of, mark_problem
from autograder.testing.fixtures import FixedAccess
from autograder.testing.link import LocalLink
from autograder.testing.variants import VariantAccess, variant
from tests.support import scaling, turning
from tests.support.course import cell_named
from tests.support.scaling import FUNCTIONS, add_scaling
from tests.support.turning import add_turning

WRONG = "def scale_forward(x, w):\n    return x + w, (x, w)"


@pytest.fixture
def pair_assignment(course, tmp_path):
    add_scaling(course)
    return Assignment(course, scaling.NAME)


@pytest.fixture
def mark(pair_assignment):
    """Return a function that marks a hand-in in this process; functions that are not given are the solution's."""

    def mark_source(source, access=None, assignment=pair_assignment):
        access = access or VariantAccess(assignment, source)
        results = {}
        for name, problem in assignment.problems.items():
            results[name] = mark_problem(assignment, problem, access, results)
        return results

    return mark_source


@pytest.fixture
def mark_in_kernel(pair_assignment, tmp_path):
    """Return a function that marks a hand-in as `autograder mark` does."""

    def mark_cells(limits=None, assignment=pair_assignment, solution=FUNCTIONS, **functions):
        name = f"{assignment.name}.ipynb"
        notebook = nbformat.read(assignment.course.release(assignment.name) / name, as_version=4)
        for problem, source in {**solution, **functions}.items():
            cell_named(notebook, problem).source = source
        nbformat.write(notebook, tmp_path / name)
        record, shown = mark_file(assignment, tmp_path / name, limits or Limits(), best())
        return {result.id: result for result in record.problems}, shown

    return mark_cells


def scores(results):
    return {name: result.score for name, result in results.items()}


FULL = {"scale_forward": 2, "scale_backward": 2, "twice": 4, "again": 1}


def test_a_wrong_function_costs_its_own_points_and_the_record_keeps_what_was_seen(mark):
    results = mark(WRONG)
    assert scores(results) == {**FULL, "scale_forward": 0}
    assert {test.basis for test in results["twice"].tests if test.id.endswith("value")} == {Basis.FOLLOW_THROUGH}
    assert all("elements are off" in str(test.own) for test in results["twice"].tests if test.basis is not Basis.OWN)
    assert all(not test.message for test in results["twice"].tests)
    assert not results["twice"].notes


def test_right_functions_are_never_replaced(mark, monkeypatch):
    monkeypatch.setattr(VariantAccess, "standing_in", None)
    assert scores(mark("")) == FULL


def test_a_mistake_of_its_own_costs_a_problem_its_points_and_is_named_where_right_functions_stand_around_it(mark):
    twice = FUNCTIONS["twice"].replace("return y, ", "return -y, ")
    results = mark(f"import numpy as np\n{WRONG}\n{twice}")
    assert scores(results) == {"scale_forward": 0, "scale_backward": 2, "twice": 1, "again": 0.25}
    value = results["twice"].tests[0]
    assert (value.verdict, value.basis, value.pattern) == (Verdict.FAILED, Basis.OWN, "sign_flipped")
    assert "elements are off" in str(value.own)
    assert [(one.name, one.tests) for one in results["twice"].diagnoses] == [("sign_flipped", [value.id])]
    assert results["again"].max_score == 1, "it takes a share: nothing can stand in for what it needs"


def test_a_mistake_that_shows_with_and_without_stand_ins_is_told_once():
    def result(confidences):
        tests = [
            TestResult(id=f"t::{i}", title=say("A test."), verdict=Verdict.FAILED, score=0, max_score=1, confidence=c)
            for i, c in enumerate(confidences)
        ]
        named = Diagnosis(
            name="halved",
            kind=Kind.MISCONCEPTION,
            confidence=Confidence.CERTAIN,
            title=say("It halves."),
            tests=[test.id for test in tests if test.confidence],
        )
        return ProblemResult(id="twice", score=0, max_score=2, tests=tests, diagnoses=[named])

    found = better_of(
        result([Confidence.CERTAIN, None]), result([Confidence.CERTAIN, Confidence.CERTAIN]), ["scale_forward"], []
    )
    assert [(one.name, one.tests) for one in found.diagnoses] == [("halved", ["t::0", "t::1"])]


@pytest.mark.parametrize(
    ("twice", "note"),
    [
        (
            "def scale_forward(x, w):\n    return x + w\n"
            "def twice(x, w):\n    middle, cache = scale_forward(x, w)\n    x, w = cache\n"
            "    return scale_forward(middle, w)[0], None",
            "the code looks into the cache of scale_forward",
        ),
        (
            "def twice(x, w):\n    y, _ = scale_forward(x, w)\n    return y, scale_backward(y, (y, w))[0]",
            "the code gives scale_backward a cache that scale_forward has not returned",
        ),
        ("def twice(x, w):\n    return x, w", "the code calls none of scale_forward, scale_backward"),
        (
            "def twice(x, w):\n    while True:\n        scale_forward(x, w)",
            "a test calls them too often",
        ),
    ],
)
def test_where_stand_ins_cannot_help_a_note_says_why(mark, pair_assignment, twice, note):
    access = VariantAccess(pair_assignment, f"{WRONG}\n{twice}" if "while" not in twice else f"{RAISES}\n{twice}")
    access.limits = dataclasses.replace(Limits(), stand_ins=StandInLimits(questions=20))
    results = mark("", access)
    assert results["twice"].score == 0
    assert any(note in str(one) for one in results["twice"].notes), results["twice"].notes


RAISES = "def scale_forward(x, w):\n    raise NotImplementedError"


def test_a_failure_past_the_line_where_an_earlier_function_raised_is_shown_with_what_it_raised(mark):
    twice = FUNCTIONS["twice"].replace("return y, ", "return np.cos(y), ")
    results = mark(f"import numpy as np\n{RAISES}\n{twice}")
    value = results["twice"].tests[0]
    assert (value.verdict, value.score) == (Verdict.FAILED, 0)
    assert "elements are off" in str(value.message)
    assert "raised NotImplementedError" in str(value.own)


def test_an_access_without_fresh_kernels_marks_with_the_students_own_functions(mark, pair_assignment):
    access = FixedAccess(LocalLink(Server(variant(pair_assignment, WRONG))))
    assert scores(mark("", access)) == {"scale_forward": 0, "scale_backward": 2, "twice": 1, "again": 0.25}


def test_a_value_too_many_is_taken_off_with_stand_ins_too(mark):
    twice = FUNCTIONS["twice"] + ", 1"
    results = mark(f"import numpy as np\n{WRONG}\n{twice}")
    assert results["twice"].score == 3
    assert [deduction.points for deduction in results["twice"].deductions] == [1]


@pytest.mark.parametrize(
    "forward",
    [WRONG, RAISES, "def scale_forward(x, w:\n    return x", "import os\nos._exit(1)"],
    ids=["wrong", "unfilled", "cannot be parsed", "ends its process"],
)
def test_in_a_kernel_it_is_the_same(mark_in_kernel, forward):
    results, shown = mark_in_kernel(scale_forward=forward)
    assert scores(results)["twice"] == 4
    assert scores(results)["again"] == 1
    assert results["scale_forward"].score == 0
    assert "With your own functions" in cell_named(shown, "test_twice").outputs[0].data["text/html"]


HELD = """
import functools
class Layer:
    table = {"forward": scale_forward}
    steps = [scale_forward, scale_backward]
def closed(f):
    def inner(*args): return f(*args)
    return inner
alias, inner, both = scale_forward, closed(scale_forward), (scale_forward, scale_backward)
part = functools.partial(scale_forward)
def twice(x, w, step=scale_forward):
    middle, first = Layer.table["forward"](x, w)
    middle, first = step(x, w)
    for one in (alias, inner, both[0], part):
        y, second = one(middle, w)
    dmiddle, _ = Layer.steps[1](np.ones_like(y), second)
    return y, scale_backward(dmiddle, first)[0]
"""


def test_functions_are_replaced_wherever_the_code_holds_them(mark_in_kernel):
    results, _ = mark_in_kernel(scale_forward=WRONG, twice=HELD)
    assert scores(results) == {**FULL, "scale_forward": 0}


def test_a_function_that_is_not_the_students_is_replaced_under_its_name_alone(mark_in_kernel):
    results, _ = mark_in_kernel(scale_forward="scale_forward = np.multiply")
    assert scores(results)["twice"] == 4


def test_code_that_runs_into_its_limit_while_it_asks_is_ended_and_the_next_test_is_run(mark_in_kernel):
    limits = Limits(test=0.3, wall_factor=1.0, wall_extra=1.0, grace=0.3, stand_ins=StandInLimits(questions=10**6))
    twice = "def twice(x, w):\n    while True:\n        scale_forward(x, w)"
    results, _ = mark_in_kernel(limits, scale_forward=RAISES, twice=twice)
    assert results["twice"].score == 0
    assert not results["twice"].unresolved
    assert not [note for note in results["twice"].notes if "too often" in str(note)], "its time was over before"


@pytest.fixture
def turning_assignment(course, tmp_path):
    add_turning(course)
    return Assignment(course, turning.NAME)


ALL = {"squash": 1, "turn_forward": 2, "turn_backward": 2, "walk": 4}
MISTAKES = {
    "right": ({}, {}),
    # Gradients that fit the wrong function are right, and so is what is built on both.
    "a function": ({"squash": "def squash(x):\n    return np.arctan(x)"}, {"squash": 0}),
    "an output": (
        {"turn_forward": turning.FUNCTIONS["turn_forward"].replace("x + y", "x + y / 2")},
        {"turn_forward": 0},
    ),
    "no cache": (
        {"turn_forward": "def turn_forward(x, y):\n    return squash(x), squash(y)"},
        {"turn_forward": 0, "turn_backward": 0},
    ),
    "a gradient": (
        {"turn_backward": turning.FUNCTIONS["turn_backward"].replace("db - da", "da - db")},
        {"turn_backward": 1},
    ),
}


@pytest.mark.parametrize(("functions", "lost"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_one_of_several_outputs_and_in_a_plain_function_costs_once(
    mark_in_kernel, mark, turning_assignment, functions, lost
):
    cells, _ = mark_in_kernel(assignment=turning_assignment, solution=turning.FUNCTIONS, **functions)
    here = mark("import numpy as np\n" + "\n".join(functions.values()), assignment=turning_assignment)
    assert scores(cells) == scores(here) == {**ALL, **lost}
