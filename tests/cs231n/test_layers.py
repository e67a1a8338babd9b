import numpy as np
import pytest

from cs231n.gradient_check import eval_numerical_gradient_array, rel_error
from cs231n.layers import affine_backward, affine_forward


@pytest.fixture
def inputs():
    rng = np.random.default_rng(11)
    return rng.normal(size=(4, 2, 3)), rng.normal(size=(6, 5)), rng.normal(size=5)


def test_each_input_is_flattened_and_multiplied(inputs):
    x, w, b = inputs
    out, _ = affine_forward(x, w, b)
    expected = np.array([[np.dot(x[n].ravel(), w[:, m]) + b[m] for m in range(5)] for n in range(4)])
    assert rel_error(out, expected) < 1e-12


def test_gradients_agree_with_numerical_ones(inputs):
    x, w, b = inputs
    out, cache = affine_forward(x, w, b)
    dout = np.random.default_rng(12).normal(size=out.shape)
    dx, dw, db = affine_backward(dout, cache)
    assert rel_error(dx, eval_numerical_gradient_array(lambda x: affine_forward(x, w, b)[0], x, dout)) < 1e-8
    assert rel_error(dw, eval_numerical_gradient_array(lambda w: affine_forward(x, w, b)[0], w, dout)) < 1e-8
    assert rel_error(db, eval_numerical_gradient_array(lambda b: affine_forward(x, w, b)[0], b, dout)) < 1e-8


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(inputs, dtype):
    x, w, b = (values.astype(dtype) for values in inputs)
    out, cache = affine_forward(x, w, b)
    assert {values.dtype for values in (out, *affine_backward(out, cache))} == {np.dtype(dtype)}


def test_the_arguments_are_not_changed(inputs):
    before = [values.copy() for values in inputs]
    out, cache = affine_forward(*inputs)
    affine_backward(out, cache)
    assert all(np.array_equal(*pair) for pair in zip(inputs, before, strict=True))


def test_a_minibatch_of_none_has_gradients_of_zero(inputs):
    _, w, b = inputs
    out, cache = affine_forward(np.zeros((0, 2, 3)), w, b)
    dx, dw, db = affine_backward(out, cache)
    assert out.shape == (0, 5)
    assert dx.shape == (0, 2, 3)
    assert not dw.any()
    assert not db.any()
