"""A gradient that fits an earlier mistake is right; a function that only looks like a mistake makes nothing right."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Basis, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.kernel.call_server import Server
from autograder.testing.attempt import GRID, STRIDE
from autograder.testing.case import Case, open_case
from autograder.testing.faults import CheckFailed, NotRun, StudentDied
from autograder.testing.leniency import Gradients, Layer
from autograder.testing.link import LocalLink
from autograder.testing.student import APART, Student

ARGUMENTS = {"dx": 0, "dw": 1, "db": 2}


def affine(x, w, b):
    return np.tanh(x @ w + b), (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    da = dout * (1 - np.tanh(x @ w + b) ** 2)
    return da @ w.T, x.T @ da, da.sum(axis=0)


REFERENCE = SimpleNamespace(affine=affine, affine_backward=affine_backward)


def softened(x, w, b):
    """Compute something wrong that no list of mistakes knows: the bias counts half, and all is scaled."""
    return 0.9 * np.tanh(x @ w + b / 2), (x, w, b)


def softened_backward(dout, cache):
    x, w, b = cache
    da = 0.9 * dout * (1 - np.tanh(x @ w + b / 2) ** 2)
    return da @ w.T, x.T @ da, da.sum(axis=0) / 2


def summed(*inputs):
    return np.zeros((4, 5)) + sum(values.sum() for values in inputs), inputs


def summed_backward(dout, cache):
    return tuple(np.full(values.shape, dout.sum()) for values in cache)


@pytest.fixture
def case():
    with open_case(Case(rng=np.random.default_rng(3))) as made:
        yield made


def gradients(
    forward: Callable[..., Any], backward: Callable[..., Any], apart: Any = None, **options: Any
) -> Gradients:
    """Return what a student's functions come to; ``apart`` makes the function that kernels apart run."""
    link = LocalLink(Server({"affine": forward, "affine_backward": backward}))
    others = [LocalLink(Server({"affine": apart(number) if apart else forward})) for number in range(APART)]
    student = Student(lambda: link, None, lambda number: others[number])
    rng = np.random.default_rng(1)
    inputs = [rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)]
    layer = Layer(student, REFERENCE, "affine", "affine_backward", ARGUMENTS, **options)
    return layer.at(inputs, rng.normal(size=(4, 5)))


def accepted(found: Gradients) -> list[str]:
    """Return the gradients that pass."""
    passed = []
    for name in ARGUMENTS:
        try:
            found.check(name)
        except CheckFailed:
            continue
        passed.append(name)
    return passed


def test_right_gradients_rest_on_themselves_and_nothing_is_asked_apart(case):
    def never(_number):
        return lambda *_inputs: pytest.fail("it was asked apart")

    assert accepted(gradients(affine, affine_backward, never)) == ["dx", "dw", "db"]
    assert case.basis is Basis.OWN
    assert not case.forgiven


def test_gradients_of_an_attempt_that_nobody_knows_are_right_and_the_record_can_say_so(case):
    assert accepted(gradients(softened, softened_backward)) == ["dx", "dw", "db"]
    assert (case.basis, case.forgiven) == (Basis.FOLLOW_THROUGH, "affine")


def test_an_attempt_in_single_precision_makes_its_gradients_right(case):
    def single(function):
        return lambda *given: tuple(part.astype(np.float32) for part in function(*given))

    def forward(*inputs):
        return softened(*inputs)[0].astype(np.float32), inputs

    for seed in range(5):
        case.rng = np.random.default_rng(seed)
        assert accepted(gradients(forward, single(softened_backward))) == ["dx", "dw", "db"]
        assert accepted(gradients(forward, single(summed_backward))) == []


def test_a_point_cannot_be_told_from_the_steps_by_its_last_digits(case):
    asked = []

    def noted(*inputs):
        asked.append([part.copy() for part in inputs])
        return softened(*inputs)

    assert accepted(gradients(softened, softened_backward, lambda _number: noted)) == ["dx", "dw", "db"]
    assert len(asked) == 3 * 3 * APART
    assert all((part * GRID == np.round(part * GRID)).all() for inputs in asked for part in inputs)


def test_a_gradient_cannot_be_made_up_after_kernels_apart_were_asked(case):
    class Late:
        """Gives its values when it is looked at, but not at once."""

        def __init__(self, values):
            self.values, self.looks = values, 0

        def __array__(self, dtype=None, copy=None):
            self.looks += 1
            if self.looks == 1:
                raise ValueError("later")
            events.append("looked at")
            return self.values

    def forward(*inputs):
        events.append("forward")
        return softened(*inputs)

    def backward(dout, cache):
        return tuple(Late(values) for values in softened_backward(dout, cache))

    def apart(_number):
        return lambda *inputs: events.append("apart") or softened(*inputs)

    events: list[str] = []
    gradients(forward, backward, apart).check("dx")
    while "looked at" in events:
        seen = events.index("looked at")
        assert events[seen - 1] in ("forward", "looked at"), events
        del events[seen]


def test_a_kernel_apart_that_ends_makes_nothing_right_any_more(case):
    class Ended:
        def exchange(self, message, room=0):
            raise StudentDied("the process ended")

    found = gradients(softened, softened_backward)
    link = LocalLink(Server({"affine": softened, "affine_backward": softened_backward}))
    layer = replace(found.layer, student=Student(lambda: link, None, lambda _number: Ended()))
    with pytest.raises(StudentDied):
        layer.at(found.inputs, found.upstream).check("dx")
    assert case.unfit == {"affine"}


def test_what_is_right_for_the_output_that_was_returned_is_right_for_an_attempt_only(case):
    def at_output(out, inputs, dout):
        x, w, _ = inputs
        da = dout * (1 - out**2)
        return [[da @ w.T, x.T @ da, da.sum(axis=0)]]

    def backward(dout, cache):
        *inputs, out = cache
        return tuple(at_output(out, inputs, dout)[0])

    def wrong(x, w, b):
        out = 0.9 * np.tanh(x @ w + b / 2)
        return out, (x, w, b, out)

    def constant(x, w, b):
        out = np.full((4, 5), 0.5)
        return out, (x, w, b, out)

    assert accepted(gradients(wrong, backward, at_output=at_output)) == ["dx", "dw", "db"]
    case.unfit.clear()
    assert accepted(gradients(constant, backward, at_output=at_output)) == []


def test_a_gradient_that_fits_neither_fails_with_the_text_of_the_right_one(case):
    with pytest.raises(CheckFailed, match="dw: 15 of 15 elements are off"):
        gradients(softened, summed_backward).check("dw")
    assert case.basis is Basis.OWN


@pytest.mark.parametrize(
    "trivial",
    [
        summed,
        lambda x, w, b: (np.broadcast_to(b, (4, 5)) + 0.0, (x, w, b)),
        lambda x, w, b: (x.sum(axis=1, keepdims=True) + w.sum(axis=0) + b, (x, w, b)),
        lambda x, w, b: (x.sum(axis=1, keepdims=True) * w.sum(axis=0) * b, (x, w, b)),
        lambda x, w, b: (np.zeros((4, 5)), (x, w, b)),
        lambda x, w, b: (np.where(np.arange(20).reshape(4, 5) < 4, affine(x, w, b)[0], 1.0), (x, w, b)),
    ],
    ids=["sum", "copy", "sums of rows and columns", "their product", "zeros", "right in a few elements"],
)
def test_a_function_that_is_no_attempt_makes_its_own_gradient_right_for_nobody(case, trivial):
    def numerical(dout, cache):
        made = []
        for position, values in enumerate(cache[:3]):
            gradient = np.zeros(values.shape)
            for place in np.ndindex(values.shape):
                sums = []
                for step in (1e-5, -1e-5):
                    moved = [part.copy() for part in cache[:3]]
                    moved[position][place] += step
                    sums.append((trivial(*moved)[0] * dout).sum())
                gradient[place] = (sums[0] - sums[1]) / 2e-5
            made.append(gradient)
        return tuple(made)

    assert accepted(gradients(trivial, numerical)) == []
    assert case.unfit == {"affine"}


def test_a_backward_function_that_overwrites_the_output_changes_nothing(case):
    held = []

    def forward(x, w, b):
        held.append(affine(x, w, b)[0])
        return held[-1], (x, w, b)

    def backward(dout, cache):
        held[-1][:] = 0.3
        return softened_backward(dout, cache)

    assert accepted(gradients(forward, backward)) == []
    assert not case.unfit, "nothing was asked: the forward function is right"


def test_a_function_that_computes_something_else_apart_makes_nothing_right_any_more(case):
    found = gradients(softened, summed_backward, lambda _number: summed)
    assert accepted(found) == []
    assert case.unfit == {"affine"}


def test_no_kernel_sees_two_points_that_belong_together_and_none_is_always_asked_for_the_same(case):
    asked = {number: [] for number in range(APART)}

    def watched(number):
        def forward(*inputs):
            asked[number].append([values.copy() for values in inputs])
            return softened(*inputs)

        return forward

    accepted(gradients(softened, summed_backward, watched))
    assert len({len(points) for points in asked.values()}) == 1
    for points in asked.values():
        numbers = [np.sort(np.concatenate([values.ravel() for values in point])) for point in points]
        for place, one in enumerate(numbers):
            for other in numbers[:place]:
                nearest = np.abs(one[:, None] - other[None, :]).min(axis=1)
                assert (nearest < 3 * STRIDE).mean() < 0.2, "two points share numbers"
    changed = [
        [np.array_equal(np.concatenate([v.ravel() for v in asked[number][step]]), base) for number in range(APART)]
        for step, base in enumerate(_points(asked))
    ]
    assert len({tuple(row) for row in changed}) > 1, "one kernel is always asked for the point itself"


def _points(asked):
    """Return the point that the three questions of each step have in common: in the middle of them."""
    for step in zip(*asked.values(), strict=True):
        yield np.median([np.concatenate([values.ravel() for values in point]) for point in step], axis=0)


def test_one_element_that_counts_makes_no_gradient_right(case):
    def at_output(out, inputs, dout):
        x, w, _ = inputs
        da = dout * (1 - out**2)
        return [[da @ w.T, x.T @ da, da.sum(axis=0)]]

    def forward(x, w, b):
        out = 1 + 1e-8 * np.tanh(x @ w + b)
        out[0, 0] = 0
        return out, (x, w, b, out)

    def backward(dout, cache):
        *inputs, out = cache
        return tuple(at_output(out, inputs, np.where(out == 0, dout, 0))[0])

    assert accepted(gradients(forward, backward, at_output=at_output)) == []


@pytest.mark.parametrize("value", [1.2e308, np.inf, np.nan, -1.7e308])
def test_a_gradient_without_a_size_agrees_with_nothing(case, value):
    assert accepted(gradients(softened, lambda _dout, cache: tuple(np.full(one.shape, value) for one in cache))) == []


@pytest.mark.parametrize("calls", [1, 3, 5, 8, 12])
def test_a_function_that_is_an_attempt_for_its_first_calls_only_makes_nothing_right(case, calls):
    def turning(made):
        count = iter(range(10_000))

        def forward(*inputs):
            return softened(*inputs) if next(count) < made else summed(*inputs)

        return forward

    found = gradients(turning(calls + 1), summed_backward, lambda _number: turning(calls))
    assert accepted(found) == []


def test_where_no_mistake_may_be_allowed_for_none_is(assignment):
    case = step_case(assignment, "relu")
    case.lenient = False
    assert case.before("rnn_step_forward") is None


def test_a_forward_function_that_raises_or_returns_no_cache_keeps_the_test_from_being_run(case):
    def broken(*_inputs):
        raise ValueError("nothing")

    with pytest.raises(NotRun, match="affine raised ValueError, so there is no cache"):
        gradients(broken, affine_backward)
    with pytest.raises(NotRun, match="affine returned no cache"):
        gradients(lambda x, w, b: (affine(x, w, b)[0],), affine_backward)


@pytest.fixture(scope="module")
def assignment():
    return Assignment(Course(KIT_ROOT), "rnn_captioning")


def step_case(assignment, name):
    """Return the case of a test after the first function has failed its own by a known mistake."""
    test = TestResult(id="0", title=Message(""), verdict=Verdict.FAILED, score=0, max_score=1, misconception=name)
    failed = ProblemResult(id="rnn_step_forward", score=0, max_score=8, tests=[test])
    return Case(assignment=assignment, earlier={failed.id: failed}, rng=np.random.default_rng(1))


def test_of_a_known_misconception_the_grader_computes_the_gradient_itself(assignment):
    def relu(x, prev_h, Wx, Wh, b):
        out = np.maximum(x @ Wx + prev_h @ Wh + b, 0)
        return out, (x, prev_h, Wx, Wh, out)

    def relu_backward(dnext_h, cache):
        x, prev_h, Wx, Wh, out = cache
        da = dnext_h * (out > 0)
        return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    link = LocalLink(Server({"rnn_step_forward": relu, "rnn_step_backward": relu_backward}))
    student = Student(lambda: link, None, lambda _number: pytest.fail("it was asked apart"))
    rng = np.random.default_rng(2)
    shapes = {"dx": (4, 3), "dprev_h": (4, 5), "dWx": (3, 5), "dWh": (5, 5), "db": (5,)}
    names = {name: position for position, name in enumerate(shapes)}
    layer = Layer(student, assignment.reference, "rnn_step_forward", "rnn_step_backward", names)
    inputs = [rng.normal(size=shape) for shape in shapes.values()]
    for recognised, passes in (("relu", True), ("sigmoid", False)):
        with open_case(step_case(assignment, recognised)) as case:
            case.unfit.add("rnn_step_forward")
            found = layer.at(inputs, rng.normal(size=(4, 5)))
            for name in names:
                if passes:
                    found.check(name)
                else:
                    with pytest.raises(CheckFailed):
                        found.check(name)


def test_zeros_say_nothing_unless_the_test_says_that_they_do(assignment):
    def ignoring(x, prev_h, Wx, Wh, b):
        return np.tanh(prev_h @ Wh + b), (x, prev_h, Wx, Wh, b)

    names = {"rnn_step_forward": ignoring, "rnn_step_backward": lambda _dout, cache: tuple(map(np.zeros_like, cache))}
    link = LocalLink(Server(names))
    rng = np.random.default_rng(2)
    inputs = [rng.normal(size=shape) for shape in ((4, 3), (4, 5), (3, 5), (5, 5), (5,))]
    arguments = {"dx": 0, "dprev_h": 1, "dWx": 2, "dWh": 3, "db": 4}
    layer = Layer(Student(lambda: link), assignment.reference, "rnn_step_forward", "rnn_step_backward", arguments)
    with open_case(step_case(assignment, "input_ignored")):
        found = layer.at(inputs, rng.normal(size=(4, 5)))
        with pytest.raises(CheckFailed):
            found.check("dx")
        found.check("dx", zeros=True)


def gated(x, h, w):
    a = x @ w
    c = np.tanh(h + a)
    return c, 1 / (1 + np.exp(-c)), (x, h, w, c)


def gated_backward(dc, dy, cache):
    x, _, w, c = cache
    y = 1 / (1 + np.exp(-c))
    da = (dc + dy * y * (1 - y)) * (1 - c**2)
    return da @ w.T, da, x.T @ da


def off(x, h, w):
    """Compute something wrong that no list of mistakes knows: the state before counts half."""
    c = np.tanh(h / 2 + x @ w)
    return c, 1 / (1 + np.exp(-c)), (x, h, w, c)


def off_backward(dc, dy, cache):
    dx, dh, dw = gated_backward(dc, dy, cache)
    return dx, dh / 2, dw


def constant(x, h, w):
    c = np.tanh(h / 2 + x @ w)
    return c, np.ones_like(c), (x, h, w, c)


def constant_backward(dc, _dy, cache):
    return off_backward(dc, np.zeros_like(dc), cache)


def bias_lost(x, h, w):
    """Compute the second output right from a first one that is wrong; its gradients are those of the lecture."""
    c = np.tanh(0.9 * h + x @ w) + 0.05
    return c, 1 / (1 + np.exp(-c)), (x, h, w, c)


@pytest.mark.parametrize(
    ("forward", "backward", "passed"),
    [
        (gated, gated_backward, ["dx", "dh", "dw"]),
        (gated, lambda dc, dy, cache: gated_backward(dc, 0 * dy, cache), []),
        (off, off_backward, ["dx", "dh", "dw"]),
        (off, lambda dc, dy, cache: off_backward(dc, 0 * dy, cache), []),
        (constant, constant_backward, []),
        (bias_lost, gated_backward, ["dx", "dh", "dw"]),
    ],
    ids=["right", "one gradient unused", "an attempt", "wrong for it", "one output is made up", "right at its outputs"],
)
def test_a_layer_of_several_outputs_is_checked_in_five_lines(case, forward, backward, passed):
    link = LocalLink(Server({"gated": forward, "gated_backward": backward}))
    others = [LocalLink(Server({"gated": forward})) for _ in range(APART)]
    student = Student(lambda: link, None, lambda number: others[number])
    reference, rng = SimpleNamespace(gated=gated, gated_backward=gated_backward), np.random.default_rng(1)
    arguments = {"dx": 0, "dh": 1, "dw": 2}
    layer = Layer(student, reference, "gated", "gated_backward", arguments, outputs=("c", "y"))
    inputs = [rng.normal(size=shape) for shape in ((4, 3), (4, 5), (3, 5))]
    found = layer.at(inputs, [rng.normal(size=(4, 5)), rng.normal(size=(4, 5))])
    right = []
    for name in arguments:
        with contextlib.suppress(CheckFailed):
            found.check(name)
            right.append(name)
    assert right == passed
    assert [look.name for look in case.looks[:2]] == ["c", "y"]


def test_as_many_upstream_gradients_as_outputs_must_be_given(case):
    found = gradients(affine, affine_backward)
    with pytest.raises(ValueError, match="upstream holds 2 gradients, and affine has 1 outputs: name them"):
        found.layer.at(found.inputs, [found.upstream, found.upstream])
