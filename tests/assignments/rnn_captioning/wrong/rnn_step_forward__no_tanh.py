"""Forgets the tanh."""

LOSES = {"rnn_step_forward": 8.0}


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = x @ Wx + prev_h @ Wh + b
    return next_h, (x, prev_h, Wx, Wh, next_h)
