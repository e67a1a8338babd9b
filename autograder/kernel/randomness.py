"""Fixes where random numbers start: code that draws them gets the same ones each time it is marked."""

from __future__ import annotations

import random

import numpy as np

SEED = 231


def seed() -> None:
    """Put the global generators of Python and NumPy at their start."""
    # The global generator, which the assignments use; a Generator that student code makes without a seed stays random.
    random.seed(SEED)
    np.random.seed(SEED)
