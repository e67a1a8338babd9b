"""Hidden tests of rnn_forward."""

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import sequence_inputs
from autograder.testing import TOLERANCE_FLOAT32, close, note_wider, returned

SHAPE = "The output h has shape (N, T, H), and h[:, t] is the state after the step that reads x[:, t]."
STATES = "The first step starts from h0, and each further step from the state after the step before it."


@pytest.mark.points(
    2,
    asks=SHAPE,
    worked_example=True,
)
def test_reference_values(student):
    """Gives the values of the worked example in the notebook."""
    N, T, D, H = 2, 3, 4, 5
    h, _ = returned(
        student.rnn_forward(
            np.linspace(-0.1, 0.3, num=N * T * D).reshape(N, T, D),
            np.linspace(-0.3, 0.1, num=N * H).reshape(N, H),
            np.linspace(-0.2, 0.4, num=D * H).reshape(D, H),
            np.linspace(-0.4, 0.1, num=H * H).reshape(H, H),
            np.linspace(-0.7, 0.1, num=H),
        ),
        "h",
        "cache",
    )
    close(
        h,
        [
            [
                [-0.42070749, -0.27279261, -0.11074945, 0.05740409, 0.22236251],
                [-0.39525808, -0.22554661, -0.0409454, 0.14649412, 0.32397316],
                [-0.42305111, -0.24223728, -0.04287027, 0.15997045, 0.35014525],
            ],
            [
                [-0.55857474, -0.39065825, -0.19198182, 0.02378408, 0.23735671],
                [-0.27150199, -0.07088804, 0.13562939, 0.33099728, 0.50158768],
                [-0.51014825, -0.30524429, -0.06755202, 0.17806392, 0.40333043],
            ],
        ],
        steps=1,
    )


@pytest.mark.points(4, asks=STATES, stays="code that has the worked example by heart fails here, but not here alone")
def test_random_inputs(student, reference, rng):
    """Is right for random inputs, starting from a state h0 that is not zero."""
    for N, T, D, H in ((3, 4, 2, 5), (2, 6, 5, 3), (1, 3, 4, 4)):
        inputs = sequence_inputs(rng, N, T, D, H)
        expected, _ = reference.rnn_forward(*inputs)
        h, _ = returned(student.rnn_forward(*inputs), "h", "cache")
        close(h, expected, steps=1)


@pytest.mark.points(
    1, asks=STATES, stays="the training cells compute in float32; code that is wrong there alone has not been met"
)
def test_float32(student, reference, rng):
    """Is right for float32 inputs."""
    inputs = [values.astype(np.float32) for values in sequence_inputs(rng, 3, 4, 2, 5)]
    expected, _ = reference.rnn_forward(*inputs)
    h, _ = returned(student.rnn_forward(*inputs), "h", "cache")
    close(h, expected, TOLERANCE_FLOAT32, steps=1)
    note_wider(h)


@pytest.mark.points(
    1,
    asks="The number T of steps may be any, also T = 1.",
    gate=True,  # there is nothing to carry on in a single step
    stays="a squeezed axis, an odd answer that nobody believes in, shows here alone",
)
def test_one_step(student, reference, rng):
    """Is right for a sequence of a single step (T = 1)."""
    inputs = sequence_inputs(rng, 3, 1, 2, 5)
    expected, _ = reference.rnn_forward(*inputs)
    h, _ = returned(student.rnn_forward(*inputs), "h", "cache")
    close(h, expected, steps=1)
