import numpy as np


def squash(values):
    return np.maximum(-1.0, np.minimum(1.0, values))


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    total = prev_h @ Wh + b
    total = total + x @ Wx
    new = squash(total)
    return new, (x, prev_h, Wx, Wh, new)
