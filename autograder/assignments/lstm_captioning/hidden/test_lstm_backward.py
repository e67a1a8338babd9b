"""Hidden tests of lstm_backward."""

import numpy as np
import pytest

from autograder.assignments.lstm_captioning.examples import GATES
from autograder.assignments.rnn_captioning.examples import SEQUENCE_GRADIENTS, sequence_inputs
from autograder.testing import Layer, fail, gradient_rightness

OUTSIDE = (
    "The slice dh[:, t] holds only the gradient that reaches the hidden state of step t from outside, and what comes "
    "back from the later steps, by the hidden state and by the cell state, must count too."
)
SUMS = "The gradients dWx, dWh and db are the sums of the contributions of all steps."
SHARES = {
    "dx": (3, OUTSIDE),
    "dh0": (3, OUTSIDE),
    "dWx": (3, SUMS),
    "dWh": (2, SUMS),
    "db": (2, SUMS),
}
T = 6


def gradients_of(student, reference, rng, only_step=None):
    """Return the gradients of the student's sequence.

    The gradient from outside is zero but at ``only_step``, if that is given. When the student's forward pass is wrong,
    a gradient that fits what it computes is right as well.
    """
    inputs = sequence_inputs(rng, 3, T, 2, 5, GATES)
    dh = rng.normal(size=(3, T, 5))
    if only_step is not None:
        dh[:, np.arange(T) != only_step] = 0
    return Layer(student, reference, "lstm_forward", "lstm_backward", SEQUENCE_GRADIENTS).at(inputs, dh)


def check(gradients, name):
    """Check one gradient; the steps are told where it has any."""
    gradients.check(name, steps=1 if name == "dx" else None)


@pytest.mark.parametrize(
    "gradient",
    [pytest.param(name, marks=pytest.mark.points(share, asks=asks)) for name, (share, asks) in SHARES.items()],
)
def test_gradient(student, reference, rng, gradient):
    """The gradient {gradient} is right."""
    check(gradients_of(student, reference, rng), gradient)


@pytest.mark.points(
    3,
    asks="All of dh may be zero except for one step, and the gradient must still reach the steps before it.",
    gate=True,
)
def test_gradient_in_one_step(student, reference, rng):
    """Gradients that are right stay so when the gradient from outside is zero except in one step."""
    everywhere = gradients_of(student, reference, rng)
    usual = gradient_rightness(lambda name: check(everywhere, name), SEQUENCE_GRADIENTS)
    if not any(usual.values()):
        fail("no gradient is right when gradients come from outside in every step")
    for step in (T - 1, 1):
        gradients = gradients_of(student, reference, rng, only_step=step)
        for name in SEQUENCE_GRADIENTS:
            if usual[name]:
                check(gradients, name)
