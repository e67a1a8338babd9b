"""Hidden tests of rnn_backward."""

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import (
    SEQUENCE_GRADIENTS,
    forward,
    gradient_rightness,
    numerical_gradient,
    sequence_gradients_at,
    sequence_inputs,
)
from autograder.expect import array, close_to_any, fail, is_close, returned
from autograder.student import apart

OUTSIDE = (
    "The slice dh[:, t] holds only the gradient that reaches the state of step t from outside (from its scores), and "
    "the gradient that comes back from the later steps must be added to it."
)
SUMS = "The gradients dWx, dWh and db are the sums of the contributions of all steps."
SHARES = {
    "dx": (3, OUTSIDE),
    "dh0": (3, OUTSIDE),
    "dWx": (2, SUMS),
    "dWh": (2, SUMS),
    "db": (2, SUMS),
}
T = 4


def checker(student, reference, rng, only_step=None):
    """Return a function that checks one gradient by name.

    The gradient from outside is zero but at ``only_step``, if that is given. When the student's forward
    pass is wrong, a gradient that fits what it computes is right as well.
    """
    inputs = sequence_inputs(rng, 3, T, 2, 5)
    expected, cache = reference.rnn_forward(*inputs)
    dh = rng.normal(size=expected.shape)
    if only_step is not None:
        dh[:, np.arange(T) != only_step] = 0
    right = reference.rnn_backward(dh, cache)
    output, own_cache = forward(student.rnn_forward, inputs)
    gradients = returned(student.rnn_backward(dh, own_cache.remote()), *SEQUENCE_GRADIENTS)
    forward_right = is_close(output, expected)

    def check(name):
        which = SEQUENCE_GRADIENTS.index(name)
        from_h0 = np.broadcast_to(inputs[1][:, None], expected.shape)  # a forward pass that never carries its state
        others = [
            lambda: sequence_gradients_at(array(output, expected.shape), inputs, dh)[which],
            lambda: sequence_gradients_at(array(output, expected.shape), inputs, dh, before=from_h0)[which],
            lambda: numerical_gradient(apart(student).rnn_forward, inputs, which, dh),
        ]
        # With a single step, a forward pass that is wrong at that step makes zeros right.
        zeros = only_step is not None
        steps = 1 if name == "dx" else None
        close_to_any(gradients[which], right[which], *([] if forward_right else others), zeros=zeros, steps=steps)

    return check


@pytest.mark.parametrize(
    "gradient",
    [pytest.param(name, marks=pytest.mark.points(share, asks=asks)) for name, (share, asks) in SHARES.items()],
)
def test_gradient(student, reference, rng, gradient):
    """The gradient {gradient} is right."""
    checker(student, reference, rng)(gradient)


@pytest.mark.points(
    2,
    asks="All of dh may be zero except for one step, and the gradient must still reach the steps before it.",
    gate=True,
)
def test_gradient_in_one_step(student, reference, rng):
    """Gradients that are right stay so when the gradient from outside is zero except in one step."""
    usual = gradient_rightness(checker(student, reference, rng), SEQUENCE_GRADIENTS)
    if not any(usual.values()):
        fail("no gradient is right when gradients come from outside in every step")
    for step in (T - 1, 1):
        check = checker(student, reference, rng, only_step=step)
        for name in SEQUENCE_GRADIENTS:
            if usual[name]:
                check(name)
