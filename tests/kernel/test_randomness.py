"""Random numbers start at the same place each time."""

from __future__ import annotations

import random

import numpy as np

from autograder.kernel.randomness import seed


def drawn() -> tuple[float, list[float]]:
    return random.random(), list(np.random.rand(3))


def test_both_global_generators_start_anew():
    seed()
    first = drawn()
    assert drawn() != first
    seed()
    assert drawn() == first
