"""Inputs for the hidden tests that the first assignment's do not make; N examples, D inputs, H states, as there."""

from __future__ import annotations

import numpy as np

from autograder.assignments.rnn_captioning.examples import weights

GATES = 4
"""Blocks of H columns in an LSTM's weights: three gates and the candidate."""
# By the positions of the arguments that they belong to.
STEP_GRADIENTS = {"dx": 0, "dprev_h": 1, "dprev_c": 2, "dWx": 3, "dWh": 4, "db": 5}


def step_inputs(rng: np.random.Generator, N: int, D: int, H: int) -> list[np.ndarray]:
    """Return x (N, D), prev_h (N, H), prev_c (N, H), Wx, Wh and b for one step."""
    states = [rng.normal(size=(N, H)), rng.normal(size=(N, H))]
    return [rng.normal(size=(N, D)), *states, *weights(rng, D, H, GATES)]
