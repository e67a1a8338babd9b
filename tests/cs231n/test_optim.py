import numpy as np
import pytest

from cs231n.gradient_check import rel_error
from cs231n.optim import UPDATE_RULES, adam, rmsprop, sgd, sgd_momentum

RULES = pytest.mark.parametrize("rule", UPDATE_RULES.values(), ids=UPDATE_RULES)


@pytest.fixture
def w():
    return np.random.default_rng(31).normal(size=(4, 5))


@pytest.fixture
def dw():
    return np.random.default_rng(32).normal(size=(4, 5))


def follow(rule, w, gradients, **config):
    for dw in gradients:
        w, config = rule(w, dw, config)
    return w


def test_sgd_goes_against_the_gradient(w, dw):
    next_w, _ = sgd(w, dw, {"learning_rate": 0.5})
    assert rel_error(next_w, w - 0.5 * dw) < 1e-12


def test_momentum_keeps_going_when_the_gradient_has_vanished(w, dw):
    after_two = follow(sgd_momentum, w, [dw, np.zeros_like(dw)], learning_rate=0.1, momentum=0.9)
    assert rel_error(after_two, w - 0.1 * dw - 0.9 * 0.1 * dw) < 1e-12


def test_rmsprop_follows_its_recurrence(w, dw):
    gradients = [dw, 2 * dw, -dw]
    mean_square, expected = 0.0, w
    for gradient in gradients:
        mean_square = 0.9 * mean_square + 0.1 * gradient**2
        expected = expected - 0.02 * gradient / (np.sqrt(mean_square) + 1e-8)
    assert rel_error(follow(rmsprop, w, gradients, learning_rate=0.02, decay_rate=0.9), expected) < 1e-12


def test_adam_follows_the_closed_form_of_its_means(w, dw):
    gradients = [dw, 2 * dw, -dw]
    expected = w
    for t in range(1, 4):
        weights1, weights2 = (np.array([(1 - beta) * beta ** (t - i) for i in range(1, t + 1)]) for beta in (0.8, 0.9))
        m = sum(a * g for a, g in zip(weights1, gradients[:t], strict=True)) / weights1.sum()
        v = sum(a * g**2 for a, g in zip(weights2, gradients[:t], strict=True)) / weights2.sum()
        expected = expected - 0.02 * m / (np.sqrt(v) + 1e-8)
    assert rel_error(follow(adam, w, gradients, learning_rate=0.02, beta1=0.8, beta2=0.9), expected) < 1e-12


def test_the_first_step_of_adam_has_the_size_of_the_learning_rate(w, dw):
    next_w, _ = adam(w, dw)
    assert rel_error(next_w - w, -1e-3 * np.sign(dw)) < 1e-4


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (sgd, {"learning_rate": 1e-2}),
        (sgd_momentum, {"learning_rate": 1e-2, "momentum": 0.9}),
        (rmsprop, {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}),
        (adam, {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 1}),
    ],
)
def test_settings_that_are_not_given_have_their_usual_values(w, dw, rule, expected):
    _, config = rule(w, dw)
    assert {key: value for key, value in config.items() if not isinstance(value, np.ndarray)} == expected


@pytest.mark.parametrize(
    ("rule", "memory"), [(sgd, set()), (sgd_momentum, {"velocity"}), (rmsprop, {"cache"}), (adam, {"m", "v"})]
)
def test_what_a_rule_remembers_has_the_name_and_shape_it_should(w, dw, rule, memory):
    _, config = rule(w, dw)
    assert {key for key, value in config.items() if np.shape(value) == w.shape} == memory


@RULES
def test_neither_the_parameter_nor_the_configuration_is_changed(w, dw, rule):
    _, config = rule(w, dw)
    before = w.copy(), dw.copy(), {key: np.copy(value) for key, value in config.items()}
    rule(w, dw, config)
    assert np.array_equal(w, before[0])
    assert np.array_equal(dw, before[1])
    assert all(np.array_equal(config[key], before[2][key]) for key in config)


@RULES
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_has_the_dtype_of_the_parameter(w, dw, rule, dtype):
    config = {"learning_rate": np.float64(1e-2)}
    for _ in range(2):
        next_w, config = rule(w.astype(dtype), dw, config)
    memory = [value for value in config.values() if np.shape(value) == w.shape]
    assert {values.dtype for values in (next_w, *memory)} == {np.dtype(dtype)}


@RULES
def test_every_rule_finds_the_bottom_of_a_bowl(rule):
    w, config = np.array([3.0, -2.0]), {"learning_rate": 0.05}
    for _ in range(500):
        w, config = rule(w, 2 * w, config)
    assert np.abs(w).max() < 0.1
