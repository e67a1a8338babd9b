"""Hidden tests of lstm_step_backward."""

import numpy as np
import pytest

from autograder.assignments.lstm_captioning.examples import STEP_GRADIENTS, step_inputs
from autograder.testing import Layer, fail, gradient_rightness

ORDER = (
    "The six gradients dx, dprev_h, dprev_c, dWx, dWh, db are returned in this order, each with the shape of the array "
    "that it belongs to (x, prev_h, prev_c, Wx, Wh, b)."
)
TWO_WAYS = (
    "The loss depends on the cell state after the step through dnext_c and through the hidden state, and both ways "
    "count; either of dnext_h and dnext_c may be zero."
)


def gradients_of(student, reference, rng, N=4, without=None):
    """Return the gradients of the student's step on N examples; one of the two gradients from outside may be zero.

    When the student's forward step is wrong, a gradient that fits what it computes is right as well.
    """
    inputs = step_inputs(rng, N, 3, 5)
    upstream = {name: rng.normal(size=(N, 5)) for name in ("next_h", "next_c")}
    if without is not None:
        upstream[without] = np.zeros((N, 5))
    layer = Layer(
        student, reference, "lstm_step_forward", "lstm_step_backward", STEP_GRADIENTS, outputs=tuple(upstream)
    )
    return layer.at(inputs, list(upstream.values()))


def right_for_some(check):
    """Return for each gradient whether it is right; fail when none is."""
    right = gradient_rightness(check, STEP_GRADIENTS)
    if not any(right.values()):
        fail("no gradient is right for several examples")
    return right


@pytest.mark.points(
    2.5, asks=ORDER, stays="each has its own share; a wrong one fails the tests of one way alone as well"
)
@pytest.mark.parametrize("gradient", STEP_GRADIENTS)
def test_gradient(student, reference, rng, gradient):
    """The gradient {gradient} is right."""
    gradients_of(student, reference, rng).check(gradient)


@pytest.mark.points(2, asks=TWO_WAYS, stays="whoever forgets dnext_c keeps these points for the other way")
def test_through_hidden_state(student, reference, rng):
    """All gradients are right when the cell state acts through the hidden state alone (dnext_c is zero)."""
    gradients = gradients_of(student, reference, rng, without="next_c")
    for name in STEP_GRADIENTS:
        gradients.check(name)


@pytest.mark.points(2, asks=TWO_WAYS, stays="whoever has the way through the hidden state wrong keeps these points")
def test_through_cell_state(student, reference, rng):
    """All gradients are right when the hidden state after the step is not used (dnext_h is zero)."""
    gradients = gradients_of(student, reference, rng, without="next_h")
    for name in STEP_GRADIENTS:
        gradients.check(name)


@pytest.mark.points(
    1,
    asks="The number N of examples may be any, also N = 1.",
    gate=True,
    stays="a squeezed axis, an odd answer that nobody believes in, shows here alone",
)
def test_one_example(student, reference, rng):
    """Gradients that are right for several examples are right for a single one (N = 1)."""
    several = right_for_some(gradients_of(student, reference, rng).check)
    one = gradients_of(student, reference, rng, N=1)
    for name in STEP_GRADIENTS:
        if several[name]:
            one.check(name)
