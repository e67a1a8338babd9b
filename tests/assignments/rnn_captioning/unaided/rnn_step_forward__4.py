"""The bias is forgotten: the code computes tanh(x Wx + prev_h Wh)."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, D = x.shape
    H = b.shape[0]
    hx = np.matmul(x, Wx)          # (N, H)
    hh = np.matmul(prev_h, Wh)     # (N, H)
    next_h = np.tanh(hx + hh)
    assert next_h.shape == (N, H)
    cache = [x, prev_h, Wx, Wh, b, next_h]
    return next_h, cache
