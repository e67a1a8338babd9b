"""What a test did with student code is done again from its files, and fails as it did."""

from __future__ import annotations

import dataclasses
import json
import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.kernel.randomness import seed
from autograder.reports.explain.evidence import Evidence, ReplayWriter, evidence
from autograder.reports.explain.replay import replay
from autograder.testing import fail
from autograder.testing.expect import close, returned
from autograder.testing.student import fetch, keys, kind, plain
from autograder.testing.values import same

X = np.array([1.0, 2.0])


class Model:
    """A class like those that students write."""

    twice = staticmethod(lambda x: 2 * x)

    def __init__(self, size, scale=1.0):
        self.size, self.scale, self.params = size, scale, {}

    def forward(self, x):
        self.seen = x
        return {"out": x @ self.params["W"] + self.params["b"]}, self

    def backward(self, dout, cache):
        assert cache is self
        return self.seen.T @ dout


def backward(dout, cache):
    """A function that reads, and spoils, what its forward function kept."""
    x, scale = cache
    x *= scale
    return dout * x


@pytest.fixture
def made(recorded):
    """Return a function that runs a test and returns its calls: those that lead to its last step."""

    def run(test, own, parameters=None):
        transcript = recorded(test, own, own)
        last = transcript.steps[-1]
        return ReplayWriter(transcript, parameters or {}).write(
            Evidence(last, last.reply.value, last.solution.value), "t::a: kit 1."
        )

    return run


@pytest.fixture
def again(tmp_path):
    """Return a function that replays calls from their files where ``hand_in`` defines these names."""

    def run(made, own):
        (tmp_path / "t.json").write_text(made.json())
        np.savez(tmp_path / "t.npz", **made.arrays)
        with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
            replay(json.loads((tmp_path / "t.json").read_text()), arrays, SimpleNamespace(**own))

    return run


def test_arrays_are_named_as_the_solutions_arguments_are(made):
    def test(student):
        fetch(student.add(X, b=np.ones(2)), 100)

    found = made(test, {"add": lambda a, b: a + b}, {"add": ["a", "b"]})
    assert found.lines == ["result_1 = hand_in.add(a, b=b)"]
    assert (found.data["value"], found.names, list(found.inputs)) == ("result_1", {"add"}, ["a", "b"])
    assert found.arrays["a"].tolist() == [1, 2]
    assert found.arrays["returned"].tolist() == [2, 3]


def test_an_array_never_takes_the_name_of_another_and_an_equal_one_is_kept_once(made):
    def look(student):
        y = student.f(X)
        student.g(y, X + 1)
        fetch(student.g(y, X), 100)

    found = made(look, {"f": lambda x: x, "g": lambda y, x: x * 7}, {"f": ["x"], "g": ["y", "expected"]})
    assert found.lines == [
        "result_1 = hand_in.f(x)",
        "result_2 = hand_in.g(result_1, expected)",
        "result_3 = hand_in.g(result_1, expected_2)",
    ]
    assert found.arrays["expected"].tolist() == [2, 3]
    assert found.data["expected"] == {"array": "expected_3"}


def test_what_does_not_lead_to_the_value_is_left_out(made):
    def test(student):
        student.other(X)
        fetch(student.f(X), 100)

    assert made(test, {"f": lambda x: x, "other": lambda x: x}).names == {"f"}


def test_each_step_has_a_line_of_its_own_in_the_file(made):
    found = made(lambda student: student.f(1, [2]), {"f": lambda *_given: 1})
    lines = found.json().splitlines()
    assert '"args": [1, [2]]' in next(line for line in lines if '"call"' in line)
    assert json.loads(found.json()) == found.data


def models(student):
    model = student.Model(2, scale=0.5)
    for name, values in {"W": np.eye(2), "b": np.ones(2)}.items():
        model.params[name] = values
    model.params["b"] = X
    out, cache = returned(model.forward(np.eye(2)), "out", "cache")
    kind(out.remote()["out"])
    fetch(model.backward(np.ones((2, 2)), cache.value), 1000)


def caches(student):
    _, cache = returned(student.forward(X, 3.0), "out", "cache")
    student.backward(np.ones(2), cache.value)
    fetch(student.backward(np.ones(2), cache.value), 100)  # of a cache that the first call has changed


def drawing(student):
    fetch(student.draw(2), 100)


def plains(student):
    plain(student.f(float("nan"), (1,), [True, "a"], {"k": -float("inf"), 2: X}, None, None))


def fresh(student):
    fetch(student.keep(X, student.spoil(X)), 100)


def sets(student):
    student.f()["a"] = X


def parts(student):
    fetch(student.nested()[("a", 1)]["b"][0], 100)


def of_class(student):
    fetch(student.Model.twice(X), 100)


OWN: dict[str, Any] = {
    "Model": Model,
    "forward": lambda x, scale: (2 * x, (x, scale)),
    "backward": backward,
    "draw": lambda size: np.random.rand(size) + random.random(),
    "f": lambda nan, one, items, held, *_none: np.isnan(nan) and one == (1,) and items == [True, "a"] and held[2].sum(),
    "nested": lambda: {("a", 1): {"b": [X]}},
    "spoil": lambda x: x.fill(0),
    "keep": lambda x, _: x.copy(),
}


@pytest.mark.parametrize("test", [models, caches, drawing, plains, fresh, parts, of_class])
def test_what_a_test_did_is_done_again_and_gives_what_it_gave(made, again, capsys, test):
    seed()
    found = made(test, OWN, {"keep": ["x"], "spoil": ["x"]})
    assert found.data["returned"] is not None
    again(dataclasses.replace(found, data=found.data | {"expected": found.data["returned"]}), OWN)
    assert capsys.readouterr().out.splitlines()[: len(found.lines) + 1] == ["t::a: kit 1.", *found.lines]
    # What is compared is what came of these calls, not what was kept of those of the test.
    other = {name: array + 1 if name == "returned" else array for name, array in found.arrays.items()}
    wrong = {"expected": found.data["returned"]} if other.keys() & {"returned"} else {"expected": 4.0}
    with pytest.raises(AssertionError):
        again(dataclasses.replace(found, data=found.data | wrong, arrays=other), OWN)


def test_calls_are_told_with_their_results_parts_and_what_is_put_into_them(made):
    assert made(models, OWN, {"__init__": ["size"], "forward": ["x"], "backward": ["dout", "cache"]}).lines == [
        "result_1 = hand_in.Model(2, scale=0.5)",
        "result_1.params['W'] = W",
        "result_1.params['b'] = b",
        "result_1.params['b'] = b_2",
        "result_2 = result_1.forward(x)",
        "result_3 = result_1.backward(dout, result_2[1])",
    ]
    assert made(parts, OWN).lines == ["result_1 = hand_in.nested()", "result_1[('a', 1)]['b'][0]"]


@pytest.mark.parametrize(
    ("test", "own", "error"),
    [
        (lambda student: student.f(1), {"f": lambda x: x.nothing}, AttributeError),
        (lambda student: student.f(1), {}, AttributeError),
        (lambda student: student.f()["W"], {"f": dict}, KeyError),
        (lambda student: student.f().a(), {"f": dict}, AttributeError),
        (sets, {"f": tuple}, TypeError),
        (lambda student: fetch(student.f(), 100), {"f": lambda: [X, 1]}, ValueError),
    ],
    ids=["call", "name", "item", "attribute", "set", "array"],
)
def test_what_raised_raises_again(made, again, test, own, error):
    found = made(test, own)
    with pytest.raises(error):
        again(found, own)


FAILING: list[Any] = [
    (lambda x: 3 * x, "Mismatched elements"),
    (lambda x: (2 * x)[None], r"shape \(1, 2\); \(2,\) is asked"),
    (lambda x: (2 * x).astype(int), "type int64"),
]


@pytest.mark.parametrize(("wrong", "said"), FAILING, ids=["values", "shape", "type"])
def test_a_replay_fails_for_the_code_that_failed_and_ends_well_for_the_right_one(recorded, again, wrong, said):
    def test(student):
        close(returned(student.double(X), "y")[0], 2 * X)

    transcript = recorded(test, {"double": wrong}, {"double": lambda x: 2 * x})
    found: Any = evidence(transcript, ["double"])
    replayed = ReplayWriter(transcript, {"double": ["x"]}).write(found, "t::a")
    with pytest.raises(AssertionError, match=said):
        again(replayed, {"double": wrong})
    again(replayed, {"double": lambda x: 2 * x})


def unread(student):
    fetch(student.f(), 100)


def of_type(student):
    assert kind(student.f()) == "tuple"


def with_keys(student):
    keys(student.f())
    fail("no")


def with_plain(student):
    plain(student.f())
    fail("no")


def with_same(student):
    same(student.f(), {"runs": [("a", 0.3)], "none": None})


@pytest.mark.parametrize(
    ("test", "wrong", "right"),
    [
        (with_same, lambda: {"runs": [("a", 0.4)], "none": None}, lambda: {"none": None, "runs": [["a", 0.1 + 0.2]]}),
        (
            with_same,
            lambda: {"runs": ["a", 0.3], "none": None},
            lambda: {"none": None, "runs": [("a", np.float64(0.3))]},
        ),
        (with_same, lambda: "aab", lambda: {"none": None, "runs": (("a", 0.3),)}),
        (unread, lambda: [X, 1.0], lambda: X),
        (of_type, lambda: [1], lambda: (1,)),
        (of_type, lambda: (1,), lambda: (1, 2)),
        (with_keys, lambda: {"a": 1}, lambda: {"c": 3, "b": 2}),
        (with_plain, lambda: 2, lambda: "two"),
    ],
    ids=["number", "form", "kind", "unread", "type", "length", "keys", "plain"],
)
def test_a_value_is_asked_what_the_test_asked_of_it(recorded, again, test, wrong, right):
    transcript = recorded(test, {"f": wrong}, {"f": right})
    found: Any = evidence(transcript, ["f"])
    replayed = ReplayWriter(transcript, {}).write(found, "t::a")
    with pytest.raises((AssertionError, ValueError)):
        again(replayed, {"f": wrong})
    again(replayed, {"f": right})


def test_a_value_that_is_the_solutions_is_printed(made, again, capsys):
    again(made(lambda student: fetch(student.f(), 100), {"f": lambda: X}), {"f": lambda: X})
    assert "[1. 2.]\nThis is as expected." in capsys.readouterr().out
