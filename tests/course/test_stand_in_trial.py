"""What is declared for stand-ins is tried on the solution, and refused with what to write instead."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from autograder.course.assignment_settings import StandInSettings
from autograder.course.course import CourseError
from autograder.course.problem import Problem
from autograder.course.stand_in_entries import read_entries
from autograder.course.stand_in_trial import try_entries

CALLS = iter(range(10**6))


def step(x, h, W):
    out = np.tanh(x @ W[: x.shape[1]] + h)
    return out, 2 * out, (x, h, W)


def step_backward(dout, dtwice, cache):
    return dout + 2 * dtwice, dout


def spoiling(x):
    x[:] = 0
    return x


class Model:
    pass


SOLUTION = SimpleNamespace(
    step=step,
    step_backward=step_backward,
    back_of_one=lambda dout, cache: dout,
    broken_backward=lambda dout, dtwice, cache: dout @ np.ones(97),
    worded_backward=lambda dout, dtwice, cache: "gradient",
    mean=lambda x: x.mean(axis=0),
    parts=lambda x: (x[0], x.T),
    rows=lambda x, words: x[words],
    roots=lambda x: np.sqrt(x) if (x >= 0).all() else 1 / 0,
    noise=lambda x: x + next(CALLS),
    spoiling=spoiling,
    worded=lambda x: ["a", "b"],
    Model=Model,
)
PROBLEMS = {
    name: Problem(name, 1.0, f"test_{name}", (name,), manual=False) for name in (*vars(SOLUTION), "loss", "last")
}
STEP = {"takes": {"x": "N D", "h": "N H", "W": "2D H"}, "gives": ["N H", "N H"]}
ONE = {"takes": {"x": "N D"}}


def tried(table):
    settings = msgspec.convert({"used_by": ["last"], **table}, StandInSettings)
    try_entries(read_entries([settings], PROBLEMS), SOLUTION)


@pytest.mark.parametrize(
    "table",
    [
        {"pair": ["step", "step_backward"], **STEP},
        {"function": "mean", **ONE, "gives": "D"},
        {"function": "parts", **ONE, "gives": ["D", "D N"]},
        {"function": "rows", "takes": {"x": "V D", "words": "..."}, "integers": ["words"], "gives": "... D"},
        {"function": "roots", **ONE, "gives": "N D"},
    ],
)
def test_what_the_solution_does_is_accepted(table):
    tried(table)


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"pair": ["step", "step_backward"], **STEP, "gives": "N H"}, r'Write gives = \["N H", "N H"\]'),
        ({"pair": ["step", "step_backward"], **STEP, "gives": ["N H", "N D"]}, r'gives = \["N H", "N H"\]'),
        ({"pair": ["step", "back_of_one"], **STEP}, r"gives: .*\(dout, cache\) cannot be called with 3 values"),
        ({"pair": ["step", "broken_backward"], **STEP}, "pair: the solution's broken_backward raised ValueError"),
        ({"pair": ["step", "worded_backward"], **STEP}, "worded_backward returns a str where an array"),
        ({"pair": ["mean", "step_backward"], **ONE, "gives": "D"}, "returns nothing besides its cache"),
        ({"function": "step", **STEP}, "step returns a tuple where an array"),
        ({"function": "mean", **ONE, "gives": "N"}, r'gives: .*mean returns arrays of the shapes .*Write gives = "D"'),
        ({"function": "mean", "takes": {"x": "N", "y": "N"}, "gives": "N"}, "cannot be called with 2 values"),
        ({"function": "rows", "takes": {"x": "V D", "words": "N"}, "gives": "N D"}, "raised IndexError.*integers ="),
        ({"function": "noise", **ONE, "gives": "N D"}, "returns something else each time: leave it out"),
        ({"function": "spoiling", **ONE, "gives": "N D"}, "changes x, and a stand-in can only return"),
        ({"function": "worded", **ONE, "gives": "N"}, r"worded returns a list where an array of numbers"),
        ({"function": "Model", **ONE, "gives": "N"}, "function: .* Model is a type there: leave"),
        ({"function": "loss", **ONE, "gives": "N"}, "loss is missing there, or a method"),
    ],
)
def test_what_the_solution_does_not_do_is_refused_with_a_remedy(table, text):
    with pytest.raises(CourseError, match=text):
        tried(table)
