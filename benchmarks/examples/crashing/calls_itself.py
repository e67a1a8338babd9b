"""Calls itself without end."""


def rnn_forward(x, h0, Wx, Wh, b):
    return rnn_forward(x[:, 1:], h0, Wx, Wh, b)
