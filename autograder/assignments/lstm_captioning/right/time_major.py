"""Arrays with time first inside, and one product for the inputs of all steps."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import (
    sigmoid,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    h, c, gates = move(x @ Wx + b, prev_h, prev_c, Wh)
    return h, c, (x, prev_h, prev_c, Wx, Wh, gates, c)


def move(from_input, h, c, Wh):
    i, f, o, g = np.split(from_input + h @ Wh, 4, axis=1)
    gates = np.stack([sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)])
    c = gates[1] * c + gates[0] * gates[3]
    return gates[2] * np.tanh(c), c, gates


def undo(dh, dc, before, gates, c):
    shown, (i, f, o, g) = np.tanh(c), gates
    dc = dc + dh * o * (1 - shown**2)
    slopes = np.stack([i * (1 - i), f * (1 - f), o * (1 - o), 1 - g * g])
    da = np.stack([dc * g, dc * before, dh * shown, dc * i]) * slopes
    return da.transpose(1, 0, 2).reshape(len(dh), -1), dc * f


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, c = cache
    da, dprev_c = undo(dnext_h, dnext_c, prev_c, gates, c)
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(0)


def lstm_forward(x, h0, Wx, Wh, b):
    from_inputs = (x @ Wx + b).transpose(1, 0, 2)
    hidden, cells, gates = [h0], [np.zeros_like(h0)], []
    for one in from_inputs:
        h, c, gate = move(one, hidden[-1], cells[-1], Wh)
        hidden.append(h)
        cells.append(c)
        gates.append(gate)
    return np.stack(hidden[1:], axis=1), (x, Wx, Wh, np.stack(hidden), np.stack(cells), np.stack(gates))


def lstm_backward(dh, cache):
    x, Wx, Wh, hidden, cells, gates = cache
    T = len(gates)
    da, back, back_c = [None] * T, 0, 0
    for t in reversed(range(T)):
        da[t], back_c = undo(dh[:, t] + back, back_c, cells[t], gates[t], cells[t + 1])
        back = da[t] @ Wh.T
    da = np.stack(da)
    dWx = np.tensordot(x, da.transpose(1, 0, 2), axes=((0, 1), (0, 1)))
    dWh = np.tensordot(hidden[:-1], da, axes=((0, 1), (0, 1)))
    return (da @ Wx.T).transpose(1, 0, 2), back, dWx, dWh, da.sum(axis=(0, 1))


def loss(self, features, captions):
    p, read, asked = self.params, captions[:, :-1], captions[:, 1:]
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    words, embedded = word_embedding_forward(read, p["W_embed"])
    h, recurrent = lstm_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, d = temporal_softmax_loss(scores, asked, asked != self._null)
    grads = {}
    d, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(d, scored)
    d, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(d, recurrent)
    grads["W_embed"] = word_embedding_backward(d, embedded)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, projected)
    return value, grads


def sample(self, features, max_length=30):
    p, word, words = self.params, np.full(len(features), self._start), []
    h = features @ p["W_proj"] + p["b_proj"]
    c = np.zeros_like(h)
    for _ in range(max_length):
        h, c, _ = lstm_step_forward(p["W_embed"][word], h, c, p["Wx"], p["Wh"], p["b"])
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        words.append(word)
    return np.stack(words, axis=1)
