"""Hidden tests of lstm_forward."""

import numpy as np
import pytest

from autograder.assignments.lstm_captioning.examples import GATES
from autograder.assignments.rnn_captioning.examples import sequence_inputs
from autograder.testing import TOLERANCE, TOLERANCE_FLOAT32, close, note_wider, returned

SHAPE = "The output h has shape (N, T, H), and h[:, t] is the hidden state after the step that reads x[:, t]."
STATES = (
    "The first step starts from the hidden state h0 and from a cell state of zeros, and each further step from the "
    "hidden state and the cell state after the step before it."
)


def check(student, reference, inputs, tolerance=TOLERANCE):
    """Compare the student's states with the reference's, and return them."""
    expected, _ = reference.lstm_forward(*inputs)
    h, _ = returned(student.lstm_forward(*inputs), "h", "cache")
    close(h, expected, tolerance, steps=1)
    return h


@pytest.mark.points(
    2,
    asks=SHAPE,
    worked_example=True,
)
def test_reference_values(student):
    """Gives the values of the worked example in the notebook."""
    N, T, D, H = 2, 3, 4, 5
    h, _ = returned(
        student.lstm_forward(
            np.linspace(1.3, -0.8, num=N * T * D).reshape(N, T, D),
            np.linspace(-0.6, 0.9, num=N * H).reshape(N, H),
            np.linspace(-0.5, 0.6, num=D * 4 * H).reshape(D, 4 * H),
            np.linspace(0.8, -0.4, num=H * 4 * H).reshape(H, 4 * H),
            np.linspace(-0.4, 1.2, num=4 * H),
        ),
        "h",
        "cache",
    )
    close(
        h,
        [
            [
                [0.04525314, 0.06430276, 0.08687085, 0.11288938, 0.14219198],
                [0.19136479, 0.23157002, 0.27472279, 0.32020872, 0.36732062],
                [0.29010375, 0.33470583, 0.38052949, 0.42685043, 0.47293115],
            ],
            [
                [0.18316444, 0.2005682, 0.21810288, 0.23569028, 0.25325795],
                [0.25097867, 0.27722979, 0.30364101, 0.33003985, 0.35626792],
                [0.27997053, 0.30260812, 0.3251742, 0.34754785, 0.3696188],
            ],
        ],
        steps=1,
    )


@pytest.mark.points(6, asks=STATES, stays="code that has the worked example by heart fails here, but not here alone")
def test_random_inputs(student, reference, rng):
    """Is right for random inputs, starting from a state h0 that is not zero."""
    for N, T, D, H in ((3, 4, 2, 5), (2, 6, 5, 3), (1, 3, 4, 4)):
        check(student, reference, sequence_inputs(rng, N, T, D, H, GATES))


@pytest.mark.points(
    1, asks=STATES, stays="the training cells compute in float32; code that is wrong there alone has not been met"
)
def test_float32(student, reference, rng):
    """Is right for float32 inputs."""
    inputs = [values.astype(np.float32) for values in sequence_inputs(rng, 3, 4, 2, 5, GATES)]
    note_wider(check(student, reference, inputs, TOLERANCE_FLOAT32))


@pytest.mark.points(
    1,
    asks="The number T of steps may be any, also T = 1.",
    gate=True,  # there is nothing to carry on in a single step
    stays="a squeezed axis, an odd answer that nobody believes in, shows here alone",
)
def test_one_step(student, reference, rng):
    """Is right for a sequence of a single step (T = 1)."""
    check(student, reference, sequence_inputs(rng, 3, 1, 2, 5, GATES))
