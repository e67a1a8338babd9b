"""The tanh is closed too early: it is applied to x Wx only, and prev_h Wh and b are added outside of it. The code computes tanh(x Wx) + prev_h Wh + b."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx) + prev_h @ Wh + b
    cache = {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "next_h": next_h}
    return next_h, cache
