import numpy as np
import pytest

from cs231n import rnn_layers
from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


@pytest.fixture
def affine_inputs():
    rng = np.random.default_rng(21)
    return rng.normal(size=(2, 3, 4)), rng.normal(size=(4, 5)), rng.normal(size=5)


@pytest.fixture
def scores():
    rng = np.random.default_rng(22)
    x, y = rng.normal(size=(7, 8, 9)), rng.integers(9, size=(7, 8))
    return x, y, rng.random((7, 8)) > 0.5


def test_only_the_given_layers_are_here():
    functions = {name for name, value in vars(rnn_layers).items() if callable(value)}
    assert functions == {"temporal_affine_forward", "temporal_affine_backward", "temporal_softmax_loss"}


def test_the_same_affine_layer_is_applied_at_every_step(affine_inputs):
    x, w, b = affine_inputs
    out, _ = temporal_affine_forward(x, w, b)
    assert rel_error(out, np.stack([x[:, t] @ w + b for t in range(3)], axis=1)) < 1e-12


def test_affine_gradients_agree_with_numerical_ones(affine_inputs):
    x, w, b = affine_inputs
    out, cache = temporal_affine_forward(x, w, b)
    dout = np.random.default_rng(23).normal(size=out.shape)
    dx, dw, db = temporal_affine_backward(dout, cache)
    assert rel_error(dx, eval_numerical_gradient_array(lambda x: temporal_affine_forward(x, w, b)[0], x, dout)) < 1e-8
    assert rel_error(dw, eval_numerical_gradient_array(lambda w: temporal_affine_forward(x, w, b)[0], w, dout)) < 1e-8
    assert rel_error(db, eval_numerical_gradient_array(lambda b: temporal_affine_forward(x, w, b)[0], b, dout)) < 1e-8


def test_the_affine_layer_takes_arrays_that_are_not_contiguous(affine_inputs):
    x, w, b = affine_inputs
    swapped = np.ascontiguousarray(x.swapaxes(0, 1)).swapaxes(0, 1)
    out, cache = temporal_affine_forward(swapped, w, b)
    expected, expected_cache = temporal_affine_forward(x, w, b)
    assert rel_error(out, expected) < 1e-12
    assert rel_error(temporal_affine_backward(out, cache)[1], temporal_affine_backward(out, expected_cache)[1]) < 1e-12


@pytest.mark.parametrize(
    ("N", "T", "V", "share", "expected"), [(100, 1, 10, 1.0, 2.3), (100, 10, 10, 1.0, 23), (5000, 10, 10, 0.1, 2.3)]
)
def test_small_random_scores_cost_the_logarithm_of_the_vocabulary_at_each_place_that_counts(N, T, V, share, expected):
    rng = np.random.default_rng(24)
    x = 0.001 * rng.normal(size=(N, T, V))
    loss, _ = temporal_softmax_loss(x, rng.integers(V, size=(N, T)), rng.random((N, T)) <= share)
    assert loss == pytest.approx(expected, rel=0.03)


def test_the_loss_is_summed_over_time_and_averaged_over_the_minibatch():
    x = np.zeros((2, 3, 4))
    mask = np.array([[True, True, False], [True, False, False]])
    loss, _ = temporal_softmax_loss(x, np.zeros((2, 3), dtype=int), mask)
    assert loss == pytest.approx(3 * np.log(4) / 2)


def test_the_gradient_of_the_loss_agrees_with_a_numerical_one(scores):
    x, y, mask = scores
    _, dx = temporal_softmax_loss(x, y, mask)
    numerical = eval_numerical_gradient(lambda x: temporal_softmax_loss(x, y, mask)[0], x, verbose=False)
    assert rel_error(dx, numerical) < 1e-7


def test_places_that_are_masked_change_nothing(scores):
    x, y, mask = scores
    loss, dx = temporal_softmax_loss(x, y, mask)
    other_loss, other_dx = temporal_softmax_loss(np.where(mask[..., None], x, 7.0), np.where(mask, y, 0), mask)
    assert loss == other_loss
    assert np.array_equal(dx, other_dx)
    assert not dx[~mask].any()


def test_a_batch_of_nothing_but_padding_costs_nothing(scores):
    x, y, mask = scores
    loss, dx = temporal_softmax_loss(x, y, np.zeros_like(mask))
    assert loss == 0
    assert not dx.any()


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_huge_scores_do_not_overflow(size):
    x = np.array([[[size, 0.0, -size]]], dtype=np.float32)
    loss, dx = temporal_softmax_loss(x, np.array([[1]]), np.array([[True]]))
    assert loss == np.float32(size)
    assert np.array_equal(dx, [[[1, -1, 0]]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(affine_inputs, scores, dtype):
    x, y, mask = scores
    loss, dx = temporal_softmax_loss(x.astype(dtype), y, mask)
    out, cache = temporal_affine_forward(*(values.astype(dtype) for values in affine_inputs))
    results = (loss, dx, out, *temporal_affine_backward(out, cache))
    assert {values.dtype for values in results} == {np.dtype(dtype)}


def test_the_arguments_are_not_changed(affine_inputs, scores):
    arguments = (*affine_inputs, *scores)
    before = [values.copy() for values in arguments]
    out, cache = temporal_affine_forward(*affine_inputs)
    temporal_affine_backward(out, cache)
    temporal_softmax_loss(*scores)
    assert all(np.array_equal(*pair) for pair in zip(arguments, before, strict=True))


def test_the_shape_of_the_gradient_is_printed_only_when_asked(scores, capsys):
    temporal_softmax_loss(*scores)
    assert capsys.readouterr().out == ""
    x, y, mask = scores
    temporal_softmax_loss(x, y, mask, verbose=True)
    assert capsys.readouterr().out == "dx: (7, 8, 9)\n"
