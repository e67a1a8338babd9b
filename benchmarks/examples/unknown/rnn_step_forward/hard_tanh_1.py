import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    # the state has to stay between -1 and 1
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    next_h = np.clip(a, -1, 1)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache
