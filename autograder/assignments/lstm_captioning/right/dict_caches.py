"""Caches that are dictionaries; parameters renamed; whole arrays filled step by step."""

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


def lstm_step_forward(inp, hidden, cell, w_in, w_state, bias):
    H = hidden.shape[1]
    a = np.dot(inp, w_in) + np.dot(hidden, w_state) + bias
    kept = {"in": inp, "hidden": hidden, "cell": cell, "w_in": w_in, "w_state": w_state}
    for place, gate in enumerate("ifo"):
        kept[gate] = sigmoid(a[:, place * H : (place + 1) * H])
    kept["g"] = np.tanh(a[:, 3 * H :])
    kept["c"] = kept["f"] * cell + kept["i"] * kept["g"]
    return kept["o"] * np.tanh(kept["c"]), kept["c"], kept


def lstm_step_backward(d_hidden, d_cell, kept):
    i, f, o, g = (kept[gate] for gate in "ifog")
    shown = np.tanh(kept["c"])
    d_total = d_cell + d_hidden * o * (1.0 - np.square(shown))
    H = i.shape[1]
    da = np.zeros((len(i), 4 * H))
    da[:, :H] = d_total * g * i * (1.0 - i)
    da[:, H : 2 * H] = d_total * kept["cell"] * f * (1.0 - f)
    da[:, 2 * H : 3 * H] = d_hidden * shown * o * (1.0 - o)
    da[:, 3 * H :] = d_total * i * (1.0 - np.square(g))
    return (
        np.dot(da, kept["w_in"].T),
        np.dot(da, kept["w_state"].T),
        d_total * f,
        np.dot(kept["in"].T, da),
        np.dot(kept["hidden"].T, da),
        np.sum(da, axis=0),
    )


def lstm_forward(inputs, first, w_in, w_state, bias):
    N, T, _ = inputs.shape
    states, stored = np.zeros((N, T, first.shape[1]), dtype=inputs.dtype), {}
    hidden, cell = first, np.zeros(first.shape, dtype=inputs.dtype)
    for t in range(T):
        hidden, cell, stored[t] = lstm_step_forward(inputs[:, t, :], hidden, cell, w_in, w_state, bias)
        states[:, t, :] = hidden
    return states, stored


def lstm_backward(upstream, stored):
    N, T, H = upstream.shape
    D = stored[0]["in"].shape[1]
    dx, dh, dc = np.zeros((N, T, D)), np.zeros((N, H)), np.zeros((N, H))
    sums = [np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)]
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dh, dc, *parts = lstm_step_backward(upstream[:, t, :] + dh, dc, stored[t])
        for place, part in enumerate(parts):
            sums[place] += part
    return dx, dh, *sums


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
