"""Computes the tanh by hand with exponentials that overflow for large sums."""

import numpy as np

BELIEF = "The formula with the exponential of twice the sum is the tanh, so it can be typed as it stands."
HINT = "Call it with a sum of one thousand, and one of minus one thousand. What is infinity divided by infinity?"
NOTE = "Right for all small inputs. Only large positive sums give NaN; NumPy has the function, and it never overflows."
LOSES = 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = (np.exp(2 * a) - 1) / (np.exp(2 * a) + 1)
    return next_h, (x, prev_h, Wx, Wh, next_h)
