"""Each step is made row by row."""


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    rows = [np.tanh(one @ Wx + state @ Wh + b) for one, state in zip(x, prev_h)]
    return np.stack(rows), (x, prev_h, Wx, Wh, np.stack(rows))
