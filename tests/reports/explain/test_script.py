"""The calls of a test as a script, short enough to be read, that runs without the grader."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.reports.explain.evidence import evidence
from autograder.reports.explain.script import reproduce, script
from autograder.testing.expect import close, returned
from autograder.testing.student import fetch, get_items, kind, plain, set_items

X = np.array([1.0, 2.0])


@pytest.fixture
def made(recorded):
    """Return a function that runs a test and returns the calls that lead to its last step."""

    def run(test, own, parameters=None):
        transcript = recorded(test, own, own)
        return reproduce(transcript, transcript.steps[-1], parameters or {})

    return run


def test_arrays_are_named_as_the_solutions_arguments_are(made):
    def test(student):
        fetch(student.add(X, b=np.ones(2)), 100)

    found = made(test, {"add": lambda a, b: a + b}, {"add": ["a", "b"]})
    assert found.lines == ['result_1 = hand_in.add(given["a"], b=given["b"])']
    assert (found.look, found.names) == ("result_1", ["add"])
    assert found.arrays["a"].tolist() == [1, 2]


def test_an_array_never_takes_the_name_of_another_and_an_equal_one_is_kept_once(made):
    def test(student):
        for x in (X, X + 1, X):
            fetch(student.f(x), 100)

    def look(student):
        y = student.f(X)
        student.g(y, X + 1)
        fetch(student.g(y, X), 100)

    assert made(test, {"f": lambda x: x}).lines == ['result_1 = hand_in.f(given["argument_1"])']
    found = made(look, {"f": lambda x: x, "g": lambda y, x: y}, {"f": ["x"], "g": ["y", "x"]})
    assert found.lines == [
        'result_1 = hand_in.f(given["x"])',
        'result_2 = hand_in.g(result_1, given["x_2"])',
        'result_3 = hand_in.g(result_1, given["x"])',
    ]


def test_what_does_not_lead_to_the_value_is_left_out(made):
    def test(student):
        student.other(X)
        fetch(student.f(X), 100)

    assert made(test, {"f": lambda x: x, "other": lambda x: x}).names == ["f"]


def test_a_part_of_a_result_is_written_as_python_does(made):
    def test(student):
        fetch(student.f()["W"], 100)

    assert made(test, {"f": lambda: {"W": X}}).look == "result_1['W']"


def test_items_of_one_object_are_set_in_a_loop(made):
    def test(student):
        params = student.params()
        set_items(params, {"W": X, "b": X + 1})
        fetch(get_items(params, ["W"])["W"], 100)

    held = {}
    found = made(test, {"params": lambda: held})
    assert found.lines == ["result_1 = hand_in.params()", 'for key in ("W", "b"):', "    result_1[key] = given[key]"]


def test_values_that_are_no_arrays_are_written_out(made):
    def test(student):
        plain(student.f(float("nan"), (1,), [True, "a"], {"k": -float("inf")}, None))

    assert made(test, {"f": lambda *_given: 1}).lines == [
        "result_1 = hand_in.f(float(\"nan\"), (1,), [True, 'a'], {'k': float(\"-inf\")}, None)"
    ]


def test_a_call_that_raised_ends_the_script(made):
    def test(student):
        student.f(1)

    found = made(test, {"f": lambda x: x.nothing})
    assert (found.lines, found.look) == (["hand_in.f(1)"], "")


def run(text, own, arrays, tmp_path, monkeypatch):
    """Run a script where ``hand_in`` defines these functions."""
    module = ModuleType("hand_in")
    vars(module).update(own)
    monkeypatch.setitem(sys.modules, "hand_in", module)
    np.savez(tmp_path / "arrays.npz", **arrays)
    exec(compile(text, "script.py", "exec"), {"__file__": str(tmp_path / "script.py")})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda x: 3 * x, "Mismatched elements"),
        (lambda x: (2 * x)[None], r"shape \(1, 2\); \(2,\) is asked"),
        (lambda x: (2 * x).astype(int), "type int64"),
    ],
    ids=["values", "shape", "type"],
)
def test_the_script_fails_for_the_code_that_failed_and_passes_for_the_right_one(
    recorded, tmp_path, monkeypatch, wrong, said
):
    def test(student):
        close(returned(student.double(X), "y")[0], 2 * X)

    def right(x):
        return 2 * x

    transcript = recorded(test, {"double": wrong}, {"double": right})
    found: Any = evidence(transcript, ["double"])
    made = reproduce(transcript, found.step, {"double": ["x"]})
    made.arrays["expected"] = found.expected
    text = script(made, found, "t::a: kit 1.", "arrays.npz")
    assert text.startswith('"""t::a: kit 1.\n')
    with pytest.raises(AssertionError, match=said):
        run(text, {"double": wrong}, made.arrays, tmp_path, monkeypatch)
    run(text, {"double": right}, made.arrays, tmp_path, monkeypatch)


def test_a_value_of_the_wrong_type_is_asked_for_its_type(recorded, tmp_path, monkeypatch):
    def test(student):
        assert kind(student.f()) == "dict"

    transcript = recorded(test, {"f": list}, {"f": dict})
    found: Any = evidence(transcript, ["f"])
    text = script(reproduce(transcript, found.step, {}), found, "t::a", "arrays.npz")
    with pytest.raises(AssertionError):
        run(text, {"f": list}, {}, tmp_path, monkeypatch)
    run(text, {"f": dict}, {}, tmp_path, monkeypatch)
