"""Applies the tanh twice."""

import numpy as np

BELIEF = "The sum goes through the activation, and so does the state that is returned."
HINT = "Let the sum be very large. Which state must come out, and can yours ever be that large?"
NOTE = (
    "Usually one tanh in the sum's line and one in the return line. No state gets beyond tanh(1), about three quarters."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.tanh(x @ Wx + prev_h @ Wh + b))
    return next_h, (x, prev_h, Wx, Wh, next_h)
