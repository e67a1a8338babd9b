"""Hidden tests of rnn_step_backward."""

import pytest

from autograder.assignments.rnn_captioning.examples import (
    STEP_GRADIENTS,
    forward,
    gradient_rightness,
    numerical_gradient,
    step_gradients_at,
    step_inputs,
)
from autograder.expect import array, close_to_any, fail, is_close, returned
from autograder.student import apart

ORDER = (
    "The five gradients dx, dprev_h, dWx, dWh, db are returned in this order, each with the shape of the array that it "
    "belongs to (x, prev_h, Wx, Wh, b)."
)


def checker(student, reference, rng, N):
    """Return a function that checks one gradient by name, on N examples.

    When the student's forward step is wrong, a gradient that fits what it computes is right as well.
    """
    inputs = step_inputs(rng, N, 3, 5)
    expected, cache = reference.rnn_step_forward(*inputs)
    dnext_h = rng.normal(size=expected.shape)
    right = reference.rnn_step_backward(dnext_h, cache)
    output, own_cache = forward(student.rnn_step_forward, inputs)
    gradients = returned(student.rnn_step_backward(dnext_h, own_cache.remote()), *STEP_GRADIENTS)
    forward_right = is_close(output, expected)

    def check(name):
        which = STEP_GRADIENTS.index(name)
        others = [
            lambda: step_gradients_at(array(output, expected.shape), inputs, dnext_h)[which],
            lambda: numerical_gradient(apart(student).rnn_step_forward, inputs, which, dnext_h),
        ]
        close_to_any(gradients[which], right[which], *([] if forward_right else others))

    return check


@pytest.mark.points(2, asks=ORDER)
@pytest.mark.parametrize("gradient", STEP_GRADIENTS)
def test_gradient(student, reference, rng, gradient):
    """The gradient {gradient} is right."""
    checker(student, reference, rng, N=4)(gradient)


@pytest.mark.points(
    2,
    asks="The number N of examples may be any, also N = 1.",
    gate=True,
    stays="a squeezed axis, an odd answer that nobody believes in, shows here alone",
)
def test_one_example(student, reference, rng):
    """Gradients that are right for several examples are right for a single one (N = 1)."""
    several = gradient_rightness(checker(student, reference, rng, N=4), STEP_GRADIENTS)
    if not any(several.values()):
        fail("no gradient is right for several examples")
    check = checker(student, reference, rng, N=1)
    for name in STEP_GRADIENTS:
        if several[name]:
            check(name)
