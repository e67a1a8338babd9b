"""Hidden tests of rnn_step_backward."""

import pytest

from autograder.assignments.rnn_captioning.examples import (
    STEP_GRADIENTS,
    step_gradients_at,
    step_inputs,
)
from autograder.testing import Layer, fail, gradient_rightness

ORDER = (
    "The five gradients dx, dprev_h, dWx, dWh, db are returned in this order, each with the shape of the array that it "
    "belongs to (x, prev_h, Wx, Wh, b)."
)


def gradients_of(student, reference, rng, N):
    """Return the gradients of the student's step on N examples.

    When the student's forward step is wrong, a gradient that fits what it computes is right as well.
    """
    inputs = step_inputs(rng, N, 3, 5)
    layer = Layer(student, reference, "rnn_step_forward", "rnn_step_backward", STEP_GRADIENTS, at_output)
    return layer.at(inputs, rng.normal(size=inputs[1].shape))


def at_output(next_h, inputs, dnext_h):
    """Return the gradients of a step whose output was ``next_h``, right or wrong."""
    return [step_gradients_at(next_h, inputs, dnext_h)]


@pytest.mark.points(2, asks=ORDER)
@pytest.mark.parametrize("gradient", STEP_GRADIENTS)
def test_gradient(student, reference, rng, gradient):
    """The gradient {gradient} is right."""
    gradients_of(student, reference, rng, N=4).check(gradient)


@pytest.mark.points(
    2,
    asks="The number N of examples may be any, also N = 1.",
    gate=True,
    stays="a squeezed axis, an odd answer that nobody believes in, shows here alone",
)
def test_one_example(student, reference, rng):
    """Gradients that are right for several examples are right for a single one (N = 1)."""
    several = gradient_rightness(gradients_of(student, reference, rng, N=4).check, STEP_GRADIENTS)
    if not any(several.values()):
        fail("no gradient is right for several examples")
    one = gradients_of(student, reference, rng, N=1)
    for name in STEP_GRADIENTS:
        if several[name]:
            one.check(name)
