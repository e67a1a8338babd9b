"""Uses the tangent as the activation."""

import numpy as np

BELIEF = "np.tan is the function that the formula names."
HINT = "Between which bounds must a state lie? Print the largest value of yours, and look the function's name up."
NOTE = "One letter is missing; for small sums the two functions are nearly the same, so a small test looks right."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tan(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
