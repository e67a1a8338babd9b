"""Takes the inverse tangent of the sum instead of its tanh."""

import numpy as np

BELIEF = "arctan is numpy's name for tanh."
HINT = "Between which two values does your function lie for very large inputs? Between which should it?"
NOTE = (
    "States reach 1.57. Mixes up two functions of like names and curves: arctan bends an angle's tangent back, "
    "tanh is the hyperbolic one."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.arctan(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
