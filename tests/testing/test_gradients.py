"""Gradients by differences are those of calculus, for any number of outputs."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.testing.case import fail
from autograder.testing.gradients import gradient_rightness, numerical_gradient

RNG = np.random.default_rng(5)
X, W = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2))
UPSTREAM, OTHER = RNG.normal(size=(4, 2)), RNG.normal(size=2)


def layer(x, w):
    return np.tanh(x @ w), (x @ w).sum(axis=0), "cache"


def test_the_gradient_of_one_output_is_that_of_calculus():
    expected = X.T @ (UPSTREAM * (1 - np.tanh(X @ W) ** 2))
    np.testing.assert_allclose(numerical_gradient(layer, [X, W], 1, UPSTREAM), expected, rtol=1e-6)


def test_the_gradients_of_several_outputs_add_up():
    expected = X.T @ (UPSTREAM * (1 - np.tanh(X @ W) ** 2) + OTHER)
    np.testing.assert_allclose(numerical_gradient(layer, [X, W], 1, [UPSTREAM, OTHER]), expected, rtol=1e-6)


def test_a_loss_is_a_number_and_settings_are_handed_on():
    def loss(x, settings):
        return settings.pop("scale") * float((x**2).sum())

    settings = {"scale": 3.0}
    np.testing.assert_allclose(numerical_gradient(loss, [X, settings], 0), 6 * X, rtol=1e-6)
    assert settings == {"scale": 3.0}, "each call gets a copy"


@pytest.mark.parametrize(
    ("inputs", "upstream", "text"),
    [([np.arange(3), W], UPSTREAM, "argument 0 holds int64"), ([X, W], [UPSTREAM] * 4, "3 values; upstream has 4")],
)
def test_what_has_no_gradient_is_refused(inputs, upstream, text):
    with pytest.raises(ValueError, match=text):
        numerical_gradient(layer, inputs, 0, upstream)


def test_which_gradients_are_right_can_be_asked_without_failing():
    assert gradient_rightness(lambda name: fail("off") if name == "dw" else None, ["dx", "dw"]) == {
        "dx": True,
        "dw": False,
    }
