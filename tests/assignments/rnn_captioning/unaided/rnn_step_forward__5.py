"""The student builds tanh from the sigmoid, remembering the identity wrongly: 2 * sigmoid(a) - 1, which is tanh(a / 2), where tanh(a) is 2 * sigmoid(2 a) - 1."""
import numpy as np


def sigmoid(z):
    # stable for both signs
    out = np.zeros_like(z)
    pos = z >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-z[pos]))
    ez = np.exp(z[~pos])
    out[~pos] = ez / (1.0 + ez)
    return out


def my_tanh(z):
    return 2 * sigmoid(z) - 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = x @ Wx + prev_h @ Wh + b
    next_h = my_tanh(z)
    cache = dict(x=x, h_prev=prev_h, Wx=Wx, Wh=Wh, z=z, h=next_h)
    return next_h, cache
