"""An attempt changes with each argument much as the right function does; its gradient is found by differences."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from autograder.kernel.call_server import Server
from autograder.testing.attempt import (
    ALIKE,
    GRID,
    DirectionalDerivative,
    Forward,
    attempted_derivative,
    cosine,
    differentiable,
    on_grid,
    other_arguments,
    values_of,
)
from autograder.testing.case import Answer, Case, open_case
from autograder.testing.faults import NoCache, StudentDied
from autograder.testing.link import LocalLink
from autograder.testing.student import Student

RNG = np.random.default_rng(5)
X, W = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2))


@pytest.fixture(autouse=True)
def case():
    with open_case(Case(rng=np.random.default_rng(7))) as opened:
        yield opened


def right(x, w):
    return np.tanh(x @ w), (x, w)


def forward(function):
    link = LocalLink(Server({"f": function}))
    return Forward(Student(lambda: link), SimpleNamespace(f=right), "f")


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_scaled_or_negated_function_is_an_attempt_in_each_argument(case, position, sign):
    found = attempted_derivative(forward(lambda x, w: (sign * 0.5 * right(x, w)[0], 1)), [X, W], [(4, 2)], position)
    assert found is not None
    assert found.likeness == pytest.approx(1)
    assert found.direction.shape == (X, W)[position].shape
    np.testing.assert_allclose(found.own[0], sign * 0.5 * found.right[0], rtol=1e-4)
    assert case.unfit == set()


@pytest.mark.parametrize(
    "function",
    [
        lambda x, w: (np.ones((4, 2)), 1),
        lambda x, w: (np.full((4, 2), x.sum() + w.sum()), 1),
        lambda x, w: (x[:, :2], 1),
        lambda x, w: (np.full((4, 2), np.nan), 1),
        lambda x, w: (right(x, w)[0][:1], 1),
        lambda x, w: 1 / 0,
        lambda x, w: (right(x, w)[0],),
    ],
    ids=["constant", "sum", "copy", "nan", "shape", "raises", "no cache"],
)
def test_what_is_no_attempt_is_remembered_and_not_asked_again(case, function):
    assert attempted_derivative(forward(function), [X, W], [(4, 2)], 1) is None
    assert case.unfit == {"f"}
    assert attempted_derivative(forward(right), [X, W], [(4, 2)], 1) is None


def test_a_function_that_ends_its_process_is_no_attempt_and_ends_the_test(case):
    def die(*_arguments):
        raise StudentDied

    layer = Forward(Student(lambda: SimpleNamespace(exchange=die)), SimpleNamespace(f=right), "f")
    with pytest.raises(StudentDied):
        attempted_derivative(layer, [X, W], [(4, 2)], 0)
    assert case.unfit == {"f"}


def test_without_a_cache_no_backward_function_can_be_called():
    layer = forward(lambda x, w: (x @ w,))
    with pytest.raises(NoCache, match="f returned no cache"):
        layer.run(layer.student, [X, W], [(4, 2)])


def test_the_size_of_the_likeness_counts_not_its_sign():
    one = np.array([1.0, 0.0])
    nearly = np.array([ALIKE, np.sqrt(1 - ALIKE**2)])
    assert DirectionalDerivative(one, (-nearly,), (one,), 1e-5).likeness == pytest.approx(ALIKE)


def test_the_least_like_output_counts_among_those_that_the_argument_changes():
    one, other, none = np.array([1.0, 0.0]), np.array([1.0, 1.0]), np.zeros(2)
    assert DirectionalDerivative(one, (one, one), (one, other), 1e-5).likeness == pytest.approx(np.sqrt(0.5))
    assert DirectionalDerivative(one, (one, other), (one, none), 1e-5).likeness == pytest.approx(1)
    assert DirectionalDerivative(one, (one, one), (none, none), 1e-5).likeness == 0


def two(x, w):
    return np.tanh(x @ w), (x @ w) ** 2, (x, w)


@pytest.mark.parametrize(
    ("function", "attempted"),
    [
        (lambda x, w: (0.5 * np.tanh(x @ w), -((x @ w) ** 2), 1), True),
        (lambda x, w: (np.tanh(x @ w), np.ones((4, 2)), 1), False),
        (lambda x, w: (np.tanh(x @ w), 1), False),
    ],
    ids=["both scaled", "one is a constant", "one is missing"],
)
def test_of_several_outputs_each_has_to_be_an_attempt(function, attempted):
    link = LocalLink(Server({"f": function}))
    layer = Forward(Student(lambda: link), SimpleNamespace(f=two), "f", outputs=("y", "square"))
    assert (attempted_derivative(layer, [X, W], [(4, 2), (4, 2)], 0) is not None) == attempted


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 0], [0, 1], 0),
        ([1, 1], [-2, -2], -1),
        ([1e300, 1e300], [1e300, 1e300], 1),  # squares would overflow
        ([1e-300, 0], [1e-300, 0], 1),  # and vanish
        ([0, 0], [1, 1], 0),
        ([np.inf, 1], [1, 1], 0),
    ],
)
def test_the_cosine_of_arrays_of_any_size(one, other, expected):
    assert cosine(np.array(one, float), np.array(other, float)) == pytest.approx(expected)


def test_steps_can_be_made_in_numbers_only():
    assert differentiable([X, np.arange(3), W, {"mode": "train"}, 0.5]) == [0, 2]


def test_sums_of_points_and_steps_have_no_digits_below_the_grid():
    total = on_grid(X) + on_grid(1e-4 * X)
    assert (total * GRID == np.round(total * GRID)).all()


def test_other_arguments_do_not_stand_out():
    words = np.array([[3, 1], [2, 2]])
    single = np.full((500,), 4.0, np.float32)
    made_words, made, constant = other_arguments([words, 3 + 2 * RNG.normal(size=900), single])
    assert sorted(made_words.ravel()) == [1, 2, 2, 3], "an index that is not there could be out of range"
    assert (made.mean(), made.std()) == (pytest.approx(3, abs=0.4), pytest.approx(2, abs=0.4))
    assert (constant.shape, constant.dtype) == (single.shape, single.dtype)
    assert other_arguments([{"mode": "train"}]) == [{"mode": "train"}]


@pytest.mark.parametrize("value", [None, "text", np.ones(3), np.array([[np.nan, 1.0]])])
def test_what_is_no_array_of_finite_numbers_of_that_shape_has_no_values(value):
    link = LocalLink(Server({"f": lambda: value}))
    remote = None if value is None else Student(lambda: link).f()
    assert values_of(Answer("y", remote), (1, 2)) is None
