from typing import Any

import numpy as np
import pytest

from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error


@pytest.fixture
def x():
    return np.random.default_rng(5).normal(size=(3, 4))


def test_the_gradient_of_a_sum_of_squares_is_twice_the_argument(x):
    gradient = eval_numerical_gradient(lambda x: np.sum(x**2), x, verbose=False)
    assert rel_error(gradient, 2 * x) < 1e-9


def test_the_gradient_of_a_layer_agrees_with_its_backward_pass(x):
    upstream = np.random.default_rng(6).normal(size=x.shape)
    gradient = eval_numerical_gradient_array(np.tanh, x, upstream)
    assert rel_error(gradient, upstream * (1 - np.tanh(x) ** 2)) < 1e-8


def test_a_function_may_read_the_array_from_somewhere_else(x):
    params = {"W": x}
    gradient = eval_numerical_gradient(lambda _: 3 * params["W"].sum(), params["W"], verbose=False)
    assert rel_error(gradient, np.full(x.shape, 3.0)) < 1e-9


def test_a_function_may_return_the_argument_itself(x):
    gradient = eval_numerical_gradient_array(lambda x: x, x, np.ones(x.shape))
    assert rel_error(gradient, np.ones(x.shape)) < 1e-9


def test_a_function_may_change_and_return_the_argument(x):
    before = x.copy()

    def double_in_place(x):
        x *= 2
        return x

    gradient = eval_numerical_gradient_array(double_in_place, x, np.ones(x.shape))
    assert rel_error(gradient, np.full(x.shape, 2.0)) < 1e-9
    assert np.array_equal(x, before)


def test_an_array_of_no_axes_has_a_gradient():
    assert eval_numerical_gradient(lambda x: np.sum(x**2), np.array(3.0), verbose=False) == pytest.approx(6.0)


def test_a_view_with_gaps_is_differentiated_in_place():
    whole = np.arange(12.0).reshape(3, 4)
    gradient = eval_numerical_gradient(lambda _: np.sum(whole**2), whole[:, ::2], verbose=False)
    assert rel_error(gradient, 2 * whole[:, ::2]) < 1e-8


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("calls", [1, 2, 5])
def test_the_argument_is_restored_when_the_function_raises(x, interruption, calls):
    before = x.copy()
    left = iter(range(calls - 1))

    def fails_in_the_end(x):
        if next(left, None) is None:
            raise interruption
        return x

    with pytest.raises(interruption):
        eval_numerical_gradient_array(fails_in_the_end, x, np.ones(x.shape))
    assert np.array_equal(x, before)


def test_the_argument_is_restored_when_the_shapes_turn_out_to_differ(x):
    before = x.copy()
    with pytest.raises(ValueError, match=r"df has shape \(4, 3\), but f\(x\) has shape \(3, 4\)"):
        eval_numerical_gradient_array(np.tanh, x, np.ones((4, 3)))
    assert np.array_equal(x, before)


def test_an_upstream_gradient_is_never_broadcast(x):
    with pytest.raises(ValueError, match="upstream gradient"):
        eval_numerical_gradient_array(np.tanh, x, np.ones((1, 4)))


def test_progress_is_printed_index_by_index(capsys):
    eval_numerical_gradient(lambda x: np.sum(4 * x), np.zeros((1, 2)), verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit(" ", 1)[0] for line in lines] == ["(0, 0)", "(0, 1)"]
    assert all(float(line.rsplit(" ", 1)[1]) == pytest.approx(4) for line in lines)


def test_nothing_is_printed_when_not_asked(capsys):
    eval_numerical_gradient(np.sum, np.zeros((1, 2)), verbose=False)
    assert capsys.readouterr().out == ""


def test_float32_gives_a_float32_gradient_of_the_right_size():
    x = np.linspace(1, 2, 5, dtype=np.float32)
    gradient = eval_numerical_gradient(lambda x: np.sum(x**2), x, verbose=False, h=1e-2)
    assert gradient.dtype == np.float32
    assert rel_error(gradient, 2 * x) < 1e-3


def test_a_rounded_step_is_divided_by_its_real_length():
    x = np.array([200.0], dtype=np.float32)  # neighbouring float32 numbers are 1.5e-5 apart here
    gradient = eval_numerical_gradient_array(lambda x: x, x, np.ones(1), h=1e-5)
    assert gradient[0] == 1.0


@pytest.mark.parametrize(("value", "dtype"), [(1e12, np.float64), (1000.0, np.float32)])
def test_a_step_lost_in_rounding_is_refused(value, dtype):
    x = np.array([value], dtype=dtype)
    with pytest.raises(ValueError, match=r"lost in rounding beside x\[0\]"):
        eval_numerical_gradient_array(lambda x: x, x, np.ones(1))
    assert x[0] == dtype(value)


def test_a_function_that_is_not_a_number_has_a_gradient_that_is_not_a_number():
    gradient = eval_numerical_gradient_array(np.tanh, np.array([np.nan, 0.0]), np.ones(2))
    assert np.isnan(gradient).all()


@pytest.mark.parametrize(
    ("argument", "error", "message"),
    [
        ([1.0, 2.0], TypeError, "numpy array"),
        (np.arange(3), TypeError, "int64"),
        (np.ones(3, dtype=bool), TypeError, "bool"),
        (np.broadcast_to(1.0, 3), ValueError, "read-only"),
    ],
)
def test_an_argument_that_cannot_take_steps_is_refused(argument, error, message):
    with pytest.raises(error, match=message):
        eval_numerical_gradient(np.sum, argument, verbose=False)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda x: x, r"shape \(3, 4\).*eval_numerical_gradient_array"),
        (lambda x: np.sum(x, keepdims=True), r"shape \(1, 1\)"),
        (lambda x: (np.sum(x), {}), r"2 values.*f\(x\)\[0\]"),
        (lambda x: None, "returned None"),
    ],
)
def test_a_value_that_is_not_one_number_is_refused(x, value, message):
    with pytest.raises(TypeError, match=message):
        eval_numerical_gradient(value, x, verbose=False)


def test_a_forward_function_that_also_returns_its_cache_is_refused(x):
    mistaken: Any = lambda x: (x, "cache")  # noqa: E731
    with pytest.raises(TypeError, match=r"2 values.*f\(x\)\[0\]"):
        eval_numerical_gradient_array(mistaken, x, np.ones(x.shape))


def test_relative_error_is_the_largest_of_all_entries():
    assert rel_error([1.0, 2.0], [1.0, 6.0]) == 0.5


def test_relative_error_of_equal_arrays_is_zero_even_where_they_are_zero():
    assert rel_error(np.zeros(3), np.zeros(3)) == 0.0


def test_relative_error_of_bytes_does_not_wrap_around():
    assert rel_error(np.array([1], dtype=np.uint8), np.array([3], dtype=np.uint8)) == 0.5


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_relative_error_does_not_lose_an_entry_that_is_not_finite(bad):
    assert np.isnan(rel_error([1.0, bad], [1.0, 2.0]))
    assert np.isnan(rel_error([1.0, bad], [1.0, bad]))
    assert not rel_error([1.0, bad], [1.0, 2.0]) < 1


@pytest.mark.parametrize("shapes", [((3,), (3, 1)), ((1, 3), (2, 3)), ((), (1,))])
def test_relative_error_refuses_shapes_that_would_broadcast(shapes):
    with pytest.raises(ValueError, match="cannot compare shapes"):
        rel_error(np.ones(shapes[0]), np.ones(shapes[1]))


def test_relative_error_of_nothing_is_refused():
    with pytest.raises(ValueError, match="empty"):
        rel_error([], [])
