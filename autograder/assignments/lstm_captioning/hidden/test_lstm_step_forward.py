"""Hidden tests of lstm_step_forward."""

import numpy as np
import pytest

from autograder.assignments.lstm_captioning.examples import step_inputs
from autograder.testing import TOLERANCE, TOLERANCE_FLOAT32, close, note_wider, returned

BLOCKS = (
    "The blocks of H columns of a = x Wx + prev_h Wh + b belong, in this order, to the input gate i, the forget gate "
    "f, the output gate o and the candidate g."
)
CELL = "The next cell state is next_c = f * prev_c + i * g, of shape (N, H)."
HIDDEN = "The next hidden state is next_h = o * tanh(next_c), of shape (N, H)."
STATES = ("next_h", "next_c")


def states_of(student, inputs):
    """Return the two states that the student's step gives."""
    return returned(student.lstm_step_forward(*inputs), *STATES, "cache")[:2]


def check(student, reference, inputs, names=STATES, tolerance=TOLERANCE):
    """Compare some of the student's states with the reference's, and return all."""
    answers = states_of(student, inputs)
    right = dict(zip(STATES, reference.lstm_step_forward(*inputs), strict=False))
    for answer in answers:
        if answer.name in names:
            close(answer, right[answer.name], tolerance, others=right)
    return answers


@pytest.mark.points(
    2,
    asks=BLOCKS,
    worked_example=True,
)
def test_reference_values(student):
    """Gives the values of the worked example in the notebook."""
    N, D, H = 3, 4, 5
    next_h, next_c = states_of(
        student,
        [
            np.linspace(-1.1, 0.9, num=N * D).reshape(N, D),
            np.linspace(0.8, -0.7, num=N * H).reshape(N, H),
            np.linspace(-1.5, 1.2, num=N * H).reshape(N, H),
            np.linspace(-0.9, 0.7, num=D * 4 * H).reshape(D, 4 * H),
            np.linspace(0.6, -0.8, num=H * 4 * H).reshape(H, 4 * H),
            np.linspace(-0.5, 0.9, num=4 * H),
        ],
    )
    close(
        next_h,
        [
            [-0.3997789, -0.32811843, -0.25089476, -0.17007095, -0.08802199],
            [0.09671273, 0.19774104, 0.29750207, 0.39184686, 0.47753244],
            [0.36202663, 0.46389169, 0.56013967, 0.64542433, 0.7169647],
        ],
    )
    close(
        next_c,
        [
            [-0.63813901, -0.50668129, -0.37818084, -0.25267828, -0.13020912],
            [0.13619495, 0.27902707, 0.42664019, 0.57885665, 0.73549163],
            [0.55340984, 0.72189012, 0.90551622, 1.10296446, 1.3126105],
        ],
    )


SIZES = ((4, 3, 6), (5, 7, 2), (3, 4, 4))


@pytest.mark.points(4, asks=CELL, stays="code that has the worked example by heart fails here, but not here alone")
def test_cell_state(student, reference, rng):
    """The next cell state is right for random inputs, with as many inputs as states and with more or fewer."""
    for N, D, H in SIZES:
        check(student, reference, step_inputs(rng, N, D, H), ["next_c"])


@pytest.mark.points(4, asks=HIDDEN, stays="code that has the worked example by heart fails here, but not here alone")
def test_hidden_state(student, reference, rng):
    """The next hidden state is right for random inputs, with as many inputs as states and with more or fewer."""
    for N, D, H in SIZES:
        check(student, reference, step_inputs(rng, N, D, H), ["next_h"])


@pytest.mark.points(1, asks=CELL, stays="a squeezed axis, an odd answer that nobody believes in, shows here alone")
def test_one_example(student, reference, rng):
    """Is right for a single example (N = 1)."""
    check(student, reference, step_inputs(rng, 1, 3, 5))


@pytest.mark.points(
    1, asks=HIDDEN, stays="the training cells compute in float32; code that is wrong there alone has not been met"
)
def test_float32(student, reference, rng):
    """Is right for float32 inputs."""
    inputs = [values.astype(np.float32) for values in step_inputs(rng, 4, 3, 6)]
    for answer in check(student, reference, inputs, tolerance=TOLERANCE_FLOAT32):
        note_wider(answer)


# Gates are open or shut here, so that most wrong formulas would be right by chance: hence the gate, and many examples.
@pytest.mark.points(
    2,
    asks="Inputs and weights may be as large as 1e3 in size, and both states must still be finite and right.",
    gate=True,
)
def test_large_inputs(student, reference, rng):
    """Stays finite and right for inputs and weights as large as 1e3."""
    x, prev_h, prev_c, Wx, Wh, b = step_inputs(rng, 40, 3, 6)
    # Rounding grows with the size: what float32 loses of a sum of thousands shows where the sum is near zero.
    check(student, reference, [x * 1e3, prev_h, prev_c, Wx, Wh, b], tolerance=TOLERANCE_FLOAT32)
    check(student, reference, [x, prev_h, prev_c, Wx * 1e3, Wh * 1e3, b * 1e3], tolerance=TOLERANCE_FLOAT32)
