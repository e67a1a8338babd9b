"""Hidden tests of rnn_step_forward."""

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import step_inputs
from autograder.testing import TOLERANCE, TOLERANCE_FLOAT32, close, note_wider, returned

FORMULA = "The next state is next_h = tanh(x Wx + prev_h Wh + b), of shape (N, H)."


@pytest.mark.points(
    2,
    asks=FORMULA,
    worked_example=True,
)
def test_reference_values(student):
    """Gives the values of the worked example in the notebook."""
    N, D, H = 3, 10, 4
    next_h, _ = returned(
        student.rnn_step_forward(
            np.linspace(-0.4, 0.7, num=N * D).reshape(N, D),
            np.linspace(-0.2, 0.5, num=N * H).reshape(N, H),
            np.linspace(-0.1, 0.9, num=D * H).reshape(D, H),
            np.linspace(-0.3, 0.7, num=H * H).reshape(H, H),
            np.linspace(-0.2, 0.4, num=H),
        ),
        "next_h",
        "cache",
    )
    close(
        next_h,
        [
            [-0.58172089, -0.50182032, -0.41232771, -0.31410098],
            [0.66854692, 0.79562378, 0.87755553, 0.92795967],
            [0.97934501, 0.99144213, 0.99646691, 0.99854353],
        ],
    )


def check(student, reference, inputs, tolerance=TOLERANCE):
    """Compare the student's step with the reference's, and return it."""
    expected, _ = reference.rnn_step_forward(*inputs)
    next_h, _ = returned(student.rnn_step_forward(*inputs), "next_h", "cache")
    close(next_h, expected, tolerance)
    return next_h


@pytest.mark.points(3, asks=FORMULA, stays="code that has the worked example by heart fails here, but not here alone")
def test_random_inputs(student, reference, rng):
    """Is right for random inputs, with as many inputs as states and with more or fewer."""
    for N, D, H in ((4, 3, 6), (5, 7, 2), (3, 4, 4)):
        check(student, reference, step_inputs(rng, N, D, H))
    x, *others = step_inputs(rng, 9, 3, 6)
    check(student, reference, [x * 6, *others])  # up to where tanh is flat


@pytest.mark.points(1, asks=FORMULA, stays="a squeezed axis, an odd answer that nobody believes in, shows here alone")
def test_one_example(student, reference, rng):
    """Is right for a single example (N = 1)."""
    check(student, reference, step_inputs(rng, 1, 3, 5))


@pytest.mark.points(
    1, asks=FORMULA, stays="the training cells compute in float32; code that is wrong there alone has not been met"
)
def test_float32(student, reference, rng):
    """Is right for float32 inputs."""
    inputs = [values.astype(np.float32) for values in step_inputs(rng, 4, 3, 6)]
    note_wider(check(student, reference, inputs, TOLERANCE_FLOAT32))


# States are saturated here, so that most wrong formulas would be right by chance: hence the gate, and many examples.
@pytest.mark.points(
    1, asks="Inputs and weights may be as large as 1e3 in size, and next_h must still be finite and right.", gate=True
)
def test_large_inputs(student, reference, rng):
    """Stays finite and right for inputs and weights as large as 1e3."""
    x, prev_h, Wx, Wh, b = step_inputs(rng, 40, 3, 6)
    # Rounding grows with the size: what float32 loses of a sum of thousands shows where the sum is near zero.
    check(student, reference, [x * 1e3, prev_h, Wx, Wh, b], TOLERANCE_FLOAT32)
    check(student, reference, [x, prev_h, Wx * 1e3, Wh * 1e3, b * 1e3], TOLERANCE_FLOAT32)
