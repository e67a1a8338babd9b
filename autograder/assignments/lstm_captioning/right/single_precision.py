"""Computes in float32, whatever it is given."""

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


def lstm_step_forward(*arguments):
    x, prev_h, prev_c, Wx, Wh, b = (np.asarray(one, dtype=np.float32) for one in arguments)
    a_i, a_f, a_o, a_g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, np.tanh(c))


def lstm_step_backward(dnext_h, dnext_c, cache):
    dnext_h, dnext_c = dnext_h.astype(np.float32), dnext_c.astype(np.float32)
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    gates = [dc * g, dc * prev_c, dnext_h * shown]
    blocks = [one * gate * (1 - gate) for one, gate in zip(gates, (i, f, o), strict=True)]
    da = np.concatenate([*blocks, dc * i * (1 - g**2)], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    state, cell = h0.astype(np.float32), np.zeros(h0.shape, dtype=np.float32)
    states = np.empty((*x.shape[:2], h0.shape[1]), dtype=np.float32)
    caches = []
    for t in range(x.shape[1]):
        state, cell, cache = lstm_step_forward(x[:, t], state, cell, Wx, Wh, b)
        states[:, t] = state
        caches.append(cache)
    return states, caches


def lstm_backward(dh, cache):
    dh = dh.astype(np.float32)
    dstate = dcell = np.zeros_like(dh[:, 0])
    dx, dWx, dWh, db = [], 0, 0, 0
    for t in range(len(cache) - 1, -1, -1):
        dx_t, dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, cache[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dstate, dWx, dWh, db


def loss(self, features, captions):
    p = {name: values.astype(np.float32) for name, values in self.params.items()}
    read, asked = captions[:, :-1], captions[:, 1:]
    h0, projected = affine_forward(features.astype(np.float32), p["W_proj"], p["b_proj"])
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
