"""Returns the sum of the products and the bias, without the tanh."""

BELIEF = "The new state is the weighted sum itself; the activation comes later, with the scores."
HINT = "Every state of a vanilla RNN lies between -1 and 1. What keeps it there, and do your values stay there?"
NOTE = (
    "Without the tanh the whole recurrence is linear, and T steps collapse into one matrix. Ask what T steps with "
    "zero inputs then do to h0."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = x @ Wx + prev_h @ Wh + b
    return next_h, (x, prev_h, Wx, Wh, next_h)
